"""Destroy everything that has expired at a place: listed whole, one button; where a product asks for it, a colleague confirms from their own log-in."""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from flask_babel import gettext, ngettext
from sqlalchemy.orm import Session

from expiry.api.ground import acting
from expiry.pages.acts import enter
from expiry.pages.frame import pages
from expiry.pages.words import RUN_COLOURS, RUN_STATES, WHY_FEWER
from expiry.queries import disposals as queries
from expiry.queries.disposals import RunRead
from expiry.rules.disposals import NewRun
from expiry.rules.wanted import RunsWanted
from expiry.schemas.disposals import DisposalRunActIn, DisposalRunIn
from expiry.service import disposals
from inventory.pages.acts import new_form, respond
from inventory.pages.frame import by_product, learn_places, own_place, place_here
from inventory.queries import stock
from inventory.queries.journals import PostingRead, find_posting
from inventory.queries.stock import OnShelf
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person, find_person
from supply.auth import queries as accounts
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may

SHOWN = 50


@pages.get("/places/<place>/disposal-runs")
@may("see stock")
def runs(place: str) -> str:
    """Show the disposals of what had expired at a place."""
    here = place_here(place)
    found, after = queries.runs(reading(), RunsWanted(place=here.code, limit=SHOWN, after=request.args.get("after")), by=current_person())
    return render_template("expiry/runs.html", place=here, runs=found, after=after, states=RUN_STATES, colours=RUN_COLOURS)


@pages.get("/places/<place>/disposal-runs/new")
@may("record stock")
def new_run(place: str) -> Response:
    """Show everything that has expired at a place, to be destroyed whole."""
    here = own_place(place)
    form = new_form()
    for shelf in _expired(here):
        form = form.with_row("lines", shelf.lot_id, {"units": str(shelf.on_hand)})
    return _new(here, form)


@pages.post("/places/<place>/disposal-runs/new")
@may("record stock")
def prepare_run(place: str) -> Response:
    """Prepare the disposal, or record it where nobody need be the witness."""
    here = own_place(place)

    def work(session: Session, asked: NewRun) -> Mapping[str, Any]:
        run = disposals.prepare(session, asked, by=acting())
        return {"number": run.number, "said": run.state}

    def lead(done: Mapping[str, Any], again: bool) -> str:  # noqa: FBT001  as `enter` calls it
        return url_for("expiring.run", place=here.code, number=done["number"], said="again" if again else done["said"])

    outcome = enter("prepare", sent_form(), DisposalRunIn, work, about=here.code, lead=lead, fixed={"place": here.code})
    return _new(here, outcome) if isinstance(outcome, Form) else outcome


@pages.get("/places/<place>/disposal-runs/<number>")
@may("see stock")
def run(place: str, number: str) -> Response:
    """Show a disposal: its lots, who prepared it, and its witness."""
    here = place_here(place)
    return _run(here, run_here(here, number), new_form())


@pages.post("/places/<place>/disposal-runs/<number>/confirm")
@may("record stock")
def confirm_run(place: str, number: str) -> Response:
    """Confirm it as the witness."""
    return _act(place, number, "confirm")


@pages.post("/places/<place>/disposal-runs/<number>/drop")
@may("record stock")
def drop_run(place: str, number: str) -> Response:
    """Drop it."""
    return _act(place, number, "drop")


def run_here(here: Place, number: str) -> RunRead:
    """Give a disposal of a place."""
    found = queries.find_run(reading(), number, by=current_person()) if number.isprintable() else None
    if found is None or found.place != here.code:
        raise Missing
    return found


def posting_of(here: Place, found: RunRead) -> PostingRead | None:
    """Give the posting of a disposal that was confirmed."""
    return find_posting(reading(), here, found.posting) if found.posting is not None else None


@pages.app_template_global()
def disposals_waiting() -> list[RunRead]:
    """Give the front page the disposals that wait for a witness where the reader records, asked once a request."""
    person = find_person()
    if person is None or not person.may("record stock"):
        return []
    if "disposals_waiting" not in g:
        g.disposals_waiting = queries.waiting(reading(), by=person)
        learn_places({one.place for one in g.disposals_waiting})
    found: list[RunRead] = g.disposals_waiting
    return found


def _act(place: str, number: str, what: str) -> Response:
    here = own_place(place)
    found = run_here(here, number)
    do = {"confirm": disposals.confirm, "drop": disposals.drop}[what]

    def work(session: Session, _nothing: Any) -> Mapping[str, Any]:
        return {"said": do(session, found.number, by=acting()).state}

    def lead(done: Mapping[str, Any], again: bool) -> str:  # noqa: FBT001  as `enter` calls it
        return url_for("expiring.run", place=here.code, number=found.number, said="again" if again else done["said"])

    outcome = enter(what, sent_form(), DisposalRunActIn, work, about=found.number, lead=lead)
    return _run(here, run_here(here, number), outcome) if isinstance(outcome, Form) else outcome


def _expired(here: Place) -> list[OnShelf]:
    today = clock.today()
    return [shelf for shelf in stock.shelves_at(reading(), here.id, today=today) if shelf.expires_on is not None and shelf.expires_on < today]


def _new(here: Place, form: Form) -> Response:
    shelves = _expired(here)
    witnessed = queries.witnessed_products(reading(), {shelf.product for shelf in shelves})
    waits = queries.waiting_at(reading(), here.id)
    return respond("expiry/new_run.html", form, place=here, by_product=by_product(shelves), witnessed=witnessed, waits=waits, reasons=WHY_FEWER)


def _run(here: Place, found: RunRead, form: Form) -> Response:
    person = current_person()
    names = accounts.names_of(reading(), [number for number in (found.prepared_by, found.ended_by) if number])
    lines: dict[str, list[Any]] = {}
    for line in found.lines:
        lines.setdefault(line.product, []).append(line)
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    shown = render_template(
        "expiry/run.html",
        place=here,
        run=found,
        by_product=lines,
        posting=posting_of(here, found),
        names=names,
        form=form,
        blank=Form,
        own=found.prepared_by_id == person.account_id,
        states=RUN_STATES,
        colours=RUN_COLOURS,
        reasons=WHY_FEWER,
        said=_said(found),
    )
    return make_response(shown, status)


def _said(found: RunRead) -> str:
    """Say what has just been done."""
    said = request.args.get("said", "") if request.method == "GET" else ""
    units = str(ngettext("%(num)s unit was destroyed.", "%(num)s units were destroyed.", found.units))
    return {
        "prepared": str(gettext("Prepared. A colleague who records here confirms it from their own log-in.")),
        "confirmed": units,
        "dropped": str(gettext("Dropped. Nothing was destroyed.")),
        "again": str(gettext("This had been sent before; it was done once.")),
    }.get(said, "")
