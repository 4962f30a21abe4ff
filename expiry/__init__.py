"""What will expire, what is recalled, and who is told in time."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from flask import Flask

from supply.settings import Settings

Waiting = Callable[[Settings, datetime], Any]
"""A SELECT of place_id and document: what waits for too long at a moment, over all places."""


def init_app(app: Flask, *, waiting: Mapping[str, Waiting], leads: Mapping[str, str], under_way: Callable[..., Any]) -> None:
    """Join the routes, pages, commands and timed work of this feature to the app.

    What it needs of orders wsgi hands in: `waiting` is what they know that somebody should look at, by kind of alert; `leads` the pages where it can be acted on; `under_way` what of some lots is in transit.
    """
    from expiry import api, cli, pages
    from expiry.jobs.alerts import raise_alerts
    from expiry.jobs.recalls import REMINDERS
    from expiry.notices import KINDS
    from expiry.queries.audit import SUMS
    from expiry.queries.sources import documents
    from expiry.rules.alerts import Kind
    from inventory.queries import audit
    from supply import notices
    from supply.jobs.rules import Daily
    from supply.jobs.service import Job, register

    audit.SUMS.update(SUMS)
    notices.register(app, *KINDS)
    app.extensions["alert_sources"] = [documents(Kind(kind), what) for kind, what in waiting.items()]
    app.extensions["under_way"] = under_way
    app.jinja_env.globals["leads"] = leads
    register(app, Job(name="alerts", schedule=Daily(at=time(4, 30)), work=raise_alerts), REMINDERS)
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.expiry)
