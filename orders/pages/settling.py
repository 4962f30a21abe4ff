"""Say what became of units that were sent and not counted in: found, lost or returned."""

from typing import Any

from flask import Response, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.acts import new_form, respond
from orders import schemas
from orders.api.ground import acting
from orders.pages.acts import enter
from orders.pages.arrivals import LotSent, lots_of
from orders.pages.frame import OrderHere, pages, records_at, to_act_on
from orders.queries.shipments import ShipmentRead
from orders.rules.asked import OUTCOMES, Settled
from orders.rules.states import Act
from orders.service import arrival
from supply.acting import sent_form
from supply.forms import Form
from supply.web import may


@pages.get("/orders/<number>/settle")
@may("order stock")
def settle(number: str) -> Response:
    """Show what of a shipment is not settled."""
    return _page(to_act_on(number, Act.SETTLE), new_form(shipment=request.args.get("shipment", "")))


@pages.post("/orders/<number>/settle")
@may("order stock")
def settle_rest(number: str) -> Response:
    """Settle what became of it."""
    here = to_act_on(number, Act.SETTLE)
    outcome = _settled(here, sent_form())
    return _page(to_act_on(number, Act.SETTLE), outcome) if isinstance(outcome, Form) else outcome


def _settled(here: OrderHere, form: Form) -> Response | Form:
    shipment, number = _shipment(here, form), here.read.number

    def work(session: Session, said: Settled, version: int) -> dict[str, Any]:
        return {"number": arrival.settle_rest(session, number, said, seen=version, by=acting()).order.number}

    for one in _open_lots(shipment):
        form = form.with_row("lines", one.number, {"product": one.product, "lot": one.lot})
    if not any(form.value(f"lines-{nth}-units").strip() for nth in form.rows("lines")):
        return form.refused({"lines": [gettext("Write how many of at least one lot, and what became of them.")]})
    return enter("settle", form, schemas.SettleIn, work, about=number, fixed={"shipment": shipment.number} if shipment is not None else {}, needed="units")


def _shipment(here: OrderHere, form: Form) -> ShipmentRead | None:
    """Give the shipment that is asked about, or the first that was counted and is not settled."""
    asked = form.value("shipment")
    return next((one for one in here.read.shipments if one.number == asked), None) or next((one for one in here.read.shipments if one.arrived_at is not None and one.settled_at is None), None)


def _open_lots(shipment: ShipmentRead | None) -> list[LotSent]:
    return [one for one in lots_of(shipment) if one.unsettled] if shipment is not None else []


def _page(here: OrderHere, form: Form) -> Response:
    shipment = _shipment(here, form)
    allowed = {"found": records_at(here.place), "returned": records_at(here.giver), "lost": True}
    outcomes = [outcome for outcome in OUTCOMES if allowed[outcome]]
    return respond("orders/settle.html", form, order=here, shipment=shipment, lots=_open_lots(shipment), outcomes=outcomes)
