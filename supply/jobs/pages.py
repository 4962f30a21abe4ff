"""What ran when, for those who run the service; and a banner on every page while nothing runs."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, current_app, g, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import lazy_gettext as _l

from supply import clock
from supply.db import reading
from supply.errors import Missing
from supply.jobs import queries
from supply.jobs.models import JobRun
from supply.jobs.rules import stands_still
from supply.jobs.service import Job
from supply.pages import Link
from supply.web import may

pages = Blueprint("timed", __name__)
RUNS = 50


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the page in the main menu."""
    state.app.extensions["navigation"].append(Link(label=_l("Timed work"), endpoint="timed.jobs", permission="see jobs", also=("timed.job",)))


@dataclass(frozen=True, kw_only=True)
class JobSeen:
    """A job as its page shows it: what it does, step by step; how it ran last; when it is due."""

    name: str
    steps: Sequence[str]
    last: JobRun | None
    next_at: datetime

    @classmethod
    def of(cls, job: Job, last: JobRun | None) -> "JobSeen":
        """See a job."""
        return cls(name=job.name, steps=inspect.cleandoc(job.work.__doc__ or "").splitlines(), last=last, next_at=job.schedule.next(clock.now()))


@pages.get("/jobs")
@may("see jobs")
def jobs() -> str:
    """Show all timed work: what ran last, how long it took, how it ended, when it is due."""
    last = queries.last_runs(reading())
    return render_template("jobs/jobs.html", jobs=[JobSeen.of(job, last.get(job.name)) for job in current_app.extensions["jobs"].values()], took=took)


@pages.get("/jobs/<name>")
@may("see jobs")
def job(name: str) -> str:
    """Show what a job does, and its last runs."""
    known = current_app.extensions["jobs"].get(name)
    if known is None:
        raise Missing
    runs = queries.runs_of(reading(), name, limit=RUNS)
    return render_template("jobs/job.html", job=JobSeen.of(known, runs[0] if runs else None), runs=runs, took=took)


def took(run: JobRun) -> float | None:
    """Give how many seconds a run took; None while it has not ended."""
    return None if run.ended_at is None else max(timedelta(), run.ended_at - run.started_at).total_seconds()


@pages.app_context_processor
def still() -> dict[str, object]:
    """Tell everybody who is signed in while some of the work has not been done for too long: more than a day, of whatever is due."""
    if g.get("person") is None:
        return {}
    session, now = reading(), clock.now()
    began, done = queries.began_at(session), queries.last_done(session, [*current_app.extensions["jobs"]])
    late = {name: last or began for name, last in done.items() if began is not None and stands_still(last, began, now)}
    return {"stood_still": sorted(late), "stood_still_since": min((since for since in late.values() if since is not None), default=None)}
