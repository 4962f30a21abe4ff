"""How many units cover so many days with so much certainty: by a negative binomial, or by what the past shows. Never by a normal, which for rare demand knows neither that nobody asks for less than nothing nor how long the tail is.

Demand of h days has the mean m = r·h and the variance s·h + s·h² ÷ n, for a rate r, a day's variance s (at least r: people who come by chance vary as a Poisson) and n days behind the rate: the second term is the rate's own
uncertainty, s ÷ n, that all h days share. The negative binomial has its shape from both, k = m² ÷ (variance − m), and becomes a Poisson as n grows and s comes near r.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc

from orders.rules.forecast.choice import Forecasts
from orders.rules.forecast.past import DAYS_A_WEEK, Array, Past

UNKNOWN = -1
"""Stands where a quantile cannot be given."""


def quantiles(forecasts: Forecasts, days_ahead: Array | float, service_level: Array | float) -> NDArray[np.int64]:
    """Give for each series the least q of units with P(demand of the days ahead ≤ q) ≥ service level; UNKNOWN where the rate is.

    Days may be parts, and count for more or fewer by the season's factor; levels lie between 0 and 1, without either. More days or a higher level never give less.
    """
    days, level, rate = np.broadcast_arrays(np.asarray(days_ahead, dtype=np.float64), _checked(service_level), forecasts.rate_a_day)
    spread = np.fmax(forecasts.variance_a_day, rate)
    mean = rate * days
    wide = spread * days * (1 + days / np.maximum(forecasts.days_behind, 1))
    some = mean > _HARDLY
    found = np.where(np.isnan(mean), UNKNOWN, 0)
    found[some] = _of_negative_binomial(mean[some], np.maximum(wide[some], mean[some] * _BARELY), level[some])
    return found


def past_quantiles(weekly: Array, days: Array, days_ahead: Array | float, service_level: Array | float) -> NDArray[np.int64]:
    """Give for each series of [series, weeks] the least q that covered that share of all stretches of the past as long as the days ahead, one starting every week, scaled to the days that count in them.

    UNKNOWN where the past is too short: of stretches side by side, at least one must be expected beyond the level (two years for four weeks at 96 %). It knows nothing of a level that moved; use it where the mean was chosen.
    """
    ahead, level, _ = np.broadcast_arrays(np.asarray(days_ahead, dtype=np.float64), _checked(service_level), weekly[:, 0])
    past = Past.of(weekly, days, None)
    found = np.full(len(weekly), UNKNOWN)
    for weeks in np.unique(_weeks(ahead)):
        if 0 < weeks <= weekly.shape[1]:
            these = np.flatnonzero(_weeks(ahead) == weeks)
            found[these] = _of_stretches(past, these, int(weeks), ahead[these], level[these])
    return found


_HARDLY = 1e-12
"""Who is asked for less than this needs nothing at any level that a float tells from one."""
_BARELY = 1 + 1e-9
"""A variance this little above the mean is a Poisson's as far as a float can tell."""


def _of_negative_binomial(mean: Array, variance: Array, level: Array) -> NDArray[np.int64]:
    """Halve the whole numbers between nothing and what Cantelli's inequality allows: P(X ≥ m + t) ≤ v ÷ (v + t²)."""
    shape, chance = mean * mean / (variance - mean), mean / variance
    below = np.full(mean.shape, -1, dtype=np.int64)
    enough = np.ceil(mean + np.sqrt(variance * level / (1 - level))).astype(np.int64)
    while (open_ones := enough - below > 1).any():
        middle = (below + enough) // 2
        covers = betainc(shape, middle + 1.0, chance) >= level
        enough = np.where(open_ones & covers, middle, enough)
        below = np.where(open_ones & ~covers, middle, below)
    return enough


def _of_stretches(past: Past, series: NDArray[np.int64], weeks: int, days_ahead: Array, level: Array) -> NDArray[np.int64]:
    """Give the quantile of all stretches of so many weeks in which a day counts."""
    units, days = (np.lib.stride_tricks.sliding_window_view(rows[:, series], weeks, axis=0).sum(axis=-1) for rows in (past.units, past.days))
    scaled = np.sort(np.where(days > 0, units / np.maximum(days, 1) * days_ahead, np.inf), axis=0)
    stretches = (days > 0).sum(axis=0)
    rank = np.maximum(np.ceil(stretches * level - 1e-9).astype(np.int64), 1) - 1
    found = np.take_along_axis(scaled, np.minimum(rank, len(scaled) - 1)[np.newaxis], axis=0)[0]
    long_enough = past.weeks_so_far[-1, series] // weeks * (1 - level) >= 1 - 1e-9
    return np.where(long_enough, np.ceil(np.where(long_enough, found, 0) - 1e-9), UNKNOWN).astype(np.int64)


def _weeks(days: Array) -> NDArray[np.int64]:
    """Give in how many weeks so many days lie."""
    return np.ceil(days / DAYS_A_WEEK).astype(np.int64)


def _checked(service_level: Array | float) -> Array:
    """Give the levels; refuses one that no number of units reaches, or none."""
    level = np.asarray(service_level, dtype=np.float64)
    if not ((level > 0) & (level < 1)).all():
        raise ValueError("a service level lies between 0 and 1")
    return level
