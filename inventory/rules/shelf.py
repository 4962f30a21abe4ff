"""What lies at a place of a lot, and how much of it may leave on a day. Pure."""

from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from inventory.rules.lots import LotEvent, blocks_on, expiry_on, is_recalled_after


@dataclass(slots=True, kw_only=True)
class Lot:
    """A lot of a product; `id` is 0 until it is written. `gtins` are those seen in this act.

    `expires_on` and `blocks` (quarantines everywhere, and recalls) are what is in force now, since `changed_on`; `events` is what happened before, once somebody asked.
    """

    id: int
    product: str
    product_id: int
    number: str
    expires_on: date | None
    kit_version: int | None = None
    blocks: int = 0
    changed_on: date | None = None
    events: tuple[LotEvent, ...] | None = None
    gtins: set[str] = field(default_factory=set)

    def knows(self, day: date) -> bool:
        """Whether what was in force on a day is known."""
        return self.changed_on is None or day >= self.changed_on or self.events is not None

    def expiry(self, day: date) -> date | None:
        """Give the expiry that was in force on a day."""
        return self.expires_on if self.changed_on is None or day >= self.changed_on else expiry_on(day, self.events or (), now=self.expires_on)

    @property
    def key(self) -> tuple[int, str]:
        """Give what tells it from other lots, also before it is written."""
        return (self.product_id, self.number)

    def first_to_expire(self, day: date) -> tuple[bool, date, str]:
        """Sort key: what by the expiry in force on a day expires first, undated last, then by number."""
        expires_on = self.expiry(day)
        return (expires_on is None, expires_on or date.max, self.number)


@dataclass(slots=True, kw_only=True)
class Shelf:
    """A lot at a place. `stored` is what the ledger says moved on each day after `known_from`, `entered` what this act moves."""

    place_id: int
    lot: Lot
    on_hand: int = 0
    held: int = 0
    last_moved_on: date | None = None
    counted_on: date | None = None
    counted_by: int | None = None
    blocks: int = 0
    stopped: bool = False
    """Whether the last verification found a difference here, so that nothing is entered."""
    counted: bool = False
    """Whether this act counted it."""
    known_from: date | None = None
    stored: dict[date, int] = field(default_factory=dict)
    entered: dict[date, int] = field(default_factory=dict)
    days: list[date] | None = None
    """The days of `stored` and `entered` in order, once somebody asked; kept so that the next need not sort them."""

    def knows(self, day: date) -> bool:
        """Whether what moved after a day is known, so that `lowest_from` can be asked for it."""
        return self.last_moved_on is None or day >= self.last_moved_on or (self.known_from is not None and day >= self.known_from)

    def learn(self, net_by_day: Iterable[tuple[date, int]], *, since: date) -> None:
        """Take in what the ledger says moved on each day after `since`."""
        self.stored = dict(net_by_day)
        self.known_from = since
        self.days = None

    def lowest_from(self, day: date) -> int:
        """Give the lowest balance at the end of a day, from a day on until now; a back-dated entry may take no more."""
        balance = lowest = self.on_hand
        if self.last_moved_on is None or day >= self.last_moved_on:
            return balance
        if self.days is None:
            self.days = sorted(self.stored.keys() | self.entered.keys())
        for later in reversed(self.days):
            if later <= day:
                break
            balance -= self.stored.get(later, 0) + self.entered.get(later, 0)
            lowest = balance if balance < lowest else lowest  # noqa: FURB136  min() costs more than all the rest of the loop
        return lowest

    def available(self, day: date) -> int:
        """Give how many may leave on a day: what is not held, and was there from that day until now."""
        free = self.on_hand - self.held
        return max(0, min(self.lowest_from(day), free)) if free > 0 else 0

    def move(self, units: int, day: date) -> None:
        """Put units on the shelf (negative: take them off) on a day."""
        if self.known_from is None:
            self.known_from = self.last_moved_on or date.min
        self.on_hand += units
        if self.days is not None and day not in self.entered and day not in self.stored:
            insort(self.days, day)
        self.entered[day] = self.entered.get(day, 0) + units
        self.last_moved_on = max(self.last_moved_on or day, day)

    def is_usable(self, day: date) -> bool:
        """Whether it may be used on a day: neither past its expiry, whose day is the last, nor in quarantine, here or everywhere, nor recalled. Everything asks this."""
        expires_on = self.lot.expiry(day)
        return not self.is_blocked(day) and (expires_on is None or day <= expires_on)

    def is_blocked(self, day: date) -> bool:
        """Whether it was in quarantine or recalled at the end of a day; what is recalled now is so on every day."""
        if self.lot.changed_on is None or day >= self.lot.changed_on:
            return bool(self.lot.blocks or self.blocks)
        return blocks_on(day, self.lot.events or (), place_id=self.place_id) > 0

    def is_recalled_after(self, day: date) -> bool:
        """Whether its lot is recalled now, and was not yet on a day."""
        return self.lot.changed_on is not None and day < self.lot.changed_on and is_recalled_after(day, self.lot.events or ())

    def count(self, number: int, day: date) -> None:
        """Close the shelf: a posting of its place has counted it on a day."""
        self.counted_on, self.counted_by, self.counted = day, number, True
        self.last_moved_on = self.last_moved_on or day

    def is_closed(self, day: date) -> bool:
        """Whether a count has closed a day: nothing is dated before the day of the last count."""
        return self.counted_on is not None and day < self.counted_on
