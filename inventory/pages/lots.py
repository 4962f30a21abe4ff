"""A lot wherever it lies: what happened to it, quarantine and release, and another expiry for many lots at once."""

from typing import Any

import marshmallow as ma
from flask import Response, make_response, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.acts import new_form, respond
from inventory.pages.frame import learn_places, pages, said_of
from inventory.queries import lots
from inventory.queries.lots import LotKnown
from inventory.rules.lots import BLOCKING_REASONS, RELEASING_REASONS
from inventory.schemas import QuarantineIn, RedatingIn, ReleaseIn, lot_act
from inventory.service import lots as service
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person
from supply.db import in_one_transaction, reading
from supply.errors import KeyMissing, Missing, Refusal
from supply.forms import Form, beside, sent_by
from supply.once import rules as once
from supply.once.service import Answer
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import ask, keeping, may, perform, problem_of

EVERYWHERE = ""
ROWS = 3


@pages.get("/lots/<product>")
@may("see stock")
def lot(product: str) -> Response:
    """Show a lot wherever it lies."""
    return _page(_lot(product), new_form())


@pages.post("/lots/<product>")
@may("change lots")
def change_lot(product: str) -> Response:
    """Put a lot in quarantine, or release it."""
    found, form = _lot(product), sent_form()
    kind, _, reason = form.value("reason").partition(":")
    catalogue = {"quarantine": BLOCKING_REASONS, "release": RELEASING_REASONS}.get(kind, ())
    if reason not in catalogue:
        return _page(found, form.refused({"reason": [gettext("Choose a reason.")]}))
    sent = {"reason": reason} | {name: form.value(name).strip() for name in ("document", "place") if form.value(name).strip()}
    try:
        act = lot_act(found.product, found.number, (QuarantineIn if kind == "quarantine" else ReleaseIn)().load(sent))
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
        return _page(found, form.refused(beside(problem, {}, said_of(problem)), problem))
    do = service.quarantine if kind == "quarantine" else service.release
    outcome = _performed(f"lots/{kind}", act, form, lambda session: do(session, act, person=current_person(), now=clock.now(), key=form.key))
    return _page(found, outcome) if isinstance(outcome, Form) else make_response(redirect(url_for("inventory.lot", product=product, lot=found.number, saved="now"), 303))


@pages.get("/redatings/new")
@may("change lots")
def redate() -> Response:
    """Ask which lots get another expiry."""
    form = new_form()
    product, number = request.args.get("product", ""), request.args.get("lot", "")
    return _redating_page(form.with_row("lots", 0, {"product": product, "lot": number}) if product else form)


@pages.post("/redatings/new")
@may("change lots")
def record_redating() -> Response:
    """Give the lots another expiry, all or none."""
    form = sent_form()
    if form.value("do") == "more":
        return _redating_page(form, more=True)
    schema = RedatingIn()
    sent, rows = sent_by(form.values, schema)
    try:
        redating = schema.load(sent)
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
        return _redating_page(form.refused(beside(problem, rows, said_of(problem)), problem))
    outcome = _performed("lots/redatings", redating, form, lambda session: service.redate(session, redating, person=current_person(), now=clock.now(), key=form.key))
    if isinstance(outcome, Form):
        return _redating_page(outcome)
    first = redating.lots[0]
    return make_response(redirect(url_for("inventory.lot", product=first.product, lot=first.lot, saved="now"), 303))


def _performed(act: str, what: Any, form: Form, do: Any) -> Answer | Form:
    """Do something to a lot once under the form's key, or give the form with why it was refused."""
    if not once.is_key(form.key):
        raise KeyMissing
    asked = ask(act, what, key=form.key)

    def work(session: Session) -> Answer:
        do(session)
        return Answer(status=200, body=b"{}")

    try:
        answer = perform(asked, lambda: in_one_transaction(keeping(asked, work)))
    except Refusal as refusal:
        problem = problem_of(refusal)
    else:
        if answer.status < 400:
            return answer
        problem = answer.problem()
    reading().expire_all()
    return form.refused(beside(problem, {"lots": form.rows("lots")}, said_of(problem)), problem)


def _page(found: LotKnown, form: Form) -> Response:
    session, person = reading(), current_person()
    events = lots.events_seen(session, found.id, by=person)
    learn_places({event.place for event in events if event.place})
    everywhere = any(grant.everywhere for grant in person.granting("change lots"))
    own = [(place.code, place.name) for place, _, _ in lots.lies_at(session, found.id, by=person) if any(grant.records_at(place) for grant in person.granting("change lots"))]
    return respond(
        "inventory/lot.html",
        form,
        lot=found,
        places=lots.lies_at(session, found.id, by=person),
        parts_of_kit=lots.parts(session, found.id),
        events=events,
        everywhere=everywhere,
        scopes=[*([(EVERYWHERE, gettext("Everywhere"))] if everywhere else []), *own],
        blocking=BLOCKING_REASONS,
        releasing=RELEASING_REASONS,
        saved=request.args.get("saved", ""),
    )


def _redating_page(form: Form, *, more: bool = False) -> Response:
    rows = form.rows("lots") or list(range(ROWS))
    return respond("inventory/redate.html", form, rows=[*rows, max(rows) + 1] if more else rows)


def _lot(product: str) -> LotKnown:
    number = request.args.get("lot", "")
    found = lots.find_lot(reading(), product, number) if number.isprintable() else None
    if found is None:
        raise Missing
    return found
