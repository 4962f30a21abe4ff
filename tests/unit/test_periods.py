"""Months, weeks and days that use is cut into: they fill the window, and a window is not endless."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import DaysBackwards, WindowTooLong
from inventory.rules.consumption import DemandDays, Window, together
from inventory.rules.periods import DAYS_MAX, By, parts_of_window, window_asked

TODAY = date(2026, 11, 20)
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=TODAY)


@given(DAYS, st.integers(0, 400), st.sampled_from(By))
def test_the_parts_fill_the_window_day_by_day(since, days, by):
    window = Window(since=since, until=since + timedelta(days=days))

    parts = parts_of_window(window, by)

    assert [part.since for part in parts] == [window.since, *(part.until + timedelta(days=1) for part in parts[:-1])]
    assert parts[-1].until == window.until


def test_a_week_goes_from_monday_to_sunday_and_a_month_is_the_calendars():
    window = Window(since=date(2026, 11, 4), until=TODAY)

    assert [(part.since.day, part.until.day) for part in parts_of_window(window, By.WEEK)] == [(4, 8), (9, 15), (16, 20)]
    assert [part.days for part in parts_of_window(Window(since=date(2026, 10, 1), until=TODAY), By.MONTH)] == [31, 20]


@pytest.mark.parametrize(("by", "since"), [(By.MONTH, date(2025, 12, 1)), (By.WEEK, date(2026, 8, 31)), (By.DAY, date(2026, 10, 22))])
def test_who_does_not_say_since_when_is_shown_the_last_twelve_months_or_weeks_or_thirty_days(by, since):
    assert window_asked(by, None, None, today=TODAY) == Window(since=since, until=TODAY)


def test_nothing_is_shown_of_days_to_come():
    assert window_asked(By.MONTH, date(2026, 11, 1), date(2027, 5, 1), today=TODAY).until == TODAY


@given(st.dates() | st.none(), st.dates() | st.none(), st.sampled_from(By))
def test_whatever_is_asked_is_a_window_of_bounded_length_or_refused(since, until, by):
    try:
        window = window_asked(by, since, until, today=TODAY)
    except (DaysBackwards, WindowTooLong):
        return

    assert 0 < window.days <= DAYS_MAX[by]


def test_days_that_end_before_they_begin_and_too_many_at_once_are_refused():
    with pytest.raises(DaysBackwards):
        window_asked(By.DAY, date(2026, 11, 2), date(2026, 11, 1), today=TODAY)
    with pytest.raises(WindowTooLong):
        window_asked(By.DAY, date(2026, 1, 1), TODAY, today=TODAY)


def test_places_together_demand_what_each_does_at_its_own_pace():
    window = Window(since=date(2026, 11, 1), until=date(2026, 11, 10))
    full = DemandDays(window=window, handed_out={date(2026, 11, 1): 20}, with_stock=window.all_days).consumption()
    short = DemandDays(window=window, handed_out={date(2026, 11, 1): 5}, unmet={date(2026, 11, 9): 1}, with_stock=0b11).consumption()
    empty = DemandDays(window=window).consumption()

    found = together([full, short, empty])

    assert (found.places, found.handed_out, found.unmet, found.days, found.days_without) == (3, 25, 1, 12, 18)
    assert found.daily == 2.0 + 3.0
    assert together([empty]).daily is None
