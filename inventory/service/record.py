"""Record what was asked: open the book, decide each act, enter it, close the book."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import singledispatch

from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import (
    AlreadyCorrected,
    ClosedByCount,
    InTheFuture,
    IsACorrection,
    LooksLikeARepeat,
    LotNotUsable,
    NoSuchLot,
    NoSuchPosting,
    NoSuchProduct,
    NotEnoughStock,
    NothingEntered,
    NotOneOwner,
    NotYourPlace,
    PlaceClosed,
    SamePlace,
    TooLongAgo,
    UnknownReason,
    WouldHaveBeenEmpty,
)
from inventory.rules.commands import (
    NO_LOT,
    REASONS,
    Command,
    Correction,
    Disposal,
    HandOut,
    Kind,
    Receipt,
    Reclassification,
    Return,
    SupplierReturn,
    TallyLine,
    Transfer,
    places_of,
)
from inventory.rules.entries import Draft, Move, Place, Posting, Tally
from inventory.rules.shelf import Lot, Shelf, allocate_fefo
from inventory.service.book import VIRTUAL_PLACES, Book
from inventory.service.deliveries import Delivered, read_deliveries
from supply import clock
from supply.auth.rules import Person
from supply.errors import Missing, Refusal

Taken = dict[tuple[int, str], int]
"""Units the lines before have taken of a lot, within one act."""


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One act of several: the posting, or why it was refused."""

    posting: Posting | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What was read for the acts before the book was opened."""

    delivered: dict[int, tuple[Delivered, ...]]
    originals: dict[tuple[str, int], queries.Original]


def record(session: Session, command: Command, *, by: Person, now: datetime, key: str, ledger_opens_on: date) -> Posting:
    """Record one act, or refuse it; nothing is written when it is refused."""
    outcome = record_all(session, [(command, key)], by=by, now=now, ledger_opens_on=ledger_opens_on)[0]
    if outcome.refusal is not None:
        raise outcome.refusal
    assert outcome.posting is not None
    return outcome.posting


def record_all(
    session: Session,
    acts: Sequence[tuple[Command, str]],
    *,
    by: Person,
    now: datetime,
    ledger_opens_on: date,
    each: Callable[[int], None] | None = None,
) -> list[Recorded]:
    """Record many acts, one after the other, each with its key; one that is refused leaves the others as they are.

    `each` is told how many are done. The caller undoes the transaction when it wants all or none.
    """
    book = Book(session=session, by=by, now=now, today=clock.day_of(now), ledger_opens_on=ledger_opens_on)
    known, early = _open(book, [command for command, _ in acts])
    outcomes = []
    for place_in_list, (command, key) in enumerate(acts):
        try:
            if place_in_list in early:
                raise early[place_in_list]
            outcomes.append(Recorded(posting=book.enter(_decide(book, command, place_in_list, known), key=key)))
        except Refusal as refusal:
            book.forget_new_lots()
            outcomes.append(Recorded(refusal=refusal))
        if each is not None:
            each(place_in_list)
    book.close()
    return outcomes


def _open(book: Book, commands: Sequence[Command]) -> tuple[Known, dict[int, Refusal]]:
    """Read and lock what the acts need; acts whose places or labels are not there are refused before."""
    early: dict[int, Refusal] = {}
    originals: dict[tuple[str, int], queries.Original] = {}
    codes: set[str] = set()
    for command in commands:
        if isinstance(command, Correction):
            original = queries.find_original(book.session, command.journal, command.number)
            if original is not None:
                originals[command.journal, command.number] = original
                codes |= {place.code for move in original.moves for place in (move.origin, move.target) if place.physical}
        codes |= set(places_of(command))
    delivered, refused = read_deliveries(book.session, commands)
    products, numbers = _named(commands, delivered, originals.values())
    if products:
        book.read_products(products, numbers)
    _lock(book, commands, codes, early)
    delivery_notes = {(command.supplier, command.document) for command in commands if isinstance(command, Receipt) and command.supplier and command.document}
    if delivery_notes:
        book.deliveries = queries.repeats_of(book.session, book.journals, delivery_notes)
    book.earliest = min((command.occurred_on for command in commands if not isinstance(command, Correction)), default=book.earliest)
    if book.products:
        book.lock_shelves(numbers)
    return Known(delivered=delivered, originals=originals), refused | early


def _lock(book: Book, commands: Sequence[Command], codes: set[str], early: dict[int, Refusal]) -> None:
    """Lock all places at once; if one is not there, only its acts are refused."""
    try:
        book.lock_places(sorted(codes))
    except Refusal:
        there = {code for code in codes if queries.find_visible_place_id(book.session, code, book.by) is not None}
        for nth, command in enumerate(commands):
            if gone := [code for code in places_of(command) if code not in there]:
                at = "place" if gone[0] == places_of(command)[0] else "to"
                early[nth] = NoSuchPosting(journal=gone[0], number=command.number) if isinstance(command, Correction) else Missing(at=at)
        if there:
            book.lock_places(sorted(there))


def _named(commands: Iterable[Command], delivered: dict[int, tuple[Delivered, ...]], originals: Iterable[queries.Original]) -> tuple[set[str], set[str]]:
    """Give the codes of all products and the numbers of all lots that the acts name."""
    products, numbers = set(), {NO_LOT}
    for command in commands:
        for line in () if isinstance(command, Receipt | Correction) else command.lines:
            products.add(line.product)
            if line.lot is not None:
                numbers.add(line.lot)
        if isinstance(command, HandOut):
            products |= {line.product for line in command.unmet}
        if isinstance(command, Return):
            products |= {line.product for line in command.used}
    for arrived in (one for lines in delivered.values() for one in lines):
        products.add(arrived.product)
        if arrived.lot is not None:
            numbers.add(arrived.lot)
    for original in originals:
        products |= {move.lot.product for move in original.moves} | {tally.product for tally in original.tallies}
        numbers |= {move.lot.number for move in original.moves}
    return products, numbers


def _decide(book: Book, command: Command, nth: int, known: Known) -> Draft:
    if isinstance(command, Correction):
        return _decide_correction(book, command, known.originals.get((command.journal, command.number)))
    place = book.place(command.place)
    role = _role_at(book, place)
    _check_day(book, command.occurred_on)
    _check_open(command, place)
    return _draft(command, book, place, role, known.delivered.get(nth, ()))


@singledispatch
def _draft(command: object, book: Book, place: Place, role: str, delivered: tuple[Delivered, ...]) -> Draft:
    """Decide an act: the posting that it becomes, or a refusal."""
    raise TypeError(type(command), book, place, role, delivered)


@_draft.register
def _receipt(command: Receipt, book: Book, place: Place, role: str, delivered: tuple[Delivered, ...]) -> Draft:
    if command.supplier and command.document:
        number = book.find_repeat(place, command.supplier, command.document)
        if number is not None and command.confirm_duplicate:
            book.overrides.append(f"{place.code}/{number}")
        elif number is not None:
            raise LooksLikeARepeat(document=command.document, supplier=command.supplier, journal=place.code, number=number, at="document")
    moves = []
    for line in delivered:
        lot = line.lot_in(book)
        _check_open_day(book.shelf(place, lot), command.occurred_on, at=line.at)
        moves.append(Move(lot=lot, origin=VIRTUAL_PLACES["supplier"], target=place, units=line.units))
    return Draft(place=place, kind=Kind.RECEIPT, occurred_on=command.occurred_on, role=role, moves=tuple(moves), supplier=command.supplier, document=command.document, note=command.note)


@_draft.register
def _handout(command: HandOut, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    if not command.lines and not command.unmet:
        raise NothingEntered(at="lines")
    taken: Taken = {}
    moves = []
    for nth, line in enumerate(command.lines):
        for shelf, units in _take(book, place, line.product, line.lot, line.units, command.occurred_on, taken, at=f"lines.{nth}"):
            moves.append(Move(lot=shelf.lot, origin=place, target=VIRTUAL_PLACES["people"], units=units, occasion=line.occasion.value, recipient=line.recipient.value))
    return Draft(place=place, kind=Kind.HANDOUT, occurred_on=command.occurred_on, role=role, moves=tuple(moves), tallies=_tallies(book, command.unmet, "unmet"), note=command.note)


@_draft.register
def _return(command: Return, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    if not command.lines and not command.used:
        raise NothingEntered(at="lines")
    _check_reason(Kind.RETURN, command.reason)
    moves = []
    for nth, line in enumerate(command.lines):
        lot = _lot(book, line.product, line.lot, at=f"lines.{nth}")
        _check_open_day(book.shelf(place, lot), command.occurred_on, at=f"lines.{nth}.lot")
        moves.append(Move(lot=lot, origin=VIRTUAL_PLACES["people"], target=place, units=line.units))
    tallies = _tallies(book, command.used, "used_returned")
    return Draft(place=place, kind=Kind.RETURN, occurred_on=command.occurred_on, role=role, moves=tuple(moves), tallies=tallies, reason=command.reason, note=command.note)


@_draft.register(SupplierReturn)
@_draft.register(Disposal)
def _removal(command: SupplierReturn | Disposal, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    kind, target = (Kind.DISPOSAL, "destroyed") if isinstance(command, Disposal) else (Kind.SUPPLIER_RETURN, "supplier")
    _check_reason(kind, command.reason)
    taken: Taken = {}
    moves = []
    for nth, line in enumerate(command.lines):
        at = f"lines.{nth}"
        shelf = book.shelf(place, _lot(book, line.product, line.lot, at=at))
        _take_from(book, shelf, line.units, command.occurred_on, taken, at=at)
        moves.append(Move(lot=shelf.lot, origin=place, target=VIRTUAL_PLACES[target], units=line.units))
    return Draft(place=place, kind=kind, occurred_on=command.occurred_on, role=role, moves=tuple(moves), reason=command.reason, document=command.document, note=command.note)


@_draft.register
def _transfer(command: Transfer, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    if command.to == command.place:
        raise SamePlace(at="to")
    target = book.place(command.to)
    _role_at(book, target)
    if target.owner is None or target.owner != place.owner:
        raise NotOneOwner(at="to")
    _check_open(command, target, arriving=True)
    taken: Taken = {}
    moves = []
    for nth, line in enumerate(command.lines):
        at = f"lines.{nth}"
        for shelf, units in _take(book, place, line.product, line.lot, line.units, command.occurred_on, taken, at=at, to_depot=target.kind == "depot"):
            _check_open_day(book.shelf(target, shelf.lot), command.occurred_on, at=f"{at}.lot")
            moves.append(Move(lot=shelf.lot, origin=place, target=target, units=units))
    return Draft(place=place, kind=Kind.TRANSFER, occurred_on=command.occurred_on, role=role, moves=tuple(moves), document=command.document, note=command.note)


@_draft.register
def _reclassification(command: Reclassification, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    _check_reason(Kind.RECLASSIFICATION, command.reason)
    moves: list[Move] = []
    for nth, line in enumerate(command.lines):
        at = f"lines.{nth}"
        if line.from_ == line.to:
            raise SamePlace(at=f"{at}.to")
        lot = _lot(book, line.product, line.lot, at=at)
        there = queries.units_in_virtual(book.session, place.id, lot.id, line.from_) if lot.id else 0
        entered = [move for posting, _ in book.postings if posting.draft.place.id == place.id for move in posting.draft.moves]
        for move in (*entered, *moves):
            if move.lot is lot:
                there += move.units * ((move.target.code == line.from_) - (move.origin.code == line.from_))
        if line.units > there:
            raise NotEnoughStock(product=line.product, lot=line.lot, wanted=line.units, available=max(0, there), unusable=0, at=f"{at}.units")
        occasion = line.occasion.value if line.occasion else None
        moves.append(Move(lot=lot, origin=VIRTUAL_PLACES[line.from_], target=VIRTUAL_PLACES[line.to], units=line.units, occasion=occasion))
    return Draft(place=place, kind=Kind.RECLASSIFICATION, occurred_on=command.occurred_on, role=role, moves=tuple(moves), reason=command.reason, note=command.note)


def _decide_correction(book: Book, command: Correction, original: queries.Original | None) -> Draft:
    if original is None or command.journal not in book.places:
        raise NoSuchPosting(journal=command.journal, number=command.number)
    places = {place.code: place for move in original.moves for place in (move.origin, move.target) if place.physical} | {original.place.code: original.place}
    role = _role_at(book, original.place)
    for place in places.values():
        _role_at(book, place)
    _check_reason(Kind.CORRECTION, command.reason)
    if original.kind == Kind.CORRECTION:
        raise IsACorrection(number=original.number)
    by = original.corrected_by or next((posting.number for posting, _ in book.postings if posting.draft.place.id == original.place.id and posting.draft.corrects == original.number), None)
    if by is not None:
        raise AlreadyCorrected(number=original.number, by=by)
    moves = tuple(_in_book(book, move.reversed()) for move in original.moves)
    _check_undoing(book, original, moves)
    tallies = tuple(Tally(product=tally.product, product_id=tally.product_id, what=tally.what, units=-tally.units) for tally in original.tallies)
    return Draft(
        place=original.place, kind=Kind.CORRECTION, occurred_on=original.occurred_on, role=role, moves=moves, tallies=tallies, reason=command.reason, note=command.note, corrects=original.number
    )


def _in_book(book: Book, move: Move) -> Move:
    """Give a move with the lot as the open book holds it."""
    lot = book.lots.setdefault((move.lot.product_id, move.lot.number), move.lot)
    return Move(lot=lot, origin=move.origin, target=move.target, units=move.units, occasion=move.occasion, recipient=move.recipient)


def _check_undoing(book: Book, original: queries.Original, moves: Iterable[Move]) -> None:
    """Refuse a correction of what a count has closed, or of units that have left since."""
    taken: Taken = {}
    for move in moves:
        for place in (move.origin, move.target):
            if not place.physical:
                continue
            shelf = book.shelf(place, move.lot)
            counted_after = shelf.counted_on == original.occurred_on and (place.id != original.place.id or original.number < (shelf.counted_by or 0))
            if counted_after or shelf.is_closed(original.occurred_on):
                raise ClosedByCount(lot=move.lot.number, counted_on=shelf.counted_on)
        if move.origin.physical:
            _take_from(book, book.shelf(move.origin, move.lot), move.units, original.occurred_on, taken, at=None)


def _take(book: Book, place: Place, product: str, lot: str | None, units: int, day: date, taken: Taken, *, at: str, to_depot: bool = False) -> list[tuple[Shelf, int]]:
    """Choose shelves for units that leave by choice: the lot named, or those that expire first."""
    facts = _product(book, product, at=f"{at}.product")
    if lot is not None or not facts.lot_required:
        if lot is None and (facts.id, NO_LOT) not in book.lots:  # a product without lots that never arrived anywhere: none is there, and nobody named a lot
            raise NotEnoughStock(product=product, wanted=units, available=0, unusable=0, at=f"{at}.units")
        shelf = book.shelf(place, _lot(book, product, lot or NO_LOT, at=at))
        if not shelf.lot.is_usable(day) and not to_depot:
            raise LotNotUsable(lot=shelf.lot.number, product=product, expires_on=shelf.lot.expires_on, at=f"{at}.lot")
        _take_from(book, shelf, units, day, taken, at=at)
        return [(shelf, units)]
    shelves = [_less(book.learn(shelf, day), taken) for shelf in book.shelves_of(place, facts.id)]
    allocation = allocate_fefo(shelves, units, day=day)
    if allocation.short:
        for closed in sorted((shelf for shelf in shelves if shelf.on_hand and shelf.lot.is_usable(day)), key=lambda shelf: shelf.lot.first_to_expire):
            _check_open_day(closed, day, at=f"{at}.lot")
        raise NotEnoughStock(product=product, wanted=units, available=allocation.units, unusable=allocation.unusable, at=f"{at}.units")
    picked = [(book.shelf(place, pick.shelf.lot), pick.units) for pick in allocation.picks]
    for shelf, number in picked:
        taken[shelf.lot.key] = taken.get(shelf.lot.key, 0) + number
    return picked


def _less(shelf: Shelf, taken: Taken) -> Shelf:
    """Give the shelf as it is after the lines before: what they took is held for them."""
    already = taken.get(shelf.lot.key, 0)
    return replace(shelf, on_hand=shelf.on_hand - already) if already else shelf


def _take_from(book: Book, shelf: Shelf, units: int, day: date, taken: Taken, *, at: str | None) -> None:
    """See to it that units may leave a shelf on a day: they lie there, are not held, and the day is not closed."""
    _check_open_day(shelf, day, at=f"{at}.lot" if at else None)
    already = taken.get(shelf.lot.key, 0)
    wanted = units + already
    field = f"{at}.units" if at else None
    if wanted > shelf.on_hand - shelf.held:
        available = max(0, shelf.on_hand - shelf.held - already)
        raise NotEnoughStock(product=shelf.lot.product, lot=shelf.lot.number, wanted=units, available=available, unusable=0, at=field)
    if wanted > (lowest := book.learn(shelf, day).lowest_from(day)):
        raise WouldHaveBeenEmpty(lot=shelf.lot.number, wanted=units, available=max(0, lowest - already), occurred_on=day, at=field)
    taken[shelf.lot.key] = wanted


def _product(book: Book, code: str, *, at: str) -> queries.ProductFacts:
    if code not in book.products:
        raise NoSuchProduct(product=code, at=at)
    return book.products[code]


def _lot(book: Book, product: str, number: str, *, at: str) -> Lot:
    facts = _product(book, product, at=f"{at}.product")
    lot = book.lots.get((facts.id, number))
    if lot is None:
        raise NoSuchLot(product=product, lot=number, at=f"{at}.lot")
    return lot


def _tallies(book: Book, lines: Iterable[TallyLine], what: str) -> tuple[Tally, ...]:
    return tuple(
        Tally(product=line.product, product_id=_product(book, line.product, at=f"{'unmet' if what == 'unmet' else 'used'}.{nth}.product").id, what=what, units=line.units)
        for nth, line in enumerate(lines)
    )


def _role_at(book: Book, place: Place) -> str:
    role = book.by.role_at(place)
    if role is None:
        raise NotYourPlace(place=place.code)
    return role.value


def _check_day(book: Book, day: date) -> None:
    if day > book.today:
        raise InTheFuture(today=book.today, at="occurred_on")
    if day < book.ledger_opens_on:
        raise TooLongAgo(opens_on=book.ledger_opens_on, at="occurred_on")


def _check_open(command: Command, place: Place, *, arriving: bool = False) -> None:
    """Refuse what is dated while the place was not open; what empties a closed place is let through."""
    assert not isinstance(command, Correction)
    emptying = isinstance(command, Disposal | SupplierReturn) or (isinstance(command, Transfer) and not arriving)
    too_early = place.opened_on is not None and command.occurred_on < place.opened_on
    too_late = place.closed_on is not None and command.occurred_on > place.closed_on and not emptying
    if too_early or too_late:
        raise PlaceClosed(place=place.code, opened_on=place.opened_on, closed_on=place.closed_on, at="occurred_on")


def _check_open_day(shelf: Shelf, day: date, *, at: str | None) -> None:
    if shelf.is_closed(day):
        raise ClosedByCount(lot=shelf.lot.number, counted_on=shelf.counted_on, at=at)


def _check_reason(kind: Kind, reason: str) -> None:
    if reason not in REASONS[kind]:
        raise UnknownReason(choices=", ".join(REASONS[kind]), at="reason")
