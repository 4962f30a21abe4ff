"""Rates a day as they are known at the end of each week, by four methods. Each loops over the weeks, for all series at once.

Two things the papers leave open are decided here. The start: there is no first value to guess, the weights of what was seen sum to one (the nth step of a smoothing with α is α ÷ (1 − (1 − α)ⁿ), so the first ones are
averages). And days: a week of which only d of 7 days count moves a rate by 1 − (1 − α)^(d ÷ 7), so that seven weeks of one day weigh as one of seven, and a week of which none counts is passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from orders.rules.forecast.past import DAYS_A_WEEK, Array, Past, over


class Method(StrEnum):
    """How a rate is found."""

    MEAN = "mean"
    SES = "ses"
    CROSTON_SBA = "croston_sba"
    TSB = "tsb"


@dataclass(frozen=True, kw_only=True)
class Way:
    """A method with its constant: how much what is new counts. For TSB that of the chance; its sizes, seen more seldom, have SIZE_ALPHA."""

    method: Method
    alpha: float = 0.0

    def rates(self, past: Past) -> Iterator[Array]:
        """Give the rates a day at the end of each week."""
        match self.method:
            case Method.MEAN:
                return iter(over(past.units_so_far, past.days_so_far))
            case Method.SES:
                return _smoothed(past, self.alpha)
            case Method.CROSTON_SBA:
                return _croston(past, self.alpha)
            case Method.TSB:
                return _tsb(past, self.alpha)

    def days_remembered(self, past: Past) -> Array:
        """Give how many days' average is as sure as the last rate: all there are, or (2 − α) ÷ α steps (the variance of a smoothed average is α ÷ (2 − α) of one value's), a step being a week, or for Croston a wait."""
        known: Array = past.days_so_far[-1]
        if self.method is Method.MEAN:
            return known
        step_days: Array | float = over(known, past.is_demanded.sum(axis=0)) if self.method is Method.CROSTON_SBA else DAYS_A_WEEK
        remembered: Array = np.minimum(known, (2 - self.alpha) / self.alpha * step_days)
        return remembered


SIZE_ALPHA = 0.1
WAYS = (
    Way(method=Method.MEAN),
    *(Way(method=Method.SES, alpha=alpha) for alpha in (0.05, 0.1, 0.2, 0.3)),
    *(Way(method=Method.CROSTON_SBA, alpha=alpha) for alpha in (0.05, 0.1, 0.2)),
    *(Way(method=Method.TSB, alpha=alpha) for alpha in (0.05, 0.1, 0.2, 0.3)),
)
"""What is tried, the plainest first. Constants of 0.05 to 0.3, as all three papers try them."""


def _smoothed(past: Past, alpha: float) -> Iterator[Array]:
    """Give the exponentially weighted average of units a day."""
    yield from _average(past, over(past.units, past.days), alpha)


def _croston(past: Past, alpha: float) -> Iterator[Array]:
    """Give smoothed size ÷ smoothed wait, both renewed only when something is demanded, × (1 − α ÷ 2): Croston's, with what Syntetos and Boylan found it is too high by."""
    sizes, waits = np.zeros_like(past.units[0]), np.zeros_like(past.units[0])
    for units, waited, demanded in zip(past.units, past.waited_days, past.is_demanded, strict=True):
        kept = 1 - alpha * demanded
        sizes = sizes * kept + units
        waits = waits * kept + waited
        yield (1 - alpha / 2) * over(sizes, waits)


def _tsb(past: Past, alpha: float) -> Iterator[Array]:
    """Give smoothed chance of demand × smoothed size: the chance is renewed every week, so that a product nobody asks for any more goes to nothing; the size when something is demanded."""
    sizes, seen = np.zeros_like(past.units[0]), np.zeros_like(past.units[0])
    for chance, units, demanded in zip(_average(past, over(past.is_demanded, past.days), alpha), past.units, past.is_demanded, strict=True):
        kept = 1 - SIZE_ALPHA * demanded
        sizes = sizes * kept + units
        seen = seen * kept + demanded
        yield chance * over(sizes, seen)


def _average(past: Past, values: Array, alpha: float) -> Iterator[Array]:
    """Give the exponentially weighted average of values up to each week, weighted by the days that count."""
    kept_after = (1 - alpha) ** (np.arange(DAYS_A_WEEK + 1) / DAYS_A_WEEK)
    summed, weight = np.zeros_like(values[0]), np.zeros_like(values[0])
    for value, days in zip(values, past.whole_days, strict=True):
        kept = kept_after[days]
        summed = summed * kept + (1 - kept) * value
        weight = weight * kept + (1 - kept)
        yield over(summed, weight)
