"""How many units cover the days ahead: against sums of chances, against made-up futures, and never by a normal."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.forecast import UNKNOWN, Forecasts, forecast, past_quantiles, quantiles

EVER = 1e15
"""Days behind a rate that is as good as certain."""


def known(rate, variance, behind=EVER):
    one = np.ones(1)
    return Forecasts(
        method=np.zeros(1, dtype=np.int8),
        alpha=0 * one,
        rate_a_day=rate * one,
        error_a_day=np.nan * one,
        variance_a_day=variance * one,
        days_behind=behind * one,
        weeks_known=np.full(1, 52),
        days_known=364 * one,
    )


def covers(rate, variance, days, level, behind=EVER):
    return int(quantiles(known(rate, variance, behind), days, level)[0])


def chance_of_at_most(units, mean, variance):
    """Add up the chances of a negative binomial, from its definition."""
    shape, part = mean**2 / (variance - mean), mean / variance
    return sum(math.exp(math.lgamma(shape + x) - math.lgamma(shape) - math.lgamma(x + 1) + shape * math.log(part) + x * math.log1p(-part)) for x in range(units + 1))


def poisson_at_most(units, mean):
    return sum(math.exp(x * math.log(mean) - mean - math.lgamma(x + 1)) for x in range(units + 1))


def test_of_one_in_two_weeks_three_cover_four_weeks_at_eighty_five_percent():
    # A Poisson of mean 2: 0.135, 0.406, 0.677, 0.857, 0.947, 0.983.
    assert [covers(1 / 14, 1 / 14, 28, level) for level in (0.13, 0.4, 0.85, 0.86, 0.98, 0.99)] == [0, 1, 3, 4, 5, 6]


def test_what_varies_less_than_a_poisson_is_taken_for_one():
    assert covers(1, 0.1, 28, 0.95) == covers(1, 1, 28, 0.95)


def test_what_is_known_for_less_than_two_weeks_is_taken_for_a_poisson():
    assert covers(1, np.nan, 28, 0.95) == covers(1, 1, 28, 0.95)


@given(mean=st.floats(0.05, 60), more=st.floats(1.01, 20), level=st.floats(0.01, 0.999))
def test_it_is_the_least_number_whose_chances_add_up_to_the_level(mean, more, level):
    units = covers(mean, mean * more, 1, level)

    assert chance_of_at_most(units, mean, mean * more) >= level - 1e-9
    assert units == 0 or chance_of_at_most(units - 1, mean, mean * more) < level + 1e-9


@given(mean=st.floats(0.05, 200), level=st.floats(0.01, 0.999))
def test_without_more_variance_than_mean_it_is_a_poisson(mean, level):
    units = covers(mean, mean, 1, level)

    assert poisson_at_most(units, mean) >= level - 1e-6
    assert units == 0 or poisson_at_most(units - 1, mean) < level + 1e-6


@given(rate=st.floats(0, 20), more=st.floats(0.1, 30), behind=st.floats(7, 400), days=st.floats(0.5, 200), longer=st.floats(0, 200), level=st.floats(0.5, 0.99), higher=st.floats(0, 0.0099))
def test_more_days_or_more_certainty_never_take_less(rate, more, behind, days, longer, level, higher):
    units = covers(rate, rate * more, days, level, behind)

    assert covers(rate, rate * more, days + longer, level, behind) >= units
    assert covers(rate, rate * more, days, level + higher, behind) >= units


def test_a_rate_of_which_less_is_known_takes_more():
    assert covers(1, 2, 60, 0.95, behind=30) > covers(1, 2, 60, 0.95, behind=300)


def test_nothing_covers_nothing_and_what_is_unknown_stays_unknown():
    weekly, days = np.array([[0.0, 0.0], [0.0, 0.0]]), np.array([[7.0, 7.0], [0.0, 0.0]])

    assert quantiles(forecast(weekly, days), 90, 0.99).tolist() == [0, UNKNOWN]


def test_what_has_all_but_died_out_needs_nothing():
    assert covers(1e-200, 1e-200, 90, 0.999) == 0


def test_every_series_has_days_and_a_level_of_its_own():
    found = forecast(np.full((3, 10), 7.0), np.full((3, 10), 7.0))

    together = quantiles(found, np.array([7.0, 14, 21]), np.array([0.9, 0.95, 0.99]))

    assert together.tolist() == [quantiles(found, days, level)[0] for days, level in ((7, 0.9), (14, 0.95), (21, 0.99))]


@pytest.mark.parametrize("level", [0, 1, 1.5, float("nan")])
def test_a_level_that_no_number_reaches_is_refused(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        covers(1, 1, 7, level)


def test_a_normal_would_leave_rare_demand_uncovered_more_often_than_it_says():
    mean, variance = 0.5, 2.0
    by_normal = math.ceil(NormalDist(mean, math.sqrt(variance)).inv_cdf(0.99))

    uncovered = 1 - chance_of_at_most(by_normal, mean, variance)

    assert uncovered > 2 * 0.01
    assert 1 - chance_of_at_most(covers(mean, variance, 1, 0.99), mean, variance) <= 0.01


@pytest.mark.parametrize(("mean_a_week", "biggest"), [(0.2, 1), (0.2, 6), (1.5, 4), (12, 1)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_futures_like_the_past_are_covered_about_as_often_as_said(mean_a_week, biggest, level):
    draw = np.random.default_rng(6)
    weekly = (draw.poisson(mean_a_week, (4000, 56)) * draw.integers(1, biggest + 1, (4000, 56))).astype(float)
    past, future = weekly[:, :52], weekly[:, 52:].sum(axis=1)

    covered = np.mean(future <= quantiles(forecast(past, np.full(past.shape, 7.0)), 28, level))

    assert level - 0.03 <= covered <= level + 0.065  # below it for rare lumps of which a year shows ten; above it because the least whole number that covers covers more


def test_the_past_itself_says_how_much_covered_nineteen_of_twenty_weeks():
    weekly = np.array([[*[2.0] * 19, 9.0] * 2])

    assert past_quantiles(weekly, np.full((1, 40), 7.0), 7, np.array([0.95])).tolist() == [2]
    assert past_quantiles(weekly, np.full((1, 40), 7.0), 7, np.array([0.96])).tolist() == [9]


def test_a_past_too_short_to_show_it_says_nothing():
    year = np.full((1, 52), 3.0)

    assert past_quantiles(year, np.full((1, 52), 7.0), 28, 0.9).tolist() == [12]
    assert past_quantiles(year, np.full((1, 52), 7.0), 28, 0.95).tolist() == [UNKNOWN]
    assert past_quantiles(year, np.full((1, 52), 7.0), 700, 0.5).tolist() == [UNKNOWN]


def test_stretches_of_the_past_are_scaled_to_the_days_that_count():
    weekly, days = np.full((1, 30), 3.0), np.full((1, 30), 3.0)

    assert past_quantiles(weekly, days, 7, 0.9).tolist() == [7]
