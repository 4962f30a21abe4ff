"""What is known of a place's need: months of use, and what takes a reason."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.needs import Known, Limits, in_whole_packs, months_after, needs_reason, written

TODAY = date(2026, 11, 20)
LIMITS = Limits(months_max=Fraction(6), count_days_max=90)
A_MONTH = Fraction("30.4375")


def known(**more):
    values = {"product": "spray", "pack": 2, "on_hand": 0, "usable": 0, "on_order": 0, "used": 0, "days": 0, "daily": Fraction(0), "counted_on": None, "proposal": 0, "limits": LIMITS}
    return Known(**values | more)


def test_sixty_used_in_a_quarter_are_twenty_a_month():
    quarter = known(daily=Fraction(60, 91), usable=10, on_order=4)

    assert quarter.used_a_month == pytest.approx(20.07, abs=0.01)
    assert months_after(quarter, 26) == pytest.approx(2.0, abs=0.01)


def test_where_nothing_is_used_no_months_are_reckoned_and_much_takes_no_reason():
    assert months_after(known(usable=10), 50) is None
    assert [*needs_reason(known(), 1000, today=TODAY)] == []


def test_what_lasts_longer_than_the_maximum_takes_a_reason_and_the_maximum_itself_does_not():
    a_day = known(daily=Fraction(1))  # six months have 182.6 days

    assert [*needs_reason(a_day, 182, today=TODAY)] == []
    assert [*needs_reason(a_day, 183, today=TODAY)] == ["more_than_maximum"]


def test_what_is_proposed_takes_no_reason_though_a_whole_pack_lasts_longer_than_the_maximum():
    a_pack = known(daily=Fraction(1, 100), pack=100, proposal=100)

    assert [*needs_reason(a_pack, 100, today=TODAY)] == []
    assert [*needs_reason(a_pack, 200, today=TODAY)] == ["more_than_maximum"]


@pytest.mark.parametrize(("ago", "why"), [(None, ["count_too_old"]), (91, ["count_too_old"]), (90, []), (0, [])])
def test_a_count_that_is_too_old_takes_a_reason(ago, why):
    counted_on = None if ago is None else TODAY - timedelta(days=ago)

    assert [*needs_reason(known(on_hand=1, counted_on=counted_on), 2, today=TODAY)] == why


def test_where_nothing_lies_there_is_nothing_to_count():
    assert [*needs_reason(known(on_hand=0, counted_on=None), 2, today=TODAY)] == []


def test_both_reasons_are_named_and_kept_with_what_was_known():
    little = known(on_hand=9, usable=9, daily=Fraction(1, 30), inputs={"today": "2026-11-20"})

    kept = written(little, 50, today=TODAY)

    assert kept["needs_reason"] == [*needs_reason(little, 50, today=TODAY)] == ["more_than_maximum", "count_too_old"]
    assert (kept["on_hand"], kept["proposal"], kept["months_max"], kept["inputs"]) == (9, 0, 6, {"today": "2026-11-20"})


needs = st.builds(known, usable=st.integers(0, 500), on_order=st.integers(0, 500), daily=st.fractions(0, 50, max_denominator=120))


@given(needs, st.integers(0, 500))
def test_months_are_what_is_there_and_comes_by_what_is_used_in_a_month(of_it, units):
    months = months_after(of_it, units)

    if of_it.daily == 0:
        assert months is None
    else:
        assert months == pytest.approx(float((of_it.usable + of_it.on_order + units) / (of_it.daily * A_MONTH)))


@given(needs, st.integers(0, 500))
def test_more_than_the_maximum_is_what_lasts_longer_than_its_months(of_it, units):
    months = months_after(of_it, units)

    assert ("more_than_maximum" in needs_reason(of_it, units, today=TODAY)) == (units > 0 and months is not None and of_it.usable + of_it.on_order + units > 6 * A_MONTH * of_it.daily)


@given(st.integers(0, 1000), st.integers(1, 20))
def test_whole_packs_are_packs_put_side_by_side(units, pack):
    assert in_whole_packs(units, pack) == (units in range(0, units + 1, pack))
