"""`flask jobs`: the clock, one job now, and what ran when."""

import gc
import os
import signal
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_babel import force_locale

from supply import clock
from supply.db import reading
from supply.jobs import queries
from supply.jobs.service import Job, run_due, run_once, try_out

jobs = AppGroup("jobs", help="Work that is done when its time has come.")
LOOK_SECONDS = 15


@jobs.command("run")
@click.option("--beside", type=int, metavar="PID", help="Stop when the process with this number, which started this one, is gone.")
def run(beside: int | None) -> None:
    """Be the clock: look every quarter of a minute what is due, and do it. A second one beside it stands by: what one has taken up the other leaves."""
    from apscheduler.schedulers.blocking import BlockingScheduler

    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the app behind the proxy
    scheduler = BlockingScheduler(timezone=UTC)

    def look() -> None:
        if beside is not None and os.getppid() != beside:
            os.kill(os.getpid(), signal.SIGTERM)
            return
        with app.app_context(), force_locale("en"):
            for name in run_due(_all(app), app.extensions["settings"]):
                click.echo(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {name}")

    def stop(*_: Any) -> None:
        raise SystemExit(0)  # the scheduler lets what is running come to its end

    gc.collect()
    gc.freeze()  # what is loaded stays, as in a worker of the service
    signal.signal(signal.SIGTERM, stop)
    scheduler.add_job(look, "interval", seconds=LOOK_SECONDS, next_run_time=datetime.now(UTC), coalesce=True, max_instances=1, misfire_grace_time=None)
    try:
        scheduler.start()
    except (SystemExit, KeyboardInterrupt):
        scheduler.shutdown(wait=True)


@jobs.command("once")
@click.argument("name")
@click.option("--dry-run", "dry", is_flag=True, help="Do it and undo it again; says what it would do.")
def once(name: str, dry: bool) -> None:  # noqa: FBT001  click hands it so
    """Do one job now. Safe at any time: what was done already is not done again."""
    job = current_app.extensions["jobs"].get(name)
    if job is None:
        raise click.ClickException(f"There is no job {name}. There are: {', '.join(current_app.extensions['jobs'])}.")
    settings = current_app.extensions["settings"]
    with force_locale("en"):
        if dry:
            click.echo(f"{name} would: {_told(try_out(job, settings))}")
            return
        ended = run_once(job, settings, due_at=clock.now())
    if ended is None:
        raise click.ClickException(f"Somebody is at {name} already. Wait until that run has ended: flask jobs list")
    if ended.outcome != "done":
        raise click.ClickException(f"{name} failed: {ended.error}")
    click.echo(f"{name}: {_told(ended.facts)}")


@jobs.command("list")
def list_jobs() -> None:
    """Say of each job when it ran last, how it ended, and when it is due."""
    last, now = queries.last_runs(reading()), clock.now()
    for job in _all(current_app):
        ran = last.get(job.name)
        how = f"{ran.outcome} {ran.due_at:%Y-%m-%d %H:%M}Z, {_seconds(ran.ended_at, ran.started_at)} {_told(ran.facts)}{ran.error or ''}" if ran else "never"
        click.echo(f"{job.name:<16} last: {how}; next: {job.schedule.next(now):%Y-%m-%d %H:%M}Z")


def _all(app: Flask) -> list[Job]:
    return list(app.extensions["jobs"].values())


def _seconds(ended_at: datetime | None, started_at: datetime) -> str:
    return f"{max(timedelta(), ended_at - started_at).total_seconds():.1f} s" if ended_at else "not ended"


def _told(facts: dict[str, object] | None) -> str:
    return ", ".join(f"{name} {value}" for name, value in (facts or {}).items()) or "nothing to do"
