"""When a place has answered, when it is reminded, and what became of every unit."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expiry.rules.recalls import Given, There, due_times, last_given, minutes_between, state_of
from expiry.rules.traces import Numbers, ever_put, numbers_by_shelf, sum_of
from inventory.queries.traces import Moved
from supply.reference.models import VIRTUAL

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPRAY, OTHER = ("naloxone-nyxoid", "A1"), ("naloxone-nyxoid", "B1")
NO_PLACES = {number: code for code, number in VIRTUAL.items()}
SUPPLIER, TRANSIT, PEOPLE, DESTROYED, LOST, KITS = (VIRTUAL[code] for code in ("supplier", "transit", "people", "destroyed", "lost", "kits"))


@pytest.mark.parametrize(
    ("given", "on_hand", "drill", "state"),
    [
        ({}, {SPRAY: 3}, False, "waiting"),
        ({SPRAY: Given(left=0, kept_apart=False)}, {SPRAY: 0}, False, "answered"),
        ({SPRAY: Given(left=0, kept_apart=False)}, {SPRAY: 2}, False, "partly"),
        ({SPRAY: Given(left=3, kept_apart=False)}, {SPRAY: 3}, False, "partly"),
        ({SPRAY: Given(left=3, kept_apart=True)}, {SPRAY: 3}, False, "answered"),
        ({SPRAY: Given(left=3, kept_apart=True)}, {SPRAY: 4}, False, "partly"),
        ({SPRAY: Given(left=0, kept_apart=False)}, {SPRAY: 3}, True, "answered"),
        ({SPRAY: Given(left=1, kept_apart=False)}, {SPRAY: 0}, True, "partly"),
        ({OTHER: Given(left=0, kept_apart=False)}, {}, False, "partly"),
    ],
)
def test_a_place_has_answered_when_nothing_lies_there_but_what_it_keeps_apart(given, on_hand, drill, state):
    there = {lot: There(on_hand=units) for lot, units in on_hand.items()}

    assert state_of([SPRAY], given, there, drill=drill) == state


@pytest.mark.parametrize(("on_hand", "ever_put", "state"), [(5, 40, "answered"), (3, 40, "answered"), (5, 45, "partly"), (2, 41, "partly"), (0, 45, "answered")])
def test_what_is_kept_apart_is_what_lay_there_when_it_was_answered(on_hand, ever_put, state):
    given = {SPRAY: Given(left=5, kept_apart=True, ever_put=40)}

    assert state_of([SPRAY], given, {SPRAY: There(on_hand=on_hand, ever_put=ever_put)}, drill=False) == state


def test_what_was_said_last_of_a_lot_counts():
    line = {"product": SPRAY[0], "lot": SPRAY[1], "found": 5, "destroyed": 2, "returned": 0}

    given = last_given([(False, [line]), (True, [line | {"found": 3, "destroyed": 1, "returned": 1}])])

    assert given == {SPRAY: Given(left=1, kept_apart=True)}


def test_what_was_ever_put_somewhere_never_falls_not_by_a_correction_either():
    before = [moved(SUPPLIER, 1, 10, bought=True), moved(2, 1, 3, journal=2), moved(1, PEOPLE, 4)]
    after = [*before, moved(PEOPLE, 1, 4, undoes=True), moved(1, SUPPLIER, 10, undoes=True)]

    assert (ever_put(before), ever_put(after)) == ({(1, 7): 13}, {(1, 7): 17})


@pytest.mark.parametrize(("hours", "times"), [(-1, 0), (-0.01, 0), (0, 1), (23.9, 1), (24, 2), (47.9, 2), (48, 3), (400, 17)])
def test_it_is_due_again_after_as_many_hours(hours, times):
    assert due_times(NOON, 24, now=NOON + timedelta(hours=hours)) == times


def test_no_time_is_negative_when_the_clock_was_put_back():
    assert minutes_between(NOON, NOON - timedelta(hours=1)) == 0
    assert minutes_between(NOON, None) is None


def moved(from_id, to_id, units, *, journal=1, undoes=False, bought=False, lot=7):
    return Moved(journal_id=journal, lot_id=lot, from_id=from_id, to_id=to_id, undoes=undoes, bought=bought, units=units)


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        ([moved(SUPPLIER, 1, 10, bought=True)], {"received": 10, "on_hand": 10}),
        ([moved(SUPPLIER, 1, 10, bought=True), moved(1, SUPPLIER, 10, undoes=True)], {"on_hand": 0}),
        ([moved(SUPPLIER, DESTROYED, 2, bought=True)], {"received": 2, "destroyed": 2}),
        ([moved(1, PEOPLE, 4), moved(PEOPLE, 1, 1)], {"handed_out": 4, "taken_back": 1, "on_hand": -3}),
        ([moved(1, PEOPLE, 4), moved(PEOPLE, 1, 4, undoes=True)], {"on_hand": 0}),
        ([moved(1, LOST, 3), moved(LOST, PEOPLE, 2)], {"lost": 1, "handed_out": 2, "on_hand": -3}),
        ([moved(1, SUPPLIER, 3), moved(SUPPLIER, LOST, 1)], {"returned": 2, "lost": 1, "on_hand": -3}),
        ([moved(1, KITS, 5), moved(KITS, 1, 2), moved(KITS, LOST, 1)], {"packed": 2, "lost": 1, "on_hand": -3}),
        ([moved(TRANSIT, 1, 5), moved(TRANSIT, LOST, 2)], {"came": 7, "lost": 2, "on_hand": 5}),
    ],
)
def test_each_move_counts_where_it_belongs(moves, expected):
    (found,) = numbers_by_shelf(moves, NO_PLACES).values()
    found.on_hand = sum(move.units * ((move.to_id == 1) - (move.from_id == 1)) for move in moves)

    assert found == Numbers(**expected)
    assert found.unexplained == 0


moves = st.lists(
    st.builds(
        moved,
        st.sampled_from([1, 2, SUPPLIER, TRANSIT, PEOPLE, DESTROYED, LOST, KITS]),
        st.sampled_from([1, 2, SUPPLIER, TRANSIT, PEOPLE, DESTROYED, LOST, KITS]),
        st.integers(1, 50),
        journal=st.sampled_from([1, 2]),
        undoes=st.booleans(),
        bought=st.booleans(),
    ).filter(lambda move: move.from_id != move.to_id),
    max_size=30,
)


@given(moves=moves)
def test_whatever_moved_nothing_is_unexplained_where_the_shelves_are_right_and_just_the_rest_where_they_are_not(moves):
    shelves = numbers_by_shelf(moves, NO_PLACES)
    for (place, _), numbers in shelves.items():
        numbers.on_hand = sum(move.units * ((move.to_id == place) - (move.from_id == place)) for move in moves)
    for place in {place for move in moves for place in (move.from_id, move.to_id) if place > 0}:
        shelves.setdefault((place, 7), Numbers())

    right = sum_of(7, shelves, {})
    assert all(numbers.unexplained == 0 for numbers in shelves.values())
    assert right.unexplained == 0
    assert right.received == right.on_hand + right.in_transit + right.handed_out + right.destroyed + right.returned + right.lost + right.in_kits

    if shelves:
        next(iter(shelves.values())).on_hand -= 3
        assert sum_of(7, shelves, {}).unexplained == 3


def test_units_in_kits_are_told_by_what_became_of_the_kits():
    kit, part = 8, 7
    packed = [moved(SUPPLIER, 1, 20, bought=True), moved(1, KITS, 12), moved(KITS, 1, 6, lot=kit), moved(1, PEOPLE, 2, lot=kit), moved(1, DESTROYED, 1, lot=kit)]
    shelves = numbers_by_shelf(packed, NO_PLACES)
    shelves[1, part].on_hand, shelves[1, kit].on_hand = 8, 3

    told = sum_of(part, shelves, {(kit, part): 2})

    assert (told.received, told.on_hand, told.in_kits, told.unexplained) == (20, 8, 12, 0)
    assert (told.kits.on_hand, told.kits.handed_out, told.kits.destroyed, told.kits.unexplained) == (6, 4, 2, 0)
