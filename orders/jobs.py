"""Timed work of orders."""

import secrets
from typing import Any

from sqlalchemy.orm import Session

from orders.queries import boards
from orders.service import allocation, standing
from orders.service.hand import By
from supply.auth import service as auth
from supply.jobs.service import Run

ACCOUNT = "timed work"


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


def _by(session: Session, run: Run) -> By:
    return By(person=auth.machine(session, ACCOUNT, now=run.now), now=run.now, key=f"timed-{secrets.token_hex(12)}", settings=run.settings)
