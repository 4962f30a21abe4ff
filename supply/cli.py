"""`flask db` and `flask doctor`: bring the database up, and say what the start would refuse."""

import click
from flask import current_app
from flask.cli import AppGroup

from supply import doctor, migrations
from supply.db import db as database

db = AppGroup("db", help="The database's schema.")


@db.command("upgrade")
def upgrade() -> None:
    """Bring the database to this version; safe to repeat and to race."""
    settings = current_app.extensions["settings"]
    database.engine.dispose()
    migrations.upgrade(settings.owner_database_url or settings.database_url, service_role=settings.service_role)


@click.command("doctor")
def examine() -> None:
    """Say what the start would refuse, and why; exit 1 when there is anything."""
    wrong = doctor.what_is_wrong(current_app)
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        raise SystemExit(1)
    click.echo("Nothing is wrong.")
