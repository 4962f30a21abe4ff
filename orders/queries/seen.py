"""Which orders and shipments somebody may see: those of places whose stock is theirs to see, and at a depot those of the depot's own people.

That a depot lies in one's municipality is no reason to read what all the others order there; nor is a draft anybody's business but its author's side.
"""

from dataclasses import replace

from sqlalchemy import ColumnElement, Select, and_, or_, select, true

from orders.models import Order, Shipment
from orders.rules.states import Kind, State
from supply.auth.queries import recordable, visible
from supply.auth.rules import Person, Role
from supply.reference.models import Place

BETWEEN = (Kind.LOAN.value, Kind.RETURN.value)
"""Kinds that whoever gives may have written."""


def sees_orders_at(person: Person, place: Place) -> bool:
    """Whether the orders of a place are somebody's to see."""
    return person.sees(place) if place.kind != "depot" else person.role_at(place) is not None or _everywhere(person)


def sees(person: Person, order: Order, place: Place, giver: Place | None) -> bool:
    """Whether somebody may see an order; a depot's own order to a supplier is seen by all who see the depot, for one of them decides on it."""
    if sees_orders_at(person, place) or (giver is None and person.sees(place)):
        return True
    return giver is not None and sees_orders_at(person, giver) and (order.state != State.DRAFT.value or order.kind in BETWEEN)


def seen(person: Person) -> ColumnElement[bool]:
    """Give the condition on Order that says the same."""
    gives = and_(Order.supplied_by_id.in_(_places(person)), or_(Order.state != State.DRAFT.value, Order.kind.in_(BETWEEN)))
    supplied = and_(Order.supplied_by_id.is_(None), Order.place_id.in_(select(Place.id).where(visible(person))))
    return or_(Order.place_id.in_(_places(person)), gives, supplied)


def decided_by(person: Person) -> ColumnElement[bool]:
    """Give the condition on Order that says who decides: the rule `role_of`, of the side that decides, asked of the database."""
    approves = replace(person, grants=tuple(grant for grant in person.granting("decide orders") if grant.role is Role.APPROVER))
    covered = and_(Order.kind.not_in(BETWEEN), Order.place_id.in_(select(Place.id).where(visible(approves))))
    return or_(covered, and_(Order.kind.in_(BETWEEN), Order.supplied_by_id.in_(own_places(person))))


def ordered_for(person: Person) -> ColumnElement[bool]:
    """Give the condition on Place that says whose orders somebody may read: the rule `sees_orders_at`, asked of the database."""
    return true() if _everywhere(person) else or_(and_(visible(person), Place.kind != "depot"), recordable(person))


def own_places(person: Person) -> Select[int]:
    """Ask for the places where somebody records."""
    return select(Place.id).where(Place.kind != "virtual", recordable(person))


def shipments_seen(person: Person) -> ColumnElement[bool]:
    """Give the condition on Shipment that says it of where it comes from and where it goes."""
    return or_(Shipment.from_place_id.in_(_places(person)), Shipment.to_place_id.in_(_places(person)))


def _places(person: Person) -> Select[int]:
    return select(Place.id).where(ordered_for(person))


def _everywhere(person: Person) -> bool:
    return any(grant.everywhere for grant in person.granting("see orders"))
