"""What lies where: read from the stock rows, whatever the length of the ledger."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select, tuple_
from sqlalchemy.orm import Session

from inventory.models import Lot, Move, Stock
from inventory.queries.journals import LotNamed
from inventory.queries.usable import in_force
from inventory.rules.wanted import StockWanted
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class OnShelf:
    """A lot at a place: how many lie there, are held, can be taken; `blocked` while it is in quarantine, here or everywhere."""

    place: str
    place_id: int
    product: str
    lot_id: int
    number: str
    expires_on: date | None
    on_hand: int
    held: int | None
    usable: bool
    blocked: bool

    @property
    def lot(self) -> LotNamed:
        """Give the lot as answers name it."""
        return LotNamed(product=self.product, number=self.number, expires_on=self.expires_on)

    @property
    def available(self) -> int | None:
        """Give what lies there and is promised to nobody; not known of a past day."""
        return None if self.held is None else self.on_hand - self.held


def stock(session: Session, wanted: StockWanted, *, by: Person, today: date) -> tuple[list[OnShelf], str | None]:
    """Give a part of the stock a person may see, in place and lot order, and the mark of the next part."""
    day = wanted.on or today
    query = _query(wanted, by, day, today)
    if (start := read_mark(wanted.after, int, int)) is not None:
        query = query.where(tuple_(Stock.place_id, Stock.lot_id) > start)
    rows = session.execute(query.order_by(Stock.place_id, Stock.lot_id).limit(wanted.limit + 1)).all()
    part = rows[: wanted.limit]
    since = _moved_after(session, [(row.place_id, row.lot_id) for row in part], day) if wanted.on else {}
    found = [
        OnShelf(
            place=row.place,
            place_id=row.place_id,
            product=row.product,
            lot_id=row.lot_id,
            number=row.number,
            expires_on=row.expires_on,
            on_hand=row.on_hand - since.get((row.place_id, row.lot_id), 0),
            held=None if wanted.on else row.held,
            usable=row.usable,
            blocked=row.blocked,
        )
        for row in part
    ]
    last = part[-1] if len(rows) > wanted.limit else None
    return [shelf for shelf in found if shelf.on_hand], mark(last.place_id, last.lot_id) if last else None


def shelves_at(session: Session, place_id: int, *, today: date) -> list[OnShelf]:
    """Give all that lies at a place, by product and the lot that expires first."""
    query = _columns(today, today).where(Stock.place_id == place_id, Stock.on_hand > 0).order_by(Product.group, Product.code, Lot.expires_on.is_(None), Lot.expires_on, Lot.number)
    return [_on_shelf(row) for row in session.execute(query)]


def units_by_place(session: Session, place_ids: Collection[int], *, today: date) -> dict[int, dict[str, tuple[int, int]]]:
    """Give by place and product group how many units lie there and how many of them are expired."""
    expired = func.sum(case((Lot.expires_on < today, Stock.on_hand), else_=0))
    query = (
        select(Stock.place_id, Product.group, func.sum(Stock.on_hand), expired)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Stock.place_id.in_(place_ids), Stock.on_hand > 0)
        .group_by(Stock.place_id, Product.group)
    )
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for place_id, group, units, gone in session.execute(query):
        found.setdefault(place_id, {})[group] = (int(units), int(gone))
    return found


def first_to_expire(session: Session, place_ids: Collection[int], *, today: date, limit: int) -> list[OnShelf]:
    """Give what expires soonest or has expired at some places."""
    query = _columns(today, today).where(Stock.place_id.in_(place_ids), Stock.on_hand > 0, Lot.expires_on.is_not(None)).order_by(Lot.expires_on, Place.code, Lot.number).limit(limit)
    return [_on_shelf(row) for row in session.execute(query)]


def _columns(day: date, today: date) -> Select[*tuple[Any, ...]]:
    lot = in_force(day, today=today)
    return (
        select(
            Place.code.label("place"),
            Stock.place_id,
            Product.code.label("product"),
            Stock.lot_id,
            Lot.number,
            lot.expires_on.label("expires_on"),
            Stock.on_hand,
            Stock.held,
            lot.usable.label("usable"),
            lot.blocked.label("blocked"),
        )
        .join(Place, Place.id == Stock.place_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
    )


def _query(wanted: StockWanted, by: Person, day: date, today: date) -> Select[*tuple[Any, ...]]:
    query = _columns(day, today).where(accounts.visible(by))
    if wanted.on is None:
        query = query.where(Stock.on_hand > 0)
    if wanted.place is not None:
        query = query.where(Place.code == wanted.place)
    if wanted.municipality is not None:
        query = query.where(Place.municipality == wanted.municipality)
    if wanted.product is not None:
        query = query.where(Product.code == wanted.product)
    if wanted.group is not None:
        query = query.where(Product.group == wanted.group)
    if wanted.usable is not None:
        usable = in_force(day, today=today).usable
        query = query.where(usable if wanted.usable else ~usable)
    return query


def _moved_after(session: Session, shelves: Sequence[tuple[int, int]], day: date) -> dict[tuple[int, int], int]:
    """Give by place and lot what moved there after a day."""
    found: dict[tuple[int, int], int] = {}
    for place, sign in ((Move.to_place_id, 1), (Move.from_place_id, -1)):
        query = select(place, Move.lot_id, func.sum(Move.units)).where(tuple_(place, Move.lot_id).in_(shelves), Move.occurred_on > day).group_by(place, Move.lot_id)
        for place_id, lot_id, units in session.execute(query):
            found[place_id, lot_id] = found.get((place_id, lot_id), 0) + sign * int(units)
    return found


def _on_shelf(row: Any) -> OnShelf:
    return OnShelf(**row._mapping)  # noqa: SLF001  a row's own way to be read by name
