"""Kits packed from parts, and taken apart again: every kit knows its parts, and gives back exactly those."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count

from inventory import queries
from inventory.errors import LotBlocked, MoreThanPacked, NotAKit, NotMadeOfParts, PartsDiffer
from inventory.rules import kits
from inventory.rules.commands import Assembly, Kind, LotLine, Unpacking
from inventory.rules.entries import Draft, KitMade, Move, Place
from inventory.rules.shelf import Lot, Shelf
from inventory.service.book import VIRTUAL_PLACES, Book
from inventory.service.deliveries import Delivered
from inventory.service.shelves import Taken, check_open_day, lot_of, product_of, take, take_from

KITS, LOST = VIRTUAL_PLACES["kits"], VIRTUAL_PLACES["lost"]


@dataclass(frozen=True, kw_only=True)
class Made:
    """Kits packed in an act: the moves that pack them, and what each lot of them holds."""

    moves: tuple[Move, ...]
    kits: tuple[KitMade, ...]
    lots: tuple[tuple[Lot, int], ...]
    """The lots the kits came under, and how many came under each."""


def decide_assembly(command: Assembly, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    """Decide what is packed: whole parts by lot, those that expire first or those named."""
    made = assemble(book, place, command.kit, command.units, command.occurred_on, {}, chosen=command.parts, at="")
    return Draft(place=place, kind=Kind.ASSEMBLY, occurred_on=command.occurred_on, role=role, moves=made.moves, kits=made.kits, note=command.note)


def assemble(book: Book, place: Place, kit: str, units: int, day: date, taken: Taken, *, at: str, chosen: Sequence[LotLine] = ()) -> Made:
    """Pack kits of what a kit holds on a day. Kits of one lot are alike to the last part, so where a part's lot ends another lot of kits begins."""
    product = product_of(book, kit, at=f"{at}.product" if at else "kit")
    content = book.content_of(kit, day)
    if not product.is_kit or content is None:
        raise NotAKit(product=kit, at=f"{at}.product" if at else "kit")
    if strange := next((line.product for line in chosen if line.product not in content.parts), None):
        raise PartsDiffer(product=strange, expected=0, given=sum(line.units for line in chosen if line.product == strange), at="parts")
    parts = [(each, _picked(book, place, part, each * units, day, taken, chosen, at=at)) for part, each in content.parts.items()]
    lots = {shelf.lot.key: shelf.lot for _, picked in parts for shelf, _ in picked}
    packed = kits.pack(units, [(each, [(shelf.lot.key, number) for shelf, number in picked]) for each, picked in parts])
    made = [(_lot_of_kits(book, place, product, content.version, [(lots[key], number) for key, number in one.each.items()], day), one) for one in packed]
    return Made(
        moves=(
            *(Move(lot=shelf.lot, origin=place, target=KITS, units=number) for _, picked in parts for shelf, number in picked),
            *(Move(lot=lot, origin=KITS, target=place, units=one.kits) for lot, one in made),
        ),
        kits=tuple(KitMade(lot=lot, parts=tuple((lots[key], number) for key, number in one.each.items())) for lot, one in made),
        lots=tuple((lot, one.kits) for lot, one in made),
    )


def decide_unpacking(command: Unpacking, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    """Decide what comes back of kits that are opened: their parts, less what is recorded as missing."""
    product_of(book, command.kit, at="kit")
    shelf = book.shelf(place, lot_of(book, command.kit, command.lot, at=""))
    each = book.kit_parts.get((command.kit, command.lot), ())
    if not each:
        raise NotMadeOfParts(product=command.kit, lot=command.lot, at="lot")
    holding = [book.shelf(place, lot_of(book, product, number, at="parts")) for product, number, _ in each]
    if shelf.blocks > sum(part.blocks for part in holding) or shelf.lot.blocks > sum(part.lot.blocks for part in holding):
        raise LotBlocked(product=command.kit, lot=command.lot, at="lot")  # for more than its parts, which stay blocked when it is opened
    take_from(book, shelf, command.units, command.occurred_on, {}, at="")
    if command.units > (packed := _still_packed(book, shelf.lot)):
        raise MoreThanPacked(product=command.kit, lot=command.lot, packed=packed, at="units")
    held = {(product, number): units * command.units for product, number, units in each}
    missing = _by_lot(command.missing)
    found = {key: units - missing.get(key, 0) for key, units in held.items()}
    given = _by_lot(command.parts) if command.parts else {key: units for key, units in found.items() if units}
    for key in [*missing, *held, *given]:
        if missing.get(key, 0) > held.get(key, 0):
            raise PartsDiffer(product=key[0], lot=key[1], expected=held.get(key, 0), given=missing[key], at="missing")
        if given.get(key, 0) != found.get(key, 0):
            raise PartsDiffer(product=key[0], lot=key[1], expected=found.get(key, 0), given=given.get(key, 0), at="parts")
    moves = [Move(lot=shelf.lot, origin=place, target=KITS, units=command.units)]
    for (product, number), units in found.items():
        lot = lot_of(book, product, number, at="parts")
        check_open_day(book.shelf(place, lot), command.occurred_on, at="parts")
        moves += [Move(lot=lot, origin=KITS, target=target, units=some) for target, some in ((place, units), (LOST, missing.get((product, number), 0))) if some]
    return Draft(place=place, kind=Kind.UNPACKING, occurred_on=command.occurred_on, role=role, moves=tuple(moves), note=command.note)


def _still_packed(book: Book, lot: Lot) -> int:
    """Give how many kits of a lot were packed from parts and not opened, in earlier books and this one."""
    entered = [move for posting, _ in book.postings for move in posting.draft.moves if move.lot is lot]
    return queries.units_packed(book.session, lot.id) + sum(move.units * ((move.origin == KITS) - (move.target == KITS)) for move in entered)


def _picked(book: Book, place: Place, part: str, units: int, day: date, taken: Taken, chosen: Sequence[LotLine], *, at: str) -> list[tuple[Shelf, int]]:
    """Choose the shelves a part comes from: the lots named, which must be just as many, or those that expire first."""
    if not chosen:
        return take(book, place, part, None, units, day, taken, at=at, into_kits=True)
    own = {number: some for (product, number), some in _by_lot(chosen).items() if product == part}
    given = sum(own.values())
    if given != units:
        raise PartsDiffer(product=part, expected=units, given=given, at="parts")
    first = {line.lot: nth for nth, line in reversed([*enumerate(chosen)]) if line.product == part}
    return [picked for number, some in own.items() for picked in take(book, place, part, number, some, day, taken, at=f"parts.{first[number]}", into_kits=True)]


def _lot_of_kits(book: Book, place: Place, kit: queries.ProductFacts, version: int, each: Sequence[tuple[Lot, int]], day: date) -> Lot:
    """Give the lot that kits of these parts come under at a place: the one whose kits are alike, or a new one; it expires with its earliest part.

    Passed over is a lot that is in quarantine for itself, of which what is packed now is not suspected, and one that was counted after the day.
    """
    parts = sorted((lot.product, lot.number, units) for lot, units in each)
    expires_on = min((lot.expires_on for lot, _ in each if lot.expires_on is not None), default=None)
    for nth in count():
        number = kits.lot_number(place.code, kit.code, version, parts, nth)
        lot = book.find_lot(place, kit, number)
        if lot is None:
            lot = Lot(id=0, product=kit.code, product_id=kit.id, number=number, expires_on=expires_on, kit_version=version)
            book.add_lot(lot)
            book.kit_parts[kit.code, number] = parts
            return lot
        shelf = book.learn(book.shelf(place, lot), day)
        alike = lot.expires_on == expires_on and book.parts_of(lot) == parts
        if alike and shelf.is_usable(day) and not (lot.blocks or shelf.blocks or shelf.is_closed(day)):
            return lot
    raise AssertionError("numbers do not end")  # pragma: no cover


def _by_lot(lines: Sequence[LotLine]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for line in lines:
        found[line.product, line.lot] = found.get((line.product, line.lot), 0) + line.units
    return found
