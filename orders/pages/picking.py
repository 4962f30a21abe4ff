"""Pick an order by the shelves: each lot confirmed by scanning its label or writing its number; then send what is confirmed, or all that is held."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory import queries as stock
from inventory.pages.acts import new_form, respond
from inventory.pages.frame import by_product, day_said, product_name
from inventory.pages.scans import lot_scanned
from inventory.queries.stock import OnShelf, shelves_at
from orders import schemas
from orders.api.ground import acting
from orders.pages.acts import enter, whole
from orders.pages.frame import OrderHere, pages, said_of, to_act_on
from orders.queries import boards
from orders.queries.boards import OnBoard
from orders.queries.lists import LineRead
from orders.rules.asked import Sending
from orders.rules.states import Act, Kind
from orders.service import shipping
from orders.service.allocation import needed_until, shelf_lives
from supply import clock
from supply.acting import sent_form
from supply.db import reading
from supply.errors import Refusal
from supply.forms import Form
from supply.web import may, problem_of

ANOTHER = 0
"""The number of the line for a lot that is not held; no lot has it as its own."""


@pages.get("/orders/<number>/picking")
@may("ship stock")
def pick(number: str) -> Response:
    """Show what is held for an order, in the order of the shelves."""
    return _page(to_act_on(number, Act.SHIP), new_form(), said=request.args.get("said", ""))


@pages.post("/orders/<number>/picking")
@may("ship stock")
def ship(number: str) -> Response:
    """Confirm a lot that was scanned; or send what is confirmed, or all that is held."""
    here, form = to_act_on(number, Act.SHIP), sent_form()
    if form.value("scan").strip() or form.value("do") not in {"confirmed", "all"}:
        return _confirmed(here, form)
    outcome = _sent(here, form, _lots(here), everything=form.value("do") == "all")
    return _page(to_act_on(number, Act.SHIP), outcome) if isinstance(outcome, Form) else outcome


@dataclass(frozen=True, kw_only=True)
class ToPick:
    """Units of a lot held for an order."""

    lot_id: int
    product: str
    lot: str
    expires_on: date | None
    units: int


def _lots(here: OrderHere) -> list[ToPick]:
    """Give what is held for an order lot by lot, in the order of the shelves: products as pages list them, what expires first on top."""
    held: dict[int, ToPick] = {}
    for hold in stock.holds_for(reading(), [here.read.number]):
        before = held[hold.lot_id].units if hold.lot_id in held else 0
        held[hold.lot_id] = ToPick(lot_id=hold.lot_id, product=hold.product, lot=hold.lot, expires_on=hold.expires_on, units=before + hold.units)
    order = {shelf.lot_id: nth for nth, shelf in enumerate(shelf for lots in by_product(_shelves(here)).values() for shelf in lots)}
    return sorted(held.values(), key=lambda one: order.get(one.lot_id, len(order)))


def _shelves(here: OrderHere) -> list[OnShelf]:
    return shelves_at(reading(), here.giver.id, today=clock.today()) if here.giver is not None else []


def _confirmed(here: OrderHere, form: Form) -> Response:
    """Write beside a lot that it is confirmed, if it is one to be picked."""
    lots, raw = _lots(here), form.value("scan")
    form = form.without("scan", "do")
    if not raw.strip():
        return _page(here, form.refused({"scan": [gettext("Scan the label of the lot you hold in the hand.")]}))
    try:
        label = lot_scanned(raw, at="scan")
    except Refusal as refusal:
        return _page(here, form.refused({"scan": [said_of(problem_of(refusal))]}))
    found = next((one for one in lots if (one.product, one.lot) == (label.product, label.lot or "-")), None)
    wrong = _why_not(here, label.product, label.lot or "-", label.expires_on, found, lots)
    if wrong is not None or found is None:
        return _page(here, form.refused({"scan": [wrong or ""]}))
    return _page(here, form.with_row("lines", found.lot_id, {"units": str(found.units)}), confirmed=found)


def _why_not(here: OrderHere, product: str, lot: str, stated: date | None, found: ToPick | None, lots: Sequence[ToPick]) -> str | None:
    """Say why a lot that was scanned is not to be picked; None where it is. What may not leave at all is said before what is not held."""
    name = product_name(product)
    line = next((line for line in here.read.lines if line.product == product), None)
    if line is None:
        return str(gettext("%(product)s is not on this order. Put it back.", product=name))
    if (why := _may_not_leave(here, line, lot)) is not None:
        return why
    if found is None:
        held = ", ".join(one.lot for one in lots if one.product == product) or gettext("none")
        return str(gettext("Lot %(lot)s of %(product)s is not held for this order. To be picked: %(held)s.", lot=lot, product=name, held=held))
    if stated is not None and found.expires_on is not None and stated != found.expires_on:
        known = day_said(found.expires_on.isoformat())
        return str(gettext("The label says %(stated)s, and lot %(lot)s is known to expire on %(known)s. Look at the package.", stated=day_said(stated.isoformat()), lot=lot, known=known))
    return None


def _may_not_leave(here: OrderHere, line: LineRead, lot: str) -> str | None:
    """Say why a lot that lies there may not be sent; None where it may. What goes back to a depot need not be usable."""
    shelf = next((one for one in _shelves(here) if (one.product, one.number) == (line.product, lot)), None)
    kind, said = Kind(here.read.kind), {"lot": lot, "product": product_name(line.product)}
    if shelf is None or kind is Kind.RETURN:
        return None
    if shelf.blocked:
        return str(gettext("Lot %(lot)s of %(product)s is in quarantine and may not leave. Put it back.", **said))
    if shelf.expires_on is None:
        return None
    if not shelf.usable:
        return str(gettext("Lot %(lot)s of %(product)s expired on %(day)s and may not leave. Put it back.", **said, day=day_said(shelf.expires_on.isoformat())))
    until = needed_until(kind, acting().arrives_on, shelf_lives(reading(), [line.product_id])[line.product_id])
    return str(gettext("Lot %(lot)s of %(product)s expires too soon after it arrives. Put it back.", **said)) if shelf.expires_on < until else None


def _sent(here: OrderHere, form: Form, lots: Sequence[ToPick], *, everything: bool) -> Response | Form:
    number = here.read.number

    def work(session: Session, sending: Sending, version: int) -> dict[str, Any]:
        hand, _ = shipping.ship(session, number, sending, seen=version, by=acting())
        return {"number": hand.order.number}

    sent = replace(form, values={name: text for name, text in form.values.items() if not (everything and name.startswith("lines-"))})
    for one in lots if not everything else ():
        sent = sent.with_row("lines", one.lot_id, {"product": one.product, "lot": one.lot})
    for nth in [nth for nth in sent.rows("lines") if not form.value(f"lines-{nth}-units").strip("0 ")]:
        sent = sent.without_row("lines", nth)
    for nth in [nth for nth in sent.rows("together") if not form.value(f"together-{nth}-number")]:
        sent = sent.without_row("together", nth)
    if not everything and not sent.rows("lines"):
        return form.refused({"lines": [gettext("Nothing is confirmed yet. Scan the lots, or write how many you picked.")]})
    outcome = enter("ship", sent, schemas.ShipIn, work, about=number)
    if not isinstance(outcome, Form):
        return outcome
    return replace(whole(outcome) if everything else outcome, values={**form.values, **outcome.values})


def _page(here: OrderHere, form: Form, *, said: str = "", confirmed: ToPick | None = None) -> Response:
    together: list[OnBoard] = boards.travelling_with(reading(), here.head)
    lines = {line.product: line for line in here.read.lines}
    return respond("orders/picking.html", form, order=here, lots=_lots(here), lines=lines, together=together, said=said, confirmed=confirmed, another=ANOTHER, blank=Form)
