"""How much may be asked for in some days, at most, with a given certainty."""

import pytest
from hypothesis import given
from hypothesis import strategies as some
from scipy.stats import nbinom, poisson

from orders.rules.quantiles import MANY, demand_at_most, normal_safety

LEVELS = (0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.999)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mean", [0.001, 0.05, 0.4, 1, 3.7, 20, 150, 399])
@pytest.mark.parametrize("lumps", [1.05, 2, 7, 40])
def test_it_is_the_quantile_of_the_negative_binomial_that_scipy_has(mean, lumps, level):
    variance = mean * lumps
    shape = mean * mean / (variance - mean)

    assert demand_at_most(mean, variance, level=level) == nbinom.ppf(level, shape, shape / (shape + mean))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("mean", [0.001, 0.4, 3.7, 20, 150, 399])
def test_demand_that_varies_no_more_than_by_chance_is_a_poisson(mean, level):
    assert demand_at_most(mean, mean / 2, level=level) == poisson.ppf(level, mean)


@pytest.mark.parametrize(("lumps", "off"), [(1.001, 0.005), (5, 0.015), (20, 0.045)])
def test_where_the_normal_curve_stands_in_it_is_off_by_little(lumps, off):
    for mean in (MANY, 3 * MANY):
        shape = mean * mean / (mean * lumps - mean)
        for level in (0.9, 0.95, 0.99):
            exact = nbinom.ppf(level, shape, shape / (shape + mean))
            assert demand_at_most(mean, mean * lumps, level=level) == pytest.approx(exact, rel=off)


def test_it_can_be_checked_by_hand():
    """Shape 2, mean 2: chances (k + 1) ÷ 2^(k + 2), that is 1/4, 1/4, 3/16, 1/8, 5/64: within 4 lie 57/64."""
    assert sum((k + 1) / 2 ** (k + 2) for k in range(5)) == pytest.approx(57 / 64)
    assert demand_at_most(2, 4, level=57 / 64 - 1e-9) == 4
    assert demand_at_most(2, 4, level=57 / 64 + 1e-9) == 5


def test_nothing_is_asked_for_where_the_mean_is_nothing_and_no_safety_is_below_nothing():
    assert demand_at_most(0, 9, level=0.99) == 0
    assert normal_safety(25, level=0.2) == 0
    assert normal_safety(25, level=0.975) == pytest.approx(9.8, abs=0.01)


@given(some.floats(0.001, 390), some.floats(1, 30), some.floats(0.3, 0.98), some.floats(0, 0.019))
def test_more_certainty_is_never_fewer_units(mean, lumps, level, more):
    assert demand_at_most(mean, mean * lumps, level=level + more) >= demand_at_most(mean, mean * lumps, level=level)
