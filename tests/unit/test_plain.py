"""What is read in one pass is just what marshmallow would have read, and what it would refuse is left to it."""

import copy
import json

import marshmallow as ma
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.schemas import SCHEMAS, BatchIn, RedatingIn
from supply.plain import NOT_PLAIN
from tests.api.acts import bodies

SCHEMAS_OF = SCHEMAS | {"postings/batch": BatchIn, "lots/redatings": RedatingIn}
RIGHT = {name: body for name, body in bodies().items() if name in SCHEMAS_OF} | {
    "counts": {"place": "osl-depot", "occurred_on": "2026-11-20", "lines": [{"product": "swab", "lot": "A1", "units": 0, "reasons": [{"reason": "damaged", "units": 2}]}], "seen": 4},
    "assemblies": {"place": "osl-depot", "occurred_on": "2026-11-20", "kit": "kit-full", "units": 2, "parts": [{"product": "swab", "lot": "A1", "units": 2}]},
    "unpackings": {"place": "osl-depot", "occurred_on": "2026-11-20", "kit": "kit-full", "lot": "K1", "units": 2, "missing": []},
    "lots/redatings": {"document": "D", "authority": "A", "lots": [{"product": "swab", "lot": "A1", "expires_on": "2028-01-31"}]},
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 20_000_000),
    st.floats(),
    st.text(max_size=6),
    st.sampled_from(["", " ", "2026-02-30", "2026-11-20", "2026-1-1", "x" * 81, "a\x00b", "\ud800", "15108695088", "for 15108695088", "damaged", "first_time", "\N{NO-BREAK SPACE}", "5"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
)


def by_marshmallow(schema, sent):
    try:
        return ma.Schema.load(schema, sent)
    except ma.ValidationError:
        return NOT_PLAIN


def places_in(value, above=()):
    yield above
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield from places_in(inner, (*above, name))


@pytest.mark.parametrize("act", SCHEMAS_OF)
def test_a_body_that_is_right_is_read_in_one_pass(act):
    schema = SCHEMAS_OF[act]()

    read = schema.plain.read(RIGHT[act])

    assert read is not NOT_PLAIN
    assert read == by_marshmallow(schema, RIGHT[act])


@given(st.data())
def test_a_body_with_something_odd_in_it_is_read_alike_or_left_to_marshmallow(data):
    act = data.draw(st.sampled_from(sorted(SCHEMAS_OF)))
    schema, body = SCHEMAS_OF[act](), copy.deepcopy(RIGHT[act])
    path = data.draw(st.sampled_from(list(places_in(body))))
    inner = body
    for step in path[:-1]:
        inner = inner[step]
    match data.draw(st.sampled_from(["change", "take out", "add"])):
        case "change" if path:
            inner[path[-1]] = data.draw(ODD)
        case "take out" if path:
            del inner[path[-1]]
        case _ if isinstance(inner, dict):
            inner[data.draw(st.sampled_from(["note", "lot", "gtin", "scan", "nothing", "reason", "assemble", "damaged", "expires_on"]))] = data.draw(ODD)

    read = schema.plain.read(copy.deepcopy(body))

    if read is not NOT_PLAIN:
        assert read == by_marshmallow(schema, body), json.dumps(body, default=str)


def test_what_a_class_below_takes_otherwise_is_not_read_as_the_class_above_takes_it():
    schema = SCHEMAS["receipts"]()
    body = {"place": "osl-depot", "occurred_on": "2026-11-20", "lines": [{"gtin": "5060571490002", "units": 1, "lot": "A1"}]}

    assert schema.plain.read(body) is NOT_PLAIN
    with pytest.raises(ma.ValidationError):
        schema.load(body)
