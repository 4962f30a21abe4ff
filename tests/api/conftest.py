"""What the tests of the interface stand on: a place with something on its shelf, and a way to see that nothing was written."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import Base, db, in_one_transaction
from supply.reference.models import KitPart, Product

pytest.register_assert_rewrite("tests.api.acts")

from tests.api import acts
from tests.conftest import DAY, Caller

LEDGER = (
    "reorder_rule",
    "proposal",
    "supply_order",
    "posting",
    "posting_note",
    "move",
    "tally",
    "count_line",
    "request",
    "stock",
    "lot",
    "lot_gtin",
    "kit_lot_part",
    "lot_event",
    "hold",
    "notice",
    "month_totals",
    "journal",
)


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
    """Birk, at whose place lot A1 was received (posting 1) and partly handed out (posting 2), and at whose other place three of four units were packed as kits of one."""
    birk.receive(units=100, lot="A1", place=acts.PLACE)
    assert birk.hand_out(10, place=acts.PLACE).status_code == 201
    in_one_transaction(know_a_kit_of_one)
    birk.receive(units=4, lot="A1", place=acts.KITS_AT)
    packed = birk.post("/assemblies", {"place": acts.KITS_AT, "occurred_on": DAY.isoformat(), "kit": acts.KIT, "units": 3})
    acts.KIT_LOT[0] = packed.json["moves"][-1]["lot"]["number"]
    return birk


def know_a_kit_of_one(session: Session) -> None:
    words = dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "x")
    kit = Product(code=acts.KIT, group="kit", lot_required=True, expiry_required=True, **words)
    session.add(kit)
    session.flush()
    part_id = session.scalar(select(Product.id).where(Product.code == acts.PRODUCT))
    session.add(KitPart(kit_id=kit.id, version=1, part_id=part_id, units=1, starts_on=date(2018, 1, 1)))


@pytest.fixture
def somebody_else(app: Flask) -> Callable[[str], Caller]:
    """Give a colleague of Birk's: somebody new who records in Oslo, by name."""

    def make(name: str) -> Caller:
        def work(session: Session) -> str:
            account = auth.service_account(session, name, grants=[auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301")], now=clock.now())
            return auth.add_key(session, account, now=clock.now())

        return Caller(app.test_client(), in_one_transaction(work), name)

    return make
