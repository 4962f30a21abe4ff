"""What could be moved where: never more than would be wasted, never more than a place has room for."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from expiry.rules.movable import Surplus, Taker, possible_moves
from inventory.rules.projection import Fate, Lying, Use, projected_waste, room

TODAY = date(2026, 11, 20)
TWO_A_DAY = Use(units=2, days=1)


def too_much(units, last_day=30, lot="A"):
    return Surplus(lot=lot, units=units, expires_on=TODAY + timedelta(days=last_day - 1))


def taker(place, *, use=TWO_A_DAY, km=None, lying=(), blocked=()):
    return Taker(place=place, lying=tuple(lying), use=use, km=km, blocked=frozenset(blocked))


def moved(surplus, takers, per_lot_max=5):
    return [(move.lot, move.place, move.units) for move in possible_moves(surplus, takers, today=TODAY, per_lot_max=per_lot_max)]


def test_the_nearest_place_that_has_room_comes_first():
    assert moved([too_much(70)], [taker("far", km=90.0), taker("near", km=3.0), taker("nowhere", km=1.0, use=Use(units=0, days=90))]) == [("A", "near", 60), ("A", "far", 10)]


def test_where_no_distance_is_known_the_largest_room_comes_first():
    assert moved([too_much(70)], [taker("small", use=Use(units=1, days=2)), taker("large")]) == [("A", "large", 60), ("A", "small", 10)]


def test_what_a_place_was_given_of_one_lot_it_has_no_room_for_in_the_next():
    assert moved([too_much(50, lot="B"), too_much(50, lot="A")], [taker("near")]) == [("A", "near", 50), ("B", "near", 10)]


def test_a_place_where_the_lot_is_in_quarantine_is_given_none_of_it():
    assert moved([too_much(10)], [taker("near", blocked=["A"])]) == []


def test_of_many_places_a_few_are_named():
    assert len(moved([too_much(1000)], [taker(f"p{nth}", km=float(nth)) for nth in range(9)])) == 5


uses = st.builds(Use, units=st.integers(0, 200), days=st.integers(1, 90))
shelves = st.lists(st.tuples(st.integers(1, 60), st.integers(-3, 120)), max_size=4).map(
    lambda drawn: tuple(Lying(lot=f"L{nth}", units=units, expires_on=TODAY + timedelta(days=last)) for nth, (units, last) in enumerate(drawn))
)
places = st.lists(st.tuples(uses, shelves, st.none() | st.floats(0, 900)), max_size=6).map(
    lambda drawn: [Taker(place=f"p{nth}", lying=lying, use=use, km=km) for nth, (use, lying, km) in enumerate(drawn)]
)


@given(here=shelves, use=uses, takers=places, parts=st.integers(1, 5))
def test_no_more_is_moved_than_would_be_wasted_nor_than_there_is_room_for_and_nothing_else_is_wasted_for_it(here, use, takers, parts):
    wasted = [one for one in projected_waste(here, use, today=TODAY) if one.fate is Fate.WASTED]
    moves = possible_moves([Surplus(lot=one.lot, units=one.wasted, expires_on=one.expires_on) for one in wasted], takers, today=TODAY, per_lot_max=parts)

    ends = {one.lot: one.expires_on for one in wasted}
    for one in wasted:
        assert sum(move.units for move in moves if move.lot == one.lot) <= one.wasted <= one.units
        assert sum(move.lot == one.lot for move in moves) <= parts
    for place in takers:
        came = [Lying(lot=move.lot, units=move.units, expires_on=ends[move.lot]) for move in moves if move.place == place.place]
        for one in came:
            assert 0 < one.units <= room(place.lying, place.use, one.expires_on, today=TODAY)
        assert sum(one.wasted for one in projected_waste([*place.lying, *came], place.use, today=TODAY)) == sum(one.wasted for one in projected_waste(place.lying, place.use, today=TODAY))
    assert sum(move.units for move in moves) <= sum(one.units for one in here)
