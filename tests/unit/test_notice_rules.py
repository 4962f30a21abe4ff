"""Who is told, when mail may come, how long it is tried. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.auth.rules import PERMISSIONS, Grant, Person, Role
from supply.clock import OSLO
from supply.notices.rules import GIVES_UP, Choices, NoticeKind, Urgency, gives_up, goes_now, is_quiet, is_told, may_read, next_try_at, quiet_until, waits_for_digest

OSLO_BODY, BERGEN_BODY = frozenset({"0301"}), frozenset({"4601", "1201"})


@dataclass(frozen=True)
class Place:
    id: int
    municipality: str | None = "0301"
    owner: str | None = "0301"
    served_by_id: int | None = None


DEPOT = Place(1, owner="org-1")
BUS = Place(2, served_by_id=1)
BERGEN = Place(3, municipality="4601", owner="4601")
PLACES = (DEPOT, BUS, BERGEN)
GRANTS = {
    "depot": Grant(role=Role.DEPOT, place_id=1),
    "staff": Grant(role=Role.MUNICIPALITY, municipalities=OSLO_BODY),
    "staff at the bus": Grant(role=Role.MUNICIPALITY, place_id=2),
    "approver": Grant(role=Role.APPROVER, municipalities=OSLO_BODY),
    "directorate": Grant(role=Role.DIRECTORATE),
    "admin": Grant(role=Role.ADMIN),
    "national depot": Grant(role=Role.DEPOT),
    "national approver": Grant(role=Role.APPROVER),
}


def somebody(*names):
    return Person(account_id=1, number="S1", name="x", language="nb", grants=tuple(GRANTS[name] for name in names))


def kind(permission="record stock", urgency=Urgency.ROUTINE, **more):
    return NoticeKind(code="x", urgency=urgency, permission=permission, tell=str, **more)


def told(permission="record stock", urgency=Urgency.ROUTINE, *, everything=False, **more):
    """Give of everybody the places whose notices they are told."""
    found = {name: {place.id for place in PLACES if is_told(somebody(name), place, kind(permission, urgency, **more), {}, everything=everything)} for name in GRANTS}
    return {name: places for name, places in found.items() if places}


def test_those_who_record_at_a_place_are_told_and_those_who_only_look_at_it_are_not():
    assert told() == {"depot": {1}, "staff": {2}, "staff at the bus": {2}}


def test_an_approver_is_told_of_the_whole_area_they_decide_for():
    assert told("decide orders")["approver"] == {1, 2}
    assert told("decide orders", roles=lambda _: frozenset({Role.APPROVER})) == {"approver": {1, 2}}


def test_a_role_in_the_whole_country_is_told_what_is_critical_and_more_if_it_chooses():
    assert told(urgency=Urgency.URGENT) == told()
    assert told(urgency=Urgency.CRITICAL) == told() | {"national depot": {1, 2, 3}}
    assert told(everything=True) == told() | {"national depot": {1, 2, 3}}
    assert told("see stock", Urgency.CRITICAL)["directorate"] == {1, 2, 3}
    assert "directorate" not in told("see stock")


def test_how_urgent_a_kind_is_may_be_said_by_its_facts():
    recall = kind(urgency=lambda facts: Urgency.CRITICAL if facts["class"] == 1 else Urgency.URGENT)

    assert [is_told(somebody("national depot"), BERGEN, recall, {"class": number}, everything=False) for number in (1, 2)] == [True, False]


def test_a_role_beside_one_in_the_whole_country_tells_its_own():
    assert [is_told(somebody("national depot", "depot"), place, kind(), {}, everything=False) for place in PLACES] == [True, False, False]


@given(st.lists(st.sampled_from([*GRANTS]), max_size=3), st.sampled_from(PLACES), st.sampled_from([*PERMISSIONS, "no such permission"]), st.sampled_from(Urgency), st.booleans())
def test_nobody_is_told_of_a_place_they_may_not_see(names, place, permission, urgency, everything):
    person = somebody(*names)

    if is_told(person, place, kind(permission, urgency), {}, everything=everything):
        assert person.sees(place)
        assert may_read(person, place, permission)


# Quiet hours.


def at(hour, minute=0, *, month=11, day=20, fold=0):
    return datetime(2026 if month != 3 else 2027, month, day, hour, minute, tzinfo=OSLO, fold=fold)


@pytest.mark.parametrize(
    ("begins", "ends", "quiet", "loud"),
    [
        (time(21), time(7), [at(21), at(23, 59), at(0), at(6, 59)], [at(7), at(12), at(20, 59)]),
        (time(12), time(13), [at(12), at(12, 59)], [at(11, 59), at(13), at(0)]),
        (time(5), time(5), [], [at(4, 59), at(5), at(5, 1), at(0)]),
        (time(0), time(23, 59), [at(0), at(23, 58)], [at(23, 59)]),
    ],
)
def test_quiet_hours_hold_from_the_first_minute_to_the_last_over_midnight_too(begins, ends, quiet, loud):
    choices = Choices(quiet_from=begins, quiet_to=ends)

    assert [is_quiet(choices, instant) for instant in quiet] == [True] * len(quiet)
    assert [is_quiet(choices, instant) for instant in loud] == [False] * len(loud)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (at(22, 30), datetime(2026, 11, 21, 6, tzinfo=UTC)),
        (at(23, month=3, day=27), datetime(2027, 3, 28, 5, tzinfo=UTC)),
        (datetime(2026, 10, 24, 21, tzinfo=OSLO), datetime(2026, 10, 25, 6, tzinfo=UTC)),
        (at(12), at(12)),
    ],
    ids=["any night", "the night of 23 hours", "the night of 25 hours", "by day"],
)
def test_quiet_hours_end_when_the_clock_on_the_wall_shows_it(now, until):
    assert quiet_until(Choices(), now) == until


def test_quiet_hours_that_end_in_the_hour_that_is_not_there_end_with_it():
    assert quiet_until(Choices(quiet_to=time(2, 30)), at(23, month=3, day=27)) == datetime(2027, 3, 28, 1, tzinfo=UTC)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)), st.times(), st.times())
def test_after_the_quiet_hours_it_is_not_quiet_and_nobody_waits_longer_than_a_day(instant, begins, ends):
    choices = Choices(quiet_from=begins.replace(second=0, microsecond=0), quiet_to=ends.replace(second=0, microsecond=0))
    now = instant.replace(tzinfo=UTC)

    until = quiet_until(choices, now)

    assert not is_quiet(choices, until)
    assert now <= until <= now + timedelta(hours=25)
    assert is_quiet(choices, now) or until == now
    assert until == now or is_quiet(choices, until - timedelta(minutes=1)) or until - now < timedelta(minutes=1)


def test_what_is_critical_goes_at_any_hour_and_cannot_be_turned_off():
    night, none = at(3), Choices(digest=False, urgent=False, quiet_from=time(0), quiet_to=time(23, 59))

    assert goes_now(Urgency.CRITICAL, none, night)
    assert not waits_for_digest(Urgency.CRITICAL, none)


def test_every_notice_goes_now_or_later_or_waits_for_the_digest():
    for choices in (Choices(), Choices(urgent=False)):
        for urgency in Urgency:
            assert goes_now(urgency, choices, at(12)) != waits_for_digest(urgency, choices)
    assert not goes_now(Urgency.URGENT, Choices(), at(22))
    assert not waits_for_digest(Urgency.URGENT, Choices())


# How long it is tried.


def test_a_letter_is_tried_after_a_minute_then_ever_more_rarely_and_at_least_every_other_hour():
    now = at(12)
    waits = [next_try_at(tries, now) - now for tries in range(1, 12)]

    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8, 16, 32, 64, 120, 120, 120, 120)]


def test_a_letter_is_not_given_up_before_five_days_nor_before_it_was_really_tried():
    made_at = at(12)

    assert not gives_up(made_at, 1000, made_at + GIVES_UP - timedelta(seconds=1))
    assert not gives_up(made_at, 1, made_at + timedelta(days=20))
    assert gives_up(made_at, 40, made_at + GIVES_UP)
