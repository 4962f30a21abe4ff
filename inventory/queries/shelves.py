"""What acts on kits, counts and lots need to know besides: contents of kits, parts of a kit's lot, holds, moves after a cut-off, events of a lot."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from inventory.models import Hold, KitLotPart, Lot, LotEvent, Move, Posting, Stock
from inventory.rules import lots
from inventory.rules.kits import Content
from supply.reference.models import VIRTUAL, KitPart, Product
from supply.rows import parts_of


def contents_of(session: Session, kits: Collection[str]) -> dict[str, list[Content]]:
    """Give by kit what it holds in each version."""
    kit, part = Product.__table__.alias("kit"), Product.__table__.alias("part")
    query = (
        select(kit.c.code, KitPart.version, KitPart.starts_on, part.c.code, KitPart.units)
        .join(kit, kit.c.id == KitPart.kit_id)
        .join(part, part.c.id == KitPart.part_id)
        .where(kit.c.code.in_(kits))
        .order_by(kit.c.code, KitPart.version, part.c.code)
    )
    found: dict[tuple[str, int, date], dict[str, int]] = {}
    for code, version, starts_on, part_code, units in session.execute(query):
        found.setdefault((code, version, starts_on), {})[part_code] = units
    contents: dict[str, list[Content]] = {}
    for (code, version, starts_on), parts in found.items():
        contents.setdefault(code, []).append(Content(version=version, starts_on=starts_on, parts=parts))
    return contents


def parts_of_lot(session: Session, kit: str, number: str) -> list[tuple[str, str, int]]:
    """Give the product, lot number and units of each part in one kit of a lot; nothing where the kit was bought ready-made."""
    own, whole = Lot.__table__.alias("own"), Product.__table__.alias("whole")
    query = (
        select(Product.code, Lot.number, KitLotPart.units)
        .join(Lot, Lot.id == KitLotPart.part_lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(own, own.c.id == KitLotPart.kit_lot_id)
        .join(whole, whole.c.id == own.c.product_id)
        .where(whole.c.code == kit, own.c.number == number)
        .order_by(Product.code, Lot.number)
    )
    return [(code, lot, units) for code, lot, units in session.execute(query)]


def lots_lying_at(session: Session, place_id: int) -> list[tuple[str, str]]:
    """Give the product and number of each lot that lies at a place."""
    query = select(Product.code, Lot.number).join(Lot, Lot.product_id == Product.id).join(Stock, Stock.lot_id == Lot.id).where(Stock.place_id == place_id, Stock.on_hand > 0)
    return [(code, number) for code, number in session.execute(query.order_by(Product.code, Lot.number))]


def open_holds(session: Session, place_id: int, lot_id: int) -> list[tuple[int, int, str]]:
    """Give the open holds of a shelf, the newest first: id, units, document."""
    query = select(Hold.id, Hold.units, Hold.document).where(Hold.place_id == place_id, Hold.lot_id == lot_id, Hold.ended_at.is_(None)).order_by(Hold.id.desc())
    return [(hold_id, units, document) for hold_id, units, document in session.execute(query)]


def units_packed(session: Session, lot_id: int) -> int:
    """Give how many kits of a lot were packed from parts, less those that were opened."""
    kits = VIRTUAL["kits"]
    query = select(func.sum(case((Move.from_place_id == kits, Move.units), else_=-Move.units))).where(Move.lot_id == lot_id, or_(Move.from_place_id == kits, Move.to_place_id == kits))
    return int(session.scalar(query) or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An open hold."""

    hold_id: int
    place_id: int
    lot_id: int
    product: str
    lot: str
    expires_on: date | None
    units: int
    document: str
    line: int | None


def holds_on(session: Session, lot_ids: Collection[int], place_id: int | None) -> list[Held]:
    """Give the open holds on some lots, at a place or everywhere."""
    return _held(session, Hold.lot_id.in_(lot_ids), *([Hold.place_id == place_id] if place_id is not None else []))


def holds_for(session: Session, documents: Collection[str]) -> list[Held]:
    """Give the open holds that some documents promise, in the order in which they were made."""
    return [held for part in parts_of(documents) for held in _held(session, Hold.document.in_(part))]


def _held(session: Session, *conditions: ColumnElement[bool]) -> list[Held]:
    query = select(Hold, Product.code, Lot.number, Lot.expires_on).join(Lot, Lot.id == Hold.lot_id).join(Product, Product.id == Lot.product_id).where(Hold.ended_at.is_(None), *conditions)
    return [
        Held(hold_id=hold.id, place_id=hold.place_id, lot_id=hold.lot_id, product=product, lot=lot, expires_on=expires_on, units=hold.units, document=hold.document, line=hold.line)
        for hold, product, lot, expires_on in session.execute(query.order_by(Hold.id))
    ]


_NET = (Move.lot_id, Move.to_place_id, func.sum(Move.units))


def moved_after(session: Session, place_id: int, lot_ids: Collection[int], *, seen: int, day: date) -> dict[int, int]:
    """Give by lot what its stock at a place changed by after a cut-off: in postings of the place after number `seen`, on days after `day`, and from other journals since.

    Another journal's posting counts as after where it was recorded later than the first of the place that was not seen: what was recorded between the two was there to be seen.
    """
    if not lot_ids:
        return {}
    sides = (Move.from_place_id, Move.to_place_id)
    unseen = and_(Move.place_id == place_id, Move.number > seen)
    next_at = session.scalar(select(Posting.recorded_at).where(Posting.place_id == place_id, Posting.number == seen + 1))
    asked = [select(*_NET).where(unseen, or_(*(side == place_id for side in sides)))]
    asked += [select(*_NET).where(side == place_id, Move.occurred_on > day, ~unseen) for side in sides]
    if next_at is not None:
        since = and_(Posting.place_id == Move.place_id, Posting.number == Move.number, Posting.recorded_at >= next_at)
        asked += [select(*_NET).join(Posting, since).where(side == place_id, side != Move.place_id, side > 0, Move.occurred_on <= day) for side in sides]  # as the indexes of these say it
    net: dict[int, int] = {}
    for query in asked:
        for lot_id, to_place_id, units in session.execute(query.where(Move.lot_id.in_(lot_ids)).group_by(Move.lot_id, Move.to_place_id)):
            net[lot_id] = net.get(lot_id, 0) + (int(units) if to_place_id == place_id else -int(units))
    return net


def events_of(session: Session, lot_id: int) -> list[lots.LotEvent]:
    """Give what happened to a lot, in the order in which it was recorded."""
    query = select(LotEvent.kind, LotEvent.happened_on, LotEvent.place_id, LotEvent.expires_before, LotEvent.expires_after).where(LotEvent.lot_id == lot_id).order_by(LotEvent.id)
    return [lots.LotEvent(kind=kind, happened_on=day, place_id=place_id, expires_before=before, expires_after=after) for kind, day, place_id, before, after in session.execute(query)]
