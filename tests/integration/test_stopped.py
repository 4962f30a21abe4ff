"""Where the verification finds a difference nothing more is entered, of the lot, at the place; until it finds all in order."""

import pytest
from sqlalchemy import select, text

from inventory.models import Stock
from supply import clock
from tests.integration.recalling import BUS, CLINIC, SPRAY, refused

LATE = "2031-01-31"
ON_HAND = "UPDATE stock SET on_hand = on_hand + :units WHERE place_id = (SELECT id FROM place WHERE code = 'oslo-outreach') AND lot_id = (SELECT id FROM lot WHERE number = 'A1')"


@pytest.fixture
def ada(ada):
    """Ada, who has received lots A1 and B1 on the bus, and A1 at the clinic."""
    for lot, place in (("A1", BUS), ("B1", BUS), ("A1", CLINIC)):
        ada.receive(SPRAY, 10, lot=lot, place=place, expires_on=LATE, on=clock.today().isoformat())
    return ada


@pytest.fixture
def tampered(owner):
    """Give a way to put units on a shelf behind the service's back."""

    def change(units):
        with owner.begin() as connection:
            connection.execute(text(ON_HAND), {"units": units})

    return change


@pytest.fixture
def verify(app):
    return lambda: app.test_cli_runner().invoke(args=["inventory", "verify"]).exit_code


def on_the_bus(lot="A1", **more):
    return {"place": BUS, "occurred_on": clock.today().isoformat(), **more, "lines": [{"product": SPRAY, "lot": lot, "units": 1} | more.pop("line", {})]}


def stopped(session):
    session.rollback()
    found = len(session.scalars(select(Stock).where(Stock.stopped_by.is_not(None))).all())
    session.rollback()
    return found


def test_nothing_is_entered_where_the_books_do_not_agree_until_they_do(ada, tampered, verify, session, subtests):
    assert (verify(), stopped(session)) == (0, 0)
    tampered(3)

    assert (verify(), stopped(session)) == (1, 1)
    acts = {
        "handouts": on_the_bus(),
        "receipts": on_the_bus(),
        "counts": on_the_bus(),
        "transfers": on_the_bus(to=CLINIC),
        "disposals": on_the_bus(reason="damaged"),
        "returns": on_the_bus(reason="unused"),
        "corrections": {"journal": BUS, "number": 1, "reason": "mistyped"},
    }
    for path, body in acts.items():
        with subtests.test(path=path):
            said = refused(ada.post(f"/{path}", body), "shelf-stopped")
            assert (said["lot"], said["product"], said["place"]) == ("A1", SPRAY, BUS)
    refused(ada.post("/transfers", on_the_bus(to=BUS) | {"place": CLINIC}), "shelf-stopped")
    assert ada.hand_out(1, place=BUS, lot="B1", on=clock.today().isoformat()).status_code == 201
    assert ada.hand_out(1, place=CLINIC, lot="A1", on=clock.today().isoformat()).status_code == 201

    tampered(-3)
    refused(ada.hand_out(1, place=BUS, lot="A1", on=clock.today().isoformat()), "shelf-stopped")
    assert (verify(), stopped(session)) == (0, 0)
    assert ada.hand_out(1, place=BUS, lot="A1", on=clock.today().isoformat()).status_code == 201


def test_a_lot_whose_shelf_is_stopped_can_still_be_recalled(ada, gro, tampered, verify):
    tampered(3)
    verify()

    recalled = gro.post("/recalls", {"class": 1, "product": SPRAY, "lots": [{"lot": "A1"}], "document": "D", "authority": "DMP", "reason": "It may be blocked."})

    assert recalled.status_code == 201, recalled.text
    tampered(-3)
    verify()


def test_of_a_posting_that_was_changed_the_lots_are_stopped(ada, owner, verify, session):
    trigger = {"sqlite": "DROP TRIGGER IF EXISTS posting_refuses_update", "postgresql": "SET session_replication_role = replica"}[owner.dialect.name]
    with owner.connect() as connection:
        connection.execute(text(trigger))
        change = text("UPDATE posting SET reason = :reason WHERE number = 2 AND place_id = (SELECT id FROM place WHERE code = 'oslo-outreach')")
        connection.execute(change, {"reason": "x"})
        connection.commit()
        code = verify()
        connection.execute(change, {"reason": None})
        connection.commit()

    assert code == 1
    refused(ada.hand_out(1, place=BUS, lot="B1", on=clock.today().isoformat()), "shelf-stopped")
    assert ada.hand_out(1, place=BUS, lot="A1", on=clock.today().isoformat()).status_code == 201
    assert (verify(), stopped(session)) == (0, 0)
