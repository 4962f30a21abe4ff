"""The ledger: lots, what arrives and leaves, what lies where, and the proof of it."""

from datetime import time

from flask import Flask


def init_app(app: Flask) -> None:
    """Join the ledger's routes, pages, commands and timed work to the app."""
    from inventory import api, cli, jobs, pages
    from inventory.demo import cli as demo
    from inventory.notices import KINDS
    from supply import notices
    from supply.jobs.rules import Daily
    from supply.jobs.service import Job, register

    register(app, Job(name="checkpoint", schedule=Daily(at=time(3, 5)), work=jobs.checkpoint), Job(name="verify", schedule=Daily(at=time(3, 15)), work=jobs.verify))
    register(app, Job(name="use", schedule=Daily(at=time(4)), work=jobs.use))
    app.extensions["api"].register_blueprint(api.api)
    app.extensions["csrf"].exempt(api.api)
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.inventory)
    app.cli.add_command(demo.demo)
    notices.register(app, *KINDS)
