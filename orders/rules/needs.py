"""What is known of a place's need of a product when it orders, and what of an order needs a reason. Pure.

Months are of 30.4375 days (365.25 ÷ 12). The proposal is the plain rule of comparable systems: maximum months × average use − stock on hand − stock on order, in whole packs
(USAID | DELIVER, The Logistics Handbook: order quantity = maximum stock quantity − stock on hand).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

DAYS_A_MONTH = 30.4375


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a product at a place: on hand (of it usable), on order, how many were used (handed out, and asked for in vain) in so many days, and when it was last counted."""

    product: str
    pack: int
    on_hand: int
    usable: int
    on_order: int
    used: int
    days: int
    counted_on: date | None

    @property
    def used_a_month(self) -> float:
        """Give the average use, in units a month."""
        return self.used * DAYS_A_MONTH / self.days if self.days else 0.0


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is ordered at most without a reason, in months of use, and how old the last count may be, in days."""

    months_max: int
    count_days_max: int


def months_after(known: Known, units: int) -> float | None:
    """Give how many months the stock lasts when so many units have come, with what is usable and on order; None where nothing was used."""
    return (known.usable + known.on_order + units) / known.used_a_month if known.used_a_month else None


def proposal(known: Known, *, months: int) -> int:
    """Give how many units would fill a place up to so many months of use: whole packs, rounded up, none where there is enough."""
    missing = months * known.used_a_month - known.usable - known.on_order
    return -(-int(missing + 0.999_999) // known.pack) * known.pack if missing > 0 else 0


def in_whole_packs(units: int, pack: int) -> bool:
    """Whether units are whole packs."""
    return units % pack == 0


def needs_reason(known: Known, units: int, limits: Limits, *, today: date) -> Iterator[str]:
    """Name what makes a line need a reason: more than the maximum, or a count that is too old. Where nothing is on hand there is nothing to count."""
    months = months_after(known, units)
    if months is not None and months > limits.months_max and units > 0:
        yield "more_than_maximum"
    if known.on_hand and (known.counted_on is None or (today - known.counted_on).days > limits.count_days_max):
        yield "count_too_old"
