"""Killed in the middle of a recall, an answer to it or its end: it is whole or not there, and once after it is sent again under the same key."""

import json
import signal
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from inventory.service import checks
from supply.db import Base, in_one_snapshot
from tests.integration.recalling import BUS, CLINIC, SPRAY, assert_nothing_is_unexplained, notice, now, recalled, today
from tests.integration.test_order_crashes import KEY, fault, mortal  # noqa: F401  what lets things die, asked for by name

LATE = "2031-01-31"
WRITTEN = {"recall", "recall_lot", "recall_place", "recall_answer", "lot", "lot_event", "hold", "stock", "posting", "move", "count_line", "journal", "notice", "number_series", "access_log", "request"}


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An act that can be done: who does it, where, and what they say."""

    who: Any
    path: str
    body: dict[str, Any]
    status: int

    def ask(self) -> Any:
        """Ask for it, always under the same key."""
        return self.who.post(self.path, self.body, key=KEY)


@pytest.fixture(params=["open", "answer", "lift"])
def ready(request, ada, gro, birk, hold):
    """Give an act on a recall of two lots, of which one is held and one not known, with all that came before it done."""
    ada.receive(SPRAY, 40, lot="A1", place=BUS, expires_on=LATE, on=today())
    ada.receive(SPRAY, 40, lot="A1", place=CLINIC, expires_on=LATE, on=today())
    hold(3)
    asked = notice("A1", ("NEW", LATE))
    if request.param == "open":
        return Ready(who=gro, path="/recalls", body=asked, status=201)
    number = recalled(gro, "A1", ("NEW", LATE))["number"]
    if request.param == "answer":
        lines = [{"lot": "A1", "found": 38, "destroyed": 20, "returned": 18}, {"lot": "NEW", "found": 0}]
        return Ready(who=birk, path=f"/recalls/{number}/answers", body={"place": BUS, "lines": lines}, status=201)
    return Ready(who=gro, path=f"/recalls/{number}/lift", body={"reason": "wrong lot"}, status=200)


def everything():
    """Give all rows that an act on a recall may write."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in WRITTEN]
    assert len(tables) == len(WRITTEN)
    return in_one_snapshot(lambda session: {table.name: [tuple(map(str, row)) for row in session.execute(select(table).order_by(*table.primary_key))] for table in tables})


def assert_done_once(ready, gro, session):
    """Assert that asked once more an act is answered as the first time, and that it has had its effect once."""
    first, after = ready.ask(), everything()
    again = ready.ask()

    assert first.status_code == ready.status, first.text
    assert (again.status_code, again.data, again.headers.get("Idempotent-Replayed")) == (ready.status, first.data, "true")
    assert everything() == after
    assert in_one_snapshot(checks.verify).failure is None
    recall = now(gro, gro.get("/recalls").json[0])
    in_one_snapshot(lambda session: assert_nothing_is_unexplained(session, recall))


def test_a_fault_at_any_statement_leaves_nothing_of_it(ready, gro, session, request):
    left, before = request.getfixturevalue("fault"), everything()

    for nth in count(1):
        left[0] = nth
        answer = ready.ask()
        happened = left[0] <= 0
        left[0] = 0
        if not happened:
            break
        assert answer.status_code == 500, answer.text
        assert everything() == before, nth

    assert nth > 10
    assert_done_once(ready, gro, session)


@pytest.fixture
def killed(request, home, ready):
    """Give a way to have the act done by a process that is killed at a moment: how many statements it had run (where it is asked), and by what it died."""
    process = request.getfixturevalue("mortal")

    def do(when):
        headers = {"Authorization": f"Bearer {ready.who.token}", "Idempotency-Key": KEY}
        process.stdin.write(json.dumps([home.url, when, f"/api/v1{ready.path}", ready.body, headers]) + "\n")
        process.stdin.flush()
        *statements, died_of = process.stdout.readline().split()
        assert int(died_of) == -signal.SIGKILL
        return int(statements[0]) if statements else None

    return do


def test_what_was_killed_before_it_was_committed_is_not_there(ready, killed, gro, session):
    before = everything()

    statements = killed("before the commit")
    for when in (statements // 2, statements):
        killed(when)
        assert everything() == before, when

    assert_done_once(ready, gro, session)


def test_what_was_killed_before_it_was_answered_is_there_and_whole(ready, killed, gro, session):
    before = everything()

    killed("before the answer")
    after = everything()

    assert after != before
    assert ready.ask().headers["Idempotent-Replayed"] == "true"
    assert everything() == after
    assert_done_once(ready, gro, session)
