"""A supplier's delivery that fills a depot's own order: each lot as it stands on the packs."""

from dataclasses import replace
from typing import Any

from flask import Response
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.acts import respond
from inventory.pages.frame import products
from inventory.pages.scans import lot_scanned
from orders import schemas
from orders.api.ground import acting
from orders.pages.acts import enter
from orders.pages.frame import OrderHere, order_here, said_of
from orders.rules.asked import Arrived
from orders.service import arrival
from supply.errors import Refusal
from supply.forms import Form
from supply.web import problem_of


def expected(here: OrderHere) -> dict[str, str]:
    """Give the fields of a form with a line for each product that is still to come."""
    return {f"lines-{line.line}-product": line.product for line in here.read.lines if line.due}


def take_in(here: OrderHere, form: Form) -> Response:
    """Put a label that was scanned on its line, or add a line for another lot; or record what came."""
    pressed, _, product = form.value("do").partition("-")
    if form.value("scan").strip():
        return page(here, _scanned(here, form.without("scan", "do"), form.value("scan")))
    if pressed == "lot" and product in {line.product for line in here.read.lines}:
        return page(here, form.without("do").with_row("lines", form.next_row("lines"), {"product": product}))
    outcome = _recorded(here, form)
    return page(order_here(here.read.number), outcome) if isinstance(outcome, Form) else outcome


def page(here: OrderHere, form: Form) -> Response:
    """Show the form."""
    return respond("orders/delivery.html", form, order=here, lines={line.product: line for line in here.read.lines})


def _scanned(here: OrderHere, form: Form, raw: str) -> Form:
    try:
        label = lot_scanned(raw, at="scan")
    except Refusal as refusal:
        return form.refused({"scan": [said_of(problem_of(refusal))]})
    if label.product not in {line.product for line in here.read.lines}:
        return form.refused({"scan": [gettext("%(product)s is not on this order.", product=products()[label.product].name)]})
    rows = [nth for nth in form.rows("lines") if form.value(f"lines-{nth}-product") == label.product]
    lot = label.lot or ""
    number = next((nth for nth in rows if form.value(f"lines-{nth}-lot") in {"", lot}), form.next_row("lines"))
    return form.with_row("lines", number, {"product": label.product, "lot": lot, "expires_on": label.expires_on.isoformat() if label.expires_on else ""})


def _recorded(here: OrderHere, form: Form) -> Response | Form:
    number = here.read.number

    def work(session: Session, said: Arrived, version: int) -> dict[str, Any]:
        return {"number": arrival.receive(session, number, said, seen=version, by=acting()).order.number}

    sent = form.without("do")
    for nth in form.rows("lines"):
        row = form.row("lines", nth)
        product = products().get(row.get("product", ""))
        if not row.get("accepted", "").strip() and not row.get("rejected", "").strip():
            sent = sent.without_row("lines", nth)
            continue
        bare = {"lot": "-"} if product is not None and not product.lot_required and not row.get("lot") else {}
        sent = sent.with_row("lines", nth, bare | ({} if row.get("accepted", "").strip() else {"accepted": "0"}))
    if not sent.rows("lines"):
        return form.refused({"lines": [gettext("Write how many came of at least one lot.")]})
    outcome = enter("receive", sent, schemas.ReceiveIn, work, about=number)
    if not isinstance(outcome, Form):
        return outcome
    wrong = {name.replace("-units", "-accepted").replace("-damaged", "-rejected"): messages for name, messages in outcome.wrong.items()}
    return replace(outcome, values={**form.values, "version": outcome.value("version")}, wrong=wrong)
