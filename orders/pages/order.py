"""One order: how it stands, what happened to it, why lots were passed over, and what its reader may do now."""

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from inventory.pages.acts import new_form, respond
from inventory.pages.people import people_behind
from orders import schemas
from orders.api.ground import acting
from orders.pages.acts import enter, show, whole
from orders.pages.frame import OrderHere, order_here, pages, records_at, to_act_on
from orders.queries.lists import OrderRead
from orders.rules.asked import Why
from orders.rules.rights import role_of
from orders.rules.states import Act, Kind, Side
from orders.service import allocation, drafts, shipping, standing
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person
from supply.forms import Form
from supply.web import may


@pages.get("/orders/<number>")
@may("see orders")
def order(number: str) -> Response:
    """Show an order."""
    return _page(order_here(number), Form())


@pages.post("/orders/<number>/allocate")
@may("ship stock")
def allocate(number: str) -> Response:
    """Hold what has come meanwhile for an order."""
    to_act_on(number, Act.ALLOCATE)
    return _act("allocate", number, lambda session, _said, version: {"number": allocation.again(session, number, seen=version, by=acting()).order.number})


@pages.post("/orders/<number>/begin-picking")
@may("ship stock")
def begin_picking(number: str) -> Response:
    """Begin to pick an order."""
    to_act_on(number, Act.PICK)
    return _act("pick", number, lambda session, _said, version: {"number": shipping.pick(session, number, seen=version, by=acting()).order.number}, to="ordering.pick")


@pages.post("/orders/<number>/duplicate")
@may("order stock")
def duplicate(number: str) -> Response:
    """Draft the same again."""
    to_act_on(number, Act.SUBMIT)
    return _act("duplicate", number, lambda session, _said, _version: {"number": drafts.duplicate(session, number, by=acting()).number}, to="ordering.amend")


@pages.get("/orders/<number>/cancel")
@may("order stock")
def cancel(number: str) -> Response:
    """Ask why an order is cancelled."""
    return respond("orders/cancel.html", new_form(), order=to_act_on(number, Act.CANCEL))


@pages.post("/orders/<number>/cancel")
@may("order stock")
def cancel_order(number: str) -> Response:
    """Cancel an order, or what is left of it."""
    to_act_on(number, Act.CANCEL)
    outcome = enter("cancel", sent_form(), schemas.CancelIn, lambda session, why, version: _cancelled(session, number, why, version), about=number)
    return respond("orders/cancel.html", outcome, order=to_act_on(number, Act.CANCEL)) if isinstance(outcome, Form) else outcome


@pages.get("/orders/<number>/repeat")
@may("order stock")
def repeat(number: str) -> Response:
    """Ask how often an order repeats."""
    starts_on = standing.months_later(clock.today(), 1).isoformat()
    return respond("orders/repeat.html", new_form(starts_on=starts_on, months="1"), order=to_act_on(number, Act.SUBMIT))


@pages.post("/orders/<number>/repeat")
@may("order stock")
def repeat_order(number: str) -> Response:
    """Let an order repeat."""
    here = to_act_on(number, Act.SUBMIT)
    outcome = enter("repeat", sent_form(), schemas.RepeatIn, lambda session, said, _version: _repeated(session, here, said), about=number, to="ordering.place_orders")
    return respond("orders/repeat.html", outcome, order=to_act_on(number, Act.SUBMIT)) if isinstance(outcome, Form) else outcome


def _act(act: str, number: str, work: Any, *, to: str = "ordering.order") -> Response:
    """Do an act whose form is a button on the order's page."""
    outcome = enter(act, sent_form(), schemas.NothingIn, work, about=number, to=to)
    return _page(order_here(number), whole(outcome)) if isinstance(outcome, Form) else outcome


def _cancelled(session: Session, number: str, why: Why, version: int) -> dict[str, Any]:
    return {"number": drafts.cancel(session, number, why, seen=version, by=acting()).number}


def _repeated(session: Session, here: OrderHere, said: dict[str, Any]) -> dict[str, Any]:
    standing.repeat(session, here.read.number, months=said["months"], starts_on=said["starts_on"], by=acting())
    return {"place": here.read.place}


def _page(here: OrderHere, form: Form) -> Response:
    person = current_person()
    asks = role_of(person, Side.ASKS, Kind(here.read.kind), here.place, here.giver) is not None
    return show(
        "orders/order.html",
        form,
        order=here,
        asks=asks,
        names=people_behind([event.by for event in here.read.events]),
        answer=_answer(here.read),
        said=request.args.get("said", ""),
        again=request.args.get("again", ""),
        giving=records_at(here.giver),
    )


def _answer(read: OrderRead) -> dict[str, Any] | None:
    """Give what the last allocation answered, while something may still be sent: what is short, and why lots were passed over."""
    answers = [event.facts for event in read.events if "held" in event.facts]
    return answers[-1] if answers and any(line.due for line in read.lines) else None
