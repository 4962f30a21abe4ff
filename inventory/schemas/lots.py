"""What happens to lots: quarantine, release, another expiry; and what is known of it."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from inventory.rules import lots
from inventory.schemas.acts import code, lot_number
from supply.fields import Day, InstantOut, Lines, OneOf, Text
from supply.schemas import StrictSchema


class QuarantineIn(StrictSchema):
    """Why a lot may not leave, at a place or (left out) anywhere; what is made is completed with the lot from the address."""

    place = code(load_default=None)
    reason = OneOf(*lots.BLOCKING_REASONS, required=True)
    document = Text(80, load_default=None)


class ReleaseIn(StrictSchema):
    """Why a lot may leave again, at a place or (left out) everywhere."""

    place = code(load_default=None)
    reason = OneOf(*lots.RELEASING_REASONS, required=True)
    document = Text(80, load_default=None)


class RedateIn(StrictSchema):
    """The day a lot now expires on, and who says so."""

    expires_on = Day(required=True)
    document = Text(80, required=True)
    authority = Text(80, required=True)


class RedatedIn(StrictSchema):
    """A lot of a campaign and the day it now expires on."""

    makes = lots.Redated

    product = code(required=True)
    lot = lot_number(required=True)
    expires_on = Day(required=True)


class RedatingIn(StrictSchema):
    """A campaign: many lots, one document."""

    makes = lots.Redating

    document = Text(80, required=True)
    authority = Text(80, required=True)
    lots = Lines(RedatedIn, required=True)


class LotEventOut(ma.Schema):
    """What happened to a lot; with no place it holds everywhere."""

    kind = fields.String(required=True, validate=ma.validate.OneOf(["quarantine", "release", "redate", "recall", "lift"]))
    product = fields.String(required=True)
    lot = fields.String(required=True)
    place = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    document = fields.String(required=True, allow_none=True)
    authority = fields.String(required=True, allow_none=True)
    expires_before = fields.Date(required=True, allow_none=True)
    expires_after = fields.Date(required=True, allow_none=True)
    happened_on = fields.Date(required=True)
    recorded_at = InstantOut(required=True)
    recorded_by = fields.String(required=True)
    follows_a_part = fields.Boolean(required=True)


class LotEventsOut(ma.Schema):
    """The events an act made, or all of a lot."""

    events = fields.List(fields.Nested(LotEventOut), required=True)


def lot_act(product: str, number: str, said: dict[str, Any]) -> lots.LotAct:
    """Make the act of the lot in an address and what was said about it."""
    return lots.LotAct(product=product, number=number, **said)
