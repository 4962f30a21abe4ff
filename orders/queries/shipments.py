"""Shipments with all that is in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from inventory.models import Lot
from orders.models import Order, Shipment, ShipmentLine
from orders.queries.seen import shipments_seen
from supply.auth.rules import Person
from supply.reference.models import Place, Product

Places = Collection[int] | Select[int]
"""Ids of places, or the question for them."""


@dataclass(frozen=True, kw_only=True)
class ParcelRead:
    """Units of a lot in a shipment, for a line of an order."""

    line: int
    order: str
    product: str
    lot: str
    expires_on: date | None
    sent: int
    arrived: int
    settled: int
    rejected: int
    missing: int
    reason: str | None

    @property
    def unsettled(self) -> int:
        """Give how many were sent and neither arrived nor were settled."""
        return self.sent - self.arrived - self.settled


@dataclass(frozen=True, kw_only=True)
class ShipmentRead:
    """A shipment with all that is in it."""

    id: int
    number: str
    from_: str
    to: str
    posting: int
    sent_at: datetime
    arrived_at: datetime | None
    settled_at: datetime | None
    lines: tuple[ParcelRead, ...]


def find_shipment(session: Session, number: str, *, by: Person) -> ShipmentRead | None:
    """Give a shipment with all that is in it, if a person may see where it comes from or where it goes."""
    found = shipments_of(session, (Shipment.number == number) & shipments_seen(by))
    return found[0] if found else None


def shipments_of(session: Session, condition: ColumnElement[bool]) -> list[ShipmentRead]:
    """Give shipments with all that is in them, the oldest first."""
    origin, target = aliased(Place), aliased(Place)
    heads = session.execute(
        select(Shipment, origin.code, target.code).join(origin, origin.id == Shipment.from_place_id).join(target, target.id == Shipment.to_place_id).where(condition).order_by(Shipment.id),
        execution_options={"populate_existing": True},
    ).all()
    parcels = _parcels_of(session, [head.id for head, _, _ in heads])
    return [
        ShipmentRead(
            id=head.id,
            number=head.number,
            from_=from_,
            to=to,
            posting=head.posting,
            sent_at=head.sent_at,
            arrived_at=head.arrived_at,
            settled_at=head.settled_at,
            lines=tuple(parcels.get(head.id, ())),
        )
        for head, from_, to in heads
    ]


def _parcels_of(session: Session, shipment_ids: Collection[int]) -> dict[int, list[ParcelRead]]:
    """Give by shipment what is in it."""
    query = (
        select(ShipmentLine, Order.number, Product.code, Lot.number, Lot.expires_on)
        .join(Order, Order.id == ShipmentLine.order_id)
        .join(Lot, Lot.id == ShipmentLine.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(ShipmentLine.shipment_id.in_(shipment_ids))
        .order_by(ShipmentLine.shipment_id, ShipmentLine.line)
    )
    parcels: dict[int, list[ParcelRead]] = {}
    for line, number, product, lot, expires_on in session.execute(query.execution_options(populate_existing=True)):
        parcels.setdefault(line.shipment_id, []).append(
            ParcelRead(
                line=line.line,
                order=number,
                product=product,
                lot=lot,
                expires_on=expires_on,
                sent=line.sent,
                arrived=line.arrived,
                settled=line.settled,
                rejected=line.rejected,
                missing=line.missing,
                reason=line.reason,
            )
        )
    return parcels


def open_discrepancies(session: Session, places: Places) -> list[ShipmentRead]:
    """Give the shipments from or to some places that were counted and of which something is not settled, the oldest first."""
    return shipments_of(session, or_(Shipment.from_place_id.in_(places), Shipment.to_place_id.in_(places)) & Shipment.arrived_at.is_not(None) & Shipment.settled_at.is_(None))


def with_order(order_id: int) -> ColumnElement[bool]:
    """Give the condition on shipments that hold something of an order."""
    return Shipment.id.in_(select(ShipmentLine.shipment_id).where(ShipmentLine.order_id == order_id))


def under_way(session: Session, lot_ids: Collection[int]) -> dict[tuple[int, int], int]:
    """Give by place and lot how many units of some lots are on their way to a place: sent and neither arrived nor settled."""
    open_units = func.sum(ShipmentLine.sent - ShipmentLine.arrived - ShipmentLine.settled)
    query = (
        select(Shipment.to_place_id, ShipmentLine.lot_id, open_units)
        .join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id)
        .where(Shipment.settled_at.is_(None), ShipmentLine.lot_id.in_(lot_ids))
        .group_by(Shipment.to_place_id, ShipmentLine.lot_id)
        .having(open_units > 0)
    )
    return {(place_id, lot_id): int(units) for place_id, lot_id, units in session.execute(query)}
