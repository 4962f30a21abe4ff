"""What the shelves of an open book can give: which lots are taken, and whether there is enough on the day."""

from dataclasses import replace
from datetime import date

from inventory import queries
from inventory.errors import ClosedByCount, LotNotUsable, NoSuchLot, NoSuchProduct, NotEnoughStock, WouldHaveBeenEmpty
from inventory.rules.commands import NO_LOT
from inventory.rules.entries import Place
from inventory.rules.shelf import Lot, Shelf, allocate_fefo
from inventory.service.book import Book

Taken = dict[tuple[int, str], int]
"""Units the lines before have taken of a lot, within one act."""


def take(book: Book, place: Place, product: str, lot: str | None, units: int, day: date, taken: Taken, *, at: str, to_depot: bool = False) -> list[tuple[Shelf, int]]:
    """Choose shelves for units that leave by choice: the lot named, or those that expire first."""
    facts = product_of(book, product, at=f"{at}.product")
    if lot is not None or not facts.lot_required:
        if lot is None and (facts.id, NO_LOT) not in book.lots:  # a product without lots that never arrived anywhere: none is there, and nobody named a lot
            raise NotEnoughStock(product=product, wanted=units, available=0, unusable=0, at=f"{at}.units")
        shelf = book.shelf(place, lot_of(book, product, lot or NO_LOT, at=at))
        if not shelf.lot.is_usable(day) and not to_depot:
            raise LotNotUsable(lot=shelf.lot.number, product=product, expires_on=shelf.lot.expires_on, at=f"{at}.lot")
        take_from(book, shelf, units, day, taken, at=at)
        return [(shelf, units)]
    shelves = [_less(book.learn(shelf, day), taken) for shelf in book.shelves_of(place, facts.id)]
    allocation = allocate_fefo(shelves, units, day=day)
    if allocation.short:
        for closed in sorted((shelf for shelf in shelves if shelf.on_hand and shelf.lot.is_usable(day)), key=lambda shelf: shelf.lot.first_to_expire):
            check_open_day(closed, day, at=f"{at}.lot")
        raise NotEnoughStock(product=product, wanted=units, available=allocation.units, unusable=allocation.unusable, at=f"{at}.units")
    picked = [(book.shelf(place, pick.shelf.lot), pick.units) for pick in allocation.picks]
    for shelf, number in picked:
        taken[shelf.lot.key] = taken.get(shelf.lot.key, 0) + number
    return picked


def _less(shelf: Shelf, taken: Taken) -> Shelf:
    """Give the shelf as it is after the lines before: what they took is held for them."""
    already = taken.get(shelf.lot.key, 0)
    return replace(shelf, on_hand=shelf.on_hand - already) if already else shelf


def take_from(book: Book, shelf: Shelf, units: int, day: date, taken: Taken, *, at: str | None) -> None:
    """See to it that units may leave a shelf on a day: they lie there, are not held, and the day is not closed."""
    check_open_day(shelf, day, at=f"{at}.lot" if at else None)
    already = taken.get(shelf.lot.key, 0)
    wanted = units + already
    field = f"{at}.units" if at else None
    if wanted > shelf.on_hand - shelf.held:
        available = max(0, shelf.on_hand - shelf.held - already)
        raise NotEnoughStock(product=shelf.lot.product, lot=shelf.lot.number, wanted=units, available=available, unusable=0, at=field)
    if wanted > (lowest := book.learn(shelf, day).lowest_from(day)):
        raise WouldHaveBeenEmpty(lot=shelf.lot.number, wanted=units, available=max(0, lowest - already), occurred_on=day, at=field)
    taken[shelf.lot.key] = wanted


def product_of(book: Book, code: str, *, at: str) -> queries.ProductFacts:
    """Give a product the act names; refuses one that is not known."""
    if code not in book.products:
        raise NoSuchProduct(product=code, at=at)
    return book.products[code]


def lot_of(book: Book, product: str, number: str, *, at: str) -> Lot:
    """Give a lot the act names; refuses one that never arrived."""
    facts = product_of(book, product, at=f"{at}.product")
    lot = book.lots.get((facts.id, number))
    if lot is None:
        raise NoSuchLot(product=product, lot=number, at=f"{at}.lot")
    return lot


def check_open_day(shelf: Shelf, day: date, *, at: str | None) -> None:
    """Refuse a day that a count of the lot has closed."""
    if shelf.is_closed(day):
        raise ClosedByCount(lot=shelf.lot.number, counted_on=shelf.counted_on, at=at)
