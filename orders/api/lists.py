"""Routes that read orders."""

from sqlalchemy.orm import Session

from orders import schemas
from orders.api.ground import api, order_now, versioned
from orders.queries import lists
from orders.queries.lists import OrderRead
from orders.rules.wanted import OrdersWanted
from supply.asking import current_person
from supply.web import Page, gives, may, reads, takes


@api.get("/orders")
@may("see orders")
@takes(schemas.OrdersArgs, "query")
@reads
@gives(schemas.OrderHeadOut, many=True)
def list_orders(session: Session, wanted: OrdersWanted) -> Page:
    """List orders, newest first."""
    items, next_after = lists.orders(session, wanted, by=current_person())
    return Page(items=items, next_after=next_after)


@api.get("/orders/<number>")
@may("see orders")
@versioned
@reads
@gives(schemas.OrderOut)
def get_order(session: Session, number: str) -> OrderRead:
    """Give an order with all its facts."""
    return order_now(session, number)
