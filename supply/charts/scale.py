"""From a value to where it is drawn, and the few round values an axis shows."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
"""What a step of an axis is, times a power of ten."""
SPAN_MIN = 1e-9
"""Values nearer to nothing than this are drawn as nothing."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """An axis: from the value `low`, drawn at `start`, to the value `high`, drawn at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give where a value is drawn; what lies beyond an end is drawn at that end."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)

    def ticks(self, about: int = 4) -> list[float]:
        """Give round values between the ends."""
        return ticks(self.low, self.high, about)


def scale_of(values: Iterable[float | None], *, start: float, end: float, about: int = 4) -> Scale:
    """Give an axis that begins at nothing (below it where a value is) and ends at a round value that no value exceeds."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    if high - low < SPAN_MIN:
        high = low + 1.0
    step = _step(high - low, about)
    round_low, round_high = math.floor(low / step) * step, math.ceil(round(high / step, 9)) * step
    return Scale(low=min(low, round_low), high=max(high, round_high), start=start, end=end)  # a product may be rounded to just beside the value itself


def ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Give about so many round values from low to high."""
    step = _step(high - low, about)
    first = math.ceil(round(low / step, 9))
    return [nth * step for nth in range(first, math.floor(round(high / step, 9)) + 1)]


def _step(span: float, about: int) -> float:
    power: float = 10.0 ** math.floor(math.log10(span / about))
    return next(step * power for step in STEPS if step * power >= span / about * 0.999)
