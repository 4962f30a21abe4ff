"""How long what lies at all places lasts at what is used of it, as one statement: for the database to compare and not for Python to loop over."""

from datetime import date
from typing import Any

from sqlalchemy import Select, func, or_, select

from inventory.models import Journal, Lot, Posting, Stock
from inventory.queries.usable import in_force
from inventory.queries.use import consumed
from supply.reference.models import Place


def levels(*, since: date, today: date) -> Select[*tuple[Any, ...]]:
    """Give by place and product what is `usable`, and what was `used` in how many `days` since a month began; of what was not used nothing. The figures of `use.used` and `use.lying`."""
    rows = consumed(since=since, today=today)
    used = (
        select(rows.c.place_id, rows.c.product_id, func.sum(rows.c.units).label("units"), func.max(rows.c.days).label("days"))
        .join(Place, Place.id == rows.c.place_id)
        .where(or_(Place.closed_on.is_(None), Place.closed_on >= today))
        .group_by(rows.c.place_id, rows.c.product_id)
        .subquery()
    )
    usable = (
        select(Stock.place_id, Lot.product_id, func.sum(Stock.on_hand).label("units"))
        .join(Lot, Lot.id == Stock.lot_id)
        .where(Stock.on_hand > 0, in_force(today, today=today).usable)
        .group_by(Stock.place_id, Lot.product_id)
        .subquery()
    )
    return select(used.c.place_id, used.c.product_id, func.coalesce(usable.c.units, 0).label("usable"), used.c.units.label("used"), used.c.days).outerjoin(
        usable, (usable.c.place_id == used.c.place_id) & (usable.c.product_id == used.c.product_id)
    )


def not_counted_since(day: date) -> Select[*tuple[Any, ...]]:
    """Give by place how many products that lie there were last counted before a day (never: since the place's first posting)."""
    began = select(Posting.occurred_on).where(Posting.place_id == Journal.place_id, Posting.number == 1).scalar_subquery()  # looked up place by place, whatever the length of the journals
    first = select(Journal.place_id, began.label("occurred_on")).subquery()
    last = (
        select(Stock.place_id, Lot.product_id, func.coalesce(func.max(Stock.counted_on), func.min(first.c.occurred_on)).label("on_day"))
        .join(Lot, Lot.id == Stock.lot_id)
        .join(first, first.c.place_id == Stock.place_id)
        .where(Stock.on_hand > 0)
        .group_by(Stock.place_id, Lot.product_id)
        .subquery()
    )
    return select(last.c.place_id, func.count().label("products")).where(last.c.on_day < day).group_by(last.c.place_id)
