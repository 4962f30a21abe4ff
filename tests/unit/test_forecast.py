"""What a place will be asked for a day: small cases reckoned by hand, and what holds for every past."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.forecast import METHODS, Method, forecast
from orders.rules.forecast.past import Past
from orders.rules.forecast.rates import Way


def of(units, days=None, season=None):
    """Forecast one series of whole weeks, or of weeks with so many days."""
    weekly = np.array([units], dtype=float)
    return forecast(weekly, np.full(weekly.shape, 7.0) if days is None else np.array([days], dtype=float), None if season is None else np.array([season], dtype=float))


def last_rate(method, alpha, units, days=None):
    past = Past.of(np.array([units], dtype=float), np.array([days or [7] * len(units)], dtype=float), None)
    return list(Way(method=method, alpha=alpha).rates(past))[-1][0]


def method_of(found):
    return METHODS[found.method[0]]


def test_a_short_past_has_its_mean():
    found = of([7, 0, 14])

    assert method_of(found) is Method.MEAN
    assert found.rate_a_day[0] == 1.0
    assert (found.weeks_known[0], found.days_known[0]) == (3, 21)
    assert np.isnan(found.error_a_day[0])


def test_a_week_of_three_days_counts_as_three_days():
    assert of([3, 7], days=[3, 7]).rate_a_day[0] == 1.0


def test_a_week_in_which_no_day_counts_is_unknown_and_not_nothing():
    found = of([7, 99, 7], days=[7, 0, 7])

    assert found.rate_a_day[0] == 1.0
    assert found.weeks_known[0] == 2


def test_what_came_back_beyond_what_was_handed_out_is_no_demand_less_than_nothing():
    assert of([-7, 7]).rate_a_day[0] == 0.5


def test_a_summer_that_is_known_to_take_twice_as_much_does_not_raise_the_rate():
    assert of([7, 14, 14, 7], season=[1, 2, 2, 1]).rate_a_day[0] == 1.0


def test_croston_divides_the_smoothed_size_by_the_smoothed_wait_and_takes_half_of_alpha_away():
    # Sizes 4 and 2 after waits of 14 and 21 days; the second step is 0.1 ÷ (1 − 0.9²) = 1 ÷ 1.9, so 5.6 ÷ 33.6 = 1 ÷ 6; × 0.95.
    assert last_rate(Method.CROSTON_SBA, 0.1, [0, 4, 0, 0, 2]) == pytest.approx(0.95 / 6)


def test_croston_says_the_same_however_long_nothing_has_been_asked_for():
    assert last_rate(Method.CROSTON_SBA, 0.1, [0, 4, 0, 0, 2, *[0] * 40]) == pytest.approx(0.95 / 6)


def test_tsb_lowers_the_chance_every_week_in_which_nothing_is_asked_for():
    # The chance is 0.2 × 0.8⁴ ÷ (1 − 0.8⁵) = 0.08192 ÷ 0.67232 of a week with 6.
    assert last_rate(Method.TSB, 0.2, [6, 0, 0, 0, 0]) == pytest.approx(6 * 0.08192 / 0.67232 / 7)


def test_simple_smoothing_gives_what_is_new_more_weight():
    # Weights 0.3 × 0.7 and 0.3, that sum to 0.51.
    assert last_rate(Method.SES, 0.3, [7, 14]) == pytest.approx((0.21 * 1 + 0.3 * 2) / 0.51)


def test_seven_weeks_of_one_day_weigh_as_much_as_one_week_of_seven():
    assert last_rate(Method.SES, 0.2, [14, *[1] * 7], [7, *[1] * 7]) == pytest.approx(last_rate(Method.SES, 0.2, [14, 7]))


def test_a_rare_demand_seen_on_one_day_is_not_taken_for_seven():
    # Ten weeks without, then one unit in a week of one day: one in 71 days, not seven in 77.
    assert last_rate(Method.CROSTON_SBA, 0.1, [*[0] * 10, 1], [*[7] * 10, 1]) == pytest.approx(0.95 / 71)


def test_what_nobody_asks_for_any_more_goes_to_nothing():
    found = of([3, 0, 4, 2, 0, 5, 3, 0, 2, 4, 0, 3, 5, 2, 0, 3, 4, 0, 2, 3, *[0] * 32])

    assert method_of(found) in {Method.TSB, Method.SES}
    assert found.rate_a_day[0] < 0.01
    assert last_rate(Method.TSB, 0.05, [3, *[0] * 400]) < 1e-8


def test_where_demand_stands_still_nobody_is_cleverer_than_the_mean():
    draw = np.random.default_rng(6)
    weekly = draw.poisson(5, (500, 52)).astype(float)

    found = forecast(weekly, np.full(weekly.shape, 7.0))

    assert np.mean(found.method == METHODS.index(Method.MEAN)) > 0.7


def test_where_demand_moved_the_rates_are_nearer_than_the_mean():
    draw = np.random.default_rng(6)
    means = np.where(np.arange(52) < 30, 6, 2)
    weekly = draw.poisson(means, (500, 52)).astype(float)

    found = forecast(weekly, np.full(weekly.shape, 7.0))

    assert np.sqrt(np.mean((found.rate_a_day * 7 - 2) ** 2)) < 0.5 * np.sqrt(np.mean((weekly.mean(axis=1) - 2) ** 2))


def test_a_rate_is_less_sure_where_demand_moved_than_where_it_stood():
    steady, moved = of([4, 6] * 26), of([2, 4] * 13 + [12, 14] * 13)

    assert moved.days_behind[0] < steady.days_behind[0]


def test_many_series_are_forecast_as_each_alone():
    draw = np.random.default_rng(6)
    weekly, days = draw.poisson(1.5, (5000, 20)).astype(float), draw.integers(0, 8, (5000, 20)).astype(float)

    together = forecast(weekly, days)

    for series in (0, 4095, 4096, 4999):
        assert together.rate_a_day[series] == forecast(weekly[[series]], days[[series]]).rate_a_day[0]


def test_no_series_is_no_forecast():
    assert forecast(np.empty((0, 52)), np.empty((0, 52))).rate_a_day.shape == (0,)


WEEKS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 7)), min_size=1, max_size=40)


def forecast_of(weeks, times=1):
    units, days = zip(*weeks, strict=True)
    return of([unit * times for unit in units], days)


@given(weeks=WEEKS)
def test_no_rate_is_less_than_nothing_and_it_is_unknown_only_where_no_day_counts(weeks):
    found = forecast_of(weeks)

    assert np.isnan(found.rate_a_day[0]) == all(days == 0 for _, days in weeks)
    assert not found.rate_a_day[0] < 0


@given(weeks=WEEKS)
def test_no_rate_is_higher_than_the_busiest_day_that_was(weeks):
    rate = forecast_of(weeks).rate_a_day[0]

    # A chance and a size are smoothed apart, so the bound for both together is the largest size on the shortest week.
    most = max((units for units, days in weeks if days), default=0) / min((days for _, days in weeks if days), default=1)
    assert not rate > most * (1 + 1e-9)


@given(weeks=WEEKS, times=st.integers(2, 9))
def test_so_many_times_the_demand_is_so_many_times_the_rate_and_its_error(weeks, times):
    once, more = forecast_of(weeks), forecast_of(weeks, times)

    np.testing.assert_allclose(more.rate_a_day, times * once.rate_a_day, rtol=1e-9)
    np.testing.assert_allclose(more.error_a_day, times * once.error_a_day, rtol=1e-6, atol=1e-9)


@given(weeks=st.lists(st.integers(0, 7), min_size=1, max_size=40).map(lambda days: [(0, each) for each in days]))
def test_where_nothing_was_ever_asked_for_the_rate_is_nothing(weeks):
    rate = forecast_of(weeks).rate_a_day[0]

    assert rate == 0 or all(days == 0 for _, days in weeks)


@given(weeks=WEEKS, unknown=st.integers(0, 40))
def test_a_number_in_an_unknown_week_changes_nothing(weeks, unknown):
    other = [(units if days else unknown, days) for units, days in weeks]

    np.testing.assert_array_equal(forecast_of(other).rate_a_day, forecast_of(weeks).rate_a_day)
