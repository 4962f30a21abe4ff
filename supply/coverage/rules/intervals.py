"""What is estimated, with how sure that is: low, point and high, and the chance that it lies below a value. Pure.

A published interval is taken as one of 95 %, since its sources do not say otherwise, and fitted by a lognormal whose two halves may differ: the point is its middle (as much
lies below as above), and 2.5 % lie below the low and above the high. Where no point was published, the middle is the geometric mean of low and high.
"""

from dataclasses import dataclass
from math import erf, exp, log, sqrt

QUANTILE_95 = 1.959963984540054
"""So many standard deviations on either side of the middle hold 95 %."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Low, point and high, each as far as it is known; never below nought."""

    low: float | None = None
    point: float | None = None
    high: float | None = None

    @property
    def middle(self) -> float | None:
        """Give the point; where none is known the geometric mean of low and high."""
        if self.point is None and self.low and self.high:
            return sqrt(self.low * self.high)
        return self.point

    @property
    def is_known(self) -> bool:
        """Whether there is something to divide by."""
        return bool(self.middle)

    def times(self, factor: float) -> "Interval":
        """Give the interval of so many times as much."""
        return Interval(low=_times(self.low, factor), point=_times(self.point, factor), high=_times(self.high, factor))

    def under(self, numerator: float) -> "Interval":
        """Give the interval of a numerator divided by this one: what is high gives low."""
        return Interval(low=_divided(numerator, self.high), point=_divided(numerator, self.middle), high=_divided(numerator, self.low))

    def widened(self, factor: float) -> "Interval":
        """Give an interval that is wider: the model it went through is itself right within a factor, 95 times in 100. Independent errors add as variances of logarithms."""
        middle = self.middle
        if not middle:
            return self
        below, above = (sqrt(sigma**2 + (log(factor) / QUANTILE_95) ** 2) for sigma in (_sigma(self.low, middle), _sigma(middle, self.high)))
        return Interval(low=middle * exp(-QUANTILE_95 * below), point=middle, high=middle * exp(QUANTILE_95 * above))

    def chance_at_most(self, value: float) -> float | None:
        """Give the chance that it is no more than a value; None where nothing says how sure the point is."""
        middle = self.middle
        if not middle or self.low is None or self.high is None:
            return None
        if value / middle <= 0:  # also where it is too small to be told from nought
            return 0.0
        sigma = _sigma(self.low, middle) if value < middle else _sigma(middle, self.high)
        if not sigma:
            return 1.0 if value >= middle else 0.0
        return (1 + erf(log(value / middle) / sigma / sqrt(2))) / 2


def _sigma(lower: float | None, upper: float | None) -> float:
    return log(upper / lower) / QUANTILE_95 if lower and upper and upper > lower else 0.0


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor


def _divided(numerator: float, value: float | None) -> float | None:
    return numerator / value if value else None
