"""Alive, able to serve, and measured: for those who run the service."""

from flask import Blueprint, Response, current_app
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from supply import doctor
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
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
