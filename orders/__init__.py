"""Orders from municipality to depot to arrival."""

from datetime import time

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the routes, pages, commands and timed work of orders to the app."""
    from inventory.queries import audit
    from inventory.service import holds, receipts
    from orders import api, cli, jobs, pages
    from orders.notices import KINDS
    from orders.queries.audit import SUMS
    from orders.service import releases, supplies
    from supply import notices
    from supply.jobs.rules import Daily, Every
    from supply.jobs.service import Job, register

    audit.SUMS.update(SUMS)
    holds.WHO_PROMISED.add(releases.hear)
    receipts.WHO_ORDERED.add(supplies.hear)
    register(app, Job(name="repeat", schedule=Daily(at=time(5)), work=jobs.repeat), Job(name="allocate", schedule=Every(minutes=30), work=jobs.allocate))
    register(app, Job(name="reorder", schedule=Daily(at=time(4, 10)), work=jobs.reorder))
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.orders)
    notices.register(app, *KINDS)
