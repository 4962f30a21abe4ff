"""`flask inventory record`, `quarantine`, `release`, `redate` and `entered`: single acts by an operator, as the account of imports by command."""

import json
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NoReturn

import click
import marshmallow as ma
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.orm import Session

from inventory.cli.group import inventory
from inventory.models import MonthReport
from inventory.rules.lots import BLOCKING_REASONS, RELEASING_REASONS, LotAct
from inventory.rules.reports import MonthEntered
from inventory.schemas import SCHEMAS, RedatingIn
from inventory.service import batches, imports, reports
from inventory.service import lots as lot_events
from supply import clock
from supply.auth.rules import Person
from supply.db import in_one_transaction
from supply.errors import Refusal


@inventory.command("record")
@click.argument("act", type=click.Choice(sorted(SCHEMAS)))
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--key", default=None, help="The act's own key: sent twice under it, it is recorded once.")
def record_act(act: str, file: Any, *, key: str | None) -> None:
    """Record one act from a file (or - for standard input) that says what the interface would be sent: a count, say."""
    command = _loaded(SCHEMAS[act](), file.read())

    def work(session: Session, by: Person) -> bytes:
        opens_on: date = current_app.extensions["settings"].ledger_opens_on
        keyed = batches.Keyed(command=command, key=key or f"command-{secrets.token_hex(12)}")
        (answer,) = batches.record_keyed(session, [keyed], all_or_none=True, by=by, now=clock.now(), ledger_opens_on=opens_on)
        return answer.body

    click.echo(json.dumps(json.loads(_done(work)), ensure_ascii=False, indent=1))


@inventory.command("quarantine")
@click.argument("product")
@click.argument("lot")
@click.option("--place", default=None, help="Only there; everywhere, if left out.")
@click.option("--reason", type=click.Choice(BLOCKING_REASONS), required=True)
@click.option("--document", default=None)
def quarantine(product: str, lot: str, **said: Any) -> None:
    """Let nothing of a lot leave."""
    _change(lot_events.quarantine, LotAct(product=product, number=lot, **said))


@inventory.command("release")
@click.argument("product")
@click.argument("lot")
@click.option("--place", default=None, help="Only there; everywhere, if left out.")
@click.option("--reason", type=click.Choice(RELEASING_REASONS), required=True)
@click.option("--document", default=None)
def release(product: str, lot: str, **said: Any) -> None:
    """Let a lot leave again."""
    _change(lot_events.release, LotAct(product=product, number=lot, **said))


@inventory.command("redate")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@click.option("--document", required=True, help="The notice that says so.")
@click.option("--authority", required=True, help="Whose notice it is.")
def redate(file: Any, *, document: str, authority: str) -> None:
    """Give lots another expiry, all or none: a file of rows product;lot;expires_on."""
    rows = [line.strip().split(";") for line in file if line.strip() and not line.startswith("product;")]
    lots = [dict(zip(("product", "lot", "expires_on"), row, strict=False)) for row in rows]
    _change(lot_events.redate, _loaded(RedatingIn(), json.dumps({"document": document, "authority": authority, "lots": lots})))


@inventory.command("entered")
@click.argument("place")
@click.argument("month", type=click.DateTime(["%Y-%m"]))
def entered(place: str, month: datetime) -> None:
    """Say that all of a month (2026-10) is entered at a place: with no hand-outs in it, none were made."""

    def work(session: Session, by: Person) -> MonthReport:
        opens_on: date = current_app.extensions["settings"].ledger_opens_on
        return reports.say_entered(session, MonthEntered(place=place, month=month.date()), by=by, now=clock.now(), ledger_opens_on=opens_on)

    report = _done(work)
    click.echo(f"{place} {report.month:%Y-%m} entered, up to posting {report.posting}")


def _change(change: Callable[..., Any], act: Any) -> None:
    events = _done(lambda session, by: change(session, act, person=by, now=clock.now(), key=f"command-{secrets.token_hex(12)}"))
    for event in events:
        dates = f": {event.expires_before} to {event.expires_after}" if event.kind == "redate" else ""
        click.echo(f"{event.kind} {event.product} {event.lot}{dates}, {event.place or 'everywhere'}")


def _done(work: Callable[[Session, Person], Any]) -> Any:
    """Do something as the account of imports, in one transaction; a refusal is a sentence and exit 1."""
    with force_locale("en"):
        try:
            return in_one_transaction(lambda session: work(session, imports.importer(session, now=clock.now())))
        except Refusal as refusal:
            _refuse(refusal)
        except batches.NotAll as none:
            _refuse(next(iter(none.refusals.values())))


def _refuse(refusal: Refusal) -> NoReturn:
    title, sentence = refusal.sentences()
    click.echo(f"{title} {sentence.format_map(_Facts(refusal.facts))}".strip(), err=True)
    raise SystemExit(1) from refusal


def _loaded(schema: ma.Schema, text: str) -> Any:
    """Read what was sent as the interface reads it; what is wrong is named by field."""
    with force_locale("en"):
        try:
            return schema.loads(text)
        except (ma.ValidationError, ValueError) as error:
            click.echo(json.dumps(error.messages if isinstance(error, ma.ValidationError) else str(error), ensure_ascii=False, default=str), err=True)
            raise SystemExit(1) from error


class _Facts(dict[str, Any]):
    """Facts for a sentence; what is not known reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"
