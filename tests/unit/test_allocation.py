"""Which lots are taken for something that must last, and why the others are not, against picking unit by unit."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.allocation import FirstOut, allocate_fefo, passed_over
from inventory.rules.shelf import Lot, Shelf

DAY = date(2026, 11, 20)
DAYS = [DAY + timedelta(days=days) for days in (-2, -1, 0, 1, 5, 9, 10, 11, 30)]
UNTIL = DAY + timedelta(days=10)


def shelf(number, expires_on, on_hand=1, *, blocks=0, held=0, counted_on=None):
    return Shelf(place_id=1, lot=Lot(id=1, product="spray", product_id=1, number=number, expires_on=expires_on, blocks=blocks), on_hand=on_hand, held=held, counted_on=counted_on)


def picked(allocation):
    return [(pick.shelf.lot.number, pick.units) for pick in allocation.picks]


def test_of_lots_of_30_6_and_2_fifty_get_38_by_expiry_and_are_12_short():
    shelves = [shelf("C", date(2029, 1, 1), 2), shelf("A", date(2027, 1, 1), 30), shelf("B", date(2028, 1, 1), 6)]

    allocation = allocate_fefo(shelves, 50, day=DAY)

    assert picked(allocation) == [("A", 30), ("B", 6), ("C", 2)]
    assert (allocation.units, allocation.short, allocation.unusable) == (38, 12, 0)


def test_expired_and_frozen_lots_are_passed_over_and_an_undated_one_comes_last():
    shelves = [
        shelf("UNDATED", None),
        shelf("LATER", DAY + timedelta(days=60)),
        shelf("FROZEN", DAY + timedelta(days=20), blocks=1),
        shelf("SOONEST", DAY + timedelta(days=30)),
        shelf("EXPIRED", DAY - timedelta(days=1)),
    ]

    allocation = allocate_fefo(shelves, 3, day=DAY, until=DAY)
    why = {one.lot.number: one.why for one in passed_over(shelves, day=DAY, until=DAY)}

    assert picked(allocation) == [("SOONEST", 1), ("LATER", 1), ("UNDATED", 1)]
    assert (allocation.short, allocation.unusable) == (0, 2)
    assert why == {"EXPIRED": "expired", "FROZEN": "blocked"}


def test_what_does_not_last_long_enough_is_passed_over_and_the_last_day_is_long_enough():
    shelves = [shelf("SHORT", UNTIL - timedelta(days=1)), shelf("JUST", UNTIL), shelf("HELD", UNTIL, 5, held=5)]

    allocation = allocate_fefo(shelves, 9, day=DAY, until=UNTIL)

    assert picked(allocation) == [("JUST", 1)]
    assert [(one.lot.number, one.why) for one in passed_over(shelves, day=DAY, until=UNTIL)] == [("SHORT", "too_short"), ("HELD", "held")]


def test_what_goes_back_to_a_depot_need_not_be_usable():
    shelves = [shelf("FROZEN", UNTIL, blocks=1), shelf("EXPIRED", DAY - timedelta(days=400)), shelf("GOOD", UNTIL)]

    assert picked(allocate_fefo(shelves, 3, day=DAY, until=date.min, unusable_too=True)) == [("EXPIRED", 1), ("FROZEN", 1), ("GOOD", 1)]


@dataclass(frozen=True)
class Lying:
    number: str
    expires_on: date | None
    units: int
    held: int
    blocks: int
    counted_on: date | None

    def why_not(self, day, until):
        """Say why nothing of it may be taken, as a person with the box in hand would."""
        if self.blocks:
            return "blocked"
        if self.expires_on is not None and self.expires_on < day:
            return "expired"
        if self.expires_on is not None and self.expires_on < until:
            return "too_short"
        return "held" if self.units <= self.held else None


lying = st.lists(
    st.builds(
        Lying,
        number=st.sampled_from(["A", "B", "C", "D", "E", "F"]),
        expires_on=st.one_of(st.none(), st.sampled_from(DAYS)),
        units=st.integers(0, 6),
        held=st.integers(0, 6),
        blocks=st.sampled_from([0, 0, 0, 1]),
        counted_on=st.sampled_from([None, None, DAYS[0], DAY + timedelta(days=1)]),
    ),
    max_size=6,
    unique_by=lambda one: one.number,
)


def shelves_of(lots):
    return [shelf(one.number, one.expires_on, one.units, blocks=one.blocks, held=min(one.held, one.units), counted_on=one.counted_on) for one in lots]


def one_by_one(lots, wanted, until):
    """Pick unit by unit: look at all boxes afresh each time, and take one from the box that expires first."""
    left = {one.number: max(0, one.units - one.held) for one in lots if one.why_not(DAY, until) is None and not (one.counted_on and one.counted_on > DAY)}
    by_number = {one.number: one for one in lots}
    taken = {}
    for _ in range(wanted):
        choices = [number for number, units in left.items() if units]
        if not choices:
            break
        first = min(choices, key=lambda number: (by_number[number].expires_on or date.max, number))
        left[first] -= 1
        taken[first] = taken.get(first, 0) + 1
    return taken


@given(lots=lying, wanted=st.integers(0, 25), until=st.sampled_from(DAYS))
def test_the_lots_taken_are_those_taken_unit_by_unit(lots, wanted, until):
    allocation = allocate_fefo(shelves_of(lots), wanted, day=DAY, until=until)

    expected = one_by_one(lots, wanted, until)
    assert dict(picked(allocation)) == expected
    assert allocation.units == sum(expected.values())
    assert allocation.units + allocation.short == wanted


@given(lots=lying, wanted=st.integers(0, 25), until=st.sampled_from(DAYS))
def test_no_lot_that_expires_earlier_and_may_be_taken_is_left_when_a_later_one_is_taken(lots, wanted, until):
    shelves = shelves_of(lots)
    taken = dict(picked(allocate_fefo(shelves, wanted, day=DAY, until=until)))

    passed = {one.lot.number for one in passed_over(shelves, day=DAY, until=until)}
    for later in (one for one in shelves if one.lot.number in taken):
        for earlier in shelves:
            if earlier.lot.first_to_expire(DAY) < later.lot.first_to_expire(DAY) and earlier.lot.number not in passed and not earlier.is_closed(DAY):
                assert taken.get(earlier.lot.number, 0) == earlier.available(DAY)


@given(lots=lying, until=st.sampled_from(DAYS))
def test_every_lot_that_lies_there_is_either_open_to_be_taken_or_has_one_reason_not_to(lots, until):
    shelves = shelves_of(lots)

    why = {one.lot.number: one.why for one in passed_over(shelves, day=DAY, until=max(DAY, until))}
    taken = dict(picked(allocate_fefo(shelves, 1000, day=DAY, until=max(DAY, until))))

    assert why == {one.number: reason for one in lots if one.units and (reason := one.why_not(DAY, max(DAY, until)))}
    assert not taken.keys() & why.keys()


@given(lots=lying, wanted=st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=6), until=st.sampled_from(DAYS))
def test_line_after_line_is_given_what_each_would_be_given_alone_after_those_before(lots, wanted, until):
    shelves, afresh = shelves_of(lots), shelves_of(lots)
    turns = {back: FirstOut(shelves, day=DAY, until=until, unusable_too=back) for back in (False, True)}  # to depots too: both take of the same shelves

    for units, back in wanted:
        assert [(one.lot.number, one.why) for one in turns[False].passed_over()] == [(one.lot.number, one.why) for one in passed_over(afresh, day=DAY, until=until)]
        kept, alone = turns[back].pick(units), allocate_fefo(afresh, units, day=DAY, until=until, unusable_too=back)
        for pick in (*kept.picks, *alone.picks):
            pick.shelf.held += pick.units

        assert (picked(kept), kept.short, kept.unusable) == (picked(alone), alone.short, alone.unusable)
