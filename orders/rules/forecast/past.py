"""What is known of the past of many series, week by week. Weeks come first, so that a week of all series lies together in memory."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
DAYS_A_WEEK = 7
HORIZON_WEEKS = 4
"""What is forecast is judged by the demand of so many weeks: about a lead time and a review."""
WARM_WEEKS = 8
"""Nothing is judged before so many weeks are known."""
_TINY = 1e-300


@dataclass(frozen=True, kw_only=True, eq=False)
class Past:
    """Units demanded in each week and the days that count in it, as [weeks, series], oldest week first; where no day counts the week is unknown and both are zero."""

    units: Array
    days: Array

    @classmethod
    def of(cls, weekly: Array, days: Array, season: Array | None) -> "Past":
        """Turn [series, weeks] into a past. A week that is less than nothing, for what came back, is nothing; a season's factor is divided away."""
        units = np.maximum(weekly if season is None else weekly / season, 0.0)
        return cls(units=np.ascontiguousarray(np.where(days > 0, units, 0.0).T), days=np.ascontiguousarray(days.T, dtype=np.float64))

    @cached_property
    def whole_days(self) -> NDArray[np.int8]:
        """The days that count, as whole numbers."""
        return self.days.astype(np.int8)

    @cached_property
    def units_so_far(self) -> Array:
        """Units demanded up to and with each week."""
        return np.cumsum(self.units, axis=0)

    @cached_property
    def days_so_far(self) -> Array:
        """Days that count up to and with each week."""
        return np.cumsum(self.days, axis=0)

    @cached_property
    def weeks_so_far(self) -> NDArray[np.int64]:
        """Weeks of which something is known, up to and with each week."""
        return np.cumsum(self.days > 0, axis=0)

    @cached_property
    def is_demanded(self) -> Array:
        """One where something was demanded in a week, otherwise zero."""
        return (self.units > 0).astype(np.float64)

    @cached_property
    def waited_days(self) -> Array:
        """Days that count from the last week with demand to this one with demand; zero in a week without."""
        waited, rows = np.zeros(self.days.shape[1]), np.empty_like(self.days)
        for row, days, demanded in zip(rows, self.days, self.is_demanded, strict=True):
            waited += days
            row[:] = waited * demanded
            waited -= row
        return rows

    @cached_property
    def four_weeks_ahead(self) -> "Ahead":
        """What came in the four weeks after each, once the series is warm."""
        return self._ahead(HORIZON_WEEKS, warm=WARM_WEEKS)

    @cached_property
    def next_week(self) -> "Ahead":
        """What came in the week after each of which something is known before it."""
        return self._ahead(1, warm=1)

    def _ahead(self, weeks: int, *, warm: int) -> "Ahead":
        judged = self.weeks_so_far[:-weeks] >= warm
        return Ahead(units=_steps(self.units_so_far, weeks) * judged, days=_steps(self.days_so_far, weeks) * judged)


@dataclass(frozen=True, kw_only=True, eq=False)
class Ahead:
    """Units demanded after each week, and the days that count in them, for every week that has enough after it; zero where nothing is judged yet."""

    units: Array
    days: Array

    @cached_property
    def days_in_all(self) -> Array:
        """Days, summed over all weeks of each series."""
        days: Array = self.days.sum(axis=0)
        return days

    @cached_property
    def days_squared(self) -> Array:
        """Days × days."""
        return np.square(self.days)


def over(amount: Array, weight: Array) -> Array:
    """Divide what is not negative; nothing over nothing is nothing."""
    divided: Array = amount / np.maximum(weight, _TINY)
    return divided


def _steps(so_far: Array, weeks: int) -> Array:
    """Give how much is added in the so many weeks after each."""
    return so_far[weeks:] - so_far[:-weeks]
