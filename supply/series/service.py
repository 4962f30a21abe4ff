"""Give the next number of a series. In the caller's transaction: what is undone gives its number back."""

from sqlalchemy.orm import Session

from supply.db import table_of
from supply.rows import insert_for
from supply.series.models import NumberSeries


def next_number(session: Session, series: str, year: int) -> int:
    """Give the next number of a series in a year; whoever asks at the same time gets the one after."""
    table = table_of(NumberSeries)
    new = insert_for(session, table).values(series=series, year=year, last=1)
    counted = new.on_conflict_do_update(index_elements=["series", "year"], set_={"last": table.c.last + 1}).returning(table.c.last)
    return int(session.execute(counted).scalar_one())
