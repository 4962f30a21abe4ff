"""What proposals are asked, what they look like with all they were reckoned from, and what is said when one is decided on."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from orders.rules import spoken, wanted
from orders.schemas.acts import code
from orders.schemas.reorder import DAYS_MAX, REASON_LENGTH, SERVICE, KeptPolicyOut
from supply.fields import InstantOut, Note, NumberText, OneOf, Text, Whole, WholeText
from supply.schemas import ListArgs, StrictSchema

STATES = ("open", "accepted", "declined", "over")


class DemandOut(ma.Schema):
    """What the daily demand was made of: units on so many days that count, a fraction as text."""

    daily = fields.String(required=True)
    variance = fields.String(required=True)
    days_behind = fields.String(required=True, allow_none=True)
    basis = fields.String(required=True)
    days = fields.Integer(required=True)
    units = fields.Integer(required=True)


class LyingOut(ma.Schema):
    """Units of a lot that lie there and are promised to nobody."""

    lot = fields.String(required=True)
    units = fields.Integer(required=True)
    expires_on = fields.String(required=True, allow_none=True)
    is_blocked = fields.Boolean(required=True)


class PositionOut(ma.Schema):
    """What lies there, what is coming (of that in transit, and on drafts), and what the place has yet to send."""

    lots = fields.List(fields.Nested(LyingOut), required=True)
    on_order = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    in_drafts = fields.Integer(required=True)
    owed = fields.Integer(required=True)
    shelf_life_days_min = fields.Integer()


class WindowOut(ma.Schema):
    """The days that were looked at."""

    since = fields.String(required=True)
    until = fields.String(required=True)


class LeadTimeOut(ma.Schema):
    """How long deliveries took, on average and at most, and how many there were."""

    days = fields.Float(required=True)
    days_max = fields.Integer(required=True)
    deliveries = fields.Integer(required=True)


class InputsOut(ma.Schema):
    """All that a proposal was reckoned from, and what came out."""

    today = fields.String(required=True)
    pack = fields.Integer(required=True)
    demand = fields.Nested(DemandOut, required=True)
    policy = fields.Nested(KeptPolicyOut, required=True)
    position = fields.Nested(PositionOut, required=True)
    usable = fields.Integer(required=True)
    safety = fields.Integer(required=True)
    point = fields.Integer(required=True)
    target = fields.Integer(required=True)
    capped = fields.Boolean(required=True)
    units = fields.Integer(required=True)
    packs = fields.Integer(required=True)
    because = fields.String(required=True, allow_none=True)
    runs_out_on = fields.String(required=True, allow_none=True)
    lasts_until = fields.String(required=True, allow_none=True)
    counted_on = fields.String(required=True, allow_none=True)
    count_first = fields.Boolean(required=True)
    window = fields.Nested(WindowOut, required=True)
    lead_time = fields.Nested(LeadTimeOut, required=True, allow_none=True)


class ProposedOut(ma.Schema):
    """How much should be ordered of a product at a place."""

    place = fields.String(required=True)
    product = fields.String(required=True)
    units = fields.Integer(required=True)
    packs = fields.Integer(required=True)
    pack = fields.Integer(required=True)
    runs_out_on = fields.Date(required=True, allow_none=True)
    lasts_until = fields.Date(required=True, allow_none=True)
    count_first = fields.Boolean(required=True)
    quiet_until = fields.Date(required=True, allow_none=True)
    inputs = fields.Nested(InputsOut, required=True)


class ProposalOut(ProposedOut):
    """A proposal as it is kept; `order` is the draft it became."""

    id = fields.Integer(required=True)
    state = fields.String(required=True, validate=ma.validate.OneOf(STATES))
    definition = fields.String(required=True)
    made_at = InstantOut(required=True)
    reckoned_at = InstantOut(required=True)
    decided_at = InstantOut(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    order = fields.String(required=True, allow_none=True)


class ReckonedOut(ProposedOut):
    """What would be proposed now, or why nothing is; `proposal` is the one that is open."""

    because = fields.String(required=True, allow_none=True)
    proposal = fields.Integer(required=True, allow_none=True)

    @ma.pre_dump
    def flatten(self, one: Any, **_: Any) -> dict[str, Any]:
        """Give what is reckoned as the interface has it."""
        reckoned, need = one.proposal, one.need
        return {name: getattr(reckoned, name) for name in ("units", "packs", "pack", "runs_out_on", "lasts_until")} | {
            "place": need.place.code,
            "product": need.product.code,
            "count_first": need.is_count_old(today=reckoned.today),
            "quiet_until": one.quiet_until,
            "because": one.because,
            "proposal": one.open,
            "inputs": need.written(reckoned),
        }


class ProposalsArgs(ListArgs):
    """Which proposals are listed."""

    makes = wanted.ProposalsWanted
    place = code()
    municipality = Text(4)
    state = OneOf(*STATES, load_default="open")


class ReckoningArgs(StrictSchema):
    """For which place it is reckoned, of which product, and what is tried out."""

    place = code(required=True)
    product = code(load_default=None)
    lead_days = WholeText(0, DAYS_MAX, load_default=None)
    cover_days = WholeText(0, DAYS_MAX, load_default=None)
    service_level = NumberText(*SERVICE, load_default=None)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> wanted.ReckoningWanted:
        """Make what is wanted."""
        return wanted.ReckoningWanted(place=data.pop("place"), product=data.pop("product"), tried=spoken.WhatIf(**data))


class PlaceIn(StrictSchema):
    """The place for which it is reckoned."""

    place = code(required=True)


class NumbersIn(fields.List[Any]):
    """Numbers of proposals, not endless; handed on as a tuple."""

    def __init__(self, **settings: Any) -> None:
        length = ma.validate.Length(1, 1000, error=_l("Send from {min} to {max} lines."))
        super().__init__(Whole(1, 2**31 - 1), validate=length, error_messages={"null": _l("Send a list here."), "invalid": _l("Send a list here.")}, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **settings))


class AcceptIn(StrictSchema):
    """Which proposals become draft orders: some by their numbers, or all of a place."""

    makes = spoken.Accepted
    proposals = NumbersIn(load_default=())
    place = code(load_default=None)

    @ma.validates_schema
    def says_which(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what names proposals and a place both, or neither."""
        if bool(data.get("proposals")) == (data.get("place") is not None):
            raise ma.ValidationError(str(_l("Name proposals or a place, not both.")), "proposals")


class DeclineIn(StrictSchema):
    """Why a proposal is not followed."""

    makes = spoken.Declined
    reason = Note(REASON_LENGTH, required=True)


class ReckoningOut(ma.Schema):
    """How many proposals are new, were changed, and are over."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    over = fields.Integer(required=True)


class DraftedOut(ma.Schema):
    """A draft order that was made of proposals."""

    number = fields.String(required=True)
    place = fields.String(required=True)
    kind = fields.String(required=True)


class AcceptedOut(ma.Schema):
    """The draft orders that proposals came to, one for each place."""

    orders = fields.List(fields.Nested(DraftedOut), required=True)
