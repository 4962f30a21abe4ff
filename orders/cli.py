"""`flask orders`: what an operator, or a timer, does with orders."""

import json
import secrets
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy.orm import Session

from inventory.service import imports
from orders.jobs import PLACES_AT_ONCE
from orders.pages import reasons
from orders.queries import proposals as kept
from orders.queries import simulation
from orders.rules.simulation.trials import judge
from orders.rules.states_text import states_page
from orders.service import allocation, proposals, standing
from orders.service.demo import Tale
from orders.service.hand import By
from supply import clock
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.db import in_one_snapshot, in_one_transaction
from supply.errors import Refusal
from supply.reference import queries as reference
from supply.rows import parts_of
from supply.settings import Settings

orders = AppGroup("orders", help="What is asked for, sent, and counted on arrival.")


@orders.command("allocate")
@click.argument("place")
def allocate(place: str) -> None:
    """Hold what has come for all open orders of a place, each its fair share."""
    got = _done(lambda session, by: allocation.open_orders(session, reference.get_place(session, place), by=by))
    click.echo(f"Something was held for {got} orders.")


@orders.command("repeat")
def repeat() -> None:
    """Draft the orders that repeat and whose day has come; safe to run again."""
    for number in _done(lambda session, by: [order.number for order in standing.draft_due(session, by=by)]):
        click.echo(f"Drafted {number}.")


@orders.command("propose")
@click.argument("place", required=False)
def propose(place: str | None) -> None:
    """Reckon now what a place, or every open place, should order, and print it in sentences; safe to run again."""
    settings = current_app.extensions["settings"]
    codes = [place] if place is not None else [one.code for one in in_one_snapshot(lambda session: reference.open_places(session, today=clock.today()))]
    for part in parts_of(codes, PLACES_AT_ONCE):
        for where, product, told in _done(lambda session, by, part=part: _proposed(session, part, by.now, settings)):  # type: ignore[misc]  # the places of this turn
            click.echo(f"{where}: {product}: {told}")


def _proposed(session: Session, codes: Sequence[str], now: datetime, settings: Settings) -> list[tuple[str, str, str]]:
    places = [reference.get_place(session, code) for code in codes]
    proposals.reckon(session, places, now=now, settings=settings)
    return [(place.code, one.product, reasons.sentence(one.inputs, one.product)) for place in places for one in kept.open_at(session, place)]


@orders.command("demo")
def demo() -> None:
    """Make up a few orders beside the made-up history; refuses in production and without the made-up accounts."""
    settings = current_app.extensions["settings"]
    if settings.in_production:
        raise click.ClickException("Nothing is made up in production.")

    def work(session: Session) -> int:
        asks, decides, gives = (_made_up(session, f"{name}@example.no") for name in ("birk", "erik", "alma"))
        return Tale(session=session, asks=asks, decides=decides, gives=gives, now=clock.now(), settings=settings).tell()

    click.echo(f"Made up: {in_one_transaction(work)} orders.")


def _made_up(session: Session, email: str) -> Person:
    account = accounts.find_account(session, email)
    person = accounts.find_by_number(session, account.number, today=clock.today()) if account and accounts.is_made_up(session, account.id) else None
    if person is None:
        raise click.ClickException("The made-up accounts are not there. Make up a history first: flask demo")
    return person


@orders.command("states")
def states() -> None:
    """Print the states of an order and the acts between them, as docs/orders.md holds them."""
    click.echo(states_page(), nl=False)


@orders.command("simulate")
@click.option("--days", default=365, show_default=True, type=click.IntRange(28, 1095), help="How many days are judged.")
@click.option("--seeds", default="31,32,33,34", show_default=True, help="Seeds of chance to judge by.")
@click.option("--held-out", default="2026-02-01", show_default=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day that is judged; the defaults were tuned on days before it.")
@click.option("--tuned-seeds", default="", help="Seeds to show beside, on the months before; the defaults were tuned on 21 to 28.")
@click.option("--months", default=3, show_default=True, type=click.IntRange(1, 12), help="The maximum months of the plain rule.")
@click.option("--municipalities", default=35, show_default=True, type=click.IntRange(1, 35), help="How many of the network's, the largest first.")
@click.option("--past", is_flag=True, help="Play the last days of the ledger rather than made-up ones.")
@click.option("--json", "as_json", is_flag=True)
def simulate(*, as_json: bool, **said: Any) -> None:
    """Play our rule of ordering and the plain one over made-up or past demand, and say what came of each; exit 1 where ours is not better than the plain one as published."""
    asked = simulation.Asked(**said)
    ground = in_one_snapshot(lambda session: simulation.ground(session, asked, today=clock.today(), settings=current_app.extensions["settings"]))
    plays = sum(len(trial.seeds) for trial in ground.trials) * len(ground.rules)
    with click.progressbar(length=plays, label="Playing", file=sys.stderr) as bar:
        verdicts = [judge(trial, ground.network, ground.rules, lambda: bar.update(1)) for trial in ground.trials]
    click.echo(json.dumps([verdict.facts() for verdict in verdicts], indent=1) if as_json else "\n\n".join("\n".join(verdict.lines()) for verdict in verdicts))
    if not verdicts[-1].holds:
        raise SystemExit(1)


def _done(work: Callable[[Session, By], Any]) -> Any:
    """Do something as the account of imports, in one transaction; a refusal is a sentence and exit 1."""

    def act(session: Session) -> Any:
        now = clock.now()
        by = By(person=imports.importer(session, now=now), now=now, key=f"command-{secrets.token_hex(12)}", settings=current_app.extensions["settings"])
        return work(session, by)

    with force_locale("en"):
        try:
            return in_one_transaction(act)
        except Refusal as refusal:
            title, sentence = refusal.sentences()
            raise click.ClickException(f"{title} {sentence.format_map(refusal.facts)}".strip()) from refusal
