"""Which lots are taken: first expired, first out, among those that may be used; and why the others were passed over. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from inventory.rules.shelf import Lot, Shelf


@dataclass(frozen=True, kw_only=True)
class Pick:
    """So many units from one shelf."""

    shelf: Shelf
    units: int


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """What was picked, how many are short, and how many lie there but may not be used."""

    picks: tuple[Pick, ...]
    short: int
    unusable: int

    @property
    def units(self) -> int:
        """Give how many units were picked."""
        return sum(pick.units for pick in self.picks)


@dataclass(frozen=True, kw_only=True)
class PassedOver:
    """A lot that was not taken though units of it lie there, and why."""

    lot: Lot
    why: str


def allocate_fefo(shelves: Iterable[Shelf], units_wanted: int, *, day: date, free_on: date | None = None, until: date | None = None, unusable_too: bool = False) -> Allocation:
    """Pick the lots that expire first among those usable on a day; a shortage is part of the answer.

    Where they are to stay they are not in quarantine on a later day either (`free_on`); where they are to last they expire on a day (`until`) or after it.
    What goes back to a depot need not be usable (`unusable_too`).
    First expired, first out: USAID | DELIVER, The Logistics Handbook. Undated lots last, equal days by lot number.
    """
    picks = []
    left, unusable = units_wanted, 0
    for shelf in sorted(shelves, key=lambda shelf: shelf.lot.first_to_expire(day)):
        if not unusable_too and (not shelf.is_usable(day) or (free_on is not None and shelf.is_blocked(free_on)) or (until is not None and not _lasts(shelf, until))):
            unusable += shelf.on_hand
            continue
        if shelf.is_closed(day):
            continue
        taken = min(left, shelf.available(day))
        if taken > 0:
            picks.append(Pick(shelf=shelf, units=taken))
            left -= taken
    return Allocation(picks=tuple(picks), short=left, unusable=unusable)


def passed_over(shelves: Iterable[Shelf], *, day: date, until: date) -> Iterator[PassedOver]:
    """Say why lots that lie there are not taken on a day for something that must last until another: in quarantine, expired, too short-dated, or all of it promised."""
    for shelf in sorted(shelves, key=lambda shelf: shelf.lot.first_to_expire(day)):
        if shelf.on_hand <= 0:
            continue
        if shelf.is_blocked(day):
            yield PassedOver(lot=shelf.lot, why="blocked")
        elif not shelf.is_usable(day):
            yield PassedOver(lot=shelf.lot, why="expired")
        elif not _lasts(shelf, until):
            yield PassedOver(lot=shelf.lot, why="too_short")
        elif shelf.available(day) <= 0:
            yield PassedOver(lot=shelf.lot, why="held")


def _lasts(shelf: Shelf, until: date) -> bool:
    return shelf.lot.expires_on is None or shelf.lot.expires_on >= until
