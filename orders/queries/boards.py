"""Orders as boards show them: what a place asked for, what it is to send, what waits for a decision, what is under way."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from orders.models import Order, Shipment, StandingOrder
from orders.queries import lists, shipments
from orders.queries.lists import Giver, LineRead
from orders.queries.seen import seen
from orders.queries.shipments import ShipmentRead
from orders.rules.states import OVER, Kind, State
from supply.auth.queries import visible
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place

OPEN_MAX = 200
"""How many open orders a board shows at most."""
ENDED = 50
_TO_SEND = (State.APPROVED, State.PICKING, State.PARTLY_SHIPPED)


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


def asked_by(session: Session, place_id: int, *, by: Person) -> list[OnBoard]:
    """Give the open orders of a place that somebody may see, what it gives back or lends in its own name too; emergencies first, then the oldest."""
    gives_back = and_(Order.supplied_by_id == place_id, Order.kind == Kind.RETURN.value)
    return _board(session, or_(Order.place_id == place_id, gives_back), seen(by), _is_open())


def to_give(session: Session, place_ids: Collection[int]) -> list[OnBoard]:
    """Give what is approved and still to be sent from some places; emergencies first, then the oldest."""
    return _board(session, Order.supplied_by_id.in_(place_ids), Order.state.in_([state.value for state in _TO_SEND]))


def not_decided(session: Session, giver_id: int) -> list[OnBoard]:
    """Give what is asked of a place and not decided on."""
    return _board(session, Order.supplied_by_id == giver_id, Order.state == State.SUBMITTED.value)


def submitted(session: Session, *, by: Person) -> list[OnBoard]:
    """Give the submitted orders whose place or giver a person may see; who decides on which is a rule."""
    return _board(session, seen(by), Order.state == State.SUBMITTED.value)


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
    return [one for one in _board(session, same, Order.state.in_([state.value for state in _TO_SEND])) if one.units("held")]


def to_count(session: Session, place_ids: Collection[int]) -> list[ShipmentRead]:
    """Give what is under way to some places and not counted yet, the oldest first."""
    return shipments.shipments_of(session, Shipment.to_place_id.in_(place_ids) & Shipment.arrived_at.is_(None) & Shipment.settled_at.is_(None))


def standing_of(session: Session, place_id: int) -> list[StandingOrder]:
    """Give the orders of a place that repeat."""
    return list(session.scalars(select(StandingOrder).where(StandingOrder.place_id == place_id, StandingOrder.ended_at.is_(None)).order_by(StandingOrder.id)))


def depots(session: Session) -> list[Place]:
    """List the depots by name."""
    return list(session.scalars(select(Place).where(Place.kind == "depot", Place.closed_on.is_(None)).order_by(Place.name)))


def lenders(session: Session, place: Place, *, by: Person, limit: int = 500) -> list[Place]:
    """List the places that may lend to one: those that the same depot serves, and those the person sees. A depot lends to depots alone: others order from it."""
    near = [visible(by), *([Place.served_by_id == place.served_by_id] if place.served_by_id is not None else [])]
    may_lend = or_(*near, Place.kind == "depot") if place.kind == "depot" else and_(or_(*near), Place.kind != "depot")
    query = select(Place).where(Place.kind != "virtual", Place.id != place.id, Place.closed_on.is_(None), may_lend)
    return list(session.scalars(query.order_by(Place.name).limit(limit)))


def _is_open() -> ColumnElement[bool]:
    return Order.state.not_in(sorted(state.value for state in OVER))


def _heads() -> Select[*tuple[Any, ...]]:
    return select(Order, Place, Giver).join(Place, Place.id == Order.place_id).outerjoin(Giver, Giver.id == Order.supplied_by_id)


def _board(session: Session, *conditions: ColumnElement[bool]) -> list[OnBoard]:
    return _with_lines(session, session.execute(_heads().where(*conditions).order_by(Order.emergency.desc(), Order.id).limit(OPEN_MAX)).all())


def _with_lines(session: Session, rows: Sequence[Any]) -> list[OnBoard]:
    lines = lists.lines_of(session, [head for head, _, _ in rows])
    return [OnBoard(head=head, place=place, giver=giver, lines=lines[head.id]) for head, place, giver in rows]
