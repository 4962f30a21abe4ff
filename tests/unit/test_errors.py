"""Refusals: a class is a sentence, its facts are what puts it right."""

from datetime import date

from supply.errors import Conflict, Refusal, plain, title_and_sentence


class NotEnoughHere(Conflict):
    """There is not enough.

    You asked for {wanted}
    and there are {available}.
    """


def test_a_refusal_is_named_after_its_class():
    assert NotEnoughHere.code() == "not-enough-here"
    assert NotEnoughHere.status == 409


def test_the_first_line_is_the_title_and_the_rest_the_sentence():
    assert NotEnoughHere.sentences() == ("There is not enough.", "You asked for {wanted} and there are {available}.")
    assert title_and_sentence("Only a title.") == ("Only a title.", "")


def test_a_refusal_carries_where_and_what():
    refusal = NotEnoughHere(at="lines.0.units", wanted=5, available=3)

    assert isinstance(refusal, Refusal)
    assert (refusal.at, refusal.facts) == ("lines.0.units", {"wanted": 5, "available": 3})


def test_facts_are_written_for_json_and_none_is_left_out():
    assert plain({"on": date(2026, 11, 20), "lot": None, "units": 0, "code": ""}) == {"on": "2026-11-20", "units": 0, "code": ""}
