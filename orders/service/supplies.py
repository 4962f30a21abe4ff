"""Orders at suppliers, and the receipts that name them: what came is what the receipts say that are not corrected, however they were recorded. In the transaction that records them."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from inventory.models import Posting
from inventory.service.receipts import Came
from orders.models import Order, OrderEvent, OrderLine
from orders.rules.states import Act, Kind, State
from supply.auth.rules import Person
from supply.reference.models import Product

CORRECT = "correct"
"""What the timeline calls it: nobody acts on the order, a receipt that named it was corrected."""
_NUMBER = re.compile(r".+-[0-9]{4}-[0-9]{4,}")
"""What numbers of orders look like: most documents are none, and are not looked for."""
_COUNTED_HERE = "orders that count what comes themselves"


@contextmanager
def counting(session: Session, number: str) -> Iterator[None]:
    """Let an order's own act count what comes: what is recorded meanwhile is not counted a second time."""
    session.info[_COUNTED_HERE] = number
    try:
        yield
    finally:
        del session.info[_COUNTED_HERE]


def hear(session: Session, came: Sequence[Came], *, by: Person, now: datetime) -> None:
    """Count what came under the number of an order of the place, and take back what is corrected. An order that is closed by it is closed, one that lacks something again goes on; one that somebody ended stays ended."""
    documents = _documents(session, came)
    numbers = {number for number in documents.values() if number != session.info.get(_COUNTED_HERE)}
    if not numbers:
        return
    query = select(Order).where(Order.number.in_(numbers), Order.kind == Kind.SUPPLY.value).order_by(Order.id).with_for_update().execution_options(populate_existing=True)
    for order in session.scalars(query).all():
        for one in came:
            if documents.get((one.place_id, one.posting)) == order.number and one.place_id == order.place_id:
                _count(session, order, one, by=by, now=now)
    session.flush()


def _documents(session: Session, came: Sequence[Came]) -> dict[tuple[int, int], str]:
    """Give by place and posting the number of an order that it may be about: its own document, or that of the receipt it corrects."""
    found = {(one.place_id, one.posting): one.document for one in came if one.corrects is None}
    corrected = {(one.place_id, one.corrects): (one.place_id, one.posting) for one in came if one.corrects is not None}
    if corrected:
        query = select(Posting.place_id, Posting.number, Posting.document).where(tuple_(Posting.place_id, Posting.number).in_(corrected), Posting.kind == "receipt")
        found |= {corrected[place_id, number]: document for place_id, number, document in session.execute(query)}
    return {key: document for key, document in found.items() if document is not None and _NUMBER.fullmatch(document)}


def _count(session: Session, order: Order, one: Came, *, by: Person, now: datetime) -> None:
    """Count a receipt or take one back, write it in the timeline, and bring lines and state to what the receipts now say."""
    rows = session.execute(select(OrderLine, Product.code).join(Product, Product.id == OrderLine.product_id).where(OrderLine.order_id == order.id)).all()
    counted = _counted(session, order.id)
    asked = {code for _, code in rows}
    lots = {key: units for key, units in one.lots.items() if key[0] in asked}
    if one.corrects is not None:
        if counted.pop(one.corrects, None) is None:
            return
        facts: dict[str, Any] = {"corrects": one.corrects, "lines": [{"product": product, "lot": lot, "units": -units} for (product, lot), units in lots.items()]}
    elif order.state != State.APPROVED.value or not lots:
        return
    else:
        counted[one.posting] = Counter({product: sum(units for key, units in lots.items() if key[0] == product) for product, _ in lots})
        order.arrived_at = now
        facts = {"lines": [{"product": product, "lot": lot, "accepted": units, "rejected": 0, "missing": 0, "surplus": 0, "reason": None} for (product, lot), units in lots.items()]}
    came: Counter[str] = sum(counted.values(), Counter())
    for row, code in rows:
        row.shipped = row.arrived = min(row.approved or 0, came[code])
    order.state, order.ended_at = _state(order, [row for row, _ in rows], now)
    order.version += 1
    act = Act.RECEIVE.value if one.corrects is None else CORRECT
    event = {"order_id": order.id, "version": order.version, "act": act, "state": order.state, "happened_at": now, "account_id": by.account_id, "role": one.role}
    session.add(OrderEvent(**event, facts={"posting": one.posting, **facts}))
    session.flush()


def _counted(session: Session, order_id: int) -> dict[int, Counter[str]]:
    """Give by posting what each receipt brought of each product that is counted for an order and was not taken back."""
    found: dict[int, Counter[str]] = {}
    query = select(OrderEvent.act, OrderEvent.facts).where(OrderEvent.order_id == order_id, OrderEvent.act.in_([Act.RECEIVE.value, CORRECT])).order_by(OrderEvent.version)
    for act, facts in session.execute(query):
        told: Any = facts
        if act == CORRECT:
            found.pop(told["corrects"], None)
            continue
        found[told["posting"]] = brought = Counter[str]()
        for line in told["lines"]:
            brought[line["product"]] += line["accepted"]
    return found


def _state(order: Order, rows: Collection[OrderLine], now: datetime) -> tuple[str, datetime | None]:
    """Say whether the order is over by what came: where somebody cancelled what was left it stays so."""
    is_due = any((row.approved or 0) > row.shipped + row.cancelled for row in rows)
    if order.state == State.CANCELLED.value or any(row.cancelled for row in rows):
        return order.state, order.ended_at
    return (State.APPROVED.value, None) if is_due else (State.CLOSED.value, order.ended_at or now)
