"""What will expire, what is recalled, and who is told in time."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from flask import Flask

from supply.settings import Settings

Waiting = Callable[[Settings, datetime], Any]
"""A SELECT of place_id and document: what waits for too long at a moment, over all places."""


def init_app(app: Flask, *, waiting: Mapping[str, Waiting], leads: Mapping[str, str]) -> None:
    """Join the routes, pages and timed work of this feature to the app. `waiting` is what orders know that somebody should look at, by kind of alert, and `leads` the pages where it can be acted on; wsgi hands them in."""
    from expiry import api, jobs, pages
    from expiry.queries.sources import documents
    from expiry.rules.alerts import Kind
    from supply.jobs.rules import Daily
    from supply.jobs.service import Job, register

    app.extensions["alert_sources"] = [documents(Kind(kind), what) for kind, what in waiting.items()]
    app.jinja_env.globals["leads"] = leads
    register(app, Job(name="alerts", schedule=Daily(at=time(4, 30)), work=jobs.raise_alerts))
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
