"""`flask inventory sheet` and `labels`: what is printed, as files."""

from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale

from inventory.cli.group import inventory
from inventory.pages import prints
from supply.db import reading
from supply.errors import Missing
from supply.reference import queries as reference
from supply.reference.models import Place

LANGUAGE = click.Choice(["nb", "nn", "en"])


@inventory.command("sheet")
@click.argument("place")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--group", default=None, help="Only this product group.")
@click.option("--blind", is_flag=True, help="Leave out what is expected.")
@click.option("--language", type=LANGUAGE, default="nb")
def sheet(place: str, file: Path, *, group: str | None, blind: bool, language: str) -> None:
    """Write a count sheet of what lies at a place as PDF."""
    here = _place(place)
    with current_app.test_request_context(), force_locale(language):
        file.write_bytes(prints.sheet_of_stock(here, group=group, blind=blind))


@inventory.command("labels")
@click.argument("place")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=LANGUAGE, default="nb")
def labels(place: str, file: Path, *, language: str) -> None:
    """Write a label for every shelf of a place as PDF."""
    here = _place(place)
    with current_app.test_request_context(), force_locale(language):
        file.write_bytes(prints.shelf_labels(here))


def _place(code: str) -> Place:
    try:
        return reference.get_place(reading(), code)
    except Missing as refusal:
        click.echo(f"There is no place {code}.", err=True)
        raise SystemExit(1) from refusal
