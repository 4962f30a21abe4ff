"""What lies at a place of one product, by the last day it may be used: first expired, first out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from inventory.rules.projection import Lying

Batch = tuple[date, int]
"""The last day units may be used (`date.max`: never expires), and how many."""


@dataclass(slots=True)
class Shelf:
    """Units on a shelf; `units` counts them all, `first` is the first day of all on which something expires."""

    batches: list[Batch] = field(default_factory=list)
    units: int = 0
    first: date = date.max

    def put(self, batches: Sequence[Batch]) -> None:
        """Put units on the shelf."""
        self.batches = sorted([*self.batches, *batches])
        self._count()

    def take(self, units: int, *, lasting: date = date.min) -> list[Batch]:
        """Take so many units that may still be used on a day, those that expire first first; the shelf must hold them."""
        picked, kept = [], []
        for expires_on, there in self.batches:
            taken = min(there, units) if expires_on >= lasting else 0
            units -= taken
            if taken:
                picked.append((expires_on, taken))
            if there > taken:
                kept.append((expires_on, there - taken))
        self.batches = kept
        self._count()
        return picked

    def give(self, wanted: int) -> int:
        """Hand out of all that lies there, as far as there is enough, and say how many."""
        if wanted >= self.units:
            given = self.units
            self.batches, self.units, self.first = [], 0, date.max
            return given
        self.units -= wanted
        left = wanted
        while left:
            expires_on, there = self.batches[0]
            if there > left:
                self.batches[0] = (expires_on, there - left)
                break
            left -= there
            del self.batches[0]
        self.first = self.batches[0][0]
        return wanted

    def lasting(self, day: date) -> int:
        """Give how many units may still be used on a day."""
        return self.units if self.first >= day else sum(units for expires_on, units in self.batches if expires_on >= day)

    def discard(self, today: date) -> int:
        """Throw away what has expired, and say how many."""
        wasted = 0
        while self.batches and self.batches[0][0] < today:
            wasted += self.batches.pop(0)[1]
        self._count()
        return wasted

    def lying(self, less: timedelta) -> list[Lying]:
        """Give the lots as the ledger would, each ending so much earlier."""
        return [Lying(lot="-", units=units, expires_on=None if expires_on == date.max else expires_on - less) for expires_on, units in self.batches]

    def _count(self) -> None:
        self.units = sum(units for _, units in self.batches)
        self.first = self.batches[0][0] if self.batches else date.max
