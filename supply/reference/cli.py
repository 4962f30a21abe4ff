"""`flask reference load`: bring the reference tables to what the files say."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from supply.db import in_one_transaction
from supply.reference import service
from supply.reference.errors import FilesAreWrong
from supply.settings import ROOT

reference = AppGroup("reference", help="Places, products, and the figures from outside.")


class OnlyLooking(Exception):
    """Thrown to undo a dry run."""


@reference.command("load")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=ROOT / "config" / "reference")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
def load(folder: Path, *, dry_run: bool) -> None:
    """Load places, products and figures from CSV files: all or nothing."""
    said: list[service.Loaded] = []

    def work(session: Session) -> None:
        said[:] = service.load(session, folder)
        if dry_run:
            raise OnlyLooking

    try:
        in_one_transaction(work)
    except OnlyLooking:
        click.echo("Dry run: nothing was changed.")
    except FilesAreWrong as error:
        raise click.ClickException("\n".join(["Nothing was changed.", *error.lines])) from error
    for loaded in said:
        found = loaded.difference
        gone = "kept though gone" if loaded.file in {"places.csv", "products.csv"} else "gone"
        click.echo(f"{loaded.file}: {len(found.new)} new, {len(found.changed)} changed, {len(found.gone)} {gone}")
