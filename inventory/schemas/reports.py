"""What is said of a month, as JSON or a form."""

import marshmallow as ma
from marshmallow import fields

from inventory.rules.reports import MonthEntered
from supply.fields import Day, InstantOut, Text
from supply.schemas import StrictSchema


class MonthReportIn(StrictSchema):
    """All of a month is entered at a place; `month` is any day in it."""

    makes = MonthEntered
    place = Text(60, required=True)
    month = Day(required=True)


class MonthReportOut(ma.Schema):
    """What was said: the month's first day, and the last posting of the journal by then (0: none)."""

    place = fields.String(required=True)
    month = fields.Date(required=True)
    posting = fields.Integer(required=True)
    said_at = InstantOut(required=True)
