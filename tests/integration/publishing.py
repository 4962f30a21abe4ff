"""A quarter in which a few places hand out a few sprays, and the night in which it becomes public."""

from inventory.service import checks
from supply import clock
from supply.db import db, in_one_transaction
from supply.jobs.service import run_once

SPRAY = "naloxone-nyxoid"
HANDED_OUT = {
    ("oslo-servicepoint", "2026-07"): 40,
    ("oslo-servicepoint", "2026-08"): 31,
    ("oslo-servicepoint", "2026-09"): 25,
    ("lorenskog-servicepoint", "2026-07"): 1,
    ("lorenskog-servicepoint", "2026-08"): 9,
    ("lorenskog-servicepoint", "2026-09"): 6,
    ("asker-servicepoint", "2026-07"): 12,
    ("asker-servicepoint", "2026-08"): 8,
    ("asker-servicepoint", "2026-09"): 2,
    ("baerum-servicepoint", "2026-07"): 17,
    ("baerum-servicepoint", "2026-08"): 5,
    ("baerum-servicepoint", "2026-09"): 11,
    ("lillestrom-servicepoint", "2026-07"): 7,
    ("lillestrom-servicepoint", "2026-08"): 14,
    ("lillestrom-servicepoint", "2026-09"): 4,
    ("bergen-servicepoint", "2026-07"): 33,
    ("bergen-servicepoint", "2026-08"): 20,
    ("bergen-servicepoint", "2026-09"): 19,
    ("askoy-servicepoint", "2026-07"): 2,
    ("askoy-servicepoint", "2026-08"): 6,
    ("askoy-servicepoint", "2026-09"): 8,
}
"""Sprays by place and month: one and two among them."""


def hand_out_all(gro):
    """Let the places hand out all of it; each month on three days where there is enough."""
    for place in sorted({place for place, _ in HANDED_OUT}):
        gro.receive(SPRAY, 200, place=place, on="2026-07-01")
    for (place, month), units in HANDED_OUT.items():
        first = min(units, 3)
        for day, many in zip(("05", "12", "20"), [*[1] * (first - 1), units - first + 1], strict=False):
            assert gro.hand_out(many, SPRAY, place=place, on=f"{month}-{day}", lot="A1").status_code == 201


def publish(app):
    """Take a checkpoint and let the nightly work make what is due."""
    in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    ended = run_once(app.extensions["jobs"]["public"], app.extensions["settings"], due_at=clock.now())
    assert ended is not None
    assert ended.outcome == "done", ended
    db.session.remove()
    return ended.facts
