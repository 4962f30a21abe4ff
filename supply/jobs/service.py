"""Take up what is due, do it, and keep how it went. APScheduler only says when to look; what is true stands in the table.

A run is taken in a transaction of its own, the work commits in its own, and the end is a third: whoever is killed in between leaves a run that falls silent, and the next to look does it again.
So every job can run twice without a second effect.
"""

import logging
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from supply import clock
from supply.db import in_one_transaction, table_of, tried_out
from supply.errors import Refusal, plain
from supply.jobs import queries
from supply.jobs.models import JobRun
from supply.jobs.rules import Schedule, is_silent, may_take
from supply.rows import insert_for
from supply.settings import Settings

T = TypeVar("T")
log = logging.getLogger(__name__)
KEPT = timedelta(days=40)
"""How long runs that ended well are kept; the last of each job stays."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """Work with a name and a time. What it does stands in the docstring of `work`, as numbered steps; it gives what the page shows of it."""

    name: str
    schedule: Schedule
    work: Callable[["Run"], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a run ended: done or failed, what the work gave, what it failed of."""

    outcome: str
    facts: dict[str, Any] | None = None
    error: str | None = None


@dataclass(kw_only=True)
class Run:
    """A run that was taken up: what the work needs to know, and its way to the database."""

    job: str
    due_at: datetime
    now: datetime
    settings: Settings
    before_at: datetime | None = None
    """When the run before this one that was done had been due; what was missed since is this one's to catch up."""
    dry: bool = False
    worker: str = field(default_factory=lambda: secrets.token_hex(16))

    def do(self, work: Callable[[Session], T]) -> T:
        """Do a part of the work in one transaction; in a dry run it is undone again."""
        return tried_out(work) if self.dry else in_one_transaction(work)

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is, between its transactions; that is a sign of life too."""
        if not self.dry:
            in_one_transaction(lambda session: _set(session, self, done=done, total=total, beat_at=clock.now()))


def register(app: Flask, *jobs: Job) -> None:
    """Let jobs be done when they are due. In the order in which they came."""
    app.extensions["jobs"].update({job.name: job for job in jobs})


def run_due(jobs: Iterable[Job], settings: Settings) -> list[str]:
    """Do what is due and nobody has taken up; gives the names of what was done. Everybody may call it at any time."""
    return [job.name for job in jobs if run_once(job, settings, due_at=job.schedule.last(clock.now())) is not None]


def run_once(job: Job, settings: Settings, *, due_at: datetime) -> Ended | None:
    """Do a job for the time that it was due; gives how it ended, None where it is done already, or somebody is at it."""
    run = Run(job=job.name, due_at=due_at, now=clock.now(), settings=settings)
    if not in_one_transaction(lambda session: _take(session, run)):
        return None
    ended = _ended(job, run)
    ended_at = max(clock.now(), run.now)
    in_one_transaction(lambda session: _set(session, run, outcome=ended.outcome, facts=ended.facts, error=ended.error, ended_at=ended_at, beat_at=ended_at))
    return ended


def try_out(job: Job, settings: Settings) -> dict[str, Any]:
    """Do a job and undo it again; gives what it would have done. What it refuses or fails of comes out as it is."""
    now = clock.now()
    before_at = tried_out(lambda session: queries.last_done_at(session, job.name))
    facts: dict[str, Any] = plain(job.work(Run(job=job.name, due_at=now, now=now, settings=settings, before_at=before_at, dry=True)))
    return facts


def _ended(job: Job, run: Run) -> Ended:
    try:
        return Ended(outcome="done", facts=plain(job.work(run)))
    except Refusal as refusal:
        return Ended(outcome="failed", facts=plain(refusal.facts), error=refusal.code())
    except Exception as fault:
        log.exception("%s failed", job.name)
        return Ended(outcome="failed", error=type(fault).__name__)  # whatever a job fails of, the clock goes on and the page says so


def tidy(run: Run) -> dict[str, Any]:
    """Put away what nobody asks for any more.

    1. Runs that were done more than forty days ago go, but for the last of each job.
    """
    runs = table_of(JobRun)
    later = runs.alias("later")
    a_later = select(later.c.job).where(later.c.job == runs.c.job, later.c.due_at > runs.c.due_at, later.c.outcome == "done").exists()
    old = delete(runs).where(runs.c.outcome != "running", runs.c.due_at < run.now - KEPT, a_later)
    return {"runs": run.do(lambda session: session.execute(old).rowcount)}  # type: ignore[attr-defined]  # what a DELETE gives has it


def _take(session: Session, run: Run) -> bool:
    """Take a run up, unless it is done, or somebody is at it or at an earlier one; gives whether it is ours."""
    runs = table_of(JobRun)
    begun = {"worker": run.worker, "started_at": run.now, "beat_at": run.now, "ended_at": None, "outcome": "running", "done": 0, "total": None, "facts": None, "error": None}
    new = insert_for(session, runs).values(job=run.job, due_at=run.due_at, tries=1, **begun).on_conflict_do_nothing().returning(runs.c.job)
    busy = [other for other in queries.running(session, run.job) if other.due_at != run.due_at]
    if any(not is_silent(other, run.now) for other in busy):
        return False
    if session.execute(new).first() is None:
        known = session.scalar(select(JobRun).where(JobRun.job == run.job, JobRun.due_at == run.due_at).with_for_update())
        if not may_take(known, run.now):
            return False
        session.execute(update(runs).where(runs.c.job == run.job, runs.c.due_at == run.due_at).values(tries=runs.c.tries + 1, **begun))
    for other in busy:
        session.execute(update(runs).where(runs.c.job == other.job, runs.c.due_at == other.due_at, runs.c.worker == other.worker).values(outcome="lost", ended_at=run.now))
    run.before_at = queries.last_done_at(session, run.job)
    return True


def _set(session: Session, run: Run, **values: Any) -> None:
    """Write of a run what changed; nothing where somebody else has taken it up meanwhile."""
    session.execute(update(JobRun).where(JobRun.job == run.job, JobRun.due_at == run.due_at, JobRun.worker == run.worker).values(**values).execution_options(synchronize_session=False))
