"""Who is asking, and what may they do."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Join log-in, sessions and the commands for people and keys to the app."""
    from supply.auth import cli, pages

    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.auth)
