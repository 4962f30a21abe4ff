"""What is known of a place's need when it orders."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.queries import use
from orders.queries.lists import on_order
from orders.rules.needs import Known
from supply.reference.models import Pack, Product


def since_when(today: date) -> date:
    """Give the day since which use is averaged."""
    return use.since_when(today)


def packs_of(session: Session, product_ids: Sequence[int]) -> dict[int, int]:
    """Give by product the units of its smallest pack, where it has one."""
    query = select(Pack.product_id, func.min(Pack.units)).where(Pack.product_id.in_(product_ids), Pack.level == "pack").group_by(Pack.product_id)
    return {product_id: int(units) for product_id, units in session.execute(query)}


def known(session: Session, place_id: int, products: Mapping[int, str], *, today: date, without: int | None = None) -> dict[int, Known]:
    """Give by product what is known of it at a place; an order's own lines are not on order yet."""
    ids = [*products]
    lying = use.lying(session, [place_id], ids, today=today)
    used = use.used(session, [place_id], ids, since=since_when(today), today=today)
    coming, packs = on_order(session, [place_id], ids, without=without), packs_of(session, ids)
    found = {}
    for product_id, code in products.items():
        there, (units, days) = lying.get((place_id, product_id)), used.get((place_id, product_id), (0, 0))
        found[product_id] = Known(
            product=code,
            pack=packs.get(product_id, 1),
            on_hand=there.on_hand if there else 0,
            usable=there.usable if there else 0,
            on_order=coming.get((place_id, product_id), 0),
            used=units,
            days=days,
            counted_on=there.counted_on if there else None,
        )
    return found


def all_products(session: Session) -> dict[int, str]:
    """Give the code of every product."""
    return {product.id: product.code for product in session.scalars(select(Product).order_by(Product.group, Product.code))}
