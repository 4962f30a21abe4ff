"""Routes that act on orders; each answers with the order as it now is."""

from typing import Any

from sqlalchemy.orm import Session

from orders import schemas
from orders.api.ground import acting, api, needs_version, order_now, version_seen, versioned
from orders.models import StandingOrder
from orders.queries.lists import OrderRead
from orders.rules.asked import Amended, Approval, Arrived, NewOrder, Sending, Settled, Why
from orders.service import allocation, approval, arrival, drafts, shipping, standing
from supply.asking import current_person
from supply.errors import Missing
from supply.reference import queries as reference
from supply.web import Made, gives, may, once, takes


def _made(session: Session, number: str) -> Made:
    return Made(what=order_now(session, number), location=f"/api/v1/orders/{number}")


@api.post("/orders")
@may("order stock")
@takes(schemas.OrderIn)
@versioned
@once
@gives(schemas.OrderOut, 201)
def draft_order(session: Session, asked: NewOrder) -> Made:
    """Draft an order: it gets its number, and nothing is asked of anybody yet."""
    return _made(session, drafts.draft(session, asked, by=acting()).number)


@api.patch("/orders/<number>")
@may("order stock")
@takes(schemas.AmendIn)
@needs_version
@once
@gives(schemas.OrderOut)
def amend_order(session: Session, amended: Amended, number: str) -> OrderRead:
    """Change what a draft says."""
    drafts.amend(session, number, amended, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/submit")
@may("order stock")
@takes(schemas.NothingIn)
@needs_version
@once
@gives(schemas.OrderOut)
def submit_order(session: Session, _nothing: dict[str, Any], number: str) -> OrderRead:
    """Ask for what stands on a draft."""
    drafts.submit(session, number, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/approve")
@may("decide orders")
@takes(schemas.ApproveIn)
@needs_version
@once
@gives(schemas.OrderOut)
def approve_order(session: Session, said: Approval, number: str) -> OrderRead:
    """Approve an order, and hold what there is for it."""
    approval.approve(session, number, said, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/refuse")
@may("decide orders")
@takes(schemas.RefuseIn)
@needs_version
@once
@gives(schemas.OrderOut)
def refuse_order(session: Session, why: Why, number: str) -> OrderRead:
    """Give an order back with the reason; it is a draft again."""
    approval.refuse(session, number, why, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/cancel")
@may("order stock")
@takes(schemas.CancelIn)
@needs_version
@once
@gives(schemas.OrderOut)
def cancel_order(session: Session, why: Why, number: str) -> OrderRead:
    """Ask for nothing more; what was sent stays under way."""
    drafts.cancel(session, number, why, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/allocate")
@may("ship stock")
@takes(schemas.NothingIn)
@needs_version
@once
@gives(schemas.OrderOut)
def allocate_order(session: Session, _nothing: dict[str, Any], number: str) -> OrderRead:
    """Hold what has come meanwhile for an order."""
    allocation.again(session, number, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/pick")
@may("ship stock")
@takes(schemas.NothingIn)
@needs_version
@once
@gives(schemas.OrderOut)
def pick_order(session: Session, _nothing: dict[str, Any], number: str) -> OrderRead:
    """Begin to pick an order."""
    shipping.pick(session, number, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/ship")
@may("ship stock")
@takes(schemas.ShipIn)
@needs_version
@once
@gives(schemas.OrderOut)
def ship_order(session: Session, sending: Sending, number: str) -> OrderRead:
    """Send what is held for an order, or the lots named."""
    shipping.ship(session, number, sending, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/receive")
@may("order stock")
@takes(schemas.ReceiveIn)
@needs_version
@once
@gives(schemas.OrderOut)
def receive_order(session: Session, arrived: Arrived, number: str) -> OrderRead:
    """Count a shipment in."""
    arrival.receive(session, number, arrived, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/settle")
@may("order stock")
@takes(schemas.SettleIn)
@needs_version
@once
@gives(schemas.OrderOut)
def settle_order(session: Session, settled: Settled, number: str) -> OrderRead:
    """Say what became of units that were sent and not counted in."""
    arrival.settle_rest(session, number, settled, seen=version_seen(), by=acting())
    return order_now(session, number)


@api.post("/orders/<number>/duplicate")
@may("order stock")
@takes(schemas.NothingIn)
@versioned
@once
@gives(schemas.OrderOut, 201)
def duplicate_order(session: Session, _nothing: dict[str, Any], number: str) -> Made:
    """Draft the same again."""
    return _made(session, drafts.duplicate(session, number, by=acting()).number)


@api.post("/orders/<number>/repeat")
@may("order stock")
@takes(schemas.RepeatIn)
@once
@gives(schemas.StandingOut, 201)
def repeat_order(session: Session, said: dict[str, Any], number: str) -> StandingOrder:
    """Let an order repeat every so many months."""
    return standing.repeat(session, number, months=said["months"], starts_on=said["starts_on"], by=acting())


@api.post("/allocations")
@may("ship stock")
@takes(schemas.AllocateIn)
@once
@gives(schemas.AllocatedOut)
def allocate_open_orders(session: Session, said: dict[str, Any]) -> dict[str, int]:
    """Hold what has come for all open orders of a place, each its fair share."""
    place = reference.find_place(session, said["place"])
    if place is None or not current_person().sees(place):
        raise Missing(at="place")
    return {"orders": allocation.open_orders(session, place, by=acting())}
