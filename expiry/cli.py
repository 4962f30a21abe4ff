"""`flask expiry`: what somebody is to look at, what would be wasted, and a recall from a file, for an operator."""

import json
import secrets
from typing import Any

import click
import marshmallow as ma
from flask import current_app
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy.orm import Session

from expiry.queries import alerts as alert_queries
from expiry.queries import recalls as recall_queries
from expiry.queries.waste import totals_at
from expiry.rules.recalls import NewRecall
from expiry.rules.wanted import AlertsWanted
from expiry.schemas.recalls import RecallIn
from expiry.service import recalls
from expiry.service.recalls import By
from inventory.queries.areas import places_in
from inventory.service import imports
from supply import clock
from supply.auth.rules import Person
from supply.db import in_one_transaction, reading, tried_out
from supply.errors import Refusal
from supply.fields import is_area
from supply.schemas import messages_of

expiry = AppGroup("expiry", help="What will expire, and what is recalled.")


def _area(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if not is_area(value):
        raise click.BadParameter("Say NO, a county of two digits or a municipality of four.")
    return value


@expiry.command("alerts")
@click.option("--area", default="NO", callback=_area, help="NO, a county of two digits, a municipality of four.")
def alerts(area: str) -> None:
    """Say how many alerts of each kind are open, and in hand."""
    for count in alert_queries.counts(reading(), AlertsWanted(area=area), by=_operator(), today=clock.today()):
        click.echo(f"{count.kind:<12} open {count.open:>7,}  in hand {count.acknowledged:>7,}")


@expiry.command("waste")
@click.option("--area", default="NO", callback=_area, help="NO, a county of two digits, a municipality of four.")
def waste(area: str) -> None:
    """Say by product how many units would not be used in time, have expired, are blocked."""
    today = clock.today()
    sums: dict[str, list[int]] = {}
    for at_place in totals_at(reading(), places_in(reading(), by=_operator(), today=today, area=area), today=today).values():
        for product, totals in at_place.items():
            known = sums.setdefault(product, [0, 0, 0])
            sums[product] = [one + more for one, more in zip(known, (totals.wasted, totals.expired, totals.blocked), strict=True)]
    for product, (wasted, expired, blocked) in sorted(sums.items()):
        if wasted or expired or blocked:
            click.echo(f"{product:<24} would be wasted {wasted:>10,}  expired {expired:>8,}  blocked {blocked:>8,}")


@expiry.command("recall")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--dry-run", "dry", is_flag=True, help="Say what it would do, and do nothing. A drill is something else: it asks every place.")
def recall(file: Any, *, dry: bool) -> None:
    """Recall lots as a file (or - for standard input) says, in the words the interface is sent; or hold the drill that it asks for."""
    asked = _read(file)

    def work(session: Session) -> tuple[str, int]:
        now, extensions = clock.now(), current_app.extensions
        by = By(person=imports.importer(session, now=now), now=now, key=f"command-{secrets.token_hex(12)}", settings=extensions["settings"], under_way=extensions["under_way"])
        opened = recalls.open_recall(session, asked, by=by)
        return opened.number, recall_queries.place_count(session, opened.id)

    with force_locale("en"):
        try:
            number, places = tried_out(work) if dry else in_one_transaction(work)
        except Refusal as refusal:
            title, sentence = refusal.sentences()
            raise click.ClickException(f"{title} {sentence.format_map(refusal.facts)}".strip()) from refusal
    nothing = " Nothing was done." if dry else " A drill: nothing is frozen." if asked.drill else ""
    click.echo(f"{'Would be ' if dry else ''}{number}; places to answer: {places}.{nothing}")


def _read(file: Any) -> NewRecall:
    with force_locale("en"):
        try:
            asked: NewRecall = RecallIn().load(json.loads(file.read()))
        except ma.ValidationError as error:
            raise click.ClickException(json.dumps(messages_of(error), ensure_ascii=False)) from error
        except ValueError as error:
            raise click.ClickException(f"{file.name} is no JSON: {error}") from error
    return asked


def _operator() -> Person:
    return tried_out(lambda session: imports.importer(session, now=clock.now()))
