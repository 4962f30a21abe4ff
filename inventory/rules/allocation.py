"""Which lots are taken: first expired, first out, among those that may be used; and why the others were passed over. Pure."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from inventory.rules.shelf import Lot, Shelf


class Pick(NamedTuple):
    """So many units from one shelf."""

    shelf: Shelf
    units: int


class Allocation(NamedTuple):
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


class FirstOut:
    """The shelves of a product in the order in which they are given on a day, for one line after the other.

    Where units are to stay they are not in quarantine on a later day either (`free_on`); where they are to last they expire on a day (`until`) or after it.
    What goes back to a depot need not be usable (`unusable_too`). Sorted and judged once: who takes units holds them on their shelf, and meanwhile nothing is put on one or let go.
    First expired, first out: USAID | DELIVER, The Logistics Handbook. Undated lots last, equal days by lot number.
    """

    def __init__(self, shelves: Iterable[Shelf], *, day: date, free_on: date | None = None, until: date | None = None, unusable_too: bool = False) -> None:
        """Put shelves in order, and say of each whether it may be used."""
        self._day = day
        in_order = sorted(shelves, key=lambda shelf: shelf.lot.first_to_expire(day))
        self._judged = [(shelf, None if unusable_too else _why_not(shelf, day, free_on, until)) for shelf in in_order]
        self._to_give = deque(shelf for shelf, why in self._judged if why is None and not shelf.is_closed(day))
        self._unusable = sum(shelf.on_hand for shelf, why in self._judged if why is not None)
        self._passed: tuple[int, Sequence[PassedOver]] | None = None

    def pick(self, units_wanted: int) -> Allocation:
        """Pick the next units, for the caller to hold; a shortage is part of the answer."""
        self._pass_over_empty()
        picks, left = [], units_wanted
        for shelf in self._to_give:
            if left <= 0:
                break
            if taken := min(left, shelf.available(self._day)):
                picks.append(Pick(shelf=shelf, units=taken))
                left -= taken
        return Allocation(picks=tuple(picks), short=left, unusable=self._unusable)

    def passed_over(self) -> Sequence[PassedOver]:
        """Say why lots that lie there are not taken now: in quarantine, expired, too short-dated, or all of it promised. The same until another lot is used up."""
        self._pass_over_empty()
        if self._passed is None or self._passed[0] != len(self._to_give):
            lying = ((shelf, why) for shelf, why in self._judged if shelf.on_hand > 0 and (why is not None or not shelf.available(self._day)))
            self._passed = len(self._to_give), tuple(PassedOver(lot=shelf.lot, why=why or "held") for shelf, why in lying)
        return self._passed[1]

    def _pass_over_empty(self) -> None:
        while self._to_give and not self._to_give[0].available(self._day):
            self._to_give.popleft()


def allocate_fefo(shelves: Iterable[Shelf], units_wanted: int, *, day: date, free_on: date | None = None, until: date | None = None, unusable_too: bool = False) -> Allocation:
    """Pick the lots that expire first among those usable on a day; a shortage is part of the answer."""
    return FirstOut(shelves, day=day, free_on=free_on, until=until, unusable_too=unusable_too).pick(units_wanted)


def passed_over(shelves: Iterable[Shelf], *, day: date, until: date) -> Sequence[PassedOver]:
    """Say why lots that lie there are not taken on a day for something that must last until another."""
    return FirstOut(shelves, day=day, until=until).passed_over()


def _why_not(shelf: Shelf, day: date, free_on: date | None, until: date | None) -> str | None:
    """Say why a shelf may not be used at all: `blocked`, `expired`, `too_short`; None where it may."""
    if shelf.is_blocked(day) or (free_on is not None and shelf.is_blocked(free_on)):
        return "blocked"
    if not shelf.is_usable(day):
        return "expired"
    if until is not None and shelf.lot.expires_on is not None and shelf.lot.expires_on < until:
        return "too_short"
    return None
