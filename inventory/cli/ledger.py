"""`flask inventory verify`, `checkpoint`, `export` and `import`: the ledger as a whole."""

import gc
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from inventory.cli.group import inventory
from inventory.errors import RowsAreWrong
from inventory.rules.imports import Problem
from inventory.service import checks, exports, imports
from supply import clock
from supply.db import in_one_snapshot, in_one_transaction


@inventory.command("verify")
@click.option("--place", default=None, help="Only this place's journal.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def verify(place: str | None, *, as_json: bool) -> None:
    """Recompute every seal and compare every sum; exit 1 and name the first row when one fails."""
    started_at = clock.now()
    verified = in_one_snapshot(lambda session: checks.verify(session, place=place) if place else checks.verify_all(session))
    if place is None:
        in_one_transaction(lambda session: checks.keep_run(session, verified, started_at=started_at, finished_at=clock.now()))
    said = {"postings": verified.postings, "moves": verified.moves, "failure": verified.failure.as_json() if verified.failure else None}
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False))
    elif verified.failure is None:
        click.echo(f"In order: {verified.postings} postings, {verified.moves} moves.")
    else:
        click.echo(f"FAILED: {verified.failure.check} ({verified.failure.place}, {', '.join(verified.failure.row)})", err=True)
    if verified.failure is not None:
        raise SystemExit(1)


@inventory.command("checkpoint")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Also write it to a file, which is to be kept elsewhere.")
def checkpoint(out: Path | None) -> None:
    """Keep where every journal stands now."""
    number = in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    if out is not None:
        heads = in_one_snapshot(lambda session: exports.checkpoint_heads(session, number))
        out.write_text(json.dumps(heads, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(number)


@inventory.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_file(file: Path) -> None:
    """Write the whole ledger as JSON lines; `python inventory/standalone.py FILE` verifies it without the service."""

    def write(session: Session) -> int:
        with unfinished.open("w", encoding="utf-8", newline="\n") as lines:
            return sum(bool(lines.write(line)) for line in exports.export(session, now=clock.now()))

    unfinished = file.with_name(f"{file.name}.unfinished")
    written = in_one_snapshot(write)
    unfinished.replace(file)
    click.echo(f"Exported {written - 1} postings.")


@inventory.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be entered, and enter nothing.")
def import_file(file: Path, *, dry_run: bool) -> None:
    """Enter a CSV or XLSX file, one row a move: all of it or nothing. The same file twice changes nothing."""
    gc.disable()  # a command that ends soon makes little garbage, and looking for it among a million rows takes half the time
    with force_locale("en"):
        read = imports.read_file(file.name, file.read_bytes())
        try:
            entered = _enter(read, dry_run=dry_run)
        except RowsAreWrong as refusal:
            _name(refusal.problems)
            raise SystemExit(1) from refusal
    would_be = "Would enter" if dry_run else "Entered"
    click.echo(f"{would_be} {entered.new} postings from {read.rows} rows; {entered.known} were known already.")


def _enter(read: imports.ReadFile, *, dry_run: bool) -> imports.Entered:
    settings = current_app.extensions["settings"]

    def work(session: Session) -> imports.Entered:
        by = imports.importer(session, now=clock.now())
        with click.progressbar(length=len(read.keyed), label="Entering", file=sys.stderr, update_min_steps=1000) as bar:
            entered = imports.enter(session, read, by=by, now=clock.now(), ledger_opens_on=settings.ledger_opens_on, each=lambda _nth: bar.update(1))
        if dry_run:
            raise _Tried(entered)
        return entered

    try:
        return in_one_transaction(work)
    except _Tried as tried:
        return tried.entered


class _Tried(Exception):
    def __init__(self, entered: imports.Entered) -> None:
        super().__init__()
        self.entered = entered


def _name(problems: Iterable[Problem]) -> None:
    for problem in problems:
        where = f"row {problem.row}" if problem.row else "the file"
        click.echo(f"{where}, {problem.column}: {problem.sentence}" if problem.column else f"{where}: {problem.sentence}", err=True)
    click.echo("Nothing was entered.", err=True)
