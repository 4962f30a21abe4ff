"""Orders as they are read: one with all its facts, and lists of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from inventory import queries as stock
from orders.models import Order, OrderEvent, OrderLine, ShipmentLine
from orders.queries import seen
from orders.queries.shipments import ShipmentRead, shipments_of, with_order
from orders.rules.states import State
from orders.rules.wanted import OrdersWanted
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place, Product
from supply.rows import parts_of

Giver = aliased(Place)


class LineRead(NamedTuple):
    """A line of an order as it stands; read by the thousand, so as light as a row."""

    line: int
    product_id: int
    product: str
    pack: int
    requested: int
    approved: int | None
    shipped: int
    arrived: int
    cancelled: int
    reason: str | None
    known: dict[str, Any] | None
    held: int

    @property
    def due(self) -> int:
        """Give how many may still be sent."""
        return (self.approved or 0) - self.shipped - self.cancelled

    @property
    def short(self) -> int:
        """Give how many are still to be sent and not held: the back-order."""
        return max(0, self.due - self.held)


_LINE = (
    OrderLine.line,
    OrderLine.product_id,
    Product.code,
    OrderLine.pack,
    OrderLine.requested,
    OrderLine.approved,
    OrderLine.shipped,
    OrderLine.arrived,
    OrderLine.cancelled,
    OrderLine.reason,
    OrderLine.known,
)
"""The columns of LineRead, in its order, all but what is held."""


@dataclass(frozen=True, kw_only=True)
class EventRead:
    """What somebody did to an order."""

    version: int
    act: str
    state: str
    happened_at: datetime
    by: str
    role: str
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class OrderRead:
    """An order as it stands, with its lines, its shipments and what happened to it."""

    number: str
    kind: str
    place: str
    supplied_by: str | None
    state: str
    version: int
    emergency: bool
    reason: str | None
    copy_of: str | None
    made_at: datetime
    submitted_at: datetime | None
    approved_at: datetime | None
    shipped_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None
    lines: tuple[LineRead, ...] = ()
    shipments: tuple[ShipmentRead, ...] = ()
    events: tuple[EventRead, ...] = ()


def find_orders(session: Session, numbers: Collection[str], *, by: Person) -> dict[str, tuple[Order, Place, Place | None]]:
    """Give by number those orders a person may see, with both places, as they are now."""
    found: dict[str, tuple[Order, Place, Place | None]] = {}
    for part in parts_of(numbers):
        query = select(Order, Place, Giver).join(Place, Place.id == Order.place_id).outerjoin(Giver, Giver.id == Order.supplied_by_id).where(Order.number.in_(part))
        for head, place, giver in session.execute(query.execution_options(populate_existing=True)):
            if seen.sees(by, head, place, giver):
                found[head.number] = (head, place, giver)
    return found


def order(session: Session, number: str, *, by: Person) -> OrderRead | None:
    """Give an order with all its facts, if a person may see it."""
    if (found := find_orders(session, [number], by=by).get(number)) is None:
        return None
    head, place, giver = found
    lines, shipments = lines_of(session, [head])[head.id], shipments_of(session, with_order(head.id))
    return _read(head, place, giver, lines=tuple(lines), shipments=tuple(shipments), events=tuple(_events_of(session, head.id)))


def orders(session: Session, wanted: OrdersWanted, *, by: Person) -> tuple[list[OrderRead], str | None]:
    """Give a part of the orders a person may see, newest first, without lines, and the mark of the next part."""
    query = select(Order, Place, Giver).join(Place, Place.id == Order.place_id).outerjoin(Giver, Giver.id == Order.supplied_by_id).where(seen.seen(by), *_narrowed(wanted))
    if (start := read_mark(wanted.after, int)) is not None:
        query = query.where(Order.id < start[0])
    rows = session.execute(query.order_by(Order.id.desc()).limit(wanted.limit + 1)).all()
    part = rows[: wanted.limit]
    return [_read(*row) for row in part], mark(part[-1][0].id) if len(rows) > wanted.limit else None


def _narrowed(wanted: OrdersWanted) -> Iterable[ColumnElement[bool]]:
    if wanted.place is not None:
        yield Place.code == wanted.place
    if wanted.supplied_by is not None:
        yield Giver.code == wanted.supplied_by
    if wanted.state is not None:
        yield Order.state == wanted.state
    if wanted.open:
        yield Order.state.not_in([State.CLOSED.value, State.CANCELLED.value])


def lines_of(session: Session, heads: Collection[Order]) -> dict[int, list[LineRead]]:
    """Give by order its lines, with what is held for them."""
    numbers = {head.id: head.number for head in heads}
    held: Counter[tuple[str, int | None]] = Counter()
    for one in stock.holds_for(session, numbers.values()):
        held[one.document, one.line] += one.units
    found: dict[int, list[LineRead]] = {order_id: [] for order_id in numbers}
    for part in parts_of(numbers):
        query = select(OrderLine.order_id, *_LINE).join(Product, Product.id == OrderLine.product_id).where(OrderLine.order_id.in_(part)).order_by(OrderLine.order_id, OrderLine.line)
        for order_id, *columns in session.execute(query):
            found[order_id].append(LineRead._make([*columns, held.get((numbers[order_id], columns[0]), 0)]))
    return found


def on_order(session: Session, place_ids: Collection[int], product_ids: Collection[int], *, without: int | None = None, drafts_since: datetime | None = None) -> dict[tuple[int, int], int]:
    """Give by place and product how many units are on their way there, or asked for: on open orders that are submitted, less what arrived; with `drafts_since` also on drafts that were made since then."""
    states = [State.SUBMITTED, State.APPROVED, State.PICKING, State.PARTLY_SHIPPED, State.SHIPPED]
    gone = (  # settled, and not found: lost or returned
        select(func.coalesce(func.sum(ShipmentLine.arrived + ShipmentLine.settled), 0)).where(ShipmentLine.order_id == OrderLine.order_id, ShipmentLine.order_line == OrderLine.line).scalar_subquery()
        - OrderLine.arrived
    )
    coming = func.coalesce(OrderLine.approved, OrderLine.requested) - OrderLine.cancelled - OrderLine.arrived - case((Order.supplied_by_id.is_not(None), gone), else_=0)
    is_open: ColumnElement[bool] = Order.state.in_([state.value for state in states])
    if drafts_since is not None:
        is_open = or_(is_open, (Order.state == State.DRAFT.value) & (Order.made_at >= drafts_since))
    query = (
        select(Order.place_id, OrderLine.product_id, func.sum(coming))
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.place_id.in_(place_ids), is_open, OrderLine.product_id.in_(product_ids))
        .group_by(Order.place_id, OrderLine.product_id)
    )
    if without is not None:
        query = query.where(Order.id != without)
    return {(place_id, product_id): int(units) for place_id, product_id, units in session.execute(query)}


class Waiting(NamedTuple):
    """Units of a product that an order still asks a giver for, and the place they are for; read by the thousand, so as light as a row."""

    order_id: int
    number: str
    line: int
    kind: str
    place_id: int
    product_id: int
    pack: int
    emergency: bool
    units: int


def waiting(session: Session, giver_id: int, *, product_ids: Collection[int] | None = None, approved_only: bool = False) -> list[Waiting]:
    """Give what is asked of a giver and neither sent nor cancelled, emergencies first, then the oldest; of what is not decided on, what was asked for."""
    states = [State.APPROVED, State.PICKING, State.PARTLY_SHIPPED] + ([] if approved_only else [State.SUBMITTED])
    units = func.coalesce(OrderLine.approved, OrderLine.requested) - OrderLine.shipped - OrderLine.cancelled
    query = (
        select(Order.id, Order.number, OrderLine.line, Order.kind, Order.place_id, OrderLine.product_id, OrderLine.pack, Order.emergency, units)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(Order.supplied_by_id == giver_id, Order.state.in_([state.value for state in states]), units > 0)
        .order_by(Order.emergency.desc(), Order.id, OrderLine.line)
    )
    if product_ids is not None:
        query = query.where(OrderLine.product_id.in_(product_ids))
    return [Waiting._make(row) for row in session.execute(query)]


def owing(session: Session, giver_id: int) -> list[str]:
    """Give the numbers of the orders on which a giver may still send something, emergencies first, then the oldest."""
    states = [state.value for state in (State.APPROVED, State.PICKING, State.PARTLY_SHIPPED)]
    return list(session.scalars(select(Order.number).where(Order.supplied_by_id == giver_id, Order.state.in_(states)).order_by(Order.emergency.desc(), Order.id)))


def measured(session: Session, place_id: int, *, since: datetime) -> Sequence[tuple[bool, datetime | None, datetime | None, int, int]]:
    """Give of each order of a place that was closed since: whether it was an emergency, when it was submitted, when the last of it arrived, how many were requested, how many arrived."""
    query = (
        select(Order.emergency, Order.submitted_at, Order.arrived_at, func.sum(OrderLine.requested), func.sum(OrderLine.arrived))
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            or_(Order.place_id == place_id, Order.supplied_by_id == place_id),
            Order.state == State.CLOSED.value,
            Order.ended_at >= since,
            Order.submitted_at.is_not(None),
            Order.arrived_at.is_not(None),
        )
        .group_by(Order.id, Order.emergency, Order.submitted_at, Order.arrived_at)
        .order_by(Order.id)
    )
    return [(*row,) for row in session.execute(query)]


def _events_of(session: Session, order_id: int) -> Iterable[EventRead]:
    query = select(OrderEvent, Account.number).join(Account, Account.id == OrderEvent.account_id).where(OrderEvent.order_id == order_id).order_by(OrderEvent.version)
    for event, by in session.execute(query):
        yield EventRead(version=event.version, act=event.act, state=event.state, happened_at=event.happened_at, by=by, role=event.role, facts=event.facts)


def _read(head: Order, place: Place, giver: Place | None, **parts: Any) -> OrderRead:
    return OrderRead(
        number=head.number,
        kind=head.kind,
        place=place.code,
        supplied_by=giver.code if giver else None,
        state=head.state,
        version=head.version,
        emergency=head.emergency,
        reason=head.reason,
        copy_of=head.copy_of,
        made_at=head.made_at,
        submitted_at=head.submitted_at,
        approved_at=head.approved_at,
        shipped_at=head.shipped_at,
        arrived_at=head.arrived_at,
        ended_at=head.ended_at,
        **parts,
    )
