"""Order for a place: from what is known of its need, in whole packs; drafted, amended, copied, repeated."""

from dataclasses import replace
from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.acts import new_form, respond
from inventory.pages.frame import own_place
from orders import schemas
from orders.api.ground import acting
from orders.pages import needs
from orders.pages.acts import enter
from orders.pages.frame import OrderHere, pages, to_act_on
from orders.queries import boards
from orders.rules.asked import Amended, NewOrder
from orders.rules.needs import Known
from orders.rules.states import Act, Kind
from orders.service import drafts
from supply.acting import sent_form
from supply.asking import current_person
from supply.db import reading
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may


@pages.get("/places/<place>/orders/new")
@may("order stock")
def new_order(place: str) -> Response:
    """Show what a place has, uses and has coming, with what is proposed."""
    here, way = own_place(place), request.args.get("kind", "")
    known = needs.of_place(here, _kind(way), gives=way in GIVES)
    filled = needs.proposed(known) if needs.asks_for_need(_kind(way)) else {}
    return _new(here, way, new_form(**filled, other=_depot_of(here) if _kind(way) is Kind.RETURN else ""), known)


@pages.post("/places/<place>/orders/new")
@may("order stock")
def draft_order(place: str) -> Response:
    """Draft an order, and place it when that is asked."""
    here, form = own_place(place), sent_form()
    way = form.value("kind")
    known = needs.of_place(here, _kind(way), gives=way in GIVES)
    outcome = form if form.value("do") == "look" else _drafted(here, way, form, known)
    return _new(here, way, outcome, known) if isinstance(outcome, Form) else outcome


@pages.get("/orders/<number>/draft")
@may("order stock")
def amend(number: str) -> Response:
    """Show a draft to be changed or placed."""
    here = to_act_on(number, Act.AMEND)
    lines = {f"lines-{line.product_id}-packs": str(line.requested // line.pack) for line in here.read.lines}
    return _draft(here, new_form(**lines, reason=here.read.reason or "", emergency="true" if here.read.emergency else ""))


@pages.post("/orders/<number>/draft")
@may("order stock")
def amend_order(number: str) -> Response:
    """Change a draft, and place it when that is asked."""
    here, form = to_act_on(number, Act.AMEND), sent_form()
    outcome = form if form.value("do") == "look" else _amended(here, form)
    return _draft(to_act_on(number, Act.AMEND), outcome) if isinstance(outcome, Form) else outcome


GIVES = ("return", "lend")
"""Ways in which the place the form is of gives: what it sends back, and what it offers."""


def _kind(way: str) -> Kind:
    return Kind.LOAN if way == "lend" else Kind(way) if way in set(Kind) else Kind.ORDER


def _drafted(here: Place, way: str, form: Form, known: dict[int, Known]) -> Response | Form:
    placing, kind = form.value("do") == "submit", _kind(way)
    other = form.value("other") or None
    places: dict[str, Any] = {"place": other or "", "supplied_by": here.code} if way in GIVES else {"place": here.code, "supplied_by": None if kind is Kind.SUPPLY else other}

    def work(session: Session, asked: NewOrder, _version: int) -> dict[str, Any]:
        number = drafts.draft(session, asked, by=acting()).number
        if placing:
            drafts.submit(session, number, seen=None, by=acting())
        return {"number": number}

    if kind in {Kind.RETURN, Kind.LOAN} and not other:
        return form.refused({"other": [gettext("Choose a place.")]})
    sent = needs.with_products(form, known)
    outcome = enter("submit" if placing else "draft", sent, schemas.OrderIn, work, about=here.code, fixed=places | {"kind": kind.value}, needed="packs")
    return _as_typed(form, outcome) if isinstance(outcome, Form) else outcome


def _amended(here: OrderHere, form: Form) -> Response | Form:
    placing, number = form.value("do") == "submit", here.read.number

    def work(session: Session, amended: Amended, version: int) -> dict[str, Any]:
        drafts.amend(session, number, replace(amended, reason=amended.reason or ""), seen=version, by=acting())
        if placing:
            drafts.submit(session, number, seen=None, by=acting())
        return {"number": number}

    sent = needs.with_products(form, _known(here))
    if not sent.rows("lines"):
        return form.refused({"lines": [_nothing()]})
    outcome = enter("submit" if placing else "amend", sent, schemas.AmendIn, work, about=number, fixed={"emergency": bool(form.value("emergency"))}, needed="packs")
    return _as_typed(form, outcome) if isinstance(outcome, Form) else outcome


def _as_typed(form: Form, outcome: Form) -> Form:
    """Give a refused form with all that was typed, and what is wrong beside the fields it has."""
    named = {"supplied_by": "other", "place": "other"}
    wrong = {named.get(name, name.replace("-units", "-packs")): messages for name, messages in outcome.wrong.items()}
    if "lines" in wrong and not outcome.rows("lines"):
        wrong["lines"] = [_nothing()]
    return replace(outcome, values={**form.values, **outcome.values}, wrong=wrong)


def _nothing() -> str:
    return str(gettext("Write how many packs of at least one product."))


def _new(here: Place, way: str, form: Form, known: dict[int, Known]) -> Response:
    kind = _kind(way)
    others = boards.lenders(reading(), here, by=current_person()) if kind is Kind.LOAN else boards.depots(reading()) if kind is Kind.RETURN or not _depot_of(here) else []
    return _page(form, way if way == "lend" else kind.value, known, place=here, order=None, others=[] if kind is Kind.SUPPLY else [one for one in others if one.id != here.id], depot=_depot_of(here))


def _draft(here: OrderHere, form: Form) -> Response:
    return _page(form, here.read.kind, _known(here), place=here.place, order=here, others=[], depot="")


def _page(form: Form, way: str, known: dict[int, Known], **shown: Any) -> Response:
    kind = _kind(way)
    rows = needs.rows(known, form, kind)
    return respond("orders/order_form.html", form, kind=way, gives=way in GIVES, rows=rows, needed=needs.asks_for_need(kind), too_old=needs.counts_too_old(known.values()), **shown)


def _known(here: OrderHere) -> dict[int, Known]:
    """Give what is known where the need is: of a return, where it comes from, and what stands on it besides."""
    kind = Kind(here.read.kind)
    place = here.giver if kind is Kind.RETURN and here.giver is not None else here.place
    return needs.of_place(place, kind, without=here.head.id)


def _depot_of(here: Place) -> str:
    found = reading().get(Place, here.served_by_id) if here.served_by_id is not None else None
    return found.code if found is not None else ""
