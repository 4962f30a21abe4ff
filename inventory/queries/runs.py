"""Verifications that were run, and checkpoints that were taken."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import VerifyRun


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """What the last verification found; with a place, what was found in the postings that came since."""

    state: str
    started_at: datetime | None
    finished_at: datetime | None
    postings: int
    moves: int
    failure: dict[str, object] | None
    place: str | None = None
    since_postings: int | None = None


def find_last_run(session: Session) -> VerifyRun | None:
    """Give the latest verification."""
    return session.scalar(select(VerifyRun).order_by(VerifyRun.id.desc()).limit(1))
