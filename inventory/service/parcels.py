"""What leaves for another place, arrives there, or is settled: moves to and from the units under way."""

from inventory.errors import LotBlocked, LotNotUsable
from inventory.rules.commands import Arrival, Dispatch, Kind, Settlement
from inventory.rules.entries import Draft, Move, Place
from inventory.service.book import VIRTUAL_PLACES, Book
from inventory.service.deliveries import Delivered
from inventory.service.shelves import Taken, check_open_day, lot_of, take_from

TRANSIT, LOST = VIRTUAL_PLACES["transit"], VIRTUAL_PLACES["lost"]


def decide_dispatch(command: Dispatch, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    """Decide what leaves: units that are usable today and until the day they are needed, and held by nobody: what was held for this was let go."""
    taken, moves = Taken(), []
    for nth, line in enumerate(command.lines):
        at = f"lines.{nth}"
        shelf = book.learn(book.shelf(place, lot_of(book, line.product, line.lot, at=at)), command.occurred_on)
        if not command.to_depot:
            if shelf.is_blocked(command.occurred_on):
                raise LotBlocked(product=line.product, lot=line.lot, at=f"{at}.lot")
            if not shelf.is_usable(command.occurred_on) or (shelf.lot.expires_on is not None and shelf.lot.expires_on < line.usable_until):
                raise LotNotUsable(product=line.product, lot=line.lot, expires_on=shelf.lot.expires_on, at=f"{at}.lot")
        take_from(book, shelf, line.units, command.occurred_on, taken, at=at)
        moves.append(Move(lot=shelf.lot, origin=place, target=TRANSIT, units=line.units))
    return Draft(place=place, kind=Kind.DISPATCH, occurred_on=command.occurred_on, role=role, moves=tuple(moves), document=command.document)


def decide_arrival(command: Arrival, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    """Decide what arrives: what was counted of the units under way; a surplus, which nobody sent, is found."""
    moves = _from_transit(command, book, place)
    for nth, line in enumerate(command.surplus):
        found = Delivered(product=line.product, lot=line.lot, expires_on=line.expires_on, units=line.units, gtin=None, at=f"surplus.{nth}")
        lot = found.lot_in(book, command.occurred_on)
        check_open_day(book.shelf(place, lot), command.occurred_on, at=f"surplus.{nth}.lot")
        moves.append(Move(lot=lot, origin=LOST, target=place, units=line.units))
    return Draft(place=place, kind=Kind.ARRIVAL, occurred_on=command.occurred_on, role=role, moves=tuple(moves), document=command.document)


def decide_settlement(command: Settlement, book: Book, place: Place, role: str, _delivered: tuple[Delivered, ...]) -> Draft:
    """Decide what becomes of units under way that were not counted in: they came to lie at the place, or are lost."""
    moves = _from_transit(command, book, LOST if command.lost else place)
    return Draft(place=place, kind=Kind.SETTLEMENT, occurred_on=command.occurred_on, role=role, moves=tuple(moves), document=command.document)


def _from_transit(command: Arrival | Settlement, book: Book, target: Place) -> list[Move]:
    moves = []
    for nth, line in enumerate(command.lines):
        lot = lot_of(book, line.product, line.lot, at=f"lines.{nth}")
        if target.physical:
            check_open_day(book.shelf(target, lot), command.occurred_on, at=f"lines.{nth}.lot")
        moves.append(Move(lot=lot, origin=TRANSIT, target=target, units=line.units))
    return moves
