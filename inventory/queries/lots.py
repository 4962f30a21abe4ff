"""Lots: what is known of them, and what happened to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from inventory.models import KitLotPart, Lot, LotEvent, LotGtin, Stock
from inventory.rules.lots import QUARANTINE, RECALL
from inventory.rules.wanted import LotsWanted
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class LotKnown:
    """A lot: its product, number, expiry in force, the GTINs seen on it, whether it is in quarantine everywhere, whether it is recalled, and whether it is of kits packed from parts."""

    id: int
    product: str
    number: str
    expires_on: date | None
    gtins: tuple[str, ...]
    quarantined: bool
    recalled: bool
    packed_here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRead:
    """What happened to a lot, at a place or everywhere."""

    id: int
    kind: str
    product: str
    lot: str
    place: str | None
    reason: str | None
    document: str | None
    authority: str | None
    expires_before: date | None
    expires_after: date | None
    happened_on: date
    recorded_at: datetime
    recorded_by: str
    follows_a_part: bool


def lots(session: Session, wanted: LotsWanted) -> tuple[list[LotKnown], str | None]:
    """Give a part of the lots, by product and number, and the mark of the next part."""
    recalls = select(func.coalesce(func.sum(case(RECALL, value=LotEvent.kind, else_=0)), 0)).where(LotEvent.lot_id == Lot.id).scalar_subquery()
    packed = select(KitLotPart.units).where(KitLotPart.kit_lot_id == Lot.id).exists()
    query = select(Lot.id, Product.code, Lot.number, Lot.expires_on, Lot.blocks, recalls, packed).join(Product, Product.id == Lot.product_id)
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
    found = [
        LotKnown(id=lot_id, product=code, number=known, expires_on=expires_on, gtins=tuple(gtins.get(lot_id, ())), quarantined=blocks > recalled, recalled=recalled > 0, packed_here=packed_here)
        for lot_id, code, known, expires_on, blocks, recalled, packed_here in part
    ]
    return found, mark(part[-1][1], part[-1][2]) if len(rows) > wanted.limit else None


def find_lot(session: Session, product: str, number: str) -> LotKnown | None:
    """Give a lot by product and number, compared exactly."""
    found, _ = lots(session, LotsWanted(product=product, number=number, limit=1))
    return found[0] if found else None


def on_hand_at(session: Session, place: Place, lot_id: int) -> int:
    """Give how many of a lot lie at a place."""
    return session.scalar(select(Stock.on_hand).where(Stock.place_id == place.id, Stock.lot_id == lot_id)) or 0


def events(session: Session, event_ids: Collection[int]) -> list[EventRead]:
    """Give events by id, in the order in which they were recorded."""
    return _events(session, LotEvent.id.in_(event_ids))


def events_seen(session: Session, lot_id: int, *, by: Person) -> list[EventRead]:
    """Give what happened to a lot everywhere, and at the places a person may see, in the order in which it was recorded."""
    return _events(session, LotEvent.lot_id == lot_id, LotEvent.place_id.is_(None) | accounts.visible(by))


def _events(session: Session, *conditions: ColumnElement[bool]) -> list[EventRead]:
    query = (
        select(LotEvent, Product.code, Lot.number, Place.code, Account.number)
        .join(Lot, Lot.id == LotEvent.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Account, Account.id == LotEvent.recorded_by)
        .outerjoin(Place, Place.id == LotEvent.place_id)
        .order_by(LotEvent.id)
    )
    return [
        EventRead(
            id=event.id,
            kind=event.kind,
            product=product,
            lot=lot,
            place=place,
            reason=event.reason,
            document=event.document,
            authority=event.authority,
            expires_before=event.expires_before,
            expires_after=event.expires_after,
            happened_on=event.happened_on,
            recorded_at=event.recorded_at,
            recorded_by=by,
            follows_a_part=event.because_of_id is not None,
        )
        for event, product, lot, place, by in session.execute(query.where(*conditions))
    ]


def open_quarantine(session: Session, lot_id: int, place_id: int | None) -> int | None:
    """Give the id of the quarantine of a lot's own that is in force at a place, or everywhere; not those that follow a part's."""
    last = _last_own(session, lot_id, QUARANTINE, LotEvent.place_id.is_(None) if place_id is None else LotEvent.place_id == place_id)
    return last.id if last is not None and last.kind == "quarantine" else None


def open_recall(session: Session, lot_id: int) -> LotEvent | None:
    """Give the recall of a lot's own that is in force; its document is the recall's number."""
    last = _last_own(session, lot_id, RECALL)
    return last if last is not None and last.kind == "recall" else None


def _last_own(session: Session, lot_id: int, kinds: Collection[str], *conditions: ColumnElement[bool]) -> LotEvent | None:
    query = select(LotEvent).where(LotEvent.lot_id == lot_id, LotEvent.because_of_id.is_(None), LotEvent.kind.in_(sorted(kinds)), *conditions)
    return session.scalar(query.order_by(LotEvent.id.desc()).limit(1))


def followed(session: Session, event_id: int) -> list[int]:
    """Give the lots of kits that an event of a part was carried over to."""
    return list(session.scalars(select(LotEvent.lot_id).where(LotEvent.because_of_id == event_id).order_by(LotEvent.lot_id)))


def kits_with(session: Session, lot_id: int, *, at: Place | None = None) -> list[int]:
    """Give the lots of kits that hold units of a lot; those that lie at a place, or all."""
    query = select(KitLotPart.kit_lot_id).where(KitLotPart.part_lot_id == lot_id).distinct().order_by(KitLotPart.kit_lot_id)
    if at is not None:
        query = query.join(Stock, Stock.lot_id == KitLotPart.kit_lot_id).where(Stock.place_id == at.id, Stock.on_hand > 0)
    return list(session.scalars(query))


def kit_expiries(session: Session, part_ids: Collection[int]) -> list[tuple[int, date | None, date | None, int]]:
    """Give the lots of kits that hold some parts: id, the expiry they have, the earliest among their parts now, and one of those parts."""
    kit, part, named = aliased(Lot), aliased(Lot), aliased(KitLotPart)
    query = (
        select(kit.id, kit.expires_on, func.min(part.expires_on), func.min(named.part_lot_id))
        .join(KitLotPart, KitLotPart.kit_lot_id == kit.id)
        .join(part, part.id == KitLotPart.part_lot_id)
        .join(named, named.kit_lot_id == kit.id)
        .where(named.part_lot_id.in_(part_ids))
        .group_by(kit.id, kit.expires_on)
        .order_by(kit.id)
    )
    return [(kit_id, before, after, part_id) for kit_id, before, after, part_id in session.execute(query)]


def lies_at(session: Session, lot_id: int, *, by: Person) -> list[tuple[Place, int, bool]]:
    """Give the places a person may see where a lot lies or is blocked: how many, and whether it is blocked there."""
    query = (
        select(Place, Stock.on_hand, Stock.blocks)
        .join(Stock, Stock.place_id == Place.id)
        .where(Stock.lot_id == lot_id, (Stock.on_hand > 0) | (Stock.blocks > 0), accounts.visible(by))
        .order_by(Place.name)
    )
    return [(place, on_hand, blocks > 0) for place, on_hand, blocks in session.execute(query)]


def parts(session: Session, lot_id: int) -> list[tuple[str, str, date | None, int]]:
    """Give what is in one kit of a lot: product, lot, expiry, units."""
    query = select(Product.code, Lot.number, Lot.expires_on, KitLotPart.units).select_from(KitLotPart).join(Lot, Lot.id == KitLotPart.part_lot_id).join(Product, Product.id == Lot.product_id)
    return [(*row,) for row in session.execute(query.where(KitLotPart.kit_lot_id == lot_id).order_by(Product.code, Lot.number))]


def made_of_parts(session: Session, lot_ids: Collection[int]) -> set[int]:
    """Give which of some lots of kits were packed from parts that are known."""
    return set(session.scalars(select(KitLotPart.kit_lot_id).where(KitLotPart.kit_lot_id.in_(lot_ids)).distinct()))
