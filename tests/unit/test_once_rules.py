"""What makes two requests the same: act and content, written one way."""

import hashlib
import json
from datetime import date

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from inventory.rules.commands import HandOut, HandOutLine, Occasion, ReceiptLine
from supply.once import rules

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcXYZ_09", min_size=1, max_size=5), inner, max_size=3),
    max_leaves=10,
)


any_text = st.text(st.sampled_from("a\\ud8\ud800\udfff0"), max_size=6)


@given(value=values)
def test_the_canonical_form_is_that_of_rfc_8785(value):
    assert rules.canonical(value) == rfc8785.dumps(value)


@given(value=values)
def test_a_value_read_back_has_the_same_form(value):
    assert rules.canonical(json.loads(rules.canonical(value))) == rules.canonical(value)


@given(one=any_text, other=any_text)
def test_different_texts_have_different_forms_also_with_lone_surrogates(one, other):
    assert (rules.canonical(one) == rules.canonical(other)) is (one == other)


def test_a_lone_surrogate_is_not_taken_for_its_spelling():
    assert rules.canonical("\ud800") == b'"\\ud800"'
    assert rules.canonical("\\ud800") == b'"\\\\ud800"'


def test_a_command_is_written_with_its_days_and_words():
    command = HandOut(place="p", occurred_on=date(2026, 11, 20), lines=(HandOutLine(product="x", units=1, occasion=Occasion.FIRST_TIME),))

    written = json.loads(rules.canonical(command))

    assert (written["occurred_on"], written["lines"][0]["occasion"]) == ("2026-11-20", "first_time")


def test_another_act_or_content_has_another_digest():
    command = HandOut(place="p", occurred_on=date(2026, 11, 20))
    digests = {rules.digest_of("handouts", command), rules.digest_of("returns", command), rules.digest_of("handouts", HandOut(place="q", occurred_on=date(2026, 11, 20)))}

    assert len(digests) == 3
    assert rules.digest_of("handouts", command) == hashlib.sha256(rules.canonical(["handouts", command])).digest()


def test_what_a_command_can_say_since_lately_changes_no_digest_of_before_while_it_is_not_said():
    before = {"lot": None, "occasion": "unknown", "product": "x", "recipient": "unknown", "units": 1}

    assert json.loads(rules.canonical(HandOutLine(product="x", units=1))) == before
    assert json.loads(rules.canonical(HandOutLine(product="x", units=1, assemble=True))) == before | {"assemble": True}
    assert "damaged" not in json.loads(rules.canonical(ReceiptLine(product="x", units=1)))
    assert json.loads(rules.canonical(ReceiptLine(product="x", units=1, damaged=0)))["damaged"] == 0


def test_what_has_no_form_is_a_fault_of_ours():
    with pytest.raises(TypeError):
        rules.canonical(object())


@pytest.mark.parametrize("key", ["12345678", "x" * 80, "with space", "~!@#$%^&*()"])
def test_a_key_is_eight_to_eighty_printable_characters(key):
    assert rules.is_key(key)


@pytest.mark.parametrize("key", ["", "1234567", "x" * 81, "12345678\n", "\x00" * 8, "ø" * 8, "\x7f" * 8, "tab\there", "١٢٣٤٥٦٧٨"])
def test_anything_else_is_no_key(key):
    assert not rules.is_key(key)
