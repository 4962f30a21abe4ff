"""What lies at a place of some products, and how much of them it uses: what somebody who orders wants to know."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from inventory.models import Lot, MonthTotals, Stock, Stockout
from inventory.queries.months import RECORDED, first_in, months_recorded, sum_in, within
from inventory.queries.usable import in_force
from inventory.rules.consumption import Window
from supply.db import table_of
from supply.reference.models import Place

MONTHS_BACK = 3
"""Use is an average over so many whole months and the one that has begun."""


def since_when(today: date) -> date:
    """Give the first day of the third month before this one: use is an average since then."""
    months = today.year * 12 + today.month - 1 - MONTHS_BACK
    return date(months // 12, months % 12 + 1, 1)


def consumed(*, since: date, today: date, place_ids: Collection[int] | None = None, product_ids: Collection[int] | None = None, own_alone: bool = False) -> Subquery:
    """Give as rows of place_id, product_id, units and days what was used since a month began: handed out, and asked for in vain, and on how many days there was something to hand out.

    The definition is that of `inventory.rules.consumption`; days without stock and what is left out are as reckoned last night (`Stockout`), none where nobody has reckoned yet. A depot uses what the places
    do that it serves, each at its own pace, as units of the whole window, rounded up; what it sends them is theirs to use. With `own_alone` only what a place itself hands out and is asked for.
    """
    each = _of_each(since, today, place_ids, product_ids, own_alone=own_alone)
    if own_alone:
        return each.subquery()
    rows = each.cte()  # read once, told twice
    serves = select(Place.served_by_id).where(Place.served_by_id.is_not(None)).distinct()
    whole = (today - since).days + 1
    paced = (rows.c.units * whole + rows.c.days - 1) // rows.c.days
    own = select(rows.c.place_id, rows.c.product_id, rows.c.units, rows.c.days).where(rows.c.place_id.not_in(serves))
    own_of_depots = select(rows.c.place_id, rows.c.product_id, paced, literal(whole)).where(rows.c.place_id.in_(serves))
    served = select(Place.served_by_id, rows.c.product_id, paced, literal(whole)).join(Place, Place.id == rows.c.place_id).where(Place.served_by_id.is_not(None))
    if place_ids is not None:
        own, own_of_depots, served = own.where(rows.c.place_id.in_(place_ids)), own_of_depots.where(rows.c.place_id.in_(place_ids)), served.where(Place.served_by_id.in_(place_ids))
    return union_all(own, own_of_depots, served).subquery()


def _of_each(since: date, today: date, place_ids: Collection[int] | None, product_ids: Collection[int] | None, *, own_alone: bool) -> Select[*tuple[Any, ...]]:
    """Give what each place itself used, and on how many days it could be."""
    known: list[ColumnElement[bool]] = [within(since, today), MonthTotals.flow.in_(["to_people", "unmet"])]
    began_known: list[ColumnElement[bool]] = [within(since, today)]
    if product_ids is not None:
        known.append(MonthTotals.product_id.in_(product_ids))
    if place_ids is not None:
        theirs = select(Place.id).where(Place.served_by_id.in_(place_ids))
        here = MonthTotals.place_id.in_(place_ids) if own_alone else or_(MonthTotals.place_id.in_(place_ids), MonthTotals.place_id.in_(theirs))
        known.append(here)
        began_known.append(here)
    total = select(MonthTotals.place_id, MonthTotals.product_id, sum_in(since, today).label("units")).where(*known).group_by(MonthTotals.place_id, MonthTotals.product_id).subquery()
    began = select(MonthTotals.place_id, func.min(first_in(since, today)).label("month")).where(*began_known).group_by(MonthTotals.place_id).subquery()
    calendar = case(*[(began.c.month == month, (today - month).days + 1) for month in _months(since, today)], else_=(today - since).days + 1)
    out = table_of(Stockout)
    of_window = (out.c.place_id == total.c.place_id) & (out.c.product_id == total.c.product_id) & (out.c.since == since)
    days = calendar - func.coalesce(out.c.days + out.c.days_left_out, 0)
    return (
        select(total.c.place_id, total.c.product_id, (total.c.units - func.coalesce(out.c.units_left_out, 0)).label("units"), case((days < 1, 1), else_=days).label("days"))
        .join(began, began.c.place_id == total.c.place_id)
        .outerjoin(out, of_window)
        .where(total.c.units > func.coalesce(out.c.units_left_out, 0))
    )


def _months(since: date, today: date) -> list[date]:
    """Give the first days of the months from one to another."""
    return [month.since.replace(day=1) for month in Window(since=since, until=today).months()]


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


def used(session: Session, place_ids: Collection[int] | None, product_ids: Collection[int], *, since: date, today: date, own_alone: bool = False) -> dict[tuple[int, int], tuple[int, int]]:
    """Give by place and product how many units were used since a month began, and in how many days on which there was something to hand out; nothing of what was not used. None asks for all places."""
    of_it = consumed(since=since, today=today, place_ids=place_ids, product_ids=product_ids, own_alone=own_alone)
    query = select(of_it.c.place_id, of_it.c.product_id, func.sum(of_it.c.units), func.max(of_it.c.days)).group_by(of_it.c.place_id, of_it.c.product_id)
    return {(place_id, product_id): (int(units), int(days)) for place_id, product_id, units, days in session.execute(query)}


def began(session: Session, place_ids: Collection[int], *, since: date) -> dict[int, date]:
    """Give the first month, from one on, in which places recorded anything."""
    query = select(MonthTotals.place_id, MonthTotals.year, RECORDED).where(MonthTotals.place_id.in_(place_ids), MonthTotals.year >= since.year)
    found: dict[int, date] = {}
    for place_id, year, recorded in session.execute(query.group_by(MonthTotals.place_id, MonthTotals.year).order_by(MonthTotals.year)):
        months = [month for month in months_recorded(year, recorded) if month >= since]
        if months:
            found.setdefault(place_id, months[0])
    return found


def _day(value: date | str | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
