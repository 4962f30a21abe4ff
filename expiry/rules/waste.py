"""What will not be used before it expires: first expired, first out, at a place's daily use. Pure.

Lots are used one after the other, the first to expire first; what a lot leaves over when its last day is gone is wasted, and the next lot has been waiting all that time. Use is in
units per so many days, whole numbers, so that nothing is lost in rounding: by the end of day n (today is day 1) `used × n ÷ days` units have been used, rounded down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Lying:
    """Units of a lot at a place, and the last day they may be used (None: never expires)."""

    lot: str
    units: int
    expires_on: date | None


@dataclass(frozen=True, kw_only=True)
class Use:
    """So many units in so many days."""

    units: int
    days: int

    def by_day(self, nth: int) -> int:
        """Give how many units are used by the end of the nth day."""
        return self.units * nth // self.days if self.days else 0


@dataclass(frozen=True, kw_only=True)
class Waste:
    """What becomes of a lot: how many are used, how many are wasted, and whether it has expired already."""

    lot: str
    units: int
    used: int
    wasted: int
    expires_on: date | None
    is_expired: bool


def projected_waste(lying: Sequence[Lying], use: Use, *, today: date) -> list[Waste]:
    """Project for each lot how many units are used before its last day is gone; what has expired is a class of its own. Never more than lies there."""
    found, used = [], 0
    for lot in sorted(lying, key=lambda lot: (lot.expires_on is None, lot.expires_on or date.max, lot.lot)):
        is_expired = lot.expires_on is not None and lot.expires_on < today
        if lot.expires_on is None:
            room = lot.units if use.units else 0
            found.append(Waste(lot=lot.lot, units=lot.units, used=room, wasted=0, expires_on=None, is_expired=False))
            continue
        days = (lot.expires_on - today).days + 1
        room = 0 if is_expired else max(0, min(lot.units, use.by_day(days) - used))
        used += room
        found.append(Waste(lot=lot.lot, units=lot.units, used=room, wasted=lot.units - room, expires_on=lot.expires_on, is_expired=is_expired))
    return found
