"""Timed work of the ledger."""

from typing import Any

from inventory.errors import LedgerDiffers
from inventory.service import checks
from inventory.service.use import keep_stockouts
from supply import clock
from supply.clock import day_of
from supply.db import in_one_snapshot
from supply.jobs.service import Run
from supply.reference import queries as reference
from supply.rows import parts_of

PLACES_AT_ONCE = 100


def verify(run: Run) -> dict[str, Any]:
    """Prove the ledger.

    1. Recompute every seal and compare every sum, as they were at one moment. Nothing is changed, and nothing is repaired.
    2. Keep what was found. Where something differs this run has failed, and says what.
    """
    verified = in_one_snapshot(checks.verify_all)
    run.do(lambda session: checks.keep_run(session, verified, started_at=run.now, finished_at=clock.now()))
    if (failure := verified.failure) is not None:
        raise LedgerDiffers(check=failure.check, place=failure.place, row=", ".join(failure.row))
    return {"postings": verified.postings, "moves": verified.moves}


def checkpoint(run: Run) -> dict[str, Any]:
    """Keep where every journal stands, once a day: what a later change of the past is found by."""
    return {"checkpoint": run.do(lambda session: checks.take_checkpoint(session, now=run.now))}


def use(run: Run) -> dict[str, Any]:
    """Reckon what places use.

    1. For a hundred places at a time, in a transaction of its own: count the days up to yesterday on which they had nothing usable, and what somebody left out of the average.
    2. Lists of the whole country take these until tomorrow; what is entered backdated meanwhile is counted then.
    """
    places = [place.id for place in run.do(lambda session: reference.open_places(session, today=day_of(run.now)))]
    found = 0
    for nth, part in enumerate(parts_of(places, PLACES_AT_ONCE)):
        found += run.do(lambda session, part=part: keep_stockouts(session, part, now=run.now))  # type: ignore[misc]  # the places of this turn
        run.progress(min(len(places), (nth + 1) * PLACES_AT_ONCE), len(places))
    return {"places": len(places), "products": found}
