"""What a place says of a month. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True)
class MonthEntered:
    """At a place all of a month (its first day) is entered, hand-outs or none."""

    place: str
    month: date


def first_day_after(month: date) -> date:
    """Give the first day after a month."""
    return (month.replace(day=1) + timedelta(days=31)).replace(day=1)
