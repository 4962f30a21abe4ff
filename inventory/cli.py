"""`flask inventory`: verify, checkpoint, import, export."""

import json

import click
from flask.cli import AppGroup

from inventory.service import checks
from supply import clock
from supply.db import in_one_snapshot, in_one_transaction

inventory = AppGroup("inventory", help="The ledger.")


@inventory.command("verify")
@click.option("--place", default=None, help="Only this place's journal.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON.")
def verify(place: str | None, *, as_json: bool) -> None:
    """Recompute every seal and compare every sum; exit 1 and name the first row when one fails."""
    started_at = clock.now()
    verified = in_one_snapshot(lambda session: checks.verify(session, place=place))
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
def checkpoint() -> None:
    """Keep where every journal stands now."""
    click.echo(in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now())))
