"""What the lists of alerts are asked, what their rows look like, and what is said when one is taken in hand."""

import marshmallow as ma
from marshmallow import fields

from expiry.rules import alerts, wanted
from inventory.schemas.acts import code
from inventory.schemas.postings import LotOut
from supply.fields import Area, InstantOut, Note, OneOf, Text
from supply.schemas import ListArgs, StrictSchema

KINDS = [kind.value for kind in alerts.Kind]
STATES = [state.value for state in alerts.State]


class AlertsArgs(ListArgs):
    """Which alerts: of a place, a municipality or an area; of a kind; in a state (without it: those that are not settled)."""

    makes = wanted.AlertsWanted

    place = code()
    municipality = Text(4)
    area = Area()
    kind = OneOf(*KINDS)
    state = OneOf(*STATES)


class AlertOut(ma.Schema):
    """An alert: what it is about, where it stands, and who does what about it."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    place = fields.String(required=True, allow_none=True)
    product = fields.String(required=True, allow_none=True)
    lot = fields.Nested(LotOut, required=True, allow_none=True)
    band = fields.Integer(required=True, allow_none=True)
    document = fields.String(required=True, allow_none=True)
    about_on = fields.Date(required=True)
    units = fields.Integer(required=True, allow_none=True)
    state = fields.String(required=True, validate=ma.validate.OneOf(STATES))
    raised_at = InstantOut(required=True)
    acknowledged_at = InstantOut(required=True, allow_none=True)
    acknowledged_by = fields.String(required=True, allow_none=True)
    plan = fields.String(required=True, allow_none=True)
    settled_at = InstantOut(required=True, allow_none=True)


class AcknowledgeIn(StrictSchema):
    """What will be done about an alert."""

    makes = wanted.Acknowledged

    plan = Note(required=True)
