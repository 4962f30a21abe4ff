"""Days are those of Oslo, instants are UTC, and neither summer-time night shifts a day."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from supply import clock

instants = st.datetimes(datetime(2014, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-20T22:59:59.999999Z", "2026-11-20"),
        ("2026-11-20T23:00:00Z", "2026-11-21"),
        ("2026-07-20T21:59:59Z", "2026-07-20"),
        ("2026-07-20T22:00:00Z", "2026-07-21"),
        ("2026-12-31T23:00:00Z", "2027-01-01"),
        ("2028-02-28T23:00:00Z", "2028-02-29"),
        ("2027-03-27T23:00:00Z", "2027-03-28"),
        ("2027-03-28T00:59:59Z", "2027-03-28"),
        ("2027-03-28T01:00:00Z", "2027-03-28"),
        ("2027-03-28T22:00:00Z", "2027-03-29"),
        ("2027-10-30T22:00:00Z", "2027-10-31"),
        ("2027-10-31T00:30:00Z", "2027-10-31"),
        ("2027-10-31T01:30:00Z", "2027-10-31"),
        ("2027-10-31T22:59:59Z", "2027-10-31"),
        ("2027-10-31T23:00:00Z", "2027-11-01"),
    ],
)
def test_an_instant_falls_on_the_day_it_is_in_oslo(instant, day):
    assert clock.day_of(datetime.fromisoformat(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 23), ("2027-03-29", 24), ("2027-10-31", 25)])
def test_a_day_has_the_hours_it_has(day, hours):
    start = datetime.fromisoformat(f"{day}T00:00:00").replace(tzinfo=clock.OSLO).astimezone(UTC)
    minutes = [start + timedelta(minutes=30 * nth) for nth in range(60)]

    assert sum(clock.day_of(instant) == date.fromisoformat(day) for instant in minutes) == hours * 2


@given(instant=instants, later=st.timedeltas(timedelta(0), timedelta(days=400)))
def test_days_never_go_back(instant, later):
    assert clock.day_of(instant) <= clock.day_of(instant + later)


@given(instant=instants)
def test_an_instant_is_written_as_rfc_3339_and_read_back(instant):
    written = clock.instant_text(instant)

    assert written.endswith("Z")
    assert len(written) == len("2026-11-20T10:00:00.000000Z")
    assert datetime.fromisoformat(written) == instant


def test_texts_of_instants_sort_as_the_instants_do():
    instants_in_order = [datetime(2026, 11, 20, 10, 0, 0, microsecond, UTC) for microsecond in (0, 1, 10, 999_999)]

    assert sorted(map(clock.instant_text, instants_in_order)) == list(map(clock.instant_text, instants_in_order))


@time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False)
def test_now_is_utc_and_today_is_oslos():
    assert clock.now() == datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert clock.today() == date(2026, 11, 21)
