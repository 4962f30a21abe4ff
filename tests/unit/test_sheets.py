"""A count sheet: blank is not counted, zero is none; what is far off is counted again, what moved is shown before it is recorded."""

import pytest

from inventory.rules.commands import CountLine
from inventory.rules.sheets import Limit, SheetLine, Step, asked_again, count_lines, next_step

LIMIT = Limit(units=5, percent=2)


def line(first=None, *, then=10, seen=None, now=None, **more):
    now = then if now is None else now
    return SheetLine(line=1, product="swab", lot="A1", expires_on=None, expected_then=then, expected_seen=now if seen is None else seen, expected_now=now, first=first, **more)


def test_a_sheet_on_which_nothing_is_counted_is_not_recorded():
    assert next_step([line(), line()], passes=0, limit=LIMIT) is Step.COUNT


def test_zero_is_a_count_and_blank_is_none():
    assert [counted.units for counted in count_lines([line(0), line(), line(4)])] == [0, 4]


@pytest.mark.parametrize(("expected", "counted", "over"), [(10, 15, False), (10, 16, True), (10, 4, True), (1000, 985, False), (1000, 979, True), (0, 6, True)])
def test_a_difference_is_over_the_limit_when_it_is_many_and_a_large_share(expected, counted, over):
    assert LIMIT.is_over(expected=expected, counted=counted) is over


def test_what_is_far_off_is_counted_again_once():
    far, near = line(30), line(11)

    assert asked_again([far, near], LIMIT) == [far]
    assert next_step([far, near], passes=0, limit=LIMIT) is Step.RECOUNT
    assert next_step([far, near], passes=1, limit=LIMIT) is Step.RECORD


def test_why_something_differs_is_asked_once_and_may_stay_unanswered():
    unexplained, explained = line(9), line(9, reason="damaged")

    assert next_step([unexplained, explained], passes=0, limit=LIMIT) is Step.EXPLAIN
    assert next_step([unexplained], passes=1, limit=LIMIT) is Step.RECORD
    assert next_step([explained, line(10)], passes=0, limit=LIMIT) is Step.RECORD


def test_a_second_count_stands_in_place_of_the_first():
    again = line(30, second=12)

    assert (again.counted, again.difference, asked_again([again], LIMIT)) == (12, 2, [])


def test_what_moved_meanwhile_is_looked_at_before_it_is_recorded():
    moved = line(3, then=1, seen=1, now=2)

    assert next_step([moved], passes=0, limit=LIMIT) is Step.LOOK
    assert next_step([line(3, then=1, seen=2, now=2)], passes=1, limit=LIMIT) is Step.RECORD
    assert (moved.moved, moved.difference) == (1, 1)


def test_what_moved_on_a_line_that_is_not_counted_stops_nothing():
    assert next_step([line(10), line(then=1, seen=1, now=2)], passes=0, limit=LIMIT) is Step.RECORD


def test_a_sheet_becomes_the_lines_of_a_count():
    assert count_lines([line(30, second=8, reason="damaged")]) == (CountLine(product="swab", lot="A1", units=8, expected=10, reason="damaged"),)
