"""What is known of a place's need when an order is placed, and what of it takes a reason. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from orders.rules.reorder import DAYS_A_MONTH


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much is ordered at most without a reason, in months of use, and how old the last count may be, in days."""

    months_max: Fraction
    count_days_max: int


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a product at a place.

    On hand (of it usable) and promised to nobody, on order, how many were used (handed out, and asked for in vain) in so many days with stock, units a day that are reckoned with, when it was last counted,
    how many units are proposed, what takes a reason, and all that the proposal was reckoned from.
    """

    product: str
    pack: int
    on_hand: int
    usable: int
    on_order: int
    used: int
    days: int
    daily: Fraction
    counted_on: date | None
    proposal: int
    limits: Limits
    inputs: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def used_a_month(self) -> float:
        """Give the average use, in units a month."""
        return float(self.daily * DAYS_A_MONTH)


def months_after(known: Known, units: int) -> float | None:
    """Give how many months the stock lasts when so many units have come, with what is usable and on order; None where nothing is used."""
    return float((known.usable + known.on_order + units) / (known.daily * DAYS_A_MONTH)) if known.daily else None


def in_whole_packs(units: int, pack: int) -> bool:
    """Whether units are whole packs."""
    return units % pack == 0


def needs_reason(known: Known, units: int, *, today: date) -> Iterator[str]:
    """Name what makes a line need a reason: more than the maximum and than what is proposed, or a count that is too old. Where nothing is on hand there is nothing to count."""
    if known.daily and units > known.proposal and known.usable + known.on_order + units > known.limits.months_max * known.daily * DAYS_A_MONTH:
        yield "more_than_maximum"
    if known.on_hand and (known.counted_on is None or (today - known.counted_on).days > known.limits.count_days_max):
        yield "count_too_old"


def written(known: Known, units: int, *, today: date) -> dict[str, Any]:
    """Give what is kept with a line of an order that is placed: what was known of its need, how much was proposed, and from what."""
    return {
        "product": known.product,
        "pack": known.pack,
        "on_hand": known.on_hand,
        "usable": known.usable,
        "on_order": known.on_order,
        "used": known.used,
        "days": known.days,
        "counted_on": known.counted_on.isoformat() if known.counted_on else None,
        "months_max": float(known.limits.months_max),
        "count_days_max": known.limits.count_days_max,
        "months_after": months_after(known, units),
        "proposal": known.proposal,
        "needs_reason": [*needs_reason(known, units, today=today)],
        "inputs": known.inputs,
    }
