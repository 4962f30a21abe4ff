"""Somebody reads the public edition with a linear programme beside them, and recovers no small number."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from supply.coverage.rules.suppression import BELOW, DoesNotAddUp, Sum, hidden, public, sums_across
from supply.settings import ROOT

AREAS = {"C1": ["a", "b", "c"], "C2": ["d"], "NO": ["C1", "C2"], "net": ["a", "d"], "rest": ["b", "c"]}
PERIODS = {"Q1": ["1", "2"], "Y": ["Q1", "3"]}
PRODUCTS = {"all": ["x", "y"]}
LEVELS = (AREAS, PERIODS, PRODUCTS)
MEMBERS = tuple(product("abcd", "123", "xy"))
small_numbers = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 4, 6, 9, 20])


def municipality(cell):
    return cell[0] if cell[0] in set("abcd") else None


def table(members, levels=LEVELS):
    """Add up a table of members along its levels, and give it with its sums."""
    values = dict(members)
    for nth, totals in enumerate(levels):
        for total, parts in totals.items():
            for cell in [cell for cell in values if cell[nth] in parts]:
                whole = (*cell[:nth], total, *cell[nth + 1 :])
                values[whole] = sum(values.get((*cell[:nth], part, *cell[nth + 1 :]), 0) for part in parts)
    return values, sums_across(levels, values)


def equations(values, sums, out):
    """Give what somebody who sees all that is not hidden knows of what is: sums of hidden cells."""
    at = {cell: nth for nth, cell in enumerate(sorted(out))}
    known = []
    for one in sums:
        if {one.total, *one.parts} & out:
            row = np.zeros(len(at))
            for cell, sign in [(one.total, -1), *((part, 1) for part in one.parts)]:
                if cell in out:
                    row[at[cell]] += sign
            known.append((row, -sum(sign * values[cell] for cell, sign in [(one.total, -1), *((part, 1) for part in one.parts)] if cell not in out)))
    return at, np.array([row for row, _ in known]).reshape(len(known), len(at)), np.array([right for _, right in known])


def bounds_of(cell, values, sums, out):
    """Recover a hidden cell as far as linear programming can: the least and the most it may be."""
    at, rows, right = equations(values, sums, out)
    towards = np.zeros(len(at))
    towards[at[cell]] = 1
    least, most = (linprog(sign * towards, A_eq=rows if len(rows) else None, b_eq=right if len(rows) else None, bounds=(0, None)) for sign in (1, -1))
    return least.fun, -most.fun if most.status == 0 else np.inf


def can_be_three(cell, values, sums, out):
    """Ask whether there is a table in whole numbers that shows the same and has three or more in the cell."""
    at, rows, right = equations(values, sums, out)
    low = np.zeros(len(at))
    low[at[cell]] = BELOW
    return milp(np.zeros(len(at)), bounds=Bounds(low, np.inf), constraints=[LinearConstraint(rows, right, right)] if len(rows) else [], integrality=1).x is not None


def attack(values, sums, out):
    """Assert that nothing hidden can be recovered."""
    for cell in out:
        least, most = bounds_of(cell, values, sums, out)
        assert most - least >= 1 - 1e-6, (cell, least, most)
        if 0 < values[cell] < BELOW:
            assert can_be_three(cell, values, sums, out), cell


tables = st.lists(small_numbers, min_size=len(MEMBERS), max_size=len(MEMBERS)).map(lambda drawn: table(dict(zip(MEMBERS, drawn, strict=True))))
ragged = st.dictionaries(st.sampled_from(MEMBERS), small_numbers, min_size=1).map(table)


@st.composite
def any_form(draw):
    """Make a table of any form: cells, and totals of some of them or of other totals."""
    values = {(f"c{nth:02}",): value for nth, value in enumerate(draw(st.lists(small_numbers, min_size=1, max_size=10)))}
    sums = []
    for nth in range(draw(st.integers(0, 5))):
        parts = tuple(draw(st.lists(st.sampled_from(sorted(values)), min_size=1, max_size=6, unique=True)))
        sums.append(Sum(total=(f"t{nth}",), parts=parts))
        values[sums[-1].total] = sum(values[part] for part in parts)
    return values, sums


@settings(max_examples=15)
@given(tables)
def test_no_hidden_cell_of_a_table_can_be_recovered(made):
    values, sums = made

    attack(values, sums, hidden(values, sums, levels=LEVELS))


@settings(max_examples=15)
@given(ragged)
def test_nor_where_some_have_not_reported(made):
    values, sums = made

    attack(values, sums, hidden(values, sums, levels=LEVELS))


@settings(max_examples=60)
@given(any_form())
def test_nor_in_a_table_of_any_form(made):
    values, sums = made

    attack(values, sums, hidden(values, sums))


@settings(max_examples=8)
@given(tables)
def test_who_knows_their_own_recovers_nothing_of_others(made):
    values, sums = made

    out = hidden(values, sums, levels=LEVELS, owner_of=municipality)

    for owner in "abcd":
        others = frozenset(cell for cell in out if municipality(cell) != owner)
        for cell in others:
            if 0 < values[cell] < BELOW and municipality(cell) is not None:
                assert can_be_three(cell, values, sums, others), (owner, cell)


@settings(max_examples=30)
@given(any_form() | tables)
def test_what_is_shown_is_as_it_is_and_every_small_cell_is_hidden(made):
    values, sums = made

    shown = public(values, sums)

    assert shown.keys() == values.keys()
    assert all(value in (None, values[cell]) for cell, value in shown.items())
    assert all(shown[cell] is None for cell, value in values.items() if 0 < value < BELOW)


@settings(max_examples=20)
@given(st.lists(st.sampled_from([0, 3, 4, 50]), min_size=len(MEMBERS), max_size=len(MEMBERS)))
def test_where_nothing_is_small_nothing_is_hidden(drawn):
    values, sums = table(dict(zip(MEMBERS, drawn, strict=True)))

    assert hidden(values, sums, levels=LEVELS) == frozenset()


@settings(max_examples=10)
@given(tables, st.randoms(use_true_random=False))
def test_the_same_table_hides_the_same_cells_however_it_is_ordered(made, shuffler):
    values, sums = made
    cells = list(values)
    shuffler.shuffle(cells)

    assert hidden({cell: values[cell] for cell in cells}, sums, levels=LEVELS) == hidden(values, sums, levels=LEVELS)


def test_the_smallest_other_is_hidden_with_a_small_one():
    values = {("a",): 1, ("b",): 40, ("c",): 5, ("d",): 0, ("all",): 46}

    assert hidden(values, [Sum(total=("all",), parts=(("a",), ("b",), ("c",), ("d",)))]) == {("a",), ("c",)}


def test_one_and_two_that_make_three_need_a_third():
    """Else whoever knows the rule knows that both are small: nothing and three would not have been hidden."""
    values = {("a",): 1, ("b",): 2, ("c",): 7, ("d",): 30, ("all",): 40}

    assert hidden(values, [Sum(total=("all",), parts=(("a",), ("b",), ("c",), ("d",)))]) == {("a",), ("b",), ("c",)}


def test_a_total_of_a_small_one_alone_is_hidden_with_it():
    values = {("a",): 2, ("b",): 0, ("all",): 2}

    assert {("a",), ("all",)} <= hidden(values, [Sum(total=("all",), parts=(("a",), ("b",)))])


def test_few_acts_of_many_units_are_hidden_too():
    values = {("a",): 20, ("b",): 300, ("c",): 50, ("all",): 370}
    sums = [Sum(total=("all",), parts=(("a",), ("b",), ("c",)))]

    assert hidden(values, sums, few={("a",)}) == {("a",), ("c",)}
    attack(values, sums, hidden(values, sums, few={("a",)}))


def test_a_table_that_does_not_add_up_is_refused():
    with pytest.raises(DoesNotAddUp):
        hidden({("a",): 1, ("all",): 2}, [Sum(total=("all",), parts=(("a",),))])
    with pytest.raises(DoesNotAddUp):
        hidden({("a",): -1}, [])


def test_a_year_of_every_municipality_is_done_in_reasonable_time_and_holds():
    """Made-up numbers: 357 municipalities, months to a year. The proof of each cell is checked as it is made; here a few are attacked anew."""
    areas = {f"C{nth:02}": [f"{nth:02}{inner:02}" for inner in range(nth, 357, 15)] for nth in range(15)}
    areas["NO"] = list(areas)
    months = {f"Q{nth}": [f"{3 * nth + inner:02}" for inner in range(3)] for nth in range(4)}
    levels = (areas, months | {"Y": list(months)})
    numbers = np.random.default_rng(7)
    members = {
        (area, month): int(numbers.poisson(rate))
        for county in list(areas)[:-1]
        for area, rate in zip(areas[county], numbers.pareto(1.2, len(areas[county])), strict=True)
        for quarter in months.values()
        for month in quarter
        for item in "xy"
    }
    values, sums = table(members, levels)

    out = hidden(values, sums, levels=levels)

    small = sorted(cell for cell, value in values.items() if 0 < value < BELOW)
    assert set(small) <= out
    assert all(can_be_three(cell, values, sums, out) for cell in small[:: len(small) // 2])


def test_a_web_worker_that_knows_the_rules_has_not_loaded_what_a_job_needs():
    ran = subprocess.run(
        [sys.executable, "-c", "import sys, supply.coverage.rules.suppression, supply.charts.circle_map; print({'numpy', 'scipy', 'flask'} & set(sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.stdout == "set()\n", ran.stderr
