"""What acts on orders take, from JSON or a form, and which orders are asked for."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l

from orders.rules import asked
from orders.rules.states import Kind, State
from orders.rules.wanted import OrdersWanted
from supply.fields import Day, Lines, Note, OneOf, Text, TrueOrFalse, Units, Whole, YesText
from supply.schemas import ListArgs, StrictSchema


def code(**settings: Any) -> Text:
    """Give a field for the code of a place or a product."""
    return Text(60, **settings)


class WantedIn(StrictSchema):
    """A product, in units or in whole packs."""

    makes = asked.Wanted
    product = code(required=True)
    units = Units(load_default=None)
    packs = Units(load_default=None)

    @ma.validates_schema
    def says_how_many(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a line that says units and packs both, or neither."""
        if (data.get("units") is None) == (data.get("packs") is None):
            raise ma.ValidationError(str(_l("Write units or packs, not both.")), "units")


class OrderIn(StrictSchema):
    """An order as it is drafted."""

    place = code(required=True)
    supplied_by = code(load_default=None)
    kind = OneOf(*(kind.value for kind in Kind), load_default=Kind.ORDER.value)
    emergency = TrueOrFalse(load_default=False)
    reason = Note(load_default=None)
    lines = Lines(WantedIn, required=True)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the order, its kind as one of the list."""
        return asked.NewOrder(**data | {"kind": Kind(data["kind"])})


class AmendIn(StrictSchema):
    """What a draft says from now on; what is left out stays."""

    makes = asked.Amended
    emergency = TrueOrFalse(load_default=None)
    reason = Note(load_default=None)
    lines = Lines(WantedIn, load_default=None)


class NothingIn(StrictSchema):
    """An act that says nothing more."""


class ApprovedLineIn(StrictSchema):
    """How many units of a line are approved."""

    makes = asked.ApprovedLine
    product = code(required=True)
    units = Units(0, required=True)
    reason = Note(load_default=None)


class ApproveIn(StrictSchema):
    """What is approved: the lines named, all others as asked for."""

    makes = asked.Approval
    lines = Lines(ApprovedLineIn, 0, load_default=())
    reason = Note(load_default=None)


class RefuseIn(StrictSchema):
    """Why an order is refused."""

    makes = asked.Why
    reason = Note(required=True)


class CancelIn(StrictSchema):
    """Why an order is cancelled."""

    makes = asked.Why
    reason = Note(load_default=None)


class SentLineIn(StrictSchema):
    """Units of a lot that are sent; a lot that is not held takes a reason."""

    makes = asked.SentLine
    product = code(required=True)
    lot = Text(20, required=True)
    units = Units(required=True)
    reason = Note(load_default=None)


class TogetherIn(StrictSchema):
    """Another order that travels in the same shipment, and the version that was seen of it."""

    makes = asked.Together
    number = Text(20, required=True)
    version = Whole(1, 2**31 - 1, required=True)


class ShipIn(StrictSchema):
    """What is sent: the lots named, or all that is held."""

    makes = asked.Sending
    lines = Lines(SentLineIn, 0, load_default=())
    together = Lines(TogetherIn, 0, load_default=())


class ArrivedLineIn(StrictSchema):
    """What was counted of a lot."""

    makes = asked.ArrivedLine
    product = code(required=True)
    lot = Text(20, required=True)
    accepted = Units(0, required=True)
    rejected = Units(0, load_default=0)
    missing = Units(0, load_default=0)
    surplus = Units(0, load_default=0)
    expires_on = Day(load_default=None)
    reason = OneOf(*asked.REJECTED, load_default=None)


class ReceiveIn(StrictSchema):
    """A shipment as it was counted on arrival: every lot of it, with none where none came."""

    makes = asked.Arrived
    shipment = Text(80, load_default=None)
    lines = Lines(ArrivedLineIn, required=True)


class SettledLineIn(StrictSchema):
    """What became of units that were sent and not counted in."""

    makes = asked.SettledLine
    product = code(required=True)
    lot = Text(20, required=True)
    units = Units(required=True)
    outcome = OneOf(*asked.OUTCOMES, required=True)


class SettleIn(StrictSchema):
    """What became of the rest of a shipment."""

    makes = asked.Settled
    shipment = Text(80, load_default=None)
    lines = Lines(SettledLineIn, required=True)


class AllocateIn(StrictSchema):
    """The place whose open orders are to be held what has come for them."""

    place = code(required=True)


class RepeatIn(StrictSchema):
    """How often an order repeats, and from which day on."""

    months = Whole(1, 24, required=True)
    starts_on = Day(required=True)


class OrdersArgs(ListArgs):
    """Which orders are listed."""

    makes = OrdersWanted
    place = code(load_default=None)
    supplied_by = code(load_default=None)
    state = OneOf(*(state.value for state in State), load_default=None)
    open = YesText(load_default=False)
