"""The ledger: lots, what arrives and leaves, what lies where, and the proof of it."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the ledger's routes, pages and commands to the app."""
    from inventory import api, cli, pages
    from inventory.demo import cli as demo
    from inventory.notices import KINDS
    from supply import notices

    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.inventory)
    app.cli.add_command(demo.demo)
    notices.register(app, *KINDS)
