"""What lies at a place of some products, and how much of them it uses: what somebody who orders wants to know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Subquery, case, func, or_, select, union_all
from sqlalchemy.orm import Session

from inventory.models import Lot, MonthTotal, Stock
from inventory.queries.usable import in_force
from supply.reference.models import Place

MONTHS_BACK = 3
"""Use is an average over so many whole months and the one that has begun."""


def since_when(today: date) -> date:
    """Give the first day of the third month before this one: use is an average since then."""
    months = today.year * 12 + today.month - 1 - MONTHS_BACK
    return date(months // 12, months % 12 + 1, 1)


def consumed(*, since: date, place_ids: Collection[int] | None = None, product_ids: Collection[int] | None = None, own_alone: bool = False) -> Subquery:
    """Give as rows of place_id, product_id and units what was used since a month began: handed out, and asked for in vain. A depot uses what the places do that it serves; what it sends them is theirs to use. With `own_alone` only what a place itself hands out and is asked for."""
    known: list[ColumnElement[bool]] = [MonthTotal.month >= since, MonthTotal.flow.in_(["to_people", "unmet"])]
    if product_ids is not None:
        known.append(MonthTotal.product_id.in_(product_ids))
    if place_ids is not None:
        theirs = select(Place.id).where(Place.served_by_id.in_(place_ids))
        known.append(MonthTotal.place_id.in_(place_ids) if own_alone else or_(MonthTotal.place_id.in_(place_ids), MonthTotal.place_id.in_(theirs)))
    of_each = select(MonthTotal.place_id, MonthTotal.product_id, func.sum(MonthTotal.units).label("units")).where(*known).group_by(MonthTotal.place_id, MonthTotal.product_id)
    if own_alone:
        return of_each.subquery()
    each = of_each.cte()  # read once, told twice
    own = select(each.c.place_id, each.c.product_id, each.c.units)
    served = select(Place.served_by_id.label("place_id"), each.c.product_id, each.c.units).join(Place, Place.id == each.c.place_id).where(Place.served_by_id.is_not(None))
    if place_ids is not None:
        own, served = own.where(each.c.place_id.in_(place_ids)), served.where(Place.served_by_id.in_(place_ids))
    return union_all(own, served).subquery()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """Of a product at a place: on hand, of it usable today, of that held, and the day of its last count."""

    on_hand: int
    usable: int
    held: int
    counted_on: date | None


def lying(session: Session, place_ids: Collection[int], product_ids: Collection[int], *, today: date) -> dict[tuple[int, int], Lying]:
    """Give by place and product what lies there; nothing of a product that never lay there."""
    usable = in_force(today, today=today).usable
    query = (
        select(Stock.place_id, Lot.product_id, func.sum(Stock.on_hand), func.sum(case((usable, Stock.on_hand), else_=0)), func.sum(case((usable, Stock.held), else_=0)), func.max(Stock.counted_on))
        .join(Lot, Lot.id == Stock.lot_id)
        .where(Stock.place_id.in_(place_ids), Lot.product_id.in_(product_ids))
        .group_by(Stock.place_id, Lot.product_id)
    )
    return {
        (place_id, product_id): Lying(on_hand=int(on_hand), usable=int(can_be_used), held=int(held), counted_on=_day(counted_on))
        for place_id, product_id, on_hand, can_be_used, held, counted_on in session.execute(query)
    }


def free(session: Session, place_id: int, product_ids: Collection[int], *, until: date, today: date) -> dict[int, int]:
    """Give by product how many units may leave a place for something that must last until a day: usable today, and held by nobody; none of a product of which there are none."""
    lasts = or_(Lot.expires_on.is_(None), Lot.expires_on >= until)
    query = (
        select(Lot.product_id, func.sum(Stock.on_hand - Stock.held))
        .join(Lot, Lot.id == Stock.lot_id)
        .where(Stock.place_id == place_id, Lot.product_id.in_(product_ids), in_force(today, today=today).usable, lasts, Stock.on_hand > Stock.held)
        .group_by(Lot.product_id)
    )
    return {product_id: int(units) for product_id, units in session.execute(query)}


def used(session: Session, place_ids: Collection[int], product_ids: Collection[int], *, since: date, today: date, own_alone: bool = False) -> dict[tuple[int, int], tuple[int, int]]:
    """Give by place and product how many units were used since a month began, and in how many days: since that month, or since the place's first month in it."""
    first = select(MonthTotal.place_id, func.min(MonthTotal.month)).where(MonthTotal.place_id.in_(place_ids), MonthTotal.month >= since).group_by(MonthTotal.place_id)
    began = {place_id: _day(month) for place_id, month in session.execute(first)}
    of_it = consumed(since=since, place_ids=place_ids, product_ids=product_ids, own_alone=own_alone)
    query = select(of_it.c.place_id, of_it.c.product_id, func.sum(of_it.c.units)).group_by(of_it.c.place_id, of_it.c.product_id)
    return {(place_id, product_id): (max(0, int(units)), (today - (began.get(place_id) or since)).days + 1) for place_id, product_id, units in session.execute(query)}


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
