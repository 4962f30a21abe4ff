"""Lots: what is known of them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from inventory.models import Lot, LotGtin, Stock
from inventory.rules.wanted import LotsWanted
from supply.paging import mark, read_mark
from supply.reference.models import Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class LotKnown:
    """A lot: its product, number, expiry in force, and the GTINs seen on it."""

    id: int
    product: str
    number: str
    expires_on: date | None
    gtins: tuple[str, ...]


def lots(session: Session, wanted: LotsWanted) -> tuple[list[LotKnown], str | None]:
    """Give a part of the lots, by product and number, and the mark of the next part."""
    query = select(Lot.id, Product.code, Lot.number, Lot.expires_on).join(Product, Product.id == Lot.product_id)
    if wanted.product is not None:
        query = query.where(Product.code == wanted.product)
    if wanted.number is not None:
        query = query.where(Lot.number == wanted.number)
    if (start := read_mark(wanted.after, str, str)) is not None:
        query = query.where(tuple_(Product.code, Lot.number) > start)
    rows = session.execute(query.order_by(Product.code, Lot.number).limit(wanted.limit + 1)).all()
    part = rows[: wanted.limit]
    gtins: dict[int, list[str]] = {}
    for lot_id, gtin in session.execute(select(LotGtin.lot_id, LotGtin.gtin).where(LotGtin.lot_id.in_([row[0] for row in part])).order_by(LotGtin.gtin)):
        gtins.setdefault(lot_id, []).append(gtin)
    found = [LotKnown(id=lot_id, product=code, number=known, expires_on=expires_on, gtins=tuple(gtins.get(lot_id, ()))) for lot_id, code, known, expires_on in part]
    return found, mark(part[-1][1], part[-1][2]) if len(rows) > wanted.limit else None


def find_lot(session: Session, product: str, number: str) -> LotKnown | None:
    """Give a lot by product and number, compared exactly."""
    found, _ = lots(session, LotsWanted(product=product, number=number, limit=1))
    return found[0] if found else None


def on_hand_at(session: Session, place: Place, lot_id: int) -> int:
    """Give how many of a lot lie at a place."""
    return session.scalar(select(Stock.on_hand).where(Stock.place_id == place.id, Stock.lot_id == lot_id)) or 0
