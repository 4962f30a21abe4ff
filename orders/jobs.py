"""Timed work of orders."""

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from orders.queries import boards, policies
from orders.service import allocation, forecasts, proposals, standing
from orders.service.hand import By
from supply.auth import service as auth
from supply.clock import day_of
from supply.jobs.service import Run
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.rows import parts_of

ACCOUNT = "timed work"
PLACES_AT_ONCE = 100


def repeat(run: Run) -> dict[str, Any]:
    """Draft the orders that repeat.

    1. Draft those whose day has come, each in the name of whoever let it repeat; one that was missed is drafted once.
    2. Tell their places.
    """
    return {"drafted": len(run.do(lambda session: standing.draft_due(session, by=_by(session, run))))}


def allocate(run: Run) -> dict[str, Any]:
    """Hold what has come meanwhile for what depots owe.

    1. For each depot in turn, in a transaction of its own: give everybody whose order is approved and not yet held their fair share.
    """
    depots = run.do(boards.depots)
    held = 0
    for nth, depot in enumerate(depots):
        held += run.do(lambda session, depot=depot: allocation.open_orders(session, depot, by=_by(session, run)))  # type: ignore[misc]  # the depot of this turn
        run.progress(nth + 1, len(depots))
    return {"orders": held}


def reorder(run: Run) -> dict[str, Any]:
    """Reckon what places should order.

    1. For a hundred places at a time, in a transaction of its own: what the past of each makes likely.
    2. Then, since depots need what their places do, for a hundred at a time: bring the open proposals to what is so now, and tell places of new ones.
    3. End what is proposed at places that have closed.
    """
    places = run.do(lambda session: reference.open_places(session, today=day_of(run.now)))
    parts = [*parts_of(places, PLACES_AT_ONCE)]
    found: Counter[str] = Counter()
    for nth, part in enumerate(parts):
        found["forecasts"] += run.do(lambda session, part=part: _keep_forecasts(session, part, run))  # type: ignore[misc]  # the places of this turn
        run.progress(nth + 1, 2 * len(parts))
    for nth, part in enumerate(parts):
        reckoned = run.do(lambda session, part=part: proposals.reckon(session, part, now=run.now, settings=run.settings))  # type: ignore[misc]  # likewise
        found.update(asdict(reckoned))
        run.progress(len(parts) + nth + 1, 2 * len(parts))
    found["over"] += run.do(lambda session: proposals.end_at_closed(session, now=run.now))
    return {"places": len(places), **found}


def _keep_forecasts(session: Session, places: Sequence[Place], run: Run) -> int:
    return forecasts.keep_forecasts(session, places, policies.policies(session, run.settings, today=day_of(run.now)), now=run.now)


def _by(session: Session, run: Run) -> By:
    return By(person=auth.machine(session, ACCOUNT, now=run.now), now=run.now, key=f"timed-{secrets.token_hex(12)}", settings=run.settings)
