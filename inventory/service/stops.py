"""Where a verification finds a difference nothing more is entered, until one finds all in order: of the lot, at the place. Shown, never repaired. In the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inventory.models import Lot, Move, Stock
from supply.db import table_of
from supply.reference.models import Place, Product
from supply.rows import insert_for


def follow(session: Session, run_id: int, *, place: str | None, row: Sequence[str] = ()) -> None:
    """Stop the shelves that the first difference of a verification names (`place` and `row`), and let go of all others; without a difference (no place) let go of all.

    A row names a lot (product and number), or a posting of the place's journal, whose lots are meant. What names neither, such as a month's total, stops nothing.
    """
    found = sorted(_shelves(session, place, row)) if place else []
    session.execute(update(Stock).where(Stock.stopped_by.is_not(None)).values(stopped_by=None).execution_options(synchronize_session=False))
    for place_id, lot_id in found:
        empty = {"place_id": place_id, "lot_id": lot_id, "on_hand": 0, "held": 0, "last_moved_on": date.min}  # a row that was taken away still says nothing lies there
        session.execute(insert_for(session, table_of(Stock)).values(empty).on_conflict_do_nothing())
        shelf = update(Stock).where(Stock.place_id == place_id, Stock.lot_id == lot_id)
        session.execute(shelf.values(stopped_by=run_id).execution_options(synchronize_session=False))


def _shelves(session: Session, code: str, row: Sequence[str]) -> set[tuple[int, int]]:
    """Give the places and lots that a difference names."""
    place_id = session.scalar(select(Place.id).where(Place.code == code, Place.kind != "virtual"))
    if place_id is None or not row:
        return set()
    if len(row) > 1:
        lot_id = session.scalar(select(Lot.id).join(Product, Product.id == Lot.product_id).where(Product.code == row[0], Lot.number == row[1]))
        return {(place_id, lot_id)} if lot_id is not None else set()
    return {(place_id, lot_id) for lot_id in _lots_of_posting(session, place_id, row[0])}


def _lots_of_posting(session: Session, place_id: int, number: str) -> Iterable[int]:
    """Give the lots that a posting moves to or from its place."""
    if not number.isdigit():
        return []
    here = (Move.from_place_id == place_id) | (Move.to_place_id == place_id)
    return session.scalars(select(Move.lot_id).where(Move.place_id == place_id, Move.number == int(number), here).distinct()).all()
