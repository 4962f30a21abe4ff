"""What is known of a place's need: months of use, the proposal in whole packs, and what takes a reason."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.needs import Known, Limits, in_whole_packs, months_after, needs_reason, proposal

TODAY = date(2026, 11, 20)
LIMITS = Limits(months_max=6, count_days_max=90)
A_MONTH = Fraction("30.4375")


def known(**more):
    return Known(**{"product": "spray", "pack": 2, "on_hand": 0, "usable": 0, "on_order": 0, "used": 0, "days": 0, "counted_on": None} | more)


def test_sixty_used_in_a_quarter_are_twenty_a_month():
    quarter = known(used=60, days=91, usable=10, on_order=4)

    assert quarter.used_a_month == pytest.approx(20.07, abs=0.01)
    assert months_after(quarter, 26) == pytest.approx(2.0, abs=0.01)
    assert proposal(quarter, months=3) == 48  # 60.2 − 14 = 46.2, in packs of 2


def test_where_nothing_was_used_nothing_is_proposed_and_no_months_are_reckoned():
    assert months_after(known(usable=10), 50) is None
    assert proposal(known(usable=0), months=3) == 0
    assert [*needs_reason(known(), 1000, LIMITS, today=TODAY)] == []


def test_what_lasts_longer_than_the_maximum_takes_a_reason_and_the_maximum_itself_does_not():
    a_day = known(used=2922, days=2922)  # one a day: 8 years have 2922 days, and so 96 months

    assert [*needs_reason(a_day, 182, LIMITS, today=TODAY)] == []
    assert [*needs_reason(a_day, 183, LIMITS, today=TODAY)] == ["more_than_maximum"]


@pytest.mark.parametrize(("ago", "why"), [(None, ["count_too_old"]), (91, ["count_too_old"]), (90, []), (0, [])])
def test_a_count_that_is_too_old_takes_a_reason(ago, why):
    counted_on = None if ago is None else TODAY - timedelta(days=ago)

    assert [*needs_reason(known(on_hand=1, counted_on=counted_on), 2, LIMITS, today=TODAY)] == why


def test_where_nothing_lies_there_is_nothing_to_count():
    assert [*needs_reason(known(on_hand=0, counted_on=None), 2, LIMITS, today=TODAY)] == []


def test_both_reasons_are_named():
    assert [*needs_reason(known(on_hand=9, usable=9, used=1, days=30), 50, LIMITS, today=TODAY)] == ["more_than_maximum", "count_too_old"]


needs = st.builds(known, pack=st.integers(1, 10), usable=st.integers(0, 500), on_order=st.integers(0, 500), used=st.integers(0, 5000), days=st.integers(1, 150))


@given(needs, st.integers(1, 24))
def test_the_proposal_is_the_fewest_packs_that_last_so_many_months(of_it, months):
    def is_enough(units):
        return of_it.usable + of_it.on_order + units >= months * of_it.used * A_MONTH / of_it.days - Fraction(1, 100_000)  # floats are reckoned with

    units = proposal(of_it, months=months)

    assert in_whole_packs(units, of_it.pack)
    assert is_enough(units)
    assert units == 0 or not is_enough(units - of_it.pack)


@given(needs, st.integers(0, 500))
def test_months_are_what_is_there_and_comes_by_what_is_used_in_a_month(of_it, units):
    months = months_after(of_it, units)

    if of_it.used == 0:
        assert months is None
    else:
        assert months == pytest.approx(float((of_it.usable + of_it.on_order + units) * of_it.days / (of_it.used * A_MONTH)))


@given(st.integers(0, 1000), st.integers(1, 20))
def test_whole_packs_are_packs_put_side_by_side(units, pack):
    assert in_whole_packs(units, pack) == (units in range(0, units + 1, pack))
