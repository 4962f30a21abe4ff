"""What will not be used before it expires: first expired, first out, at a place's daily use. Pure.

Lots are used one after the other, the first to expire first; what a lot leaves over when its last day is gone is wasted, and the next lot has been waiting all that time. Use is in
units per so many days, whole numbers, so that nothing is lost in rounding: by the end of day n (today is day 1) `used × n ÷ days` units have been used, rounded down.
What has expired is lost already, and what is in quarantine may yet be released: both are classes of their own, and nobody's days of use go into them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Fate(StrEnum):
    """What becomes of a lot at a place."""

    USED = "used"
    """All of it is used in time."""
    WASTED = "wasted"
    """Some of it, or all, will not be."""
    EXPIRED = "expired"
    BLOCKED = "blocked"
    """In quarantine: nobody knows yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lying:
    """Units of a lot at a place, the last day they may be used (None: never expires), and whether they are in quarantine."""

    lot: str
    units: int
    expires_on: date | None
    is_blocked: bool = False

    def is_expired(self, today: date) -> bool:
        """Whether its last day is gone."""
        return self.expires_on is not None and self.expires_on < today


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """So many units in so many days."""

    units: int
    days: int

    def by_day(self, nth: int) -> int:
        """Give how many units are used by the end of the nth day."""
        return self.units * nth // self.days if self.days else 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Waste:
    """What becomes of a lot: how many are used and how many are wasted, and whether it has expired or is blocked already."""

    lot: str
    units: int
    used: int
    wasted: int
    expires_on: date | None
    is_expired: bool
    is_blocked: bool = False

    @property
    def fate(self) -> Fate:
        """Give its class; what is wasted of an expired lot is lost already."""
        if self.is_expired:
            return Fate.EXPIRED
        return Fate.BLOCKED if self.is_blocked else Fate.WASTED if self.wasted else Fate.USED


def projected_waste(lying: Sequence[Lying], use: Use, *, today: date) -> list[Waste]:
    """Project for each lot how many units are used before its last day is gone; what has expired or is blocked are classes of their own. Never more than lies there."""
    found, used = [], 0
    for lot in sorted(lying, key=lambda lot: (lot.expires_on is None, lot.expires_on or date.max, lot.lot)):
        if lot.is_expired(today):
            room, wasted = 0, lot.units
        elif lot.is_blocked:
            room, wasted = 0, 0
        elif lot.expires_on is None:
            room, wasted = lot.units if use.units else 0, 0
        else:
            room = max(0, min(lot.units, use.by_day(_days(today, lot.expires_on)) - used))
            wasted = lot.units - room
            used += room
        found.append(Waste(lot=lot.lot, units=lot.units, used=room, wasted=wasted, expires_on=lot.expires_on, is_expired=lot.is_expired(today), is_blocked=lot.is_blocked))
    return found


def wasted_in_all(lots: Iterable[tuple[date, int]], use: Use, *, today: date) -> int:
    """Give how many units of some lots (last day not gone, units) are wasted in all: the sum of `projected_waste`, without saying of which lots.

    By the end of any lot's last day, what expires until then and cannot have been used by then is left over; what is wasted in all is the most that is left over on any of these days.
    A test holds it against the projection; lists of a whole country are summed up by it in a tenth of the time.
    """
    so_far = most = 0
    for last, units in sorted(lots):
        so_far += units
        most = max(most, so_far - use.by_day(_days(today, last)))
    return most


def room(lying: Sequence[Lying], use: Use, until: date, *, today: date) -> int:
    """Give how many more units that expire on a day a place would use, with what lies there and nothing of that wasted for it.

    More units with that last day push back all that expires then or later. So of each such day, what can be used by its end and is not spoken for by what expires
    until then is looked at, and the least of it is the room: not at all where something of the place's own is wasted then or later.
    """
    if until < today:
        return 0
    ours = [lot for lot in projected_waste(lying, use, today=today) if lot.expires_on is not None and lot.fate in {Fate.USED, Fate.WASTED}]
    ends = {until, *(lot.expires_on for lot in ours if lot.expires_on is not None and lot.expires_on >= until)}
    free = (use.by_day(_days(today, end)) - sum(lot.used for lot in ours if lot.expires_on is not None and lot.expires_on <= end) for end in ends)
    return max(0, min(free))


def cost_ore(units: int, unit_price_ore: int | None) -> int | None:
    """Give what units cost, in øre; None where the price of one is not known, never nothing."""
    return None if unit_price_ore is None else units * unit_price_ore


def _days(today: date, last: date) -> int:
    """Give how many days of use there are until a day, both counted."""
    return (last - today).days + 1
