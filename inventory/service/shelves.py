"""What the shelves of an open book can give: which lots are taken, and whether there is enough on the day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from inventory import queries
from inventory.errors import ClosedByCount, LotBlocked, LotNotUsable, NoSuchLot, NoSuchProduct, NotEnoughStock, RecalledSince, WouldHaveBeenEmpty
from inventory.rules.allocation import Allocation, allocate_fefo
from inventory.rules.commands import NO_LOT
from inventory.rules.entries import Place, Release
from inventory.rules.shelf import Lot, Shelf
from inventory.service.book import Book

Taken = dict[tuple[int, str], int]
"""Units the lines before have taken of a lot, within one act."""


def take_up_to(book: Book, place: Place, product: str, units: int, day: date, taken: Taken, *, at: str) -> list[tuple[Shelf, int]]:
    """Choose the lots that expire first for as many units as there are, at most those wanted."""
    facts = product_of(book, product, at=within(at, "product"))
    return _pick(book, place, facts, units, day, taken)[1]


def take(book: Book, place: Place, product: str, lot: str | None, units: int, day: date, taken: Taken, *, at: str, to_depot: bool = False, into_kits: bool = False) -> list[tuple[Shelf, int]]:
    """Choose shelves for units that leave by choice: the lot named, or those that expire first. What goes into kits may not be in quarantine today either, or it would be free to leave in them."""
    facts = product_of(book, product, at=within(at, "product"))
    if lot is not None or not facts.lot_required:
        if lot is None and (facts.id, NO_LOT) not in book.lots:  # a product without lots that never arrived anywhere: none is there, and nobody named a lot
            raise NotEnoughStock(product=product, wanted=units, available=0, unusable=0, at=within(at, "units"))
        shelf = book.shelf(place, lot_of(book, product, lot or NO_LOT, at=at))
        _check_usable(book.learn(shelf, day), day, at=within(at, "lot"), to_depot=to_depot)
        if into_kits and shelf.is_blocked(book.today):
            raise LotBlocked(lot=shelf.lot.number, product=product, at=within(at, "lot"))
        take_from(book, shelf, units, day, taken, at=at)
        return [(shelf, units)]
    allocation, picked = _pick(book, place, facts, units, day, taken, free_on=book.today if into_kits else None)
    if allocation.short:
        lying = [shelf for shelf in book.shelves_of(place, facts.id) if shelf.on_hand and shelf.is_usable(day)]
        for closed in sorted(lying, key=lambda shelf: shelf.lot.first_to_expire(day)):
            check_open_day(closed, day, at=within(at, "lot"))
        raise NotEnoughStock(product=product, wanted=units, available=allocation.units, unusable=allocation.unusable, at=within(at, "units"))
    return picked


def _pick(book: Book, place: Place, product: queries.ProductFacts, units: int, day: date, taken: Taken, *, free_on: date | None = None) -> tuple[Allocation, list[tuple[Shelf, int]]]:
    """Pick the lots that expire first, after what the lines before took; a shortage is part of the answer."""
    shelves = [_less(book.learn(shelf, day), taken) for shelf in book.shelves_of(place, product.id)]
    allocation = allocate_fefo(shelves, units, day=day, free_on=free_on)
    picked = [(book.shelf(place, pick.shelf.lot), pick.units) for pick in allocation.picks]
    for shelf, number in picked:
        taken[shelf.lot.key] = taken.get(shelf.lot.key, 0) + number
    return allocation, picked


def _check_usable(shelf: Shelf, day: date, *, at: str | None, to_depot: bool) -> None:
    """Refuse a lot that may not be used on a day, and say whether it is blocked or expired. To a depot it may go back all the same, but not on a day before it was recalled: the recall asked for it where it lay."""
    if to_depot:
        if shelf.is_recalled_after(day):
            raise RecalledSince(lot=shelf.lot.number, product=shelf.lot.product, occurred_on=day, at=at)
        return
    if shelf.is_blocked(day):
        raise LotBlocked(lot=shelf.lot.number, product=shelf.lot.product, at=at)
    if not shelf.is_usable(day):
        raise LotNotUsable(lot=shelf.lot.number, product=shelf.lot.product, expires_on=shelf.lot.expiry(day), at=at)


def within(at: str | None, name: str) -> str | None:
    """Name a field: of a line, of the act itself (the empty name), or of nothing that was sent (None)."""
    return None if at is None else f"{at}.{name}" if at else name


def _less(shelf: Shelf, taken: Taken) -> Shelf:
    """Give the shelf as it is after the lines before: what they took is held for them."""
    already = taken.get(shelf.lot.key, 0)
    return replace(shelf, on_hand=shelf.on_hand - already) if already else shelf


def take_from(book: Book, shelf: Shelf, units: int, day: date, taken: Taken, *, at: str | None, is_fact: bool = False) -> None:
    """See to it that units may leave a shelf on a day: they lie there, are not held, and the day is not closed. To a fact, such as a disposal, holds give way."""
    check_open_day(shelf, day, at=within(at, "lot"))
    already = taken.get(shelf.lot.key, 0)
    wanted = units + already
    field = within(at, "units")
    free = shelf.on_hand if is_fact else shelf.on_hand - shelf.held
    if wanted > free:
        available = max(0, free - already)
        raise NotEnoughStock(product=shelf.lot.product, lot=shelf.lot.number, wanted=units, available=available, unusable=0, at=field)
    if wanted > (lowest := book.learn(shelf, day).lowest_from(day)):
        raise WouldHaveBeenEmpty(lot=shelf.lot.number, wanted=units, available=max(0, lowest - already), occurred_on=day, at=field)
    taken[shelf.lot.key] = wanted


def give_way(book: Book, shelf: Shelf, left: int) -> Iterator[Release]:
    """Give the newest holds on a shelf that what is left there no longer covers."""
    over = shelf.held - left
    if over <= 0:
        return
    ended = {release.hold_id for posting, _ in book.postings for release in posting.draft.releases}
    for hold_id, units, document in queries.open_holds(book.session, shelf.place_id, shelf.lot.id):
        if hold_id in ended:
            continue
        yield Release(hold_id=hold_id, lot=shelf.lot, units=units, document=document)
        over -= units
        if over <= 0:
            return


def product_of(book: Book, code: str, *, at: str | None) -> queries.ProductFacts:
    """Give a product the act names; refuses one that is not known."""
    if code not in book.products:
        raise NoSuchProduct(product=code, at=at)
    return book.products[code]


def lot_of(book: Book, product: str, number: str, *, at: str) -> Lot:
    """Give a lot the act names; refuses one that never arrived."""
    facts = product_of(book, product, at=within(at, "product"))
    lot = book.lots.get((facts.id, number))
    if lot is None:
        raise NoSuchLot(product=product, lot=number, at=within(at, "lot"))
    return lot


def check_open_day(shelf: Shelf, day: date, *, at: str | None) -> None:
    """Refuse a day that a count of the lot has closed."""
    if shelf.is_closed(day):
        raise ClosedByCount(lot=shelf.lot.number, counted_on=shelf.counted_on, at=at)
