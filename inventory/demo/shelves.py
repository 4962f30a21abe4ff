"""What lies at a place of the made-up history while it is told: the same first-expired rule as the ledger's. Pure."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

Picked = tuple[str, int]
"""A lot's number and units of it."""


@dataclass(slots=True)
class Batch:
    """Units of a lot on a shelf."""

    lot: str
    expires_on: date | None
    units: int


@dataclass(slots=True)
class Shelves:
    """All that lies at a place, by product."""

    batches: dict[str, list[Batch]] = field(default_factory=lambda: defaultdict(list))

    def put(self, product: str, lot: str, expires_on: date | None, units: int) -> None:
        """Put units on the shelf, with those of their lot where some lie there."""
        for batch in self.batches[product]:
            if batch.lot == lot:
                batch.units += units
                return
        self.batches[product].append(Batch(lot, expires_on, units))
        self.batches[product].sort(key=lambda batch: (batch.expires_on is None, batch.expires_on or date.max, batch.lot))

    def usable(self, product: str, day: date) -> int:
        """Give how many units can be handed out on a day."""
        return sum(batch.units for batch in self.batches[product] if batch.expires_on is None or batch.expires_on >= day)

    def take(self, product: str, units: int, day: date) -> list[Picked]:
        """Take units that are there, those that expire first first."""
        picked = []
        for batch in self.batches[product]:
            if units and batch.units and (batch.expires_on is None or batch.expires_on >= day):
                taken = min(units, batch.units)
                batch.units -= taken
                units -= taken
                picked.append((batch.lot, taken))
        return picked

    def take_expired(self, day: date) -> list[tuple[str, str, int]]:
        """Take away all that has expired before a day: product, lot, units."""
        found = []
        for product, batches in self.batches.items():
            for batch in batches:
                if batch.units and batch.expires_on is not None and batch.expires_on < day:
                    found.append((product, batch.lot, batch.units))
                    batch.units = 0
        return found

    def expiry_of(self, product: str, lot: str) -> date | None:
        """Give the expiry of a lot that lay here."""
        return next(batch.expires_on for batch in self.batches[product] if batch.lot == lot)
