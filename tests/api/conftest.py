"""What the tests of the interface stand on: a place with something on its shelf, and a way to see that nothing was written."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from supply.db import Base, db

pytest.register_assert_rewrite("tests.api.acts")

from tests.api import acts
from tests.conftest import Caller

LEDGER = ("posting", "posting_note", "move", "tally", "request", "stock", "lot", "lot_gtin", "month_total", "journal")


@pytest.fixture
def rows(app: Flask) -> Callable[[], dict[str, int]]:
    """Give how many rows each table of the ledger holds now."""

    def count() -> dict[str, int]:
        db.session.rollback()
        counts = {name: db.session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) for name in LEDGER}
        db.session.rollback()
        return counts

    return count


@pytest.fixture
def stocked(birk: Caller) -> Caller:
    """Birk, at whose place lot A1 was received (posting 1) and partly handed out (posting 2)."""
    birk.receive(units=100, lot="A1", place=acts.PLACE)
    assert birk.hand_out(10, place=acts.PLACE).status_code == 201
    return birk
