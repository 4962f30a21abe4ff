"""Killed in the middle of an order's act: it is whole or not there, and once after it is sent again under the same key."""

import json
import signal
import subprocess
import sys
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event, select

from inventory.service import checks
from supply import straight
from supply.db import Base, db, in_one_snapshot
from supply.settings import ROOT
from tests.integration.order_promises import assert_promises_kept
from tests.integration.ordering import SPRAY, SYRINGE, approved, counted, done, etag, shipped, stocked, submitted

WHY = {"reason": "all there is"}
KEY = "the-same-key"
ACTS = ["approve", "ship", "receive", "settle", "cancel"]
WRITTEN = {"supply_order", "order_line", "order_event", "shipment", "shipment_line", "number_series", "hold", "stock", "lot", "posting", "move", "journal", "month_totals", "notice", "request"}


@dataclass(frozen=True, kw_only=True)
class Ready:
    """An act that can be done: who does it, to which order, what they say, and where it leads."""

    who: Any
    order: dict[str, Any]
    what: str
    body: dict[str, Any]
    leads_to: str

    @property
    def path(self) -> str:
        """Give the address of the act."""
        return f"/orders/{self.order['number']}/{self.what}"

    def ask(self) -> Any:
        """Ask for it, always under the same key."""
        return self.who.post(self.path, self.body, key=KEY, If_Match=etag(self.order))


@pytest.fixture(params=ACTS)
def ready(request, alma, birk, caller):
    """Give an act on an order of two products, of which not all is there, with all that came before it done."""
    what, erik, lines = request.param, caller("erik"), [(SPRAY, 30), (SYRINGE, 100)]
    for lot, expires_on in (("A1", "2031-01-31"), ("B1", "2032-01-31")):
        stocked(alma, lot=lot, units=12, expires_on=expires_on)
    stocked(alma, lot="S1", units=200, product=SYRINGE)
    if what == "approve":
        return Ready(who=erik, order=submitted(birk, lines, **WHY), what=what, body=WHY, leads_to="approved")
    if what in {"ship", "cancel"}:
        order = approved(birk, erik, lines, WHY, **WHY)
        said = {"ship": {"lines": [{"product": SPRAY, "lot": "A1", "units": 12}, {"product": SPRAY, "lot": "B1", "units": 2}]}, "cancel": {}}
        return Ready(who={"ship": alma, "cancel": birk}[what], order=order, what=what, body=said[what], leads_to={"ship": "partly_shipped", "cancel": "cancelled"}[what])
    order = shipped(birk, erik, alma, [(SPRAY, 20), (SYRINGE, 100)], **WHY)
    count_of_it = counted(order, A1={"accepted": 6, "missing": 4, "rejected": 2, "surplus": 1, "reason": "damaged"})
    if what == "receive":
        return Ready(who=birk, order=order, what=what, body=count_of_it, leads_to="received")
    rest = [{"product": SPRAY, "lot": "A1", "units": units, "outcome": outcome} for units, outcome in ((1, "found"), (5, "lost"))]
    return Ready(who=birk, order=done(birk, order, "receive", count_of_it), what=what, body={"lines": rest}, leads_to="closed")


def everything():
    """Give all rows that an act on an order may write."""
    tables = [table for table in Base.metadata.sorted_tables if table.name in WRITTEN]
    assert len(tables) == len(WRITTEN)
    return in_one_snapshot(lambda session: {table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))] for table in tables})


def assert_done_once(ready, before):
    """Assert that asked once more an act is answered as the first time, and that it has had its effect once."""
    first, after = ready.ask(), everything()
    again = ready.ask()

    assert (first.status_code, first.json["state"], first.json["version"]) == (200, ready.leads_to, ready.order["version"] + 1), first.text
    assert (again.status_code, again.data, again.headers.get("Idempotent-Replayed")) == (200, first.data, "true")
    assert everything() == after
    assert len(after["order_event"]) == len(before["order_event"]) + 1
    assert [row for row in after["request"] if row not in before["request"]] == [row for row in after["request"] if KEY in row]
    in_one_snapshot(assert_promises_kept)
    assert in_one_snapshot(checks.verify).failure is None


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


def test_a_fault_at_any_statement_of_an_act_leaves_nothing_of_it(ready, fault):
    before = everything()

    for nth in count(1):
        fault[0] = nth
        answer = ready.ask()
        happened = fault[0] <= 0
        fault[0] = 0
        if not happened:
            break
        assert answer.status_code == 500, answer.text
        assert everything() == before, nth

    assert nth > 10
    assert answer.headers.get("Idempotent-Replayed") is None
    assert_done_once(ready, before)


MORTAL = """
import json, os, signal, sys
from sqlalchemy import event
import supply.db
from supply import straight
from tests.conftest import settings_for
from wsgi import create_app

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def act(url, when, path, body, headers):
    app, passed = create_app(settings_for(url)), 0
    def one_more(*_args, **_more):
        nonlocal passed
        passed += 1
        if passed == when:
            die()
    def counting(run):
        def counted_run(*args):
            one_more()
            return run(*args)
        return counted_run
    def committing(_connection):
        if when == "before the commit":
            os.write(1, json.dumps(passed).encode() + b" ")
            die()
    whole = supply.db._whole
    def done_and_dead(*args):
        whole(*args)
        die()
    straight._run, straight._write = counting(straight._run), counting(straight._write)
    if when == "before the answer":
        supply.db._whole = done_and_dead
    with app.app_context():
        event.listen(supply.db.db.engine, "before_cursor_execute", one_more)
        event.listen(supply.db.db.engine, "commit", committing, insert=True)
    app.test_client().post(path, json=body, headers=headers)

print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        act(*json.loads(line))
        os._exit(0)
    print(json.dumps(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])), flush=True)
"""


@pytest.fixture(scope="session")
def mortal():
    """A process whose children do one act each, and are killed at a moment that is told them."""
    process = subprocess.Popen([sys.executable, "-c", MORTAL], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    yield process
    process.communicate(timeout=30)


@pytest.fixture
def killed(mortal, home, ready):
    """Give a way to have the act done by a process that is killed at a moment: how many statements it had run (where it is asked), and by what it died."""

    def do(when):
        headers = {"Authorization": f"Bearer {ready.who.token}", "Idempotency-Key": KEY, "If-Match": etag(ready.order)}
        mortal.stdin.write(json.dumps([home.url, when, f"/api/v1{ready.path}", ready.body, headers]) + "\n")
        mortal.stdin.flush()
        *statements, died_of = mortal.stdout.readline().split()
        assert int(died_of) == -signal.SIGKILL
        return int(statements[0]) if statements else None

    return do


def test_what_was_killed_before_it_was_committed_is_not_there_and_is_done_once_when_it_is_sent_again(ready, killed):
    before = everything()

    statements = killed("before the commit")
    assert statements > 10
    assert everything() == before
    for when in (statements // 2, statements):
        killed(when)
        assert everything() == before, when

    assert_done_once(ready, before)


def test_what_was_killed_before_it_was_answered_is_there_and_is_answered_when_it_is_sent_again(ready, killed):
    before = everything()

    killed("before the answer")
    after = everything()

    assert len(after["order_event"]) == len(before["order_event"]) + 1
    in_one_snapshot(assert_promises_kept)
    assert ready.ask().headers["Idempotent-Replayed"] == "true"
    assert_done_once(ready, before)
    assert everything() == after
