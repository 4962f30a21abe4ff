"""create_app(): the one place where all parts meet."""

from flask import Flask

import expiry
import inventory
import orders
from inventory.queries import acts_handed_out as acts
from inventory.queries import coverage as counted
from inventory.service import checks
from orders.queries import late, shipments
from supply import app as ground
from supply import auth, cli, coverage, health, jobs, notices, openapi, pages, reference
from supply.settings import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Make the service: the ground floor, then each feature on it; refuses to start on wrong settings."""
    app = ground.bare_app(settings)
    openapi.init_app(app)
    pages.init_app(app)
    for feature in (jobs, notices, auth, reference, inventory, orders):
        feature.init_app(app)
    expiry.init_app(
        app,
        waiting={"late_order": late.late, "discrepancy": late.not_settled},
        leads={"order": "ordering.new_order", "orders": "ordering.place_orders"},
        under_way=shipments.under_way,
    )
    coverage.init_app(
        app,
        ledger=coverage.Ledger(
            as_of=counted.as_of,
            counted=counted.counted,
            by_month=counted.by_month,
            reporting=counted.reporting,
            acts=acts.acts,
            heads=counted.heads,
            take_checkpoint=lambda session, now: checks.take_checkpoint(session, now=now),
        ),
    )
    app.register_blueprint(health.health)
    app.cli.add_command(cli.db)
    app.cli.add_command(cli.examine)
    return app
