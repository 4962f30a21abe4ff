"""What a place uses of a product: the one definition."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inventory.rules.consumption import Consumption, DemandDays, LotDays, Window, days_with_stock, usable_days
from inventory.rules.lots import LotEvent

FIRST = date(2026, 1, 1)
NINETY = Window(since=FIRST, until=FIRST + timedelta(days=89))


def day(nth: int) -> date:
    return FIRST + timedelta(days=nth)


def lot(at_end=0, usable=NINETY.all_days, **changes: int) -> LotDays:
    return LotDays(at_end=at_end, changes={day(int(nth[1:])): units for nth, units in changes.items()}, usable=usable)


def test_twenty_used_in_ninety_days_of_which_five_were_empty_are_twenty_two():
    used = Consumption(window=NINETY, handed_out=20, usable_days=NINETY.bits(day(5), day(89)))

    assert used.in_days(90) == 22
    assert used.daily == pytest.approx(20 / 85)


def test_what_was_asked_for_in_vain_is_demand():
    assert Consumption(window=NINETY, handed_out=20, unmet=7, usable_days=1).units == 27


def test_where_no_day_counts_nothing_is_known():
    nothing = Consumption(window=NINETY, unmet=4)

    assert (nothing.daily, nothing.in_days(30), nothing.days_without) == (None, None, 90)


def test_a_day_counts_from_the_delivery_to_the_day_the_last_was_given():
    held = days_with_stock([lot(d10=5, d12=-2, d20=-3)], [day(20)], window=NINETY)

    assert held == NINETY.bits(day(10), day(20))


def test_units_that_lay_there_before_the_window_count_from_its_first_day():
    assert days_with_stock([lot(at_end=2, d40=-3)], [], window=NINETY) == NINETY.all_days
    assert days_with_stock([lot(d40=-3)], [], window=NINETY) == NINETY.bits(day(0), day(39))


def test_what_came_after_the_window_did_not_lie_there_in_it():
    assert days_with_stock([lot(at_end=3, d95=3)], [], window=NINETY) == 0


def test_expired_units_are_not_stock():
    expired = usable_days(day(30), [], place_id=1, window=NINETY)

    assert days_with_stock([lot(at_end=9, usable=expired)], [], window=NINETY) == NINETY.bits(day(0), day(30))


def test_a_lot_in_quarantine_here_is_not_stock_here():
    events = [LotEvent(kind="quarantine", happened_on=day(10), place_id=1), LotEvent(kind="release", happened_on=day(20), place_id=1)]

    assert usable_days(None, events, place_id=1, window=NINETY) == NINETY.all_days & ~NINETY.bits(day(10), day(19))
    assert usable_days(None, events, place_id=2, window=NINETY) == NINETY.all_days


def test_the_expiry_in_force_on_a_day_decides():
    events = [LotEvent(kind="redate", happened_on=day(50), expires_before=day(20), expires_after=day(70))]

    assert usable_days(day(70), events, place_id=1, window=NINETY) == NINETY.bits(day(0), day(20)) | NINETY.bits(day(50), day(70))


def test_an_event_that_is_left_out_takes_its_units_and_its_days():
    festival = NINETY.bits(day(30), day(32))
    days = DemandDays(window=NINETY, handed_out={day(1): 10, day(31): 500}, unmet={day(32): 40, day(33): 1}, with_stock=NINETY.all_days, left_out=festival)

    used = days.consumption()

    assert (used.units, used.units_left_out, used.days_left_out, used.days) == (11, 540, 3, 87)


def test_a_part_of_the_window_has_its_own_days():
    days = DemandDays(window=NINETY, handed_out={day(1): 10, day(31): 5}, with_stock=NINETY.bits(day(30), day(89)))

    february = days.consumption(Window(since=date(2026, 2, 1), until=date(2026, 2, 28)))

    assert (february.units, february.days, february.days_without) == (5, 28, 0)


def test_weeks_are_whole_and_end_where_the_window_ends():
    weeks = Window(since=FIRST, until=day(16)).weeks()

    assert [(week.since, week.until) for week in weeks] == [(day(3), day(9)), (day(10), day(16))]


CHANGES = some.dictionaries(some.integers(-3, 95), some.integers(-9, 9), max_size=8)


@given(CHANGES, some.integers(0, 30), some.integers(0, 95))
def test_a_day_has_stock_where_walking_through_all_days_says_so(changes, at_end, expires):
    changes = {day(nth): units for nth, units in changes.items()}
    usable = usable_days(day(expires), [], place_id=1, window=NINETY)

    found = days_with_stock([LotDays(at_end=at_end, changes=changes, usable=usable)], [], window=NINETY)

    for nth in range(90):
        lay = at_end - sum(units for changed_on, units in changes.items() if changed_on > day(nth))
        assert bool(found & NINETY.bit(day(nth))) == (lay > 0 and nth <= expires)


@given(some.dictionaries(some.integers(0, 89), some.integers(-5, 50)), some.sets(some.integers(0, 89)), some.integers(0, 89), some.integers(0, 89))
def test_the_months_of_a_window_add_up_to_it(handed_out, without, first, last):
    with_stock = NINETY.all_days
    for nth in without:
        with_stock &= ~NINETY.bit(day(nth))
    days = DemandDays(window=NINETY, handed_out={day(nth): units for nth, units in handed_out.items()}, with_stock=with_stock, left_out=NINETY.bits(day(first), day(last)))

    parts = [days.consumption(month) for month in NINETY.months()]

    whole = days.consumption()
    assert sum(part.handed_out for part in parts) == whole.handed_out
    assert sum(part.units_left_out for part in parts) == whole.units_left_out
    assert sum(part.days for part in parts) == whole.days
