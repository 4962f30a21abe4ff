"""The months of the totals, asked for over the ends of years."""

from datetime import date

import pytest
from sqlalchemy import insert, select

from inventory.models import MonthTotals
from inventory.queries.coverage import reporting
from inventory.queries.months import first_in, recorded_in, sum_in, units_in, within
from inventory.queries.use import began
from supply import clock
from supply.coverage.rules.numerators import AsOf
from supply.coverage.rules.windows import window
from supply.db import in_one_transaction
from supply.reference.models import Place, Product

pytestmark = pytest.mark.leaves_a_broken_ledger  # the totals here have no moves behind them

ROWS = {2024: {"m11": 1, "m12": 2}, 2025: {"m01": 4, "m06": None, "m12": 0}, 2026: {"m02": -8, "m11": 16}}


@pytest.fixture
def place(session):
    place_id = session.scalar(select(Place.id).where(Place.code == "osl-depot"))
    product_id = session.scalar(select(Product.id).where(Product.code == "naloxone-nyxoid"))
    session.rollback()
    key = {"place_id": place_id, "product_id": product_id, "kit_version": 0, "flow": "to_people", "occasion": "", "recipient": ""}
    in_one_transaction(lambda writing: [writing.execute(insert(MonthTotals), [key | {"year": year, **months}]) for year, months in ROWS.items()])
    session.rollback()
    return place_id


@pytest.mark.parametrize(
    ("first", "last", "units", "rows", "began_in"),
    [
        ("2024-12-31", "2025-01-01", 6, 2, "2024-12"),
        ("2024-01-01", "2026-12-31", 15, 3, "2024-11"),
        ("2025-02-01", "2025-11-30", 0, 0, None),
        ("2025-12-01", "2026-02-28", -8, 2, "2025-12"),
        ("2026-11-30", "2026-11-30", 16, 1, "2026-11"),
        ("2027-01-01", "2027-03-01", None, 0, None),
    ],
)
def test_what_is_summed_and_what_was_written_in_some_months(place, session, first, last, units, rows, began_in):
    first, last = date.fromisoformat(first), date.fromisoformat(last)

    assert session.scalar(select(sum_in(first, last)).where(within(first, last))) == units
    assert len(session.scalars(select(units_in(first, last)).where(recorded_in(first, last))).all()) == rows
    earliest = [month for month in session.scalars(select(first_in(first, last)).where(within(first, last))) if month is not None]
    assert (str(min(earliest))[:7] if earliest else None) == began_in
    found = reporting(session, window(first, last), AsOf(checkpoint=None, at=clock.now(), heads={}, newest_checkpoint=None)).active
    assert (f"{min(found[place]):%Y-%m}" if found else None) == began_in


def test_where_a_place_began(place, session):
    assert [began(session, [place], since=date.fromisoformat(since)) for since in ("2020-01-01", "2025-02-01", "2026-12-01")] == [{place: date(2024, 11, 1)}, {place: date(2025, 12, 1)}, {}]
