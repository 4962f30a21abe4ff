"""The plain rule of comparable systems. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from orders.rules.reorder import DAYS_A_MONTH, in_packs
from orders.rules.simulation.seen import Seen, View


@dataclass(frozen=True, kw_only=True)
class Plain:
    """Maximum months × average monthly consumption − stock on hand, in packs rounded up (USAID | DELIVER, The Logistics Handbook: order quantity = maximum stock quantity − stock on hand).

    The average is what was handed out in the last months by the calendar, since the place began if that is later; days without stock count. As published nothing else is looked at. A strong one takes what is on order
    off as well, and counts what was noted as asked for in vain. Both see of a depot what the places it serves used.
    """

    name: str
    months: int
    is_strong: bool
    average_months: int = 3
    review_days: int = 7
    """As often as by ours: more often than comparable systems have it, and to its good."""
    depot_review_days: int = 28
    """Monthly, as the handbook has it."""

    @property
    def replaces(self) -> bool:
        """Whether an order stands in place of what still waits at the depot: who does not look at what is on order would order it again each time."""
        return not self.is_strong

    def every(self, *, is_depot: bool) -> int:
        """Say how many days lie between two orders of a place, or of a depot."""
        return self.depot_review_days if is_depot else self.review_days

    def order(self, views: Sequence[View]) -> list[int]:
        """Say for each how many units, in whole packs."""
        return [self._units(view) for view in views]

    def _units(self, view: View) -> int:
        monthly = sum((self._monthly(past) for past in view.pasts), Fraction(0))
        missing = ceil(self.months * monthly) - view.position.on_hand - (view.position.on_order if self.is_strong else 0)
        return in_packs(missing, pack=view.pack, threshold=0) * view.pack

    def _monthly(self, past: Seen) -> Fraction:
        used = past.consumption(round(self.average_months * DAYS_A_MONTH))
        units = used.handed_out + (used.unmet if self.is_strong else 0)
        return Fraction(units) * DAYS_A_MONTH / max(used.window.days, ceil(DAYS_A_MONTH))
