"""What a place handed out, could not give, lost and destroyed, month by month: sums of the month totals."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from inventory.models import MonthTotal
from supply.reference.models import KitPart, Product


def by_month(session: Session, place_id: int, *, since: date) -> Iterator[tuple[str, date, str, int]]:
    """Give product, month, flow and units of a place since a month, where there are any; a kit stands as the product it is."""
    query = (
        select(Product.code, MonthTotal.month, MonthTotal.flow, func.sum(MonthTotal.units))
        .join(Product, Product.id == MonthTotal.product_id)
        .where(MonthTotal.place_id == place_id, MonthTotal.month >= since)
        .group_by(Product.code, MonthTotal.month, MonthTotal.flow)
        .order_by(Product.code, MonthTotal.month.desc(), MonthTotal.flow)
    )
    for product, month, flow, units in session.execute(query):
        if units:
            yield product, month, flow, int(units)


def in_kits_by_month(session: Session, place_id: int, *, since: date) -> Iterator[tuple[str, date, int]]:
    """Give part, month and units handed out inside kits at a place since a month. What is used of a part is these and those handed out loose; the kits themselves are not counted beside them."""
    kit, part = aliased(Product), aliased(Product)
    query = (
        select(part.code, MonthTotal.month, func.sum(MonthTotal.units * KitPart.units))
        .join(kit, kit.id == MonthTotal.product_id)
        .join(KitPart, (KitPart.kit_id == kit.id) & (KitPart.version == MonthTotal.kit_version))
        .join(part, part.id == KitPart.part_id)
        .where(MonthTotal.place_id == place_id, MonthTotal.month >= since, MonthTotal.flow == "to_people")
        .group_by(part.code, MonthTotal.month)
        .order_by(part.code, MonthTotal.month.desc())
    )
    for code, month, units in session.execute(query):
        if units:
            yield code, month, int(units)
