"""Timed work of coverage."""

from typing import Any

from flask import current_app

from supply.clock import day_of
from supply.coverage import service
from supply.coverage.queries import public, publishing
from supply.db import in_one_snapshot
from supply.jobs.service import Run

QUARTERS_BACK = 12
"""How far back quarters are made public that were not; so many has a year that is compared with the one before, and a year more."""


def publish(run: Run) -> dict[str, Any]:
    """Make the public edition of quarters that are closed.

    1. For each that is not made yet, the earliest first: read it as of the last checkpoint, and choose what is hidden. Where none was taken since the quarter was closed, it waits.
    2. Keep it in a transaction of its own, for ever. Nothing is done for what is made already.
    """
    today, ledger = day_of(run.now), current_app.extensions["coverage_ledger"]
    due = in_one_snapshot(lambda session: public.not_made(session, today, back=QUARTERS_BACK))
    made = 0
    for nth, window in enumerate(due):
        quarter = in_one_snapshot(lambda session, window=window: publishing.quarter(session, window, ledger=ledger))  # type: ignore[misc]  # the quarter of this turn
        if quarter is None:
            break
        made += run.do(lambda session, quarter=quarter: service.publish(session, quarter, now=run.now))  # type: ignore[misc]  # likewise
        run.progress(nth + 1, len(due))
    return {"due": len(due), "made": made}
