"""`flask coverage report`: the audit report of a period, as of a checkpoint."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from supply import clock
from supply.coverage.cli.group import DAY, OPERATOR, coverage, day, refusals_told
from supply.coverage.report import issue
from supply.coverage.report.parts import Material
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.asked import Asked, Wanted
from supply.db import in_one_snapshot, in_one_transaction

LANGUAGES = ("nb", "nn", "en")


@coverage.command("report")
@click.option("--from", "first", type=DAY, required=True, help="The first day; whole months are counted.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--area", default="NO", show_default=True, help="NO, a county, a municipality, set:network.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--model", type=click.Choice([model.value for model in Model]), default=Model.BLENDED.value, show_default=True)
@click.option("--as-of", type=int, help="A checkpoint; one is taken now where none is named.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="PDF, XLSX, CSV or JSON, by its ending.")
def report(first: datetime, last: datetime, area: str, language: str, model: str, as_of: int | None, out: Path) -> None:
    """Write the audit report of a period. The same period as of the same checkpoint gives the same bytes."""
    ending = out.suffix.lower().removeprefix(".")
    if ending not in issue.ENDINGS:
        raise click.BadParameter(f"the file has to end in {', '.join(issue.ENDINGS)}", param_hint="--out")
    with refusals_told():
        found = _material(Wanted(from_=day(first), to=day(last), area=area, model=model, as_of=as_of).asked(clock.today()))
    write_whole(out, issue.written(found, ending, language=language))
    click.echo(f"{out}: {len(found.edition.figures)} figures as of checkpoint {found.edition.as_of.checkpoint}.")


def _material(asked: Asked) -> Material:
    ledger = current_app.extensions["coverage_ledger"]
    if asked.checkpoint is None:
        asked = replace(asked, checkpoint=in_one_transaction(lambda session: ledger.take_checkpoint(session, clock.now())))
    return in_one_snapshot(lambda session: issue.material(session, asked, by=OPERATOR, ledger=ledger, today=clock.today()))


def write_whole(out: Path, content: bytes) -> None:
    """Write a file, all of it or nothing."""
    unfinished = out.with_name(f"{out.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(out)
