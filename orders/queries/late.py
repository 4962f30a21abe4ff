"""Orders, shipments and discrepancies that wait for too long: a row for each and each place it concerns, over all places. What the alerts are raised from."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Select, and_, or_, select, union_all

from orders.models import Order, Shipment
from orders.rules.states import Kind, State
from supply.settings import Settings

_WAITING = (State.SUBMITTED, State.APPROVED, State.PICKING, State.PARTLY_SHIPPED)
WAYS = 2
"""A shipment is late that takes more than so many times the days it should."""


def late(settings: Settings, now: datetime) -> CompoundSelect[*tuple[Any, ...]]:
    """Give place_id and document of orders that wait to be decided on or sent, and of shipments that have not arrived, for too long; both sides have a row."""
    routine, emergency = now - timedelta(days=settings.late_order_days), now - timedelta(days=settings.late_emergency_days)
    waits = and_(
        Order.kind != Kind.SUPPLY.value,
        Order.state.in_([state.value for state in _WAITING]),
        or_(Order.submitted_at < routine, and_(Order.emergency, Order.submitted_at < emergency)),
    )
    travels = and_(Shipment.arrived_at.is_(None), Shipment.settled_at.is_(None), Shipment.sent_at < now - timedelta(days=WAYS * settings.order_lead_days))
    orders = [select(side.label("place_id"), Order.number.label("document")).where(waits, side.is_not(None)) for side in (Order.place_id, Order.supplied_by_id)]
    return union_all(*orders, *_both_sides(travels))


def not_settled(settings: Settings, now: datetime) -> CompoundSelect[*tuple[Any, ...]]:
    """Give place_id and document of shipments of which something arrived otherwise than it was sent and nobody has settled it for too long; both sides have a row."""
    return union_all(*_both_sides(and_(Shipment.settled_at.is_(None), Shipment.arrived_at < now - timedelta(days=settings.discrepancy_days))))


def _both_sides(wanted: Any) -> list[Select[*tuple[Any, ...]]]:
    return [select(side.label("place_id"), Shipment.number.label("document")).where(wanted) for side in (Shipment.from_place_id, Shipment.to_place_id)]
