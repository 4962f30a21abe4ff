"""The clock of the house: work that is done when its time has come, once, whoever looks and however often."""

from datetime import time

from flask import Flask


def init_app(app: Flask) -> None:
    """Let features say what is to be done when, and join the commands and the pages."""
    from supply.jobs import cli, pages
    from supply.jobs.rules import Daily
    from supply.jobs.service import Job, register, tidy

    app.extensions["jobs"] = {}
    register(app, Job(name="tidy", schedule=Daily(at=time(3, 40)), work=tidy))
    app.register_blueprint(pages.pages)
    app.cli.add_command(cli.jobs)
