"""Which method forecasts a series best on its own past, and what it says.

Each is judged by what it would have said at the end of every week about the four weeks after it, by the square of the units it was wrong: an absolute error is least for who forecasts nothing where demand is rare, and
an error of one week says little of the sum that a stock must last for (Teunter, Syntetos and Babai 2011, and Syntetos and Boylan 2005, judge by squared error for the same reason).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from orders.rules.forecast.past import DAYS_A_WEEK, Array, Past, over
from orders.rules.forecast.rates import WAYS, Method, Way

METHODS = tuple(Method)
JUDGED_MIN = 8
"""A series that could be judged less often than so has the mean of its past."""
BETTER = 0.95
"""The plainest way is taken whose squared error is near the least, so that the least is no less than this share of it: of twelve the luckiest is not the best.

On made-up demand that stood still the luckiest had rates 46 % further off than the mean's, these 27 %; on demand that moved or drifted both came about as near (tests/benchmarks/choosing.py).
"""
SERIES_AT_ONCE = 4096
"""For memory, not for speed: 21,420 series of a year take 42 MiB so many at once, and 150 MiB all at once, in the same time."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Forecasts:
    """Of each series: the place of its method in METHODS and its constant (zero for the mean), units a day, and how wrong the rate was over four weeks (root of mean square, units a day; NaN where too short to judge).

    A day's demand varies by `variance_a_day`, NaN where less than two weeks are known; the rate is as sure as the mean of `days_behind`. Where no day counts the rate is NaN: unknown, not nothing.
    """

    method: NDArray[np.int8]
    alpha: Array
    rate_a_day: Array
    error_a_day: Array
    variance_a_day: Array
    days_behind: Array
    weeks_known: NDArray[np.int64]
    days_known: Array


def forecast(weekly: Array, days: Array, season: Array | None = None) -> Forecasts:
    """Forecast each series of [series, weeks] units demanded, oldest week first, of which 0 to 7 days count: those with usable stock and nothing marked as once only.

    Factors of the season that are known are divided away; who asks for days ahead multiplies those days by theirs.
    """
    blocks = [slice(start, start + SERIES_AT_ONCE) for start in range(0, max(len(weekly), 1), SERIES_AT_ONCE)]
    found = [_forecast(Past.of(weekly[block], days[block], None if season is None else season[block])) for block in blocks]
    return Forecasts(**{field.name: np.concatenate([getattr(each, field.name) for each in found]) for field in fields(Forecasts)})


def _forecast(past: Past) -> Forecasts:
    """Judge every way on every series, and take what the chosen one says."""
    judged = [_judged(past, way) for way in WAYS]
    errors = np.stack([each.squared_error for each in judged])
    enough = (past.four_weeks_ahead.days > 0).sum(axis=0) >= JUDGED_MIN
    chosen = np.where(enough, np.argmax(errors * BETTER <= errors.min(axis=0), axis=0), 0)

    def of_chosen(rows: Iterable[Array]) -> Array:
        return np.choose(chosen, list(rows))

    rate = np.where(past.days_so_far[-1] > 0, of_chosen(each.rate for each in judged), np.nan)
    variance = rate * of_chosen(each.dispersion for each in judged)
    error = np.where(enough, np.sqrt(of_chosen(errors)), np.nan)
    return Forecasts(
        method=np.array([METHODS.index(way.method) for way in WAYS], dtype=np.int8)[chosen],
        alpha=np.array([way.alpha for way in WAYS])[chosen],
        rate_a_day=rate,
        error_a_day=error,
        variance_a_day=variance,
        days_behind=_days_behind(past, of_chosen(each.days_remembered for each in judged), error, np.fmax(variance, rate)),
        weeks_known=past.weeks_so_far[-1],
        days_known=past.days_so_far[-1],
    )


def _days_behind(past: Past, remembered: Array, error: Array, variance: Array) -> Array:
    """Give how many days' mean is as sure as the rate: those remembered, or fewer where four weeks were further from what was said than those explain, for the level moves.

    Four weeks with d days that count are wrong by v·d + v·d² ÷ n on the average; summed over all that were judged this gives n.
    """
    ahead = past.four_weeks_ahead
    inverse = over(error * error, variance) - over(ahead.days_in_all, ahead.days_squared.sum(axis=0))
    shown = np.where(inverse > 0, 1 / np.where(inverse > 0, inverse, 1), np.inf)
    return np.maximum(np.minimum(remembered, shown), np.minimum(remembered, DAYS_A_WEEK))


@dataclass(frozen=True, kw_only=True, eq=False)
class _Judged:
    """What a way says in the end, the mean square it was wrong over four weeks (units a day), and variance ÷ mean of a day's demand."""

    rate: Array
    squared_error: Array
    dispersion: Array
    days_remembered: Array


def _judged(past: Past, way: Way) -> _Judged:
    """Judge a way by what it said at the end of every week.

    A week of d days is wrong by v·d·(1 + d ÷ n) on the average, where v is a day's variance and the rate as sure as the mean of n days; v goes with the rate, as it does where people come by chance.
    """
    four, following = past.four_weeks_ahead, past.next_week
    wrong_over_four, wrong_next, rate = (np.zeros(past.units.shape[1]) for _ in range(3))
    for week, rate in enumerate(way.rates(past)):
        if week < len(four.units):
            wrong_over_four += (four.units[week] - rate * four.days[week]) ** 2
        if week < len(following.units):
            wrong_next += (following.units[week] - rate * following.days[week]) ** 2
    remembered = way.days_remembered(past)
    sure_days = np.minimum(past.days_so_far[:-1], remembered)
    expected = following.days_in_all + over(following.days_squared, sure_days).sum(axis=0)
    a_day = over(past.units_so_far[-1], past.days_so_far[-1])
    return _Judged(
        rate=rate,
        squared_error=over(wrong_over_four, four.days_squared.sum(axis=0)),
        dispersion=np.where(expected > 0, over(wrong_next, expected * a_day), np.nan),
        days_remembered=remembered,
    )
