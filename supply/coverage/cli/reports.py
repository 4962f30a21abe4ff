"""`flask coverage report`, `export`, `pack`, `st10`, `unaids`, `dhis2`: what leaves the house, as of a checkpoint."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import reduce
from pathlib import Path

import click
from flask import current_app

from supply import clock, zips
from supply.coverage.cli.group import DAY, OPERATOR, coverage, day, refusals_told
from supply.coverage.report import export as exports
from supply.coverage.report import issue, lists
from supply.coverage.report import pack as packs
from supply.coverage.report.parts import Material
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.asked import Asked, Wanted, quarter_named
from supply.db import in_one_snapshot, in_one_transaction

LANGUAGES = ("nb", "nn", "en")
Command = Callable[..., None]


def _asked_for(files: str) -> Callable[[Command], Command]:
    """Give a command the days, the checkpoint and the file that lists are asked for."""
    options = (
        click.option("--from", "first", type=DAY, required=True, help="The first day; whole months are counted."),
        click.option("--to", "last", type=DAY, required=True, help="The last day."),
        click.option("--as-of", type=int, help="A checkpoint; one is taken now where none is named."),
        click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help=files),
    )
    return lambda command: reduce(lambda made, option: option(made), reversed(options), command)


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


@coverage.command("export")
@click.option("--from", "first", type=DAY, required=True, help="The first day; whole months are counted.")
@click.option("--to", "last", type=DAY, required=True, help="The last day.")
@click.option("--model", type=click.Choice([model.value for model in Model]), default=Model.BLENDED.value, show_default=True)
@click.option("--as-of", type=int, help="A checkpoint; one is taken now where none is named.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="A folder that is not there yet, or a file ending in .zip.")
def export(first: datetime, last: datetime, model: str, as_of: int | None, out: Path) -> None:
    """Write all figures of the country with all they were made from; `python recompute.py FOLDER` recomputes them without the service."""
    if out.exists() and out.suffix != ".zip":
        raise click.BadParameter("there is something already", param_hint="--out")
    with refusals_told():
        asked = _at_a_checkpoint(Wanted(from_=day(first), to=day(last), model=model, as_of=as_of).asked(clock.today()))
        ledger = current_app.extensions["coverage_ledger"]
        found, files = in_one_snapshot(lambda session: (it := issue.material(session, asked, by=OPERATOR, ledger=ledger, today=clock.today()), exports.files(session, it, ledger)))
    if out.suffix == ".zip":
        write_whole(out, zips.zipped(files))
    else:
        out.mkdir(parents=True)
        for name, content in files.items():
            (out / name).write_bytes(content)
    click.echo(f"{out}: {len(found.edition.figures)} figures as of checkpoint {found.edition.as_of.checkpoint}.")


@coverage.command("pack")
@click.option("--quarter", required=True, help="A year and a quarter: 2026Q3.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nb", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="A zip.")
def pack(quarter: str, language: str, out: Path) -> None:
    """Write the open data of a quarter: its public edition as CSV, a dictionary, the method, checksums. The same quarter gives the same bytes."""
    ledger = current_app.extensions["coverage_ledger"]
    with refusals_told():
        window = quarter_named(quarter)
        content = in_one_snapshot(lambda session: packs.pack(session, window, ledger, language=language))
    write_whole(out, content)
    click.echo(f"{out}: the open data of {quarter}.")


@coverage.command("st10")
@_asked_for("CSV or XLSX, by its ending.")
def st10(first: datetime, last: datetime, as_of: int | None, out: Path) -> None:
    """Write the European standard table of syringe availability, by region and type of outlet."""
    _write_list("st10", first, last, as_of, out)


@coverage.command("unaids")
@_asked_for("CSV or XLSX, by its ending.")
def unaids(first: datetime, last: datetime, as_of: int | None, out: Path) -> None:
    """Write the indicator of needles and syringes per person who injects, as UNAIDS asks for it."""
    _write_list("unaids", first, last, as_of, out)


@coverage.command("dhis2")
@_asked_for("JSON.")
def dhis2(first: datetime, last: datetime, as_of: int | None, out: Path) -> None:
    """Write a data value set for DHIS2: what was handed out by municipality and month."""
    _write_list("dhis2", first, last, as_of, out)


def _write_list(name: str, first: datetime, last: datetime, as_of: int | None, out: Path) -> None:
    ending = out.suffix.lower().removeprefix(".")
    if ending not in lists.ENDINGS[name]:
        raise click.BadParameter(f"the file has to end in {', '.join(lists.ENDINGS[name])}", param_hint="--out")
    ledger = current_app.extensions["coverage_ledger"]
    with refusals_told():
        asked = _at_a_checkpoint(Wanted(from_=day(first), to=day(last), as_of=as_of).asked(clock.today()))
        content = in_one_snapshot(lambda session: lists.written(session, name, ending, asked, by=OPERATOR, ledger=ledger, today=clock.today()))
    write_whole(out, content)
    click.echo(f"{out}: as of checkpoint {asked.checkpoint}.")


def _material(asked: Asked) -> Material:
    there = _at_a_checkpoint(asked)
    return in_one_snapshot(lambda session: issue.material(session, there, by=OPERATOR, ledger=current_app.extensions["coverage_ledger"], today=clock.today()))


def _at_a_checkpoint(asked: Asked) -> Asked:
    """Name a checkpoint: the one asked for, or one that is taken now."""
    ledger = current_app.extensions["coverage_ledger"]
    return asked if asked.checkpoint is not None else replace(asked, checkpoint=in_one_transaction(lambda session: ledger.take_checkpoint(session, clock.now())))


def write_whole(out: Path, content: bytes) -> None:
    """Write a file, all of it or nothing."""
    unfinished = out.with_name(f"{out.name}.unfinished")
    unfinished.write_bytes(content)
    unfinished.replace(out)
