"""Products as orders know them: their codes, and the packs they are ordered in."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from supply.reference.models import Pack, Product


def packs_of(session: Session, product_ids: Sequence[int]) -> dict[int, int]:
    """Give by product the units of its smallest pack, where it has one."""
    query = select(Pack.product_id, func.min(Pack.units)).where(Pack.product_id.in_(product_ids), Pack.level == "pack").group_by(Pack.product_id)
    return {product_id: int(units) for product_id, units in session.execute(query)}


def all_products(session: Session) -> dict[int, str]:
    """Give the code of every product."""
    return {product.id: product.code for product in session.scalars(select(Product).order_by(Product.group, Product.code))}
