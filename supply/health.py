"""Alive, able to serve, and measured: for those who run the service."""

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest, multiprocess
from sqlalchemy.exc import DBAPIError

from supply import doctor
from supply.db import reading
from supply.jobs import queries
from supply.settings import figures_are_shared
from supply.web import may

health = Blueprint("health", __name__)


@health.get("/healthz")
@may("anyone")
def alive() -> Response:
    """Say that the process answers."""
    return Response('{"status":"alive"}', mimetype="application/json")


@health.get("/readyz")
@may("anyone")
def ready() -> Response:
    """Say whether the service can serve: the database answers and has this version's schema."""
    wrong = doctor.what_is_wrong(current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001  the app behind the proxy
    body = '{"status":"ready"}' if not wrong else '{"status":"not ready"}'
    return Response(body, 200 if not wrong else 503, mimetype="application/json")


@health.get("/metrics")
@may("anyone")
def metrics() -> Response:
    """Give the figures of all workers for Prometheus."""
    registry = REGISTRY
    if figures_are_shared():
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # prometheus-client has no types there
    return Response(generate_latest(registry) + generate_latest(_of_jobs()), content_type=CONTENT_TYPE_LATEST)


def _of_jobs() -> CollectorRegistry:
    """Give the figures of timed work, read from its table: it runs in another process. Nothing where the database is away."""
    registry = CollectorRegistry()
    done = Gauge("forsyn_job_last_done_timestamp_seconds", "When the last run of the job that was done had been due.", ["job"], registry=registry)
    took = Gauge("forsyn_job_last_duration_seconds", "How long the last run of the job took that has ended.", ["job"], registry=registry)
    failed = Gauge("forsyn_job_failing", "1 where the last run of the job failed.", ["job"], registry=registry)
    try:
        session = reading()
        for name, run in queries.last_runs(session).items():
            if (last := queries.last_done_at(session, name)) is not None:
                done.labels(name).set(last.timestamp())
            if run.ended_at is not None:
                took.labels(name).set(max(0.0, (run.ended_at - run.started_at).total_seconds()))
            failed.labels(name).set(run.outcome == "failed")
    except DBAPIError:
        return CollectorRegistry()
    return registry
