"""What ran when, and how it ended."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supply.auth.models import Account
from supply.jobs.models import JobRun


def last_done_at(session: Session, job: str) -> datetime | None:
    """Give when the last run of a job that was done had been due."""
    return session.scalar(select(JobRun.due_at).where(JobRun.job == job, JobRun.outcome == "done").order_by(JobRun.due_at.desc()).limit(1))


def running(session: Session, job: str) -> Sequence[JobRun]:
    """Give the runs of a job that were begun and have not ended."""
    return session.scalars(select(JobRun).where(JobRun.job == job, JobRun.outcome == "running")).all()


def last_runs(session: Session) -> dict[str, JobRun]:
    """Give the last run of each job."""
    last = select(JobRun.job, func.max(JobRun.due_at).label("due_at")).group_by(JobRun.job).subquery()
    return {run.job: run for run in session.scalars(select(JobRun).join(last, (last.c.job == JobRun.job) & (last.c.due_at == JobRun.due_at)))}


def runs_of(session: Session, job: str, *, limit: int) -> Sequence[JobRun]:
    """Give the last runs of a job, the newest first."""
    return session.scalars(select(JobRun).where(JobRun.job == job).order_by(JobRun.due_at.desc()).limit(limit)).all()


def last_done(session: Session, jobs: Sequence[str]) -> dict[str, datetime | None]:
    """Give by job when it was last due and done: one question, each job looked up by itself, for every page asks it."""
    if not jobs:
        return {}
    last = [select(JobRun.due_at).where(JobRun.job == job, JobRun.outcome == "done").order_by(JobRun.due_at.desc()).limit(1).scalar_subquery() for job in jobs]
    return dict(zip(jobs, session.execute(select(*last)).one(), strict=True))


def began_at(session: Session) -> datetime | None:
    """Give when there first was anybody to do anything for; None: nobody yet."""
    return session.scalar(select(func.min(Account.created_at)))
