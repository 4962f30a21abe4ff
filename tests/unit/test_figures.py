"""The six figures of supply: what they are, and what they are not where nothing is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.consumption import DAYS_A_MONTH
from orders.rules.figures import Figures, Shelf, by, figures_of, fill_rate

SHELVES = st.lists(
    st.builds(
        Shelf,
        place_id=st.integers(1, 3),
        product_id=st.integers(1, 3),
        handed_out=st.integers(0, 1000),
        unmet=st.integers(0, 1000),
        usable=st.integers(0, 1000),
        own_daily=st.floats(0, 10),
        daily=st.floats(0, 10),
        days=st.integers(50, 100),
        days_without=st.integers(0, 50),
        months_min=st.just(1.0),
        months_max=st.just(3.0),
    )
)


def shelf(**known):
    return Shelf(**({"place_id": 1, "product_id": 1, "months_min": 1.0, "months_max": 3.0} | known))


def test_of_a_hundred_asked_for_ninety_were_handed_out():
    assert figures_of([shelf(handed_out=60, unmet=10), shelf(handed_out=30)]).fill_rate == 0.9
    assert fill_rate(0, 5) == 0.0
    assert fill_rate(0, 0) is None


def test_days_without_stock_are_counted_shelf_by_shelf():
    assert figures_of([shelf(days=100, days_without=10), shelf(days=100)]).stockout_rate == 0.05


def test_months_of_stock_count_a_depots_stock_and_its_places_use_once():
    depot = shelf(usable=600, daily=10.0, own_daily=0.0)
    place = shelf(place_id=2, usable=100, daily=10.0, own_daily=10.0)

    assert figures_of([depot, place]).months_of_stock == pytest.approx(700 / (10 * DAYS_A_MONTH))


@pytest.mark.parametrize(("usable", "over", "under"), [(0, 0, 1), (30, 0, 1), (31, 0, 0), (91, 0, 0), (92, 1, 0)])
def test_a_shelf_is_over_and_under_by_the_months_of_its_own_rule(usable, over, under):
    found = figures_of([shelf(usable=usable, daily=1.0)])

    assert (found.over, found.under) == (over, under)


def test_what_nobody_uses_is_neither_over_nor_under():
    found = figures_of([shelf(usable=5000)])

    assert (found.used, found.overstock, found.understock, found.months_of_stock) == (0, None, None, None)


def test_of_nothing_nothing_is_known():
    nothing = Figures()

    assert {nothing.months_of_stock, nothing.stockout_rate, nothing.fill_rate, nothing.overstock, nothing.understock} == {None}


@given(SHELVES)
def test_shares_lie_between_none_and_all_and_parts_add_up_to_the_whole(shelves):
    whole, parts = figures_of(shelves), by(shelves, lambda one: one.place_id).values()

    assert all(share is None or 0 <= share <= 1 for share in (whole.fill_rate, whole.stockout_rate, whole.overstock, whole.understock))
    assert sum(part.handed_out for part in parts) == whole.handed_out
    assert sum(part.days_without for part in parts) == whole.days_without
    assert sum(part.over for part in parts) == whole.over
    assert whole.over + whole.under <= whole.used
