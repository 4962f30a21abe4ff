"""Count a shipment in: a line for each lot that was sent, found by scanning its label; and what lay in the parcel besides."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.acts import new_form, respond
from inventory.pages.scans import lot_scanned
from orders import schemas
from orders.api.ground import acting
from orders.pages import deliveries
from orders.pages.acts import enter
from orders.pages.frame import OrderHere, pages, said_of, to_act_on
from orders.queries.shipments import ParcelRead, ShipmentRead
from orders.rules.asked import REJECTED, Arrived
from orders.rules.states import Act, Kind
from orders.service import arrival
from supply.acting import sent_form
from supply.errors import Refusal
from supply.forms import Form
from supply.web import may, problem_of

BESIDES = 0
"""The number of the first line for what was not sent; lines of a shipment start at 1, further ones of these at 10000."""
MORE_BESIDES = 10_000


@pages.get("/orders/<number>/receive")
@may("order stock")
def receive(number: str) -> Response:
    """Show a shipment to be counted in; for a supplier's order, what is still to come."""
    here = to_act_on(number, Act.RECEIVE)
    if Kind(here.read.kind) is Kind.SUPPLY:
        return deliveries.page(here, new_form(**deliveries.expected(here)))
    return _page(here, new_form(shipment=request.args.get("shipment", "")))


@pages.post("/orders/<number>/receive")
@may("order stock")
def count_in(number: str) -> Response:
    """Find the line of a label that was scanned; or count the shipment in."""
    here, form = to_act_on(number, Act.RECEIVE), sent_form()
    if Kind(here.read.kind) is Kind.SUPPLY:
        return deliveries.take_in(here, form)
    if form.value("scan").strip() or form.value("do") != "record":
        return _found(here, form)
    outcome = _counted(here, form)
    return _page(to_act_on(number, Act.RECEIVE), outcome) if isinstance(outcome, Form) else outcome


@dataclass(frozen=True, kw_only=True)
class LotSent:
    """Units of a lot in a shipment, whatever lines and orders they were sent for."""

    number: int
    product: str
    lot: str
    expires_on: date | None
    sent: int
    unsettled: int
    orders: tuple[str, ...]


def lots_of(shipment: ShipmentRead) -> list[LotSent]:
    """Give what is in a shipment lot by lot, numbered as its first line is."""
    parcels: dict[tuple[str, str], list[ParcelRead]] = {}
    for parcel in shipment.lines:
        parcels.setdefault((parcel.product, parcel.lot), []).append(parcel)
    return [
        LotSent(
            number=first.line,
            product=product,
            lot=lot,
            expires_on=first.expires_on,
            sent=sum(one.sent for one in those),
            unsettled=sum(one.unsettled for one in those),
            orders=tuple(dict.fromkeys(one.order for one in those)),
        )
        for (product, lot), those in parcels.items()
        for first in those[:1]
    ]


def _shipment(here: OrderHere, form: Form) -> ShipmentRead | None:
    """Give the shipment that is asked about, or the first that is not counted."""
    asked = form.value("shipment")
    return next((one for one in here.read.shipments if one.number == asked), None) or next((one for one in here.read.shipments if one.arrived_at is None), None)


def _found(here: OrderHere, form: Form) -> Response:
    """Lead to the line of a label that was scanned; what was not sent gets a line of its own."""
    shipment, raw = _shipment(here, form), form.value("scan")
    form = form.without("scan", "do")
    if shipment is None or not raw.strip():
        return _page(here, form.refused({"scan": [gettext("Scan the label of the lot you hold in the hand.")]}))
    try:
        label = lot_scanned(raw, at="scan")
    except Refusal as refusal:
        return _page(here, form.refused({"scan": [said_of(problem_of(refusal))]}))
    lots = lots_of(shipment)
    line = next((one.number for one in lots if (one.product, one.lot) == (label.product, label.lot or "-")), None)
    if line is not None:
        return _page(here, form, focus=line, said="found")
    extras = _besides(form, {one.number for one in lots})
    known = next((nth for nth in extras if (form.value(f"lines-{nth}-product"), form.value(f"lines-{nth}-lot")) == (label.product, label.lot or "-")), None)
    if known is None:
        known = next((nth for nth in extras if not form.value(f"lines-{nth}-product")), max([MORE_BESIDES - 1, *extras]) + 1)
        form = form.with_row("lines", known, {"product": label.product, "lot": label.lot or "-", "expires_on": label.expires_on.isoformat() if label.expires_on else ""})
    return _page(here, form, focus=known, said="besides")


def _besides(form: Form, sent: set[int]) -> list[int]:
    return sorted({BESIDES, *form.rows("lines")} - sent)


def _counted(here: OrderHere, form: Form) -> Response | Form:
    shipment, number = _shipment(here, form), here.read.number

    def work(session: Session, said: Arrived, version: int) -> dict[str, Any]:
        return {"number": arrival.receive(session, number, said, seen=version, by=acting()).order.number}

    lots = lots_of(shipment) if shipment is not None else []
    sent = form
    for one in lots:
        sent = sent.with_row("lines", one.number, {"product": one.product, "lot": one.lot})
    for nth in _besides(form, {one.number for one in lots}):
        written = form.value(f"lines-{nth}-product") or form.value(f"lines-{nth}-surplus")
        sent = sent.with_row("lines", nth, {"accepted": "0", "lot": form.value(f"lines-{nth}-lot").strip() or "-"}) if written else sent.without_row("lines", nth)
    outcome = enter("receive", sent, schemas.ReceiveIn, work, about=number, fixed={"shipment": shipment.number} if shipment is not None else {})
    return replace(outcome, values={**form.values, "version": outcome.value("version")}) if isinstance(outcome, Form) else outcome


def _page(here: OrderHere, form: Form, *, focus: int | None = None, said: str = "") -> Response:
    shipment = _shipment(here, form)
    lots = lots_of(shipment) if shipment is not None else []
    others = [one for one in here.read.shipments if one.arrived_at is None and one is not shipment]
    besides = _besides(form, {one.number for one in lots})
    return respond("orders/receive.html", form, order=here, shipment=shipment, lots=lots, others=others, besides=besides, reasons=REJECTED, focus=focus, said=said)
