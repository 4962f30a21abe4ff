"""Orders from municipality to depot to arrival."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the routes, pages and commands of orders to the app."""
    from inventory.queries import audit
    from orders import api, cli, pages
    from orders.notices import KINDS
    from orders.queries.audit import SUMS
    from supply import notices

    audit.SUMS.update(SUMS)
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.orders)
    notices.register(app, *KINDS)
