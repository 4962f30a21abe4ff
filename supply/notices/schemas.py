"""Notices as the interface gives them, and choices as the form sends them."""

from datetime import time
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from supply.fields import REQUIRED, InstantOut, OneOf, TrueOrFalse, WholeText, YesText
from supply.notices.queries import NoticesWanted
from supply.schemas import ListArgs, StrictSchema


class NoticesArgs(ListArgs):
    """Which part of one's inbox: all, or what is unread."""

    makes = NoticesWanted
    limit = WholeText(1, 500, load_default=100)
    unread = YesText(load_default=False)


class NoticeOut(ma.Schema):
    """A notice in one's inbox: its kind and facts for machines, the sentence for people, in the language asked for."""

    id = fields.Integer(required=True)
    kind = fields.String(required=True)
    urgency = fields.String(required=True, metadata={"enum": ["routine", "urgent", "critical"]})
    place = fields.String(required=True)
    made_at = InstantOut(required=True)
    read_at = InstantOut(required=True, allow_none=True)
    unread = fields.Boolean(required=True)
    sentence = fields.String(required=True)
    link = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)


class ReadIn(StrictSchema):
    """Nothing: the address says which notice it is."""


class ClockTime(fields.Field[time]):
    """A time of day, hours and minutes."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(error_messages=REQUIRED | {"invalid": _l("Write a time of day, as 21:00.")}, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> time:
        del attr, data, settings
        hours, _, minutes = value.partition(":") if isinstance(value, str) and value.isascii() else ("", "", "")
        if not (hours.isdigit() and minutes.isdigit() and len(hours) <= 2 and len(minutes) == 2 and int(hours) < 24 and int(minutes) < 60):
            raise self.make_error("invalid")
        return time(int(hours), int(minutes))


class ChoicesIn(StrictSchema):
    """What somebody chooses about notices; `included` are the kinds that their digest tells."""

    digest = TrueOrFalse(load_default=False)
    urgent = TrueOrFalse(load_default=False)
    everything = TrueOrFalse(load_default=False)
    quiet_from = ClockTime(required=True)
    quiet_to = ClockTime(required=True)
    language = OneOf("nb", "nn", "en", required=True)
