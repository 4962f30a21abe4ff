"""Timed work as tests do it: at an instant, by one or by many at once."""

from datetime import UTC, datetime
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select

from expiry.models import Alert
from supply.db import db, reading
from supply.jobs.models import JobRun
from supply.jobs.service import run_once
from supply.notices.models import Notice
from supply.reference.models import Place


def at(day: str, hour: int = 12) -> datetime:
    """Give an instant of a day, UTC."""
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00").astimezone(UTC)


def look(app: Flask, name: str, now: datetime) -> Any:
    """Do a job at an instant for the time it was last due; gives how it ended, None where there was nothing to do."""
    job = app.extensions["jobs"][name]
    with time_machine.travel(now, tick=False):
        ended = run_once(job, app.extensions["settings"], due_at=job.schedule.last(now))
    assert ended is None or ended.error is None, ended
    return ended


def alerts(**wanted: Any) -> list[Alert]:
    """Give the alerts there are, in the order in which they were raised."""
    db.session.rollback()
    query = select(Alert).order_by(Alert.id)
    if (place := wanted.pop("place", None)) is not None:
        query = query.where(Alert.place_id == select(Place.id).where(Place.code == place).scalar_subquery())
    return list(reading().scalars(query.filter_by(**wanted)))


def runs(job: str) -> list[JobRun]:
    db.session.rollback()
    return list(reading().scalars(select(JobRun).where(JobRun.job == job).order_by(JobRun.due_at)))


def notices(kind: str) -> list[Notice]:
    db.session.rollback()
    return list(reading().scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id)))
