"""Kits know their parts: those of one lot are alike to the last one, nothing is left over and nothing is used twice."""

from collections import Counter
from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.kits import Content, Packed, content_on, pack


def test_parts_of_one_lot_each_give_one_lot_of_kits():
    assert pack(5, [(1, [("S1", 5)]), (2, [("C1", 10)])]) == [Packed(kits=5, each={"S1": 1, "C1": 2})]


def test_where_a_lot_ends_another_lot_of_kits_begins():
    assert pack(50, [(1, [("A", 30), ("B", 20)]), (1, [("C", 10), ("D", 40)])]) == [
        Packed(kits=10, each={"A": 1, "C": 1}),
        Packed(kits=20, each={"A": 1, "D": 1}),
        Packed(kits=20, each={"B": 1, "D": 1}),
    ]


def test_a_kit_that_takes_the_last_of_one_lot_and_the_first_of_the_next_stands_alone():
    assert pack(3, [(2, [("A", 3), ("B", 3)])]) == [Packed(kits=1, each={"A": 2}), Packed(kits=1, each={"A": 1, "B": 1}), Packed(kits=1, each={"B": 2})]


def test_the_newest_version_that_has_begun_is_what_a_kit_holds():
    old, new = (Content(version=number, starts_on=date(2020 + number, 1, 1), parts={"swab": number}) for number in (1, 2))

    assert [content_on([new, old], date(year, 6, 1)) for year in (2020, 2021, 2022)] == [None, old, new]


@st.composite
def parts_for(draw):
    kits = draw(st.integers(1, 30))
    parts = []
    for name in "PQR"[: draw(st.integers(1, 3))]:
        needed = draw(st.integers(1, 4))
        left, lots = kits * needed, []
        while left:
            units = draw(st.integers(1, left))
            lots.append((f"{name}{len(lots)}", units))
            left -= units
        parts.append((needed, lots))
    return kits, parts


@given(parts_for())
def test_every_kit_is_full_and_every_unit_is_in_one_kit(asked):
    kits, parts = asked

    packed = pack(kits, parts)

    assert sum(one.kits for one in packed) == kits
    used = Counter()
    for one in packed:
        used.update({lot: units * one.kits for lot, units in one.each.items()})
        for needed, lots in parts:
            assert sum(one.each.get(lot, 0) for lot, _ in lots) == needed
    assert used == Counter({lot: units for _, lots in parts for lot, units in lots})
    assert all(before.each != after.each for before, after in pairwise(packed))
