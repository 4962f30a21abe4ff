"""Disposals of what has expired, by many at once and with the worst luck: one posting or none, and the prepared lines alone."""

from itertools import count

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from inventory.service import checks
from supply import straight
from supply.db import Base, db, in_one_snapshot
from supply.notices.models import Notice
from tests.integration.at_once import all_at_once, codes
from tests.integration.disposing import BUS, SPRAY, act, asked, disposals_at, prepared, stocked
from tests.integration.promises import held

ROUNDS = 3
WRITTEN = {"disposal_run", "disposal_line", "number_series", "hold", "stock", "posting", "move", "journal", "month_totals", "notice", "request"}


@pytest.fixture
def witness(app, home, caller, gro):
    """Give somebody else who records on the bus, as often as asked, all of one account."""
    somebody, names = type(gro), count()
    return lambda: somebody(app.test_client(), home.tokens["gro"], f"gro{next(names)}")


@pytest.fixture
def ready(birk):
    stocked(birk)
    return birk


def everything():
    tables = [table for table in Base.metadata.sorted_tables if table.name in WRITTEN]
    assert len(tables) == len(WRITTEN)
    return in_one_snapshot(lambda session: {table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))] for table in tables})


def at(who, run, what):
    """Give an act to be done later."""
    return lambda: act(who, run, what)


def test_of_two_who_confirm_at_once_one_is_the_witness_and_there_is_one_posting(ready, witness):
    for nth in range(ROUNDS):
        run = prepared(ready)

        answers = all_at_once(*(at(witness(), run, "confirm") for _ in range(3)))

        assert codes(answers) == {200: 1, "run-ended": 2}
        assert len(disposals_at(ready)) == nth + 1
        stocked_again(ready)


def stocked_again(who):
    who.receive(SPRAY, 10, lot="A1", expires_on="2026-10-31", place=BUS, on="2026-10-01")


def test_a_disposal_is_confirmed_or_dropped_never_both(ready, witness):
    for _ in range(ROUNDS):
        run = prepared(ready)

        answers = all_at_once(at(witness(), run, "confirm"), at(ready, run, "drop"))

        assert codes(answers) == {200: 1, "run-ended": 1}
        now = ready.get(f"/disposal-runs/{run['number']}").json
        assert (now["posting"] is not None) == (now["state"] == "confirmed")
        stocked_again(ready)


def test_of_two_who_prepare_at_once_one_does(ready, witness):
    for _ in range(ROUNDS):
        answers = all_at_once(*(lambda who=who: who.post("/disposal-runs", asked()) for who in (ready, witness())))

        assert codes(answers) == {201: 1, "run-waits": 1}
        act(ready, next(answer.json for answer in answers if answer.status_code == 201), "drop")


def test_a_confirmation_and_a_hand_out_of_when_the_lot_was_good_never_take_the_same_units(ready, witness):
    for nth in range(ROUNDS):
        run = prepared(ready)

        confirmed, given = all_at_once(at(witness(), run, "confirm"), lambda: ready.hand_out(4, SPRAY, place=BUS, lot="A1", on="2026-10-15"))

        assert (confirmed.status_code, given.status_code) in {(200, 409), (409, 201)}, nth
        if confirmed.status_code == 409:
            assert [(one["lot"], one["prepared"], one["lies"]) for one in confirmed.json["changed"]] == [("A1", 10, 6)]
            assert act(ready, run, "drop").status_code == 200
            ready.receive(SPRAY, 4, lot="A1", expires_on="2026-10-31", place=BUS, on="2026-10-01")
        else:
            assert "A1" not in ready.on_hand(BUS)
            stocked_again(ready)


def test_the_newest_holds_give_way_to_a_disposal(ready, witness, hold, session):
    hold(3, 4, lot="A1")
    run = prepared(ready)
    assert held(session) == (["order 1", "order 2"], 7)

    assert act(witness(), run, "confirm").status_code == 200

    assert held(session) == ([], 0)
    told = session.scalars(select(Notice.facts).where(Notice.kind == "hold-released")).all()
    assert {(one["document"], one["lot"], one["units"]) for one in told} == {("order 1", "A1", 3), ("order 2", "A1", 4)}


def test_who_records_at_the_place_is_told_that_a_witness_is_needed(ready, app, session):
    run = prepared(ready)

    told = session.scalars(select(Notice.facts).where(Notice.kind == "witness-needed")).one()
    kind = app.extensions["notice_kinds"]["witness-needed"]

    facts = {"number": run["number"], "place": BUS, "by": run["prepared_by"]}
    assert told == facts
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert kind.tell(facts) == f"Disposal {run['number']} waits for a witness."
    assert kind.link(facts) == f"/places/{BUS}/disposal-runs/{run['number']}"


class Fault(Exception):
    """What nobody expects."""


@pytest.fixture
def fault(app, monkeypatch):
    """Give a way to let the nth statement from now fail; how many are left is told."""
    left = [0]

    def one_more(*_args, **_more):
        left[0] -= 1
        if left[0] == 0:
            raise Fault

    def counting(run):
        def counted_run(*args):
            one_more()
            return run(*args)

        return counted_run

    for name in ("_run", "_write"):
        monkeypatch.setattr(straight, name, counting(getattr(straight, name)))
    engine = db.engine
    event.listen(engine, "before_cursor_execute", one_more)
    yield left
    event.remove(engine, "before_cursor_execute", one_more)


@pytest.mark.parametrize("what", ["prepare", "confirm", "drop"])
def test_a_fault_at_any_statement_leaves_nothing_of_it_and_it_is_done_once_when_it_is_sent_again(ready, witness, fault, what):
    run, who = (None if what == "prepare" else prepared(ready)), witness()
    before = everything()

    def ask():
        return who.post("/disposal-runs", asked(), key="the-same-key") if run is None else act(who, run, what, key="the-same-key")

    for nth in count(1):
        fault[0] = nth
        answer = ask()
        happened = fault[0] <= 0
        fault[0] = 0
        if not happened:
            break
        assert answer.status_code == 500, answer.text
        assert everything() == before, nth

    assert nth > 5
    after = everything()
    again = ask()
    assert (answer.status_code, again.data, again.headers["Idempotent-Replayed"]) == (201 if run is None else 200, answer.data, "true")
    assert everything() == after
    assert len(disposals_at(ready)) == (what == "confirm")
    assert in_one_snapshot(checks.verify).failure is None


def test_the_database_itself_refuses_a_witness_who_prepared_it(ready, owner):
    prepared(ready)

    with owner.connect() as connection, pytest.raises((IntegrityError, DBAPIError), match="witness"):
        connection.execute(text("UPDATE disposal_run SET state = 'confirmed', posting = 1, ended_by = prepared_by, ended_at = prepared_at"))


@pytest.mark.leaves_a_broken_ledger
@pytest.mark.parametrize(
    ("change", "check"),
    [
        ("UPDATE disposal_line SET units = 5, lying = 5 WHERE line = 1", "a disposal is not what was destroyed"),
        ("UPDATE disposal_run SET posting = 1", "a disposal that was confirmed has no posting of its own"),
    ],
)
def test_a_run_that_does_not_fit_the_ledger_is_found(ready, witness, owner, change, check):
    act(witness(), prepared(ready), "confirm")
    with owner.connect() as connection:
        connection.execute(text(change))
        connection.commit()

    failure = in_one_snapshot(checks.verify).failure

    assert failure is not None
    assert (failure.check, failure.place, failure.row[0]) == (check, BUS, f"D-{BUS}-2026-0001")


def test_a_corrected_disposal_stands_as_it_was(ready, witness):
    run = act(witness(), prepared(ready), "confirm").json

    corrected = ready.post("/corrections", {"journal": BUS, "number": run["posting"], "reason": "mistyped"})

    assert corrected.status_code == 201
    assert ready.on_hand(BUS) == {"A1": 10, "B1": 6, "S1": 40}
    assert ready.get(f"/disposal-runs/{run['number']}").json == run
