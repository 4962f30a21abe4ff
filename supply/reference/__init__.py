"""Places, municipalities, products and the figures from outside: loaded from CSV, each row with its source."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the lists' routes and `flask reference load` to the app."""
    from supply.reference import api, cli

    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.cli.add_command(cli.reference)
