"""Record what was asked: open the book, decide each act, enter it, close the book."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from inventory import queries
from inventory.errors import NoSuchPosting
from inventory.rules.commands import (
    NO_LOT,
    Arrival,
    Assembly,
    Command,
    Correction,
    CountLine,
    DispatchLine,
    HandOut,
    HandOutLine,
    LotLine,
    Receipt,
    ReclassificationLine,
    Return,
    SurplusLine,
    TransferLine,
    Unpacking,
    places_of,
)
from inventory.rules.entries import Draft, Posting
from inventory.service.book import Book
from inventory.service.decide import decide, decide_correction
from inventory.service.deliveries import Delivered, read_deliveries
from inventory.service.writing import write
from supply import clock
from supply.auth.rules import Person
from supply.errors import Missing, Refusal
from supply.facts import facts


@facts
class Recorded:
    """One act of several: the posting, or why it was refused."""

    posting: Posting | None = None
    refusal: Refusal | None = None


@facts
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
            outcomes.append(Recorded(posting=book.enter(_decided(book, command, place_in_list, known), key=key)))
        except Refusal as refusal:
            book.forget_new_lots()
            outcomes.append(Recorded(refusal=refusal))
        if each is not None:
            each(place_in_list)
    write(book)
    return outcomes


def _open(book: Book, commands: Sequence[Command]) -> tuple[Known, dict[int, Refusal]]:
    """Read and lock what the acts need; acts whose places or labels are not there are refused before."""
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
    _read_kits(book, commands)
    products, numbers = _named(book, commands, delivered, originals.values())
    delivery_notes = {(command.supplier, command.document) for command in commands if isinstance(command, Receipt) and command.supplier and command.document}
    book.earliest = min((command.occurred_on for command in commands if not isinstance(command, Correction)), default=book.earliest)
    absent = book.open(queries.Named(places=codes, products=products, lots=numbers, delivery_notes=delivery_notes))
    return Known(delivered=delivered, originals=originals), refused | dict(_at_absent_places(commands, absent))


def _at_absent_places(commands: Sequence[Command], absent: set[str]) -> Iterable[tuple[int, Refusal]]:
    """Refuse the acts at places that are not there, or not the person's to see."""
    for nth, command in enumerate(commands) if absent else ():
        if gone := [code for code in places_of(command) if code in absent]:
            at = "place" if gone[0] == places_of(command)[0] else "to"
            yield nth, NoSuchPosting(journal=gone[0], number=command.number) if isinstance(command, Correction) else Missing(at=at)


def _read_kits(book: Book, commands: Sequence[Command]) -> None:
    """Read what the kits hold that are packed, and what those hold that are opened."""
    packed = {command.kit for command in commands if isinstance(command, Assembly)}
    packed |= {line.product for command in commands if isinstance(command, HandOut) for line in command.lines if line.assemble}
    if packed:
        book.contents |= {kit: [] for kit in packed} | queries.contents_of(book.session, packed)
    for command in commands:
        if isinstance(command, Unpacking):
            book.kit_parts[command.kit, command.lot] = queries.parts_of_lot(book.session, command.kit, command.lot)


def _named(book: Book, commands: Iterable[Command], delivered: dict[int, tuple[Delivered, ...]], originals: Iterable[queries.Original]) -> tuple[set[str], set[str]]:
    """Give the codes of all products and the numbers of all lots that the acts name."""
    products, numbers = set(), {NO_LOT}
    for command in commands:
        for line in _lines_of(command):
            products.add(line.product)
            if line.lot is not None:
                numbers.add(line.lot)
        if isinstance(command, Assembly | Unpacking):
            products.add(command.kit)
        if isinstance(command, Unpacking):
            numbers.add(command.lot)
        if isinstance(command, HandOut):
            products |= {line.product for line in command.unmet}
        if isinstance(command, Return):
            products |= {line.product for line in command.used}
    products |= {part for contents in book.contents.values() for content in contents for part in content.parts}
    for product, lot, _ in (part for parts in book.kit_parts.values() for part in parts):
        products.add(product)
        numbers.add(lot)
    for arrived in (one for lines in delivered.values() for one in lines):
        products.add(arrived.product)
        if arrived.lot is not None:
            numbers.add(arrived.lot)
    for original in originals:
        products |= {move.lot.product for move in original.moves} | {tally.product for tally in original.tallies}
        numbers |= {move.lot.number for move in original.moves}
    return products, numbers


def _lines_of(command: Command) -> Iterable[HandOutLine | TransferLine | LotLine | ReclassificationLine | CountLine | DispatchLine | SurplusLine]:
    """Give the lines of an act that name a product and perhaps a lot; a receipt's are read from labels, a correction has none."""
    if isinstance(command, Receipt | Correction):
        return ()
    if isinstance(command, Assembly):
        return command.parts
    if isinstance(command, Arrival):
        return (*command.lines, *command.surplus)
    return (*command.parts, *command.missing) if isinstance(command, Unpacking) else command.lines


def _decided(book: Book, command: Command, nth: int, known: Known) -> Draft:
    """Give the posting an act becomes, or refuse it."""
    if isinstance(command, Correction):
        return decide_correction(book, command, known.originals.get((command.journal, command.number)))
    return decide(book, command, known.delivered.get(nth, ()))
