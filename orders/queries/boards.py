"""Orders as boards show them: what a place asked for, what it is to send, what waits for a decision, what is under way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from inventory.models import Hold
from orders.models import Order, Shipment, StandingOrder
from orders.queries import lists, shipments
from orders.queries.lists import Giver, LineRead
from orders.queries.seen import decided_by, seen
from orders.queries.shipments import Places, ShipmentRead
from orders.rules.states import OVER, Kind, State
from supply.auth.queries import visible
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place

OPEN = 200
"""How many open orders a part of a board shows."""
ENDED = 50
_TO_SEND = Order.state.in_([state.value for state in (State.APPROVED, State.PICKING, State.PARTLY_SHIPPED)])
_SUBMITTED = Order.state == State.SUBMITTED.value
_FIRST = (Order.emergency.desc(), Order.id)


@dataclass(frozen=True, kw_only=True)
class OnBoard:
    """An order on a board: its head, its places, its lines with what is held for them."""

    head: Order
    place: Place
    giver: Place | None
    lines: Sequence[LineRead]

    def units(self, name: str) -> int:
        """Give the sum of a number of its lines: requested, approved, held, short, shipped, arrived."""
        return sum(getattr(line, name) or 0 for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Board:
    """A part of the open orders of a kind, emergencies first, then the oldest; how many there are in all, and the mark of the next part."""

    orders: Sequence[OnBoard]
    total: int
    after: str | None


def asked_by(session: Session, place_id: int, *, by: Person, after: str | None = None) -> Board:
    """Give the open orders of a place that somebody may see, what it gives back or lends in its own name too."""
    gives_back = and_(Order.supplied_by_id == place_id, Order.kind == Kind.RETURN.value)
    return _board(session, or_(Order.place_id == place_id, gives_back), seen(by), _is_open(), after=after)


def to_give(session: Session, places: Places, *, after: str | None = None) -> Board:
    """Give what is approved and still to be sent from some places."""
    return _board(session, Order.supplied_by_id.in_(places), _TO_SEND, after=after)


def not_decided(session: Session, giver_id: int, *, after: str | None = None) -> Board:
    """Give what is asked of a place and not decided on."""
    return _board(session, Order.supplied_by_id == giver_id, _SUBMITTED, after=after)


def to_decide(session: Session, *, by: Person, after: str | None = None) -> Board:
    """Give the submitted orders that a person is to decide on, or would be had they not placed them."""
    return _board(session, seen(by), decided_by(by), _SUBMITTED, after=after)


def drafts_at(session: Session, places: Places, *, after: str | None = None) -> Board:
    """Give the drafts of some places that nobody has sent yet."""
    return _board(session, Order.place_id.in_(places), Order.state == State.DRAFT.value, Order.kind.in_([Kind.ORDER.value, Kind.SUPPLY.value]), after=after)


def asked_of(session: Session, giver_id: int) -> int:
    """Give how many orders wait for a place: to be decided on, or to be sent from there."""
    return _count(session, Order.supplied_by_id == giver_id, or_(_TO_SEND, _SUBMITTED))


def ended_of(session: Session, place_id: int, *, by: Person, after: str | None) -> tuple[list[OnBoard], str | None]:
    """Give a part of the orders to or from a place that are over, the newest first, and the mark of the next part."""
    query = _heads().where(or_(Order.place_id == place_id, Order.supplied_by_id == place_id), seen(by), ~_is_open())
    if (start := read_mark(after, int)) is not None:
        query = query.where(Order.id < start[0])
    rows = session.execute(query.order_by(Order.id.desc()).limit(ENDED + 1)).all()
    part = rows[:ENDED]
    return _with_lines(session, part), mark(part[-1][0].id) if len(rows) > ENDED else None


def travelling_with(session: Session, head: Order) -> list[OnBoard]:
    """Give the other orders of the same place and giver for which something is held: they may travel in the same shipment."""
    same = and_(Order.place_id == head.place_id, Order.supplied_by_id == head.supplied_by_id, Order.kind == head.kind, Order.id != head.id)
    held = select(Hold.document).where(Hold.ended_at.is_(None), Hold.place_id == head.supplied_by_id)
    return _with_lines(session, session.execute(_heads().where(same, _TO_SEND, Order.number.in_(held)).order_by(*_FIRST)).all())


def to_count(session: Session, places: Places) -> list[ShipmentRead]:
    """Give what is under way to some places and not counted yet, the oldest first."""
    return shipments.shipments_of(session, Shipment.to_place_id.in_(places) & Shipment.arrived_at.is_(None) & Shipment.settled_at.is_(None))


def standing_of(session: Session, place_id: int) -> list[StandingOrder]:
    """Give the orders of a place that repeat."""
    return list(session.scalars(select(StandingOrder).where(StandingOrder.place_id == place_id, StandingOrder.ended_at.is_(None)).order_by(StandingOrder.id)))


def depots(session: Session) -> list[Place]:
    """List the depots by name."""
    return list(session.scalars(select(Place).where(Place.kind == "depot", Place.closed_on.is_(None)).order_by(Place.name)))


def lenders(session: Session, place: Place, *, by: Person) -> list[Place]:
    """List the places that may lend to one: those that the same depot serves, and those the person sees. A depot lends to depots alone: others order from it."""
    near = [visible(by), *([Place.served_by_id == place.served_by_id] if place.served_by_id is not None else [])]
    may_lend = or_(*near, Place.kind == "depot") if place.kind == "depot" else and_(or_(*near), Place.kind != "depot")
    query = select(Place).where(Place.kind != "virtual", Place.id != place.id, Place.closed_on.is_(None), may_lend)
    return list(session.scalars(query.order_by(Place.name)))


def _is_open() -> ColumnElement[bool]:
    return Order.state.not_in(sorted(state.value for state in OVER))


def _heads() -> Select[*tuple[Any, ...]]:
    return select(Order, Place, Giver).join(Place, Place.id == Order.place_id).outerjoin(Giver, Giver.id == Order.supplied_by_id)


def _board(session: Session, *conditions: ColumnElement[bool], after: str | None) -> Board:
    query = _heads().where(*conditions)
    if (start := read_mark(after, int, int)) is not None:
        emergency, order_id = start
        query = query.where(or_(and_(Order.emergency.is_(True), Order.id > order_id), Order.emergency.is_(False)) if emergency else and_(Order.emergency.is_(False), Order.id > order_id))
    rows = session.execute(query.order_by(*_FIRST).limit(OPEN + 1)).all()
    part, more = rows[:OPEN], len(rows) > OPEN
    total = _count(session, *conditions) if more or start is not None else len(part)
    return Board(orders=_with_lines(session, part), total=total, after=mark(int(part[-1][0].emergency), part[-1][0].id) if more else None)


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count(Order.id)).where(*conditions)) or 0


def _with_lines(session: Session, rows: Sequence[Any]) -> list[OnBoard]:
    lines = lists.lines_of(session, [head for head, _, _ in rows])
    return [OnBoard(head=head, place=place, giver=giver, lines=lines[head.id]) for head, place, giver in rows]
