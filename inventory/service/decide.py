"""What each act becomes: a posting decided on the open book, or a refusal. Nothing is written here."""

from collections.abc import Iterable
from datetime import date
from functools import singledispatch

from inventory import queries
from inventory.errors import (
    AlreadyCorrected,
    ClosedByCount,
    InTheFuture,
    IsACorrection,
    IsACount,
    IsOfAShipment,
    LooksLikeARepeat,
    NoSuchPosting,
    NotEnoughStock,
    NothingEntered,
    NotOneOwner,
    NotYourPlace,
    PlaceClosed,
    SamePlace,
    TooLongAgo,
    UnknownReason,
)
from inventory.rules.commands import (
    REASONS,
    Arrival,
    Assembly,
    Command,
    Correction,
    Count,
    Dispatch,
    Disposal,
    HandOut,
    HandOutLine,
    Kind,
    Receipt,
    Reclassification,
    Return,
    Settlement,
    SupplierReturn,
    TallyLine,
    Transfer,
    Unpacking,
)
from inventory.rules.entries import Draft, KitMade, Move, Place, Tally
from inventory.rules.shelf import Shelf
from inventory.service.book import VIRTUAL_PLACES, Book
from inventory.service.counting import decide_count
from inventory.service.deliveries import Delivered
from inventory.service.packing import Made, assemble, decide_assembly, decide_unpacking
from inventory.service.parcels import decide_arrival, decide_dispatch, decide_settlement
from inventory.service.shelves import Taken, check_open_day, give_way, lot_of, product_of, take, take_from, take_up_to


def decide(book: Book, command: Command, delivered: tuple[Delivered, ...]) -> Draft:
    """Decide an act that is dated and placed: the posting it becomes, or a refusal; `delivered` is what a receipt's lines say."""
    assert not isinstance(command, Correction)
    place = book.place(command.place)
    role = _role_at(book, place)
    _check_day(book, command.occurred_on)
    _check_open(command, place)
    return _draft(command, book, place, role, delivered)


@singledispatch
def _draft(command: object, book: Book, place: Place, role: str, delivered: tuple[Delivered, ...]) -> Draft:
    """Decide an act: the posting that it becomes, or a refusal."""
    raise TypeError(type(command), book, place, role, delivered)


@_draft.register
def _receipt(command: Receipt, book: Book, place: Place, role: str, delivered: tuple[Delivered, ...]) -> Draft:
    repeats = book.find_repeat(place, command.supplier, command.document) if command.supplier and command.document else None
    if repeats is not None and not command.confirm_duplicate:
        raise LooksLikeARepeat(document=command.document, supplier=command.supplier, journal=place.code, number=repeats, at="document")
    moves = []
    lots = [line.lot_in(book, command.occurred_on) for line in delivered]
    for line, lot in zip(delivered, lots, strict=True):
        check_open_day(book.shelf(place, lot), command.occurred_on, at=line.at)
        for target, units in ((place, line.units - line.damaged), (VIRTUAL_PLACES["destroyed"], line.damaged)):
            if units:
                moves.append(Move(lot=lot, origin=VIRTUAL_PLACES["supplier"], target=target, units=units))
    return Draft(
        place=place,
        kind=Kind.RECEIPT,
        occurred_on=command.occurred_on,
        role=role,
        moves=tuple(moves),
        labels=tuple((lot, line.gtin) for line, lot in zip(delivered, lots, strict=True) if line.gtin is not None),
        repeats=repeats,
        supplier=command.supplier,
        document=command.document,
        note=command.note,
    )


@_draft.register
def _handout(command: HandOut, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    if not command.lines and not command.unmet:
        raise NothingEntered(at="lines")
    taken: Taken = {}
    moves: list[Move] = []
    made: list[KitMade] = []
    for nth, line in enumerate(command.lines):
        at = f"lines.{nth}"
        picked, packed = _given(command, book, place, line, taken, at=at)
        moves += packed.moves if packed else ()
        made += packed.kits if packed else ()
        given = [*((shelf.lot, units) for shelf, units in picked), *(packed.lots if packed else ())]
        moves += [Move(lot=lot, origin=place, target=VIRTUAL_PLACES["people"], units=units, occasion=line.occasion.value, recipient=line.recipient.value) for lot, units in given]
    tallies = _tallies(book, command.unmet, "unmet")
    return Draft(place=place, kind=Kind.HANDOUT, occurred_on=command.occurred_on, role=role, moves=tuple(moves), tallies=tallies, kits=tuple(made), note=command.note)


def _given(command: HandOut, book: Book, place: Place, line: HandOutLine, taken: Taken, *, at: str) -> tuple[list[tuple[Shelf, int]], Made | None]:
    """Give the shelves a line of a hand-out comes from, and the kits that are packed for it because too few lie there."""
    if not line.assemble:
        return take(book, place, line.product, line.lot, line.units, command.occurred_on, taken, at=at), None
    picked = take_up_to(book, place, line.product, line.units, command.occurred_on, taken, at=at)
    less = line.units - sum(units for _, units in picked)
    return picked, assemble(book, place, line.product, less, command.occurred_on, taken, at=at) if less else None


@_draft.register
def _return(command: Return, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    if not command.lines and not command.used:
        raise NothingEntered(at="lines")
    _check_reason(Kind.RETURN, command.reason)
    moves = []
    for nth, line in enumerate(command.lines):
        lot = lot_of(book, line.product, line.lot, at=f"lines.{nth}")
        check_open_day(book.shelf(place, lot), command.occurred_on, at=f"lines.{nth}.lot")
        moves.append(Move(lot=lot, origin=VIRTUAL_PLACES["people"], target=place, units=line.units))
    tallies = _tallies(book, command.used, "used_returned")
    return Draft(place=place, kind=Kind.RETURN, occurred_on=command.occurred_on, role=role, moves=tuple(moves), tallies=tallies, reason=command.reason, note=command.note)


@_draft.register(SupplierReturn)
@_draft.register(Disposal)
def _removal(command: SupplierReturn | Disposal, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    kind, target = (Kind.DISPOSAL, "destroyed") if isinstance(command, Disposal) else (Kind.SUPPLIER_RETURN, "supplier")
    _check_reason(kind, command.reason)
    taken: Taken = {}
    shelves: dict[tuple[int, str], Shelf] = {}
    moves = []
    for nth, line in enumerate(command.lines):
        at = f"lines.{nth}"
        shelf = book.shelf(place, lot_of(book, line.product, line.lot, at=at))
        take_from(book, shelf, line.units, command.occurred_on, taken, at=at, is_fact=kind == Kind.DISPOSAL)
        shelves[shelf.lot.key] = shelf
        moves.append(Move(lot=shelf.lot, origin=place, target=VIRTUAL_PLACES[target], units=line.units))
    releases = tuple(release for key, shelf in shelves.items() for release in give_way(book, shelf, shelf.on_hand - taken[key]))
    return Draft(place=place, kind=kind, occurred_on=command.occurred_on, role=role, moves=tuple(moves), releases=releases, reason=command.reason, document=command.document, note=command.note)


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
        for shelf, units in take(book, place, line.product, line.lot, line.units, command.occurred_on, taken, at=at, to_depot=target.kind == "depot"):
            check_open_day(book.shelf(target, shelf.lot), command.occurred_on, at=f"{at}.lot")
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
        lot = lot_of(book, line.product, line.lot, at=at)
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


_draft.register(Count)(decide_count)
_draft.register(Assembly)(decide_assembly)
_draft.register(Unpacking)(decide_unpacking)
_draft.register(Dispatch)(decide_dispatch)
_draft.register(Arrival)(decide_arrival)
_draft.register(Settlement)(decide_settlement)


def decide_correction(book: Book, command: Correction, original: queries.Original | None) -> Draft:
    """Decide a correction: the opposite of the original, on its day, or a refusal."""
    if original is None or command.journal not in book.places:
        raise NoSuchPosting(journal=command.journal, number=command.number)
    places = {place.code: place for move in original.moves for place in (move.origin, move.target) if place.physical} | {original.place.code: original.place}
    role = _role_at(book, original.place)
    for place in places.values():
        _role_at(book, place)
    _check_reason(Kind.CORRECTION, command.reason)
    if original.kind == Kind.COUNT:
        raise IsACount(number=original.number)
    if original.kind == Kind.CORRECTION:
        raise IsACorrection(number=original.number)
    if original.kind in {Kind.DISPATCH, Kind.ARRIVAL, Kind.SETTLEMENT}:
        raise IsOfAShipment(number=original.number)
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
    leaving: dict[tuple[int, tuple[int, str]], int] = {}
    for move in moves:
        for place in (move.origin, move.target):
            if not place.physical:
                continue
            shelf = book.shelf(place, move.lot)
            leaving[place.id, move.lot.key] = leaving.get((place.id, move.lot.key), 0) + (move.units if place is move.origin else -move.units)
            if shelf.is_closed(original.occurred_on) or (shelf.counted_on == original.occurred_on and _was_counted(book, original, shelf)):
                raise ClosedByCount(lot=move.lot.number, counted_on=shelf.counted_on)
    for move in moves:
        units = leaving.pop((move.origin.id, move.lot.key), 0)
        if units > 0:
            take_from(book, book.shelf(move.origin, move.lot), units, original.occurred_on, {}, at=None)


def _was_counted(book: Book, original: queries.Original, shelf: Shelf) -> bool:
    """Whether a shelf was counted after a posting, the last time: by the numbers of its own journal, or by when the count of another was recorded."""
    assert shelf.counted_by is not None
    if shelf.place_id == original.place.id:
        return original.number < shelf.counted_by
    in_book = (posting.recorded_at for posting, _ in book.postings if (posting.draft.place.id, posting.number) == (shelf.place_id, shelf.counted_by))
    return original.recorded_at <= (next(in_book, None) or queries.recorded_at(book.session, shelf.place_id, shelf.counted_by))


def _tallies(book: Book, lines: Iterable[TallyLine], what: str) -> tuple[Tally, ...]:
    return tuple(
        Tally(product=line.product, product_id=product_of(book, line.product, at=f"{'unmet' if what == 'unmet' else 'used'}.{nth}.product").id, what=what, units=line.units)
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
    """Refuse what is dated while the place was not open; what empties a closed place is let through, and a count of what is left there."""
    assert not isinstance(command, Correction)
    emptying = isinstance(command, Disposal | SupplierReturn | Dispatch | Settlement | Count) or (isinstance(command, Transfer) and not arriving)
    too_early = place.opened_on is not None and command.occurred_on < place.opened_on
    too_late = place.closed_on is not None and command.occurred_on > place.closed_on and not emptying
    if too_early or too_late:
        raise PlaceClosed(place=place.code, opened_on=place.opened_on, closed_on=place.closed_on, at="occurred_on")


def _check_reason(kind: Kind, reason: str) -> None:
    if reason not in REASONS[kind]:
        raise UnknownReason(choices=", ".join(REASONS[kind]), at="reason")
