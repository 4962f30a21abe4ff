"""Count what lies at a place: sheets opened, filled in, resumed, printed, and recorded; and how well past counts agreed with the books."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import marshmallow as ma
from flask import Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory import words
from inventory.api import ledger_opens_on
from inventory.pages.frame import own_place, pages, place_here, products, said_of
from inventory.pages.people import people_behind
from inventory.pages.scans import lot_scanned
from inventory.queries import sheets as queries
from inventory.rules.commands import NO_LOT, REASONS, Kind
from inventory.rules.sheets import Limit, SheetLine, Step, asked_again
from inventory.schemas.acts import ActIn, FoundIn
from inventory.service import sheets as service
from inventory.service.batches import answer_of
from supply import clock
from supply.asking import current_person
from supply.db import in_one_transaction, reading
from supply.errors import KeyMissing, Missing, Refusal
from supply.fields import UNITS_MAX
from supply.forms import DIGITS_MAX, Form, beside, sent_by
from supply.once import rules as once
from supply.reference.models import Place
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import ask, keeping, may, perform, problem_of


@pages.get("/places/<place>/counts")
@may("see stock")
def counts(place: str) -> str:
    """Show the sheets that are going on, and how past counts agreed with the books."""
    here = place_here(place)
    open_sheets, past = queries.open_sheets(reading(), here), queries.accuracy(reading(), here)
    names = people_behind([sheet.opened_by for sheet in open_sheets] + [count.recorded_by for count in past])
    return render_template("inventory/counts.html", place=here, sheets=open_sheets, past=past, names=names, groups=list(words.GROUPS))


@pages.post("/places/<place>/counts")
@may("record stock")
def open_sheet(place: str) -> Response:
    """Open a sheet."""
    here = own_place(place)
    group = request.form.get("group") or None
    if group is not None and group not in words.GROUPS:
        raise Missing
    blind = request.form.get("blind") == "true"
    sheet_id = in_one_transaction(lambda session: service.open_sheet(session, here, group=group, blind=blind, by=current_person(), now=clock.now()))
    return make_response(redirect(url_for("inventory.count_sheet", place=here.code, sheet=sheet_id), 303))


@pages.get("/places/<place>/counts/<int(max=2147483647):sheet>")
@may("record stock")
def count_sheet(place: str, sheet: int) -> Response:
    """Show a sheet to be filled in."""
    here = own_place(place)
    return _page(here, sheet, Form(values={"occurred_on": clock.today().isoformat()}), said=request.args.get("said", ""))


@pages.post("/places/<place>/counts/<int(max=2147483647):sheet>")
@may("record stock")
def fill_in_sheet(place: str, sheet: int) -> Response:
    """Keep what was written; then find or add a lot, record the sheet, or throw it away."""
    here = own_place(place)
    form = Form(key=request.form.get("key", ""), values={name: texts[0].replace("\x00", "\x01") for name, texts in request.form.lists() if name not in {"key", "csrf_token"}})
    written, wrong = _written(form, "lines")
    if wrong:
        return _page(here, sheet, form.refused(wrong))
    if not once.is_key(form.key):
        raise KeyMissing
    try:
        if form.value("do") != "throw-away":
            form = _saved(here, sheet, form, written)
        return _act(here, sheet, form)
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
        return _page(here, sheet, form.refused(beside(problem, {}, said_of(problem)), problem))
    except Refusal as refusal:
        if isinstance(refusal, Missing) and not refusal.at:
            raise
        problem = problem_of(refusal)
        return _page(here, sheet, form.refused({refusal.at or "": [said_of(problem)]}, problem))


def _saved(here: Place, sheet: int, form: Form, written: dict[int, service.Written]) -> Form:
    """Keep what was written beside the lots; gives the form without it, for from now on the sheet says it."""
    shown, _ = _written(form, "shown")
    in_one_transaction(lambda session: service.save(session, here, sheet, written, shown=shown, now=clock.now()))
    return replace(form, values={name: text for name, text in form.values.items() if not name.startswith(("lines-", "shown-"))})


def _act(here: Place, sheet: int, form: Form) -> Response:
    pressed = form.value("do")
    if pressed == "throw-away":
        in_one_transaction(lambda session: service.throw_away(session, here, sheet, now=clock.now()))
        return make_response(redirect(url_for("inventory.counts", place=here.code), 303))
    if form.value("scan"):
        return _add(here, sheet, _scanned(form.value("scan")))
    if pressed == "add":
        schema = FoundIn()
        return _add(here, sheet, _Lot(**schema.load({name: form.value(name).strip() for name in ("product", "lot", "expires_on") if form.value(name).strip()})))
    if pressed == "record":
        return _record(here, sheet, form)
    return _again(here, sheet, said="saved")


def _record(here: Place, sheet: int, form: Form) -> Response:
    """Record the sheet, or show what has to be done before."""
    schema = ActIn()
    sent, _ = sent_by(form.values, schema)
    said = schema.load({**sent, "place": here.code})
    text = form.value("look")
    look = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else -1
    step = in_one_transaction(lambda session: service.hand_in(session, here, sheet, limit=_limit(), look=look))
    if step is not Step.RECORD:
        return _again(here, sheet, said=step.value)
    day, note, person = said["occurred_on"], said["note"], current_person()
    asked = ask("count-sheets", [here.code, sheet, day, note], key=form.key)

    def work(session: Session) -> Any:
        return answer_of(service.finish(session, here, sheet, day=day, note=note, by=person, now=clock.now(), key=form.key, ledger_opens_on=ledger_opens_on()))

    answer = perform(asked, lambda: in_one_transaction(keeping(asked, work)))
    told = json.loads(answer.body)
    if answer.status < 400:
        return make_response(redirect(url_for("inventory.posting", place=told["journal"], number=told["number"], saved="again" if answer.replayed else "now"), 303))
    reading().expire_all()
    return _page(here, sheet, form.refused({str(told.get("at", "")): [said_of(told)]}, told))


def _page(here: Place, sheet_id: int, form: Form, *, said: str = "") -> Response:
    """Show a sheet: what stands on it, with what was sent and refused instead where something was."""
    sheet = queries.find_sheet(reading(), here, sheet_id)
    if sheet is None:
        raise Missing
    if sheet.ended_at is not None:
        return make_response(redirect(url_for("inventory.posting", place=here.code, number=sheet.number) if sheet.number else url_for("inventory.counts", place=here.code), 303))
    form = _beside_lots(form if form.rows("lines") else form.with_values(**_shown(sheet.lines)), sheet.lines)
    hidden = sheet.blind and sheet.passes == 0
    again = {line.line for line in asked_again(sheet.lines, _limit())} if sheet.passes else set()
    by_product: dict[str, list[Any]] = {}
    for line in sheet.lines:
        by_product.setdefault(line.product, []).append(line)
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    page = render_template(
        "inventory/count_sheet.html",
        form=form,
        place=here,
        sheet=sheet,
        hidden=hidden,
        again=again,
        by_product=by_product,
        products=products(),
        reasons=REASONS[Kind.COUNT],
        today=clock.today(),
        said=said,
        no_lot=NO_LOT,
        focus=request.args.get("line", ""),
    )
    return make_response(page, status)


def _shown(lines: Sequence[SheetLine]) -> dict[str, str]:
    """Give what a page shows beside the lots, as it is sent back with what is written: who changed nothing overwrites nothing."""
    return {f"shown-{line.line}-{name}": str(there) for line in lines for name in ("first", "second", "reason") if (there := getattr(line, name)) is not None}


def _again(here: Place, sheet: int, *, said: str, line: int | None = None) -> Response:
    anchor = f"lines-{line}-first" if line is not None else None
    return make_response(redirect(url_for("inventory.count_sheet", place=here.code, sheet=sheet, said=said, line=line, _anchor=anchor), 303))


@dataclass(frozen=True, kw_only=True)
class _Lot:
    """A lot that somebody holds in the hand."""

    product: str
    lot: str | None
    expires_on: date | None


def _add(here: Place, sheet: int, found: _Lot) -> Response:
    """Lead to the lot's line on the sheet, new where it does not stand there."""
    now = clock.now()
    line = in_one_transaction(lambda session: service.add_found(session, here, sheet, product=found.product, lot=found.lot, expires_on=found.expires_on, now=now))
    return _again(here, sheet, said="found", line=line)


def _scanned(raw: str) -> _Lot:
    label = lot_scanned(raw, at="scan")
    return _Lot(product=label.product, lot=label.lot, expires_on=label.expires_on)


def _written(form: Form, rows: str) -> tuple[dict[int, service.Written], dict[str, list[str]]]:
    """Read the numbers that stand beside the lots, or that the page showed there, and say which cannot be read."""
    wrong: dict[str, list[str]] = {}
    written = {}
    for number in form.rows(rows):
        row = form.row(rows, number)
        counts_of = [_number(row.get(name, ""), wrong, f"{rows}-{number}-{name}") for name in ("first", "second")]
        reason = row.get("reason") or None
        written[number] = service.Written(first=counts_of[0], second=counts_of[1], reason=reason if reason in REASONS[Kind.COUNT] else None)
    return written, wrong


def _number(text: str, wrong: dict[str, list[str]], name: str) -> int | None:
    text = text.strip().replace("\N{NO-BREAK SPACE}", "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX and int(text) <= UNITS_MAX:
        return int(text)
    wrong[name] = [gettext("Write a whole number, digits only: 0 for none, nothing where you did not count.")]
    return None


def _beside_lots(form: Form, lines: Sequence[SheetLine]) -> Form:
    """Give the form with what is wrong with a line of the count beside the lot it is about."""
    counted = [line.line for line in lines if line.counted is not None]
    wrong = {}
    for name, messages in form.wrong.items():
        _, nth, *_ = (*name.split("."), "", "")
        beside_lot = name.startswith("lines.") and nth.isdigit() and int(nth) < len(counted)
        wrong[f"lines-{counted[int(nth)]}-first" if beside_lot else name] = messages
    return replace(form, wrong=wrong)


def _limit() -> Limit:
    settings = current_app.extensions["settings"]
    return Limit(units=settings.recount_over_units, percent=settings.recount_over_percent)
