"""The month totals as tests read them: a row a month."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from inventory.models import MonthTotals
from inventory.queries.months import months_of
from supply.db import table_of

COLUMNS = tuple(f"m{month:02}" for month in range(1, 13))


class Total(NamedTuple):
    """The units of a month in which something was recorded."""

    place_id: int
    product_id: int
    kit_version: int
    flow: str
    occasion: str
    recipient: str
    month: date
    units: int


def each_month(asked: Any, *flows: str) -> list[Total]:
    """Read all totals, or those of some flows, by a session or a connection."""
    rows = asked.execute(select(table_of(MonthTotals))).all()
    return sorted(Total(*row[:6], month, units) for row in rows if not flows or row.flow in flows for month, units in months_of(row.year, row[7:]))
