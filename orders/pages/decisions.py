"""Decide on an order: what was known when it was placed, what there is, who else asks, and the fair share that is proposed."""

from dataclasses import dataclass
from typing import Any

from flask import Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.acts import new_form, respond
from orders import schemas
from orders.api.ground import acting
from orders.pages.acts import enter
from orders.pages.frame import OrderHere, pages, to_act_on
from orders.queries import lists
from orders.queries.lists import LineRead, Waiting
from orders.rules.asked import Approval, Why
from orders.rules.fair import DAYS_MAX
from orders.rules.states import Act
from orders.service import allocation, approval
from supply.acting import sent_form
from supply.asking import current_person
from supply.db import reading
from supply.forms import Form
from supply.web import may


@pages.get("/orders/<number>/decide")
@may("decide orders")
def decide(number: str) -> Response:
    """Show an order to be decided on, filled in with the fair share."""
    here = to_act_on(number, Act.APPROVE)
    found = _lines(here)
    return _page(here, new_form(**{f"lines-{one.line.line}-units": str(one.proposed) for one in found}), found)


@pages.post("/orders/<number>/decide")
@may("decide orders")
def decided(number: str) -> Response:
    """Approve an order line by line, or give it back with a reason."""
    here, form = to_act_on(number, Act.APPROVE), sent_form()
    outcome = _refused(number, form) if form.value("do") == "refuse" else _approved(here, form)
    here = to_act_on(number, Act.APPROVE)
    return _page(here, outcome, _lines(here)) if isinstance(outcome, Form) else outcome


@dataclass(frozen=True, kw_only=True)
class ToDecide:
    """A line to be decided on: how much of it is free at the giver, who else asks for it, its fair share, and up to how many days everybody is filled."""

    line: LineRead
    available: int
    others: list[Waiting]
    fair: int
    days: int | None

    @property
    def proposed(self) -> int:
        """Give what the form is filled in with: the fair share, no more than was asked for."""
        return min(self.line.requested, self.fair)

    @property
    def asked_besides(self) -> int:
        """Give how many units others ask for."""
        return sum(one.units for one in self.others)


def _approved(here: OrderHere, form: Form) -> Response | Form:
    number = here.read.number

    def work(session: Session, said: Approval, version: int) -> dict[str, Any]:
        return {"number": approval.approve(session, number, said, seen=version, by=acting()).number}

    for line in here.read.lines:
        form = form.with_row("lines", line.line, {"product": line.product})
    return enter("approve", form, schemas.ApproveIn, work, about=number)


def _refused(number: str, form: Form) -> Response | Form:
    def work(session: Session, why: Why, version: int) -> dict[str, Any]:
        return {"number": approval.refuse(session, number, why, seen=version, by=acting()).number}

    if not form.value("reason").strip():
        return form.refused({"reason": [gettext("Write why you refuse it; whoever placed it reads that.")]})
    return enter("refuse", form, schemas.RefuseIn, work, about=number)


def _lines(here: OrderHere) -> list[ToDecide]:
    session, by = reading(), acting()
    ids = [line.product_id for line in here.read.lines]
    if here.giver is None:
        return [ToDecide(line=line, available=0, others=[], fair=line.requested, days=None) for line in here.read.lines]
    shares = allocation.fair_shares(session, here.giver, ids, by=by)
    free = allocation.to_send(session, here.giver, ids, by=by)
    waiting = [one for one in lists.waiting(session, here.giver.id, product_ids=ids) if one.number != here.read.number]
    found = []
    for line in here.read.lines:
        days = shares[line.product_id].days
        others = [one for one in waiting if one.product_id == line.product_id]
        fair = allocation.share_of(shares, here.read.number, line)
        found.append(ToDecide(line=line, available=free.get(line.product_id, 0), others=others, fair=fair, days=None if days == DAYS_MAX else days))
    return found


def _page(here: OrderHere, form: Form, found: list[ToDecide]) -> Response:
    seen = lists.find_orders(reading(), {one.number for line in found for one in line.others}, by=current_person())
    return respond("orders/decide.html", form, order=here, lines=found, seen=set(seen))
