"""Orders whose held units a count, a disposal or a quarantine took: they are no longer what somebody saw, so their version grows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.service.holds import GaveWay
from orders.models import Order, OrderEvent
from supply.auth.rules import Person
from supply.db import table_of
from supply.rows import add_rows, parts_of

RELEASE = "release"
"""What the timeline calls it: nobody acts on the order, something happened to what was held for it."""
_ORDER = table_of(Order)


def hear(session: Session, gone: Sequence[GaveWay], *, by: Person, now: datetime) -> None:
    """Write in the timelines of orders what of theirs was taken. The places' journals are locked, and with them every act on an order of theirs."""
    taken: dict[str, list[GaveWay]] = {}
    for one in gone:
        taken.setdefault(one.document, []).append(one)
    for part in parts_of(taken):
        found = session.execute(select(Order.id, Order.number, Order.version, Order.state).where(Order.number.in_(part)).order_by(Order.id).with_for_update()).all()
        session.execute(update(_ORDER).where(_ORDER.c.id.in_([order.id for order in found])).values(version=_ORDER.c.version + 1))
        add_rows(session, table_of(OrderEvent), [_event(order, taken[order.number], by=by, now=now) for order in found])


def _event(order: Any, taken: Sequence[GaveWay], *, by: Person, now: datetime) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "version": order.version + 1,
        "act": RELEASE,
        "state": order.state,
        "happened_at": now,
        "account_id": by.account_id,
        "role": taken[0].role,
        "facts": {"let_go": [{"product": one.product, "lot": one.lot, "units": one.units, "because": one.because} for one in taken]},
    }
