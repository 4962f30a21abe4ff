"""Whoever reads bokmål or nynorsk reads nothing in English, and every fact stands in the translation too."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

import wsgi  # noqa: F401  # with it come all refusals there are
from supply.errors import Refusal
from supply.i18n import TRANSLATED, extracted, read_catalogue

FACT = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
SAID = {(message.context, message.id): message for message in extracted() if message.id}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_no_other(language):
    catalogue = read_catalogue(language)

    translated = {(message.context, message.id) for message in catalogue if message.id and all(_texts(message.string)) and not message.fuzzy}

    assert translated == set(SAID), "run python -m supply.i18n and translate what is new"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_fact_of_a_sentence_stands_in_its_translation(language):
    for message in read_catalogue(language):
        if message.id:
            facts = Counter(FACT.findall(_texts(message.id)[-1]))

            assert all(Counter(FACT.findall(text)) == facts for text in _texts(message.string)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_one_and_many_are_both_told(language):
    catalogue = read_catalogue(language)

    assert catalogue.num_plurals == 2
    assert all(len(_texts(message.string)) == len(_texts(message.id)) for message in catalogue if message.id)


def test_what_a_refusal_says_can_be_translated():
    known = {sentence for _, sentence in SAID}

    for kind in _refusals(Refusal):
        assert {sentence for sentence in kind.sentences() if sentence} <= known, kind.__name__


def _texts(said: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else tuple(said)


def _refusals(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """Give the service's own refusals; those that other tests make up are not translated."""
    for inner in kind.__subclasses__():
        if inner.__module__.split(".")[0] in {"supply", "inventory", "orders", "expiry"}:
            yield inner
            yield from _refusals(inner)
