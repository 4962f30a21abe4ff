"""The clock of the house: work that is done when its time has come, once, whoever looks and however often."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Let features say what is to be done when, and join the commands."""
    from supply.jobs import cli
    from supply.jobs.service import Job

    jobs: dict[str, Job] = {}
    app.extensions["jobs"] = jobs
    app.cli.add_command(cli.jobs)
