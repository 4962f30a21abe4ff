"""What orders give in the interface."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from orders.rules.states import Act, Kind, State, acts_in
from orders.schemas.proposals import InputsOut
from supply.fields import InstantOut


class KnownOut(ma.Schema):
    """What was known of a product's need when the order was submitted."""

    class Meta:
        """Later versions may know more."""

        unknown = ma.INCLUDE

    on_hand = fields.Integer()
    usable = fields.Integer()
    on_order = fields.Integer()
    used = fields.Integer()
    days = fields.Integer()
    counted_on = fields.String(allow_none=True)
    proposal = fields.Integer()
    months_after = fields.Float(allow_none=True)
    needs_reason = fields.List(fields.String())
    months_max = fields.Float()
    count_days_max = fields.Integer()
    inputs = fields.Nested(InputsOut)


class LineOut(ma.Schema):
    """A line of an order as it stands; `short` is its back-order."""

    product = fields.String(required=True)
    pack = fields.Integer(required=True)
    requested = fields.Integer(required=True)
    approved = fields.Integer(required=True, allow_none=True)
    held = fields.Integer(required=True)
    shipped = fields.Integer(required=True)
    arrived = fields.Integer(required=True)
    cancelled = fields.Integer(required=True)
    short = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)
    known = fields.Nested(KnownOut, required=True, allow_none=True)


class LotOut(ma.Schema):
    """A lot with the expiry in force."""

    product = fields.String(required=True)
    number = fields.String(required=True)
    expires_on = fields.Date(required=True, allow_none=True)


class ParcelOut(ma.Schema):
    """Units of a lot in a shipment; what is unsettled was sent and neither arrived nor was settled."""

    order = fields.String(required=True)
    lot = fields.Method("_lot", required=True)
    sent = fields.Integer(required=True)
    arrived = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    settled = fields.Integer(required=True)
    unsettled = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)

    def _lot(self, parcel: Any) -> dict[str, Any]:
        return {"product": parcel.product, "number": parcel.lot, "expires_on": parcel.expires_on.isoformat() if parcel.expires_on else None}


class ShipmentOut(ma.Schema):
    """What was sent from one place to another; `posting` is its number in the sender's journal."""

    number = fields.String(required=True)
    from_ = fields.String(required=True, data_key="from")
    to = fields.String(required=True)
    posting = fields.Integer(required=True)
    sent_at = InstantOut(required=True)
    arrived_at = InstantOut(required=True, allow_none=True)
    settled_at = InstantOut(required=True, allow_none=True)
    lines = fields.List(fields.Nested(ParcelOut), required=True)


class EventOut(ma.Schema):
    """What somebody did to an order, and the state and version it led to."""

    version = fields.Integer(required=True)
    act = fields.String(required=True)
    state = fields.String(required=True)
    happened_at = InstantOut(required=True)
    by = fields.String(required=True)
    role = fields.String(required=True)
    facts = fields.Dict(required=True)


class OrderHeadOut(ma.Schema):
    """An order as lists show it."""

    number = fields.String(required=True)
    kind = fields.String(required=True, validate=ma.validate.OneOf([kind.value for kind in Kind]))
    place = fields.String(required=True)
    supplied_by = fields.String(required=True, allow_none=True)
    state = fields.String(required=True, validate=ma.validate.OneOf([state.value for state in State]))
    version = fields.Integer(required=True)
    emergency = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)
    copy_of = fields.String(required=True, allow_none=True)
    made_at = InstantOut(required=True)
    submitted_at = InstantOut(required=True, allow_none=True)
    approved_at = InstantOut(required=True, allow_none=True)
    shipped_at = InstantOut(required=True, allow_none=True)
    arrived_at = InstantOut(required=True, allow_none=True)
    ended_at = InstantOut(required=True, allow_none=True)


class OrderOut(OrderHeadOut):
    """An order with its lines, its shipments, what happened to it, and what may be done now."""

    lines = fields.List(fields.Nested(LineOut), required=True)
    shipments = fields.List(fields.Nested(ShipmentOut), required=True)
    events = fields.List(fields.Nested(EventOut), required=True)
    acts = fields.Method("_acts", required=True, metadata={"type": "array", "items": {"type": "string", "enum": [act.value for act in Act]}})

    def _acts(self, order: Any) -> list[str]:
        return [act.value for act in acts_in(State(order.state), Kind(order.kind))]


class AllocatedOut(ma.Schema):
    """How many orders something was held for."""

    orders = fields.Integer(required=True)


class StandingOut(ma.Schema):
    """An order that repeats."""

    id = fields.Integer(required=True)
    months = fields.Integer(required=True)
    next_on = fields.Date(required=True)
