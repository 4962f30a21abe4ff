"""What the lists of the interface are asked, and what their rows look like."""

import marshmallow as ma
from marshmallow import fields

from inventory.rules import wanted
from inventory.schemas.acts import code, lot_number
from inventory.schemas.postings import KINDS, LotOut
from supply.fields import Day, InstantOut, OneOf, Text, YesText
from supply.schemas import ListArgs, StrictSchema


class StockArgs(ListArgs):
    """Which stock: of a place, a municipality, a product or group; on a day; usable only."""

    makes = wanted.StockWanted

    place = code()
    municipality = Text(4)
    product = code()
    group = Text(20)
    on = Day()
    usable = YesText()


class StockOut(ma.Schema):
    """What lies at a place of a lot. On a past day only on_hand is known; held and available are then null."""

    place = fields.String(required=True)
    lot = fields.Nested(LotOut, required=True)
    on_hand = fields.Integer(required=True)
    held = fields.Integer(required=True, allow_none=True)
    available = fields.Integer(required=True, allow_none=True)
    usable = fields.Boolean(required=True)


class JournalArgs(ListArgs):
    """Which postings of a journal."""

    makes = wanted.JournalWanted

    from_ = Day(data_key="from")
    to = Day()
    product = code()
    lot = lot_number()
    kind = OneOf(*KINDS)
    use = OneOf("handed_out", "unmet")


class LotArgs(ListArgs):
    """Which lots."""

    makes = wanted.LotsWanted

    product = code()
    number = lot_number()


class LotKnownOut(ma.Schema):
    """A lot with the expiry in force, the GTINs seen on it, and whether it is in quarantine everywhere, or recalled."""

    product = fields.String(required=True)
    number = fields.String(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    gtins = fields.List(fields.String(), required=True)
    quarantined = fields.Boolean(required=True)
    recalled = fields.Boolean(required=True)


class VerifyArgs(StrictSchema):
    """Of which place what came since the last run is checked too."""

    makes = wanted.VerifyWanted

    place = code()


class VerifyOut(ma.Schema):
    """What the last run checked, and the first failure it found."""

    state = fields.String(required=True, validate=ma.validate.OneOf(["never run", "in order", "failed"]))
    started_at = InstantOut(required=True, allow_none=True)
    finished_at = InstantOut(required=True, allow_none=True)
    postings = fields.Integer(required=True)
    moves = fields.Integer(required=True)
    failure = fields.Dict(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    since_postings = fields.Integer(required=True, allow_none=True)
