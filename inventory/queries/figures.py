"""What a place handed out, could not give, lost and destroyed, month by month: sums of the month totals."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from inventory.models import MonthTotals
from inventory.queries.months import EACH, SUMS, months_of
from supply.reference.models import KitPart, Product


def by_month(session: Session, place_id: int, *, since: date) -> Iterator[tuple[str, date, str, int]]:
    """Give product, month, flow and units of a place since a month, where there are any; a kit stands as the product it is."""
    query = (
        select(Product.code, MonthTotals.flow, MonthTotals.year, *SUMS)
        .join(Product, Product.id == MonthTotals.product_id)
        .where(MonthTotals.place_id == place_id, MonthTotals.year >= since.year)
        .group_by(Product.code, MonthTotals.flow, MonthTotals.year)
    )
    found = ((product, month, flow, units) for product, flow, year, *totals in session.execute(query) for month, units in months_of(year, totals) if units and month >= since)
    yield from sorted(found, key=lambda one: (one[0], -one[1].toordinal(), one[2]))


def in_kits_by_month(session: Session, place_id: int, *, since: date) -> Iterator[tuple[str, date, int]]:
    """Give part, month and units handed out inside kits at a place since a month. What is used of a part is these and those handed out loose; the kits themselves are not counted beside them."""
    kit, part = aliased(Product), aliased(Product)
    query = (
        select(part.code, MonthTotals.year, *(func.sum(column * KitPart.units) for column in EACH))
        .join(kit, kit.id == MonthTotals.product_id)
        .join(KitPart, (KitPart.kit_id == kit.id) & (KitPart.version == MonthTotals.kit_version))
        .join(part, part.id == KitPart.part_id)
        .where(MonthTotals.place_id == place_id, MonthTotals.year >= since.year, MonthTotals.flow == "to_people")
        .group_by(part.code, MonthTotals.year)
    )
    found = ((code, month, units) for code, year, *totals in session.execute(query) for month, units in months_of(year, totals) if units and month >= since)
    yield from sorted(found, key=lambda one: (one[0], -one[1].toordinal()))
