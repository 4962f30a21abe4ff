"""What the list of use and the marks on days are asked, and what their rows look like."""

import marshmallow as ma
from marshmallow import fields

from inventory.rules import wanted
from inventory.rules.periods import By
from inventory.schemas.acts import code
from supply.fields import Day, InstantOut, Note, OneOf, Text, YesText
from supply.schemas import ListArgs, StrictSchema


class UseArgs(ListArgs):
    """Whose use of what: of a place, of a product; by month, week or day; from when to when (up to today, and not too long)."""

    makes = wanted.UseWanted

    place = code()
    product = code()
    by = OneOf(*By, load_default=By.MONTH.value)
    from_ = Day(data_key="from")
    to = Day()


class ConsumptionOut(ma.Schema):
    """What a place itself handed out of a product in a period and could not, and on how many days that count it had usable stock. `daily` is null where no day counts: unknown, not nothing.

    What a depot is to send is what the places it serves use: the sum of theirs.
    """

    place = fields.String(required=True)
    product = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    handed_out = fields.Integer(required=True)
    unmet = fields.Integer(required=True)
    units_left_out = fields.Integer(required=True)
    days = fields.Integer(required=True)
    days_without = fields.Integer(required=True)
    days_left_out = fields.Integer(required=True)
    daily = fields.Float(required=True, allow_none=True)
    definition = fields.String(required=True)


class MarksArgs(ListArgs):
    """Which marks: those that reach a place; with `ended` those too that count no more."""

    makes = wanted.MarksWanted

    place = code()
    ended = YesText()


class MarkIn(StrictSchema):
    """Days to be left out of the average: at a place, in a municipality or in the nation (NO); of a product, a group (`group:naloxone`) or all (`*`)."""

    makes = wanted.NewMark

    area = Text(60, required=True)
    about = Text(70, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    reason = Note(200, required=True)


class EndMarkIn(StrictSchema):
    """Nothing but that it ends."""


class MarkOut(ma.Schema):
    """A mark. Once ended, its days count again, as if they had never been marked."""

    id = fields.Integer(required=True)
    area = fields.String(required=True)
    about = fields.String(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    reason = fields.String(required=True)
    made_at = InstantOut(required=True)
    made_by = fields.String(required=True)
    ended_at = InstantOut(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
