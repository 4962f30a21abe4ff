"""Orders from municipality to depot to arrival."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the routes, pages and commands of orders to the app."""
    from inventory.queries import audit
    from inventory.service import holds
    from orders import api, cli, pages
    from orders.queries.audit import SUMS
    from orders.service import releases

    audit.SUMS.update(SUMS)
    holds.WHO_PROMISED.add(releases.hear)
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.orders)
