"""What was found on the shelves: the difference to what was expected at the cut-off, and what gives way to it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from inventory import queries
from inventory.errors import CountedMeanwhile, CountedTwice, CountLeavesLess, NoSuchLot, NotAllCounted, ReasonsExceed, SeenAhead, UnknownReason
from inventory.rules.commands import NO_LOT, REASONS, Count, CountLine, Kind
from inventory.rules.entries import MOST_UNITS, Counted, Draft, Move, Place
from inventory.rules.shelf import Lot, Shelf
from inventory.service.book import VIRTUAL_PLACES, Book
from inventory.service.deliveries import Delivered
from inventory.service.shelves import check_open_day, give_way, product_of


@dataclass(frozen=True, kw_only=True)
class Found:
    """A line of a count with its shelf, and what was expected there at the cut-off."""

    line: CountLine
    shelf: Shelf
    expected: int
    at: str

    @property
    def difference(self) -> int:
        """Give how many more were counted than expected; negative: fewer."""
        return self.line.units - self.expected


def decide_count(command: Count, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    """Decide a count: differences go to or come from the lost, and holds that no longer fit give way, the newest first."""
    last = book.journals[place.id].last_number
    if command.seen is not None and command.seen > last:
        raise SeenAhead(place=place.code, seen=command.seen, last=last, at="seen")
    found = _found(command, book, place, seen=last if command.seen is None else command.seen)
    if command.whole:
        _check_whole(book, place, found)
    return Draft(
        place=place,
        kind=Kind.COUNT,
        occurred_on=command.occurred_on,
        role=role,
        moves=tuple(move for one in found for move in _moves(place, one)),
        counted=tuple(Counted(lot=one.shelf.lot, expected=one.expected, counted=one.line.units) for one in found),
        releases=tuple(release for one in found for release in give_way(book, one.shelf, one.shelf.on_hand + one.difference)),
        note=command.note,
    )


def _found(command: Count, book: Book, place: Place, *, seen: int) -> list[Found]:
    """Give each line with what was expected of it, or refuse the count."""
    shelves = [book.shelf(place, _lot(book, line, command, at=f"lines.{nth}")) for nth, line in enumerate(command.lines)]
    for nth, shelf in enumerate(shelves):
        at = f"lines.{nth}.lot"
        if any(other is shelf for other in shelves[:nth]):
            raise CountedTwice(product=shelf.lot.product, lot=shelf.lot.number, at=at)
        check_open_day(shelf, command.occurred_on, at=at)
        if shelf.counted_by is not None and shelf.counted_by > seen:
            raise CountedMeanwhile(product=shelf.lot.product, lot=shelf.lot.number, number=shelf.counted_by, at=at)
    after = _moved_after(command, book, place, shelves, seen=seen)
    found = [
        Found(line=line, shelf=shelf, expected=_expected(line, shelf, command.occurred_on, after.get(shelf.lot.key, 0)), at=f"lines.{nth}")
        for nth, (line, shelf) in enumerate(zip(command.lines, shelves, strict=True))
    ]
    for one in found:
        less = -one.difference
        if less > 0 and less > (lowest := book.learn(one.shelf, command.occurred_on).lowest_from(command.occurred_on)):
            raise CountLeavesLess(product=one.shelf.lot.product, lot=one.shelf.lot.number, counted=one.line.units, expected=one.expected, left_since=one.expected - lowest, at=f"{one.at}.units")
    return found


def _expected(line: CountLine, shelf: Shelf, day: date, moved_after: int) -> int:
    """Give what lay there when the counter looked: as it was shown, or else what lies there now less what moved after. A count of a day that moves came after knows only the latter."""
    was_shown = line.expected is not None and (shelf.last_moved_on is None or shelf.last_moved_on <= day)
    return line.expected if was_shown and line.expected is not None else shelf.on_hand - moved_after


def _lot(book: Book, line: CountLine, command: Count, *, at: str) -> Lot:
    """Give the lot that was counted; one that nobody knew is new, if any of it was found."""
    product = product_of(book, line.product, at=f"{at}.product")
    if line.units == 0 and (product.id, line.lot or NO_LOT) not in book.lots and product.lot_required:
        raise NoSuchLot(product=line.product, lot=line.lot or NO_LOT, at=f"{at}.lot")
    return Delivered(product=line.product, lot=line.lot, expires_on=line.expires_on, units=line.units, gtin=None, at=at).lot_in(book, command.occurred_on)


def _moved_after(command: Count, book: Book, place: Place, shelves: Sequence[Shelf], *, seen: int) -> dict[tuple[int, str], int]:
    """Give by lot what moved after the cut-off: in postings not seen, or on days after the count; of earlier books, and of this one."""
    day = command.occurred_on
    net: dict[tuple[int, str], int] = {}
    first_here = min((posting.number for posting, _ in book.postings if posting.draft.place.id == place.id), default=book.journals[place.id].last_number + 1)
    if seen < first_here - 1 or any(shelf.last_moved_on is not None and shelf.last_moved_on > day for shelf in shelves):
        by_id = {shelf.lot.id: shelf.lot.key for shelf in shelves if shelf.lot.id}
        net = {by_id[lot_id]: units for lot_id, units in queries.moved_after(book.session, place.id, [*by_id], seen=seen, day=day).items()}
    unseen = seen < first_here - 1
    for posting, _ in book.postings:
        unseen = unseen or (posting.draft.place.id == place.id and posting.number > seen)
        if unseen or posting.draft.occurred_on > day:
            for move in posting.draft.moves:
                net[move.lot.key] = net.get(move.lot.key, 0) + move.units * ((move.target.id == place.id) - (move.origin.id == place.id))
    return net


def _check_whole(book: Book, place: Place, found: Sequence[Found]) -> None:
    """Refuse a count of all that lies there which leaves a lot out."""
    counted = {(one.shelf.lot.product, one.shelf.lot.number) for one in found}
    entered = {(shelf.lot.product, shelf.lot.number): shelf.on_hand for shelf in book.shelves_at(place)}
    lying = {**dict.fromkeys(queries.lots_lying_at(book.session, place.id), 1), **entered}
    left_out = [f"{product} {number}" for (product, number), units in sorted(lying.items()) if units and (product, number) not in counted]
    if left_out:
        raise NotAllCounted(lots=", ".join(left_out[:20]), number=len(left_out), at="lines")


def _moves(place: Place, found: Found) -> Iterator[Move]:
    """Give the units found or lost, by the reason stated; what is left is unexplained."""
    units = abs(found.difference)
    stated = [(reason.reason, reason.units) for reason in found.line.reasons] or ([(found.line.reason, units)] if found.line.reason and units else [])
    if unknown := next((reason for reason, _ in stated if reason not in REASONS[Kind.COUNT]), None):
        raise UnknownReason(reason=unknown, choices=", ".join(REASONS[Kind.COUNT]), at=f"{found.at}.reason")
    explained = sum(number for _, number in stated)
    if explained > units:
        raise ReasonsExceed(lot=found.shelf.lot.number, explained=explained, difference=units, at=f"{found.at}.reasons")
    lost = VIRTUAL_PLACES["lost"]
    origin, target = (place, lost) if found.difference < 0 else (lost, place)
    for reason, number in [*stated, (None, units - explained)]:
        for start in range(0, number, MOST_UNITS):
            yield Move(lot=found.shelf.lot, origin=origin, target=target, units=min(MOST_UNITS, number - start), occasion=reason)
