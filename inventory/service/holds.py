"""Units promised: held on the shelves where they lie, and let go again. In the caller's transaction, whose journals are locked."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from inventory import models, queries
from inventory.queries.shelves import Held
from inventory.rules.shelf import Shelf
from inventory.service.book import Book
from supply import clock
from supply.auth.rules import Person
from supply.db import table_of
from supply.reference.models import Place
from supply.rows import add_rows
from supply.straight import write_straight

_STOCK, _HOLD = table_of(models.Stock), table_of(models.Hold)
_HELD = update(_STOCK).where(_STOCK.c.place_id == bindparam("place"), _STOCK.c.lot_id == bindparam("lot")).values(held=_STOCK.c.held + bindparam("more"))
_END = update(_HOLD).where(_HOLD.c.id == bindparam("hold"))


class Promise(NamedTuple):
    """Units of a shelf promised to a line of a document."""

    shelf: Shelf
    units: int
    document: str
    line: int


@dataclass(frozen=True, kw_only=True)
class GaveWay:
    """Units promised to a document that a fact took: which, to what (a count, a disposal, a quarantine), and in which role somebody recorded it."""

    document: str
    product: str
    lot: str
    units: int
    because: str
    role: str


class WhoPromised(Protocol):
    """Whoever promises units, and must know when a fact took them."""

    def __call__(self, session: Session, gone: Sequence[GaveWay], *, by: Person, now: datetime) -> None:
        """Hear of it in the transaction that took them, with the journals of their places locked."""


WHO_PROMISED: set[WhoPromised] = set()
"""Features above this one that promise units join here; this one knows none of them."""


def gave_way(session: Session, gone: Sequence[GaveWay], *, by: Person, now: datetime) -> None:
    """Let whoever promised units know that a fact took them."""
    for hear in WHO_PROMISED if gone else ():
        hear(session, gone, by=by, now=now)


def open_shelves(session: Session, place: str, products: Collection[str], *, by: Person, now: datetime, ledger_opens_on: date) -> Book:
    """Lock a place and what lies there of some products."""
    book = Book(session=session, by=by, now=now, today=clock.day_of(now), ledger_opens_on=ledger_opens_on)
    book.open(queries.Named(places=[place], products=products))
    return book


def lock_journals(session: Session, places: Collection[Place], *, by: Person, now: datetime, ledger_opens_on: date) -> None:
    """Wait for every act that is being recorded at some places, and let none begin there before the transaction is done; in place order, as acts lock."""
    Book(session=session, by=by, now=now, today=clock.day_of(now), ledger_opens_on=ledger_opens_on).open(queries.Named(places=[place.code for place in places]))


def hold(session: Session, promises: Sequence[Promise], *, now: datetime) -> None:
    """Hold units for those they are promised to; the shelves in memory are the caller's to keep."""
    rows = [{"place_id": one.shelf.place_id, "lot_id": one.shelf.lot.id, "units": one.units, "document": one.document, "line": one.line, "made_at": now} for one in promises]
    add_rows(session, _HOLD, rows)
    more: Counter[tuple[int, int]] = Counter()
    for one in promises:
        more[one.shelf.place_id, one.shelf.lot.id] += one.units
    _shift(session, more)


def hold_again(session: Session, held: Collection[tuple[Held, int]], *, now: datetime) -> None:
    """Hold units again that were held and not sent: so many of each."""
    rows = [{"place_id": one.place_id, "lot_id": one.lot_id, "units": units, "document": one.document, "line": one.line, "made_at": now} for one, units in held]
    add_rows(session, _HOLD, rows)
    more: Counter[tuple[int, int]] = Counter()
    for one, units in held:
        more[one.place_id, one.lot_id] += units
    _shift(session, more)


def let_go(session: Session, held: Collection[Held], *, because: str, now: datetime) -> None:
    """End holds: what they promised is free again."""
    if not held:
        return
    write_straight(session, _END, [{"hold": one.hold_id, "ended_at": now, "ended_because": because} for one in held])
    less: Counter[tuple[int, int]] = Counter()
    for one in held:
        less[one.place_id, one.lot_id] -= one.units
    _shift(session, less)


def _shift(session: Session, more: Counter[tuple[int, int]]) -> None:
    rows = [{"place": place_id, "lot": lot_id, "more": units} for (place_id, lot_id), units in sorted(more.items()) if units]
    if rows:
        write_straight(session, _HELD, rows)
