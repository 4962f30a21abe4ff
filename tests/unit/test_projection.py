"""What will be wasted, and what a place has room for: against a calendar in which somebody takes units day by day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.projection import Fate, Lying, Use, cost_ore, projected_waste, room, wasted_in_all

TODAY = date(2026, 11, 20)


def lying(units, last_day, lot="A"):
    """Units whose last usable day is the nth, counting today as the first; None: they never expire."""
    return Lying(lot=lot, units=units, expires_on=None if last_day is None else TODAY + timedelta(days=last_day - 1))


TWO_A_DAY = Use(units=2, days=1)


def wasted(*lots, use=TWO_A_DAY):
    return sum(lot.wasted for lot in projected_waste(lots, use, today=TODAY))


def test_a_hundred_that_last_thirty_days_and_fifty_that_last_sixty_waste_forty_at_two_a_day():
    assert wasted(lying(100, 30), lying(50, 60, "B")) == 40


def test_forty_that_last_thirty_days_and_a_hundred_that_last_sixty_waste_twenty_at_two_a_day():
    assert wasted(lying(40, 30), lying(100, 60, "B")) == 20


def test_where_nothing_is_used_all_that_expires_is_wasted_and_what_never_expires_is_not():
    found = projected_waste([lying(7, 10), lying(5, None, "B")], Use(units=0, days=90), today=TODAY)

    assert [(one.lot, one.wasted) for one in found] == [("A", 7), ("B", 0)]


def test_what_has_expired_is_a_class_of_its_own_and_uses_nobodys_time():
    found = projected_waste([lying(9, 0), lying(10, 5, "B")], Use(units=2, days=1), today=TODAY)

    assert [(one.lot, one.is_expired, one.wasted) for one in found] == [("A", True, 9), ("B", False, 0)]


def test_what_is_in_quarantine_is_a_class_of_its_own_neither_used_nor_wasted():
    blocked = Lying(lot="Q", units=50, expires_on=TODAY + timedelta(days=9), is_blocked=True)

    found = projected_waste([blocked, lying(20, 10, "B"), lying(9, 0, "E")], TWO_A_DAY, today=TODAY)

    assert [(one.lot, one.fate, one.used, one.wasted) for one in found] == [("E", Fate.EXPIRED, 0, 9), ("B", Fate.USED, 20, 0), ("Q", Fate.BLOCKED, 0, 0)]


def test_what_is_expired_and_in_quarantine_is_expired():
    (found,) = projected_waste([Lying(lot="Q", units=5, expires_on=TODAY - timedelta(days=1), is_blocked=True)], TWO_A_DAY, today=TODAY)

    assert (found.fate, found.wasted) == (Fate.EXPIRED, 5)


def test_what_nobody_knows_the_price_of_does_not_cost_nothing():
    assert (cost_ore(3, 25_000), cost_ore(0, 25_000), cost_ore(3, None)) == (75_000, 0, None)


def test_an_empty_place_has_room_for_what_it_uses_until_the_day():
    assert room([], TWO_A_DAY, TODAY + timedelta(days=29), today=TODAY) == 60


def test_what_lies_there_and_expires_before_takes_its_part_of_the_room():
    assert room([lying(50, 30)], TWO_A_DAY, TODAY + timedelta(days=59), today=TODAY) == 70


def test_what_would_push_back_something_that_just_gets_used_has_no_room():
    assert room([lying(100, 50)], TWO_A_DAY, TODAY + timedelta(days=9), today=TODAY) == 0


def test_what_has_expired_has_room_nowhere():
    assert room([], TWO_A_DAY, TODAY - timedelta(days=1), today=TODAY) == 0


def test_the_last_day_itself_is_a_day_of_use():
    assert wasted(lying(2, 1)) == 0


def day_by_day(lots, use):
    """Take what is used each day from what expires first of all that has not."""
    left = {nth: lot.units for nth, lot in enumerate(lots)}
    order = sorted(left, key=lambda nth: (lots[nth].expires_on is None, lots[nth].expires_on or date.max, lots[nth].lot))
    for day in range(1, 130):
        owed = use.by_day(day) - use.by_day(day - 1)
        for nth in order:
            expires_on = lots[nth].expires_on
            if expires_on is not None and expires_on >= TODAY + timedelta(days=day - 1):
                taken = min(owed, left[nth])
                left[nth] -= taken
                owed -= taken
    return {lots[nth].lot: units for nth, units in left.items() if lots[nth].expires_on is not None}


lots = st.lists(st.tuples(st.integers(1, 60), st.integers(-3, 120)), max_size=6).map(lambda drawn: [lying(units, last, f"L{nth}") for nth, (units, last) in enumerate(drawn)])


@given(lots=lots, use=st.builds(Use, units=st.integers(0, 300), days=st.integers(1, 90)))
def test_what_is_wasted_is_what_is_left_when_somebody_takes_units_day_by_day(lots, use):
    found = projected_waste(lots, use, today=TODAY)

    assert {one.lot: one.wasted for one in found} == day_by_day(lots, use)
    assert sum(one.used + one.wasted for one in found) == sum(lot.units for lot in lots)
    assert all(one.used + one.wasted == one.units and one.used >= 0 for one in found)


@given(lots=lots, use=st.builds(Use, units=st.integers(0, 300), days=st.integers(1, 90)), last=st.integers(1, 120))
def test_as_many_as_there_is_room_for_are_used_with_nothing_wasted_for_them_and_one_more_is_not(lots, use, last):
    until = TODAY + timedelta(days=last - 1)
    free = room(lots, use, until, today=TODAY)

    lost = sum(day_by_day(lots, use).values())
    with_it, with_more = ([*lots, Lying(lot="new", units=units, expires_on=until)] for units in (free, free + 1))

    assert sum(day_by_day(with_it, use).values()) == lost
    assert sum(day_by_day(with_more, use).values()) > lost


@given(lots=lots, use=st.builds(Use, units=st.integers(0, 300), days=st.integers(0, 90)))
def test_summed_up_at_once_as_much_is_wasted_as_lot_by_lot(lots, use):
    in_time = [(lot.expires_on, lot.units) for lot in lots if not lot.is_expired(TODAY)]

    assert wasted_in_all(in_time, use, today=TODAY) == sum(one.wasted for one in projected_waste(lots, use, today=TODAY) if not one.is_expired)
