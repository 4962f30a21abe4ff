"""When timed work is due: once a day on days of 23 and 25 hours too, and never between two and three."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.clock import OSLO, day_of
from supply.jobs.rules import LEASE, STANDSTILL, TRIES_MAX, Daily, Every, may_take, stands_still

NIGHT = Daily(at=time(4, 30))
instants = st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC))


@dataclass
class Ran:
    outcome: str = "running"
    tries: int = 1
    beat_at: datetime = datetime(2027, 3, 1, 4, 30, tzinfo=UTC)


def test_daily_work_is_due_once_on_every_day_of_a_year_whatever_the_clocks_do():
    at, dues = datetime(2027, 1, 1, tzinfo=UTC), []
    while at < datetime(2028, 1, 1, tzinfo=UTC):
        dues.append(NIGHT.last(at))
        at += timedelta(minutes=20)

    days = Counter(day_of(due) for due in set(dues))
    assert set(days.values()) == {1}
    assert {date(2027, 3, 28), date(2027, 10, 31)} <= set(days)
    assert {due.astimezone(OSLO).time() for due in dues} == {time(4, 30)}


@given(now=instants)
def test_what_was_due_last_is_past_and_what_is_due_next_is_the_one_after(now):
    for schedule in (NIGHT, Daily(at=time(23, 55)), Daily(at=time(0)), Every(minutes=1), Every(minutes=60), Every(minutes=7)):
        last, following = schedule.last(now), schedule.next(now)

        assert last <= now < following
        assert schedule.last(following) == following
        assert schedule.last(following - timedelta(microseconds=1)) == last


@given(now=instants)
def test_nothing_is_due_between_two_and_three(now):
    for schedule in (NIGHT, Every(minutes=5), Every(minutes=45)):
        for due in (schedule.last(now), schedule.next(now)):
            assert not time(2) <= due.astimezone(OSLO).time() < time(3)


@pytest.mark.parametrize("at", [time(2), time(2, 30), time(2, 59, 59)])
def test_a_daily_time_between_two_and_three_is_refused(at):
    with pytest.raises(ValueError, match="between two and three"):
        Daily(at=at)


def test_a_run_is_taken_up_that_is_new_or_lost_or_silent_or_failed_and_has_waited():
    begun = Ran().beat_at

    assert may_take(None, begun)
    assert not may_take(Ran("done"), begun + timedelta(days=9))
    assert not may_take(Ran("running"), begun + LEASE)
    assert may_take(Ran("running"), begun + LEASE + timedelta(seconds=1))
    assert may_take(Ran("running"), begun - LEASE - timedelta(seconds=1)), "a sign of life from the future is none"
    assert may_take(Ran("lost"), begun)
    assert [may_take(Ran("failed", tries), begun + timedelta(minutes=4)) for tries in (1, 2, 3, 4)] == [True, True, True, False]
    assert not may_take(Ran("failed", TRIES_MAX), begun + timedelta(days=9))


def test_the_work_stands_still_after_a_day_and_two_hours():
    done, began = datetime(2027, 10, 30, 2, 30, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

    assert not stands_still(done, began, done + STANDSTILL)
    assert stands_still(done, began, done + STANDSTILL + timedelta(seconds=1))
    assert not stands_still(None, began, began + timedelta(hours=25))
    assert stands_still(None, began, began + timedelta(hours=27))
