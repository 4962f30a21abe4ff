"""Timed work of this feature."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import current_app

from expiry.queries.sources import sources
from expiry.rules.alerts import Moment, Source
from expiry.service.raising import raise_from
from supply.clock import day_of
from supply.jobs.service import Run


def raise_alerts(run: Run) -> dict[str, Any]:
    """Bring the alerts to what is so today.

    1. For each source in turn, in a transaction of its own: end the alerts that are over, raise those that are new, and tell their places.
    2. What was missed while nobody looked is caught up by looking once: what is so now is raised, whenever it began.
    """
    at = Moment(now=run.now, today=day_of(run.now), due_at=run.due_at, before_at=run.before_at)
    all_sources = _sources(run)
    done: Counter[str] = Counter()
    for nth, source in enumerate(all_sources):
        done += run.do(lambda session, source=source: raise_from(session, source, at))  # type: ignore[misc]  # the source of this turn
        run.progress(nth + 1, len(all_sources))
    return {"raised": done["raised"], "settled": done["settled"]}


def _sources(run: Run) -> Sequence[Source]:
    return [*sources(run.settings), *(give(run.settings) for give in current_app.extensions["alert_sources"])]
