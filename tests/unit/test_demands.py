"""What a place's days come to as the demand an order is reckoned with."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from inventory.rules.consumption import DemandDays, Window
from orders.rules.demands import demand_of, used
from orders.rules.policies import Method, Policy
from orders.rules.reorder import Basis, Forecast

WINDOW = Window(since=date(2026, 6, 1), until=date(2026, 7, 31))


def policy(**changes) -> Policy:
    values = {"method": Method.REORDER_POINT, "lead_days": 3, "review_days": 7, "cover_days": 0, "service_level": 0.95, "months_min": Fraction(1), "months_max": Fraction(3)}
    return Policy(**values | {"count_days_max": 90, "days_needed": 14} | changes)


def days(units: int, *, on: date = date(2026, 6, 10), with_stock: int = WINDOW.all_days) -> DemandDays:
    return DemandDays(window=WINDOW, handed_out={on: units}, with_stock=with_stock)


def test_a_place_uses_what_it_handed_out_over_the_days_it_could():
    half = WINDOW.bits(date(2026, 6, 1), date(2026, 6, 30))

    demand = demand_of([used(days(60, with_stock=half), policy())], policy())

    assert (demand.daily, demand.days, demand.basis) == (2, 30, Basis.MEASURED)


def test_a_summer_that_is_known_to_need_more_says_less_of_an_average_month():
    summer = policy(season={6: 2.0, 7: 2.0})

    assert demand_of([used(days(122), summer)], summer).daily == 1


def test_a_depot_needs_what_each_of_its_places_needs_at_its_own_pace():
    emptied = WINDOW.bits(date(2026, 6, 1), date(2026, 6, 20))

    demand = demand_of([used(days(61), policy()), used(days(40, with_stock=emptied), policy())], policy())

    assert (demand.daily, demand.units, demand.days) == (3, 101, 61)


def test_one_busy_first_day_of_a_place_is_not_every_day_of_its_depot():
    first = WINDOW.bits(date(2026, 7, 31), date(2026, 7, 31))
    new = DemandDays(window=WINDOW, handed_out={date(2026, 7, 31): 28}, with_stock=first)

    assert demand_of([used(days(61), policy()), used(new, policy())], policy()).daily == 1 + 2


def test_places_vary_on_their_own_so_that_variances_add_up():
    alone = demand_of([used(days(61), policy())], policy())

    together = demand_of([used(days(61), policy()), used(days(61, on=WINDOW.since + timedelta(days=3)), policy())], policy())

    assert together.variance == pytest.approx(2 * alone.variance)


def test_forecasts_of_all_places_add_up_and_one_that_is_missing_leaves_the_measured_use():
    forecast, by_forecast = Forecast(daily=1.5, variance=3.0, days_behind=30.0), policy(method=Method.FORECAST)
    both = [used(days(61), by_forecast), used(days(61), by_forecast)]

    demand = demand_of(both, by_forecast, [forecast, forecast])

    assert (demand.daily, demand.variance, demand.basis) == (3, 6.0, Basis.FORECAST)
    assert demand.variance_in(10) == pytest.approx(2 * (3.0 * 10 + 3.0 * 100 / 30))
    assert demand_of(both, by_forecast, [forecast, None]).basis is Basis.MEASURED


def test_where_nothing_is_known_nothing_is():
    assert demand_of([], policy()).basis is Basis.UNKNOWN
