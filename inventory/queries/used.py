"""What places used as a list to be paged: by place, product and period."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.queries.periods import Shelf, places_with_use, shelves
from inventory.rules.consumption import DEFINITION, Window
from inventory.rules.periods import By, window_asked
from inventory.rules.wanted import UseWanted
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Product

PLACES_AT_ONCE = 10
"""So many places are read before it is looked whether the part is full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PeriodRead:
    """What a place itself used of a product in a period; of `days` and `days_without` none is among `days_left_out`."""

    place: str
    product: str
    since: date
    until: date
    handed_out: int
    unmet: int
    units_left_out: int
    days: int
    days_without: int
    days_left_out: int
    daily: float | None
    definition: str


def used(session: Session, wanted: UseWanted, *, by: Person, today: date) -> tuple[list[PeriodRead], str | None]:
    """Give a part of what places used, and the mark of the next part. Refuses a window that is too long or ends before it begins."""
    window = window_asked(By(wanted.by), wanted.from_, wanted.to, today=today)
    start = read_mark(wanted.after, str, str, str)
    found = []
    for one in _after(session, wanted, window, start, by):
        found.append(one)
        if len(found) > wanted.limit:
            last = found[wanted.limit - 1]
            return found[: wanted.limit], mark(last.place, last.product, last.since.isoformat())
    return found, None


def _after(session: Session, wanted: UseWanted, window: Window, start: tuple[str, str, str] | None, by: Person) -> Iterator[PeriodRead]:
    products = None if wanted.product is None else list(session.scalars(select(Product.id).where(Product.code == wanted.product)))
    at = start[0] if start else None
    while True:
        places = places_with_use(session, by=by, place=wanted.place, after=at, limit=PLACES_AT_ONCE)
        for shelf in shelves(session, places, window, products=products):
            yield from (one for one in read(shelf, By(wanted.by)) if start is None or (one.place, one.product, one.since.isoformat()) > start)
        if len(places) < PLACES_AT_ONCE or wanted.place is not None:
            return
        at = f"{places[-1].code} "  # the first code that could come after it


def read(shelf: Shelf, by: By) -> Iterator[PeriodRead]:
    """Give the periods of a product at a place as answers name them."""
    for one in shelf.by(by):
        yield PeriodRead(
            place=shelf.place,
            product=shelf.product,
            since=one.window.since,
            until=one.window.until,
            handed_out=one.handed_out,
            unmet=one.unmet,
            units_left_out=one.units_left_out,
            days=one.days,
            days_without=one.days_without,
            days_left_out=one.days_left_out,
            daily=one.daily,
            definition=DEFINITION,
        )
