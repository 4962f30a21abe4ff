"""What the service knows when a place orders: what was handed out, what was noted of what could not be, on which days there was stock, and what lies there and is coming. Never the demand itself. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from inventory.rules.consumption import Consumption, Window
from orders.rules.reorder import Position

DAYS_A_WEEK, A_WEEK = 7, 0b1111111


@dataclass(slots=True)
class Seen:
    """The past of a product at a place, day by day since it has to do with it; summed up so far: any days are the difference of two sums."""

    since: date
    handed_out: list[int] = field(default_factory=lambda: [0])
    unmet: list[int] = field(default_factory=lambda: [0])
    counted: list[int] = field(default_factory=lambda: [0])
    """Both, of days with stock alone."""
    stocked: int = 0
    """On which days usable stock lay there, as bits, by the definition of the ledger: when the day ended, or so that something was handed out."""

    def note(self, *, handed_out: int, unmet: int, left: int) -> None:
        """Write down a day."""
        has_stock = left > 0 or handed_out > 0
        self.stocked |= has_stock << self.days
        self.counted.append(self.counted[-1] + (handed_out + unmet if has_stock else 0))
        self.handed_out.append(self.handed_out[-1] + handed_out)
        self.unmet.append(self.unmet[-1] + unmet)

    @property
    def days(self) -> int:
        """Give how many days are known."""
        return len(self.unmet) - 1

    def consumption(self, days: int) -> Consumption:
        """Sum up the last so many days, as far as they are known."""
        first = max(0, self.days - days)
        window = Window(since=self.since + timedelta(days=first), until=self.since + timedelta(days=self.days - 1))
        return Consumption(window=window, handed_out=self.handed_out[-1] - self.handed_out[first], unmet=self.unmet[-1] - self.unmet[first], usable_days=self.stocked >> first)

    def of_days(self, days: int) -> list[int]:
        """Give the demand of each of the last so many days with stock."""
        first = max(0, self.days - days)
        stocked = self.stocked >> first
        return [later - earlier for nth, (earlier, later) in enumerate(pairwise(self.counted[first:])) if stocked >> nth & 1]

    def weekly(self, weeks: int) -> list[tuple[int, int]]:
        """Give the days with stock of each of the last so many whole weeks that are known, and what was demanded on them, the oldest first."""
        first = self.days - DAYS_A_WEEK * min(weeks, self.days // DAYS_A_WEEK)
        stocked = self.stocked >> first
        return [(later - earlier, (stocked >> DAYS_A_WEEK * nth & A_WEEK).bit_count()) for nth, (earlier, later) in enumerate(pairwise(self.counted[first::DAYS_A_WEEK]))]


class Rule(Protocol):
    """What says how much is ordered; `replaces` says whether an order stands in place of what still waits at the depot, rather than beside it."""

    @property
    def name(self) -> str:
        """What it is called in the table."""

    @property
    def replaces(self) -> bool:
        """Whether it replaces what waits."""

    def every(self, *, is_depot: bool) -> int:
        """Say how many days lie between two orders of a place, or of a depot."""

    def order(self, views: Sequence["View"]) -> list[int]:
        """Say for each how many units, in whole packs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a rule is shown: of a place its own past, of a depot that of the places it serves, what lies there and is coming, and how long its own deliveries took, the last of them last."""

    place: str
    product: str
    group: str
    pack: int
    today: date
    is_depot: bool
    pasts: Sequence[Seen]
    position: Position
    leads: Sequence[int]
    """Days from order to arrival."""
