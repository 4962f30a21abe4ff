"""Marks in lists: what is written is read, and nothing else is."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.paging import MarkIsWrong, mark, read_mark

whole = st.integers(-(2**31) + 1, 2**31 - 1)
codes = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=60)


@given(values=st.lists(whole | codes, min_size=1, max_size=4))
def test_a_mark_is_read_as_it_was_written(values):
    assert read_mark(mark(*values), *(type(value) for value in values)) == tuple(values)


@given(values=st.lists(whole | codes, min_size=1, max_size=4))
def test_a_mark_stands_in_an_address_as_it_is(values):
    assert set(mark(*values)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_the_beginning_has_no_mark():
    assert read_mark(None, int) is None


@given(text=st.text(max_size=40))
def test_any_other_text_is_refused(text):
    try:
        found = read_mark(text, int, str)
    except MarkIsWrong:
        return

    assert [type(value) for value in found] == [int, str]


@pytest.mark.parametrize("value", [True, 1.0, None, [1], {"a": 1}, 2**31, -(2**31), 2**53, "\x00", "a\nb", "\ud800"])
def test_values_no_list_is_ordered_by_are_refused(value):
    written = base64.urlsafe_b64encode(json.dumps([value]).encode()).decode()

    for kind in (int, str):
        with pytest.raises(MarkIsWrong):
            read_mark(written, kind)


@pytest.mark.parametrize("kinds", [(), (int,), (int, int, int), (str, int), (int, str)])
def test_the_mark_of_another_list_is_refused(kinds):
    with pytest.raises(MarkIsWrong):
        read_mark(mark(1, 2), *kinds)
