"""Timed work of the ledger."""

from typing import Any

from inventory.errors import LedgerDiffers
from inventory.service import checks
from supply import clock
from supply.db import in_one_snapshot
from supply.jobs.service import Run


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
