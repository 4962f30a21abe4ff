"""The script that recomputes the figures stands alone, and reckons as the rules do though it was written apart from them."""

import ast
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from supply.coverage import standalone
from supply.coverage.rules.allocation import WITHIN
from supply.coverage.rules.intervals import Interval
from supply.settings import ROOT

BOUND = st.floats(1, 1e6)
INTERVALS = st.tuples(BOUND, BOUND, BOUND).map(sorted).map(lambda bounds: Interval(low=bounds[0], point=bounds[1], high=bounds[2]))


def bare(interval):
    return interval.low, interval.point, interval.high


def test_it_needs_nothing_but_python():
    tree = ast.parse((ROOT / "supply" / "coverage" / "standalone.py").read_text(encoding="utf-8"))

    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)


@given(INTERVALS, st.floats(0, 2e6))
@example(Interval(low=1, point=2, high=2), 5e-324)
def test_a_chance_comes_out_as_by_the_rules(interval, value):
    assert standalone.chance_at_most(bare(interval), value) == pytest.approx(interval.chance_at_most(value))


@given(INTERVALS)
def test_a_model_widens_as_by_the_rules(interval):
    assert standalone.widened(bare(interval)) == pytest.approx(bare(interval.widened(WITHIN)))


@given(st.tuples(BOUND, BOUND).map(sorted))
def test_without_a_point_the_middle_is_reckoned_as_by_the_rules(bounds):
    interval = Interval(low=bounds[0], high=bounds[1])

    assert standalone.middle(bare(interval)) == pytest.approx(interval.middle)


def test_numbers_are_compared_to_nine_digits_and_words_exactly():
    assert standalone.same("333.3333333333", 333.33333333333)
    assert not standalone.same("333.3334", 333.3333)
    assert not standalone.same("", 0.0)
    assert standalone.same("", None)
    assert not standalone.same("low", "medium")
