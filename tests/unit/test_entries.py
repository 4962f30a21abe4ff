"""Where a posting counts, and what it is sealed with."""

import hashlib
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from inventory.rules import entries
from inventory.rules.commands import HandOut, HandOutLine, Kind, Occasion
from inventory.rules.entries import NOTHING, Counted, Draft, Move, Place, Tally, cells, json_text, note_hash, sealed_lines
from inventory.rules.shelf import Lot
from supply.once.rules import canonical, digest_of

DAY = date(2026, 11, 20)
DEPOT = Place(id=1, code="depot", kind="depot", owner="0301")
BUS = Place(id=2, code="bus", kind="outreach", owner="0301")
PEOPLE, LOST, SUPPLIER, DESTROYED, KITS = (Place(id=-nth, code=code, kind="virtual") for nth, code in enumerate(("people", "lost", "supplier", "destroyed", "kits"), start=1))
LOT = Lot(id=7, product="spray", product_id=3, number="A1", expires_on=date(2028, 1, 31))


def draft(*moves: Move, kind=Kind.HANDOUT, **more) -> Draft:
    return Draft(place=DEPOT, kind=kind, occurred_on=DAY, role="depot", moves=moves, **more)


def move(origin=DEPOT, target=PEOPLE, units=4, occasion=None, recipient=None) -> Move:
    return Move(lot=LOT, origin=origin, target=target, units=units, occasion=occasion, recipient=recipient)


def counted(one: Draft) -> Counter[tuple[object, ...]]:
    """Give the cells a posting counts in, short: place, flow, occasion, recipient → units."""
    totals: Counter[tuple[object, ...]] = Counter()
    for cell, units in cells(one):
        assert cell.month == date(2026, 11, 1)
        assert cell.product_id == 3
        totals[cell.place_id, cell.flow, cell.occasion, cell.recipient] += units
    return totals


def test_a_hand_out_counts_under_its_occasion_and_recipient():
    assert counted(draft(move(occasion="first_time", recipient="at_risk"))) == {(1, "to_people", "first_time", "at_risk"): 4}


def test_a_receipt_counts_as_from_the_supplier():
    assert counted(draft(move(SUPPLIER, DEPOT))) == {(1, "from_supplier", "", ""): 4}


def test_a_transfer_counts_at_both_places():
    assert counted(draft(move(DEPOT, BUS))) == {(1, "to_place", "", ""): 4, (2, "from_place", "", ""): 4}


def test_a_reclassification_counts_against_the_first_flow_and_for_the_second():
    assert counted(draft(move(LOST, PEOPLE, occasion="first_time"))) == {(1, "to_lost", "first_time", ""): -4, (1, "to_people", "first_time", ""): 4}


def test_unmet_demand_and_used_units_count_at_the_place():
    tallies = (Tally(product="spray", product_id=3, what="unmet", units=2), Tally(product="spray", product_id=3, what="used_returned", units=5))

    assert counted(draft(tallies=tallies)) == {(1, "unmet", "", ""): 2, (1, "used_returned", "", ""): 5}


def test_a_kit_counts_under_the_version_of_what_it_holds_and_its_parts_as_packed():
    kit = replace(LOT, product="kit", product_id=9, kit_version=2)
    packed = draft(move(DEPOT, KITS), Move(lot=kit, origin=KITS, target=DEPOT, units=4), Move(lot=kit, origin=DEPOT, target=PEOPLE, units=4), kind=Kind.HANDOUT)

    assert [(cell.product_id, cell.kit_version, cell.flow, units) for cell, units in cells(packed)] == [(3, 0, "to_kits", 4), (9, 2, "from_kits", 4), (9, 2, "to_people", 4)]


def test_what_was_lost_or_found_counts_by_its_reason():
    assert counted(draft(move(DEPOT, LOST, occasion="stolen"), move(LOST, DEPOT, units=3), kind=Kind.COUNT)) == {(1, "to_lost", "stolen", ""): 4, (1, "from_lost", "", ""): 3}


def test_what_arrives_damaged_counts_as_destroyed_and_never_as_here():
    assert counted(draft(move(SUPPLIER, DESTROYED), kind=Kind.RECEIPT)) == {(1, "to_supplier", "", ""): -4, (1, "to_destroyed", "", ""): 4}


real = st.sampled_from([DEPOT, BUS])
virtual = st.sampled_from([PEOPLE, LOST, SUPPLIER, DESTROYED])
words = st.one_of(st.none(), st.sampled_from(["first_time", "refill_used"]))
moves = st.tuples(st.one_of(real, virtual), st.one_of(real, virtual), st.integers(1, 9), words, words).filter(lambda parts: parts[0] is not parts[1]).map(lambda parts: move(*parts))
tally = st.builds(Tally, product=st.just("spray"), product_id=st.just(3), what=st.sampled_from(["unmet", "used_returned"]), units=st.integers(1, 9))


@given(st.lists(moves, max_size=5), st.lists(tally, max_size=3))
def test_a_correction_takes_out_of_each_cell_what_its_original_put_there(made, tallied):
    original = draft(*made, tallies=tuple(tallied))
    opposite = draft(*(one.reversed() for one in made), tallies=tuple(replace(one, units=-one.units) for one in tallied), kind=Kind.CORRECTION, corrects=1)

    before, after = counted(original), counted(opposite)

    assert set(before) == set(after)
    assert all(before[cell] + after[cell] == 0 for cell in before)


# What digests are made of: text of any script, whole numbers that JSON keeps exactly, true, false, none, lists, and mappings with ASCII keys.
text = st.text(st.characters(exclude_categories=["Cs"]))
keys = st.text(st.characters(max_codepoint=126))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), text),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)


@given(values)
def test_canonical_json_is_that_of_rfc_8785(value):
    assert canonical(value) == rfc8785.dumps(value)


def test_days_words_and_commands_are_written_as_their_json():
    command = HandOut(place="depot", occurred_on=DAY, lines=(HandOutLine(product="spray", units=1, occasion=Occasion.FIRST_TIME),))

    assert canonical(command) == (
        b'{"lines":[{"lot":null,"occasion":"first_time","product":"spray","recipient":"unknown","units":1}],"note":null,"occurred_on":"2026-11-20","place":"depot","unmet":[]}'
    )


def test_what_has_no_canonical_form_is_refused():
    with pytest.raises(TypeError):
        canonical({"share": object()})


@given(st.dictionaries(keys, st.integers(0, 9), max_size=6), st.randoms(use_true_random=False))
def test_the_order_in_which_members_are_sent_changes_no_digest(sent, seed):
    shuffled = dict(seed.sample(list(sent.items()), len(sent)))

    assert digest_of("receipts", sent) == digest_of("receipts", shuffled)
    assert digest_of("receipts", sent) != digest_of("handouts", sent)


SEALED = {
    "epoch": "e1",
    "place": "depot",
    "number": 3,
    "kind": "handout",
    "reason": "other",
    "occurred_on": "2026-11-20",
    "recorded_at": "2026-11-20T10:00:00.000001Z",
    "recorded_by": "SAAAAAAAAA",
    "role": "depot",
    "corrects": 2,
    "supplier": "Firm",
    "document": "D1",
    "note": "00" * 32,
}
GOLDEN = "b1ceff72a5323b196c1155a852fa635d6e9b4f512e088cf304f093a3d490a630"
"""Computed by hand with the rfc8785 library from what a posting is sealed with."""
LINES = [["spray", "A1", "2028-01-31", "depot", "people", 4, "first_time", "at_risk"], ["spray", "unmet", 2]]


def seal(sealed, lines, previous):
    """Seal what is not written yet."""
    return entries.seal(entries.written(**sealed, lines=[canonical(line).decode() for line in lines], previous=previous.hex()))


@pytest.mark.parametrize("name", SEALED)
def test_the_seal_changes_with_every_field(name):
    other = SEALED[name] + 1 if isinstance(SEALED[name], int) else f"{SEALED[name][:-1]}x"

    seals = {seal(SEALED, LINES, NOTHING), seal(SEALED | {name: other}, LINES, NOTHING)}
    if name in {"reason", "corrects", "supplier", "document", "note"}:
        seals.add(seal(SEALED | {name: None}, LINES, NOTHING))

    assert len(seals) == (3 if name in {"reason", "corrects", "supplier", "document", "note"} else 2)


@pytest.mark.parametrize("line", range(2))
def test_the_seal_changes_with_every_part_of_every_line(line):
    seals = {seal(SEALED, LINES, NOTHING)}

    for nth, value in enumerate(LINES[line]):
        lines = [list(one) for one in LINES]
        lines[line][nth] = value + 1 if isinstance(value, int) else f"{value}x"
        seals.add(seal(SEALED, lines, NOTHING))

    assert len(seals) == 1 + len(LINES[line])


def test_the_seal_changes_with_the_order_of_the_lines_and_with_the_posting_before():
    assert len({seal(SEALED, LINES, NOTHING), seal(SEALED, LINES[::-1], NOTHING), seal(SEALED, LINES[:1], NOTHING), seal(SEALED, LINES, b"\1" + bytes(31))}) == 4


def test_the_seal_is_the_same_for_ever():
    """A change here means that every ledger there is can no longer be verified: give the format a new name instead."""
    assert seal(SEALED, LINES, NOTHING).hex() == GOLDEN


maybe = st.none() | st.text(max_size=20)


@given(
    st.fixed_dictionaries(
        {name: st.text(max_size=20) for name, value in SEALED.items() if isinstance(value, str)}
        | dict.fromkeys(("supplier", "document", "reason", "note"), maybe)
        | {"number": st.integers(1, 2**31), "corrects": st.none() | st.integers(1, 2**31)}
    )
)
def test_the_seal_is_that_of_the_canonical_form_whatever_stands_in_it(sealed):
    assert seal(sealed, LINES, NOTHING) == hashlib.sha256(rfc8785.dumps(sealed | {"format": "forsyn/1", "lines": LINES, "previous": NOTHING.hex()})).digest()


@given(st.none() | st.text())
@example("a lone \ud800 surrogate")
def test_a_text_is_written_as_the_canonical_form_writes_it_lone_surrogates_too(value):
    assert json_text(value).encode(errors="backslashreplace") == canonical(value)


def test_a_move_is_sealed_by_codes_with_the_expiry_of_its_day():
    lines = sealed_lines([move(occasion="first_time", recipient="at_risk")], [Tally(product="spray", product_id=3, what="unmet", units=2)])

    assert lines == ['["spray","A1","2028-01-31","depot","people",4,"first_time","at_risk"]', '["spray","unmet",2]']


def test_what_was_counted_is_sealed_after_all_else_with_what_was_expected():
    lines = sealed_lines([move()], [Tally(product="spray", product_id=3, what="unmet", units=2)], [Counted(lot=LOT, expected=9, counted=5), Counted(lot=LOT, expected=0, counted=0)])

    assert lines[2:] == ['["spray","A1",9,5]', '["spray","A1",0,0]']


@given(text, text, maybe, maybe, st.integers(1, 2**31))
@example("%s", "100 %", None, "%%", 1)
def test_lines_are_sealed_in_the_canonical_form_whatever_stands_in_them(product, lot, occasion, recipient, units):
    assert entries.move_line(product, lot, None, "depot", "people", occasion, recipient) % units == canonical([product, lot, None, "depot", "people", units, occasion, recipient]).decode()
    assert entries.tally_line(product, lot, units) == canonical([product, lot, units]).decode()
    assert entries.count_line(product, lot, units, 0) == canonical([product, lot, units, 0]).decode()


@pytest.mark.parametrize("nth", range(4))
def test_the_seal_changes_with_every_part_of_what_was_counted(nth):
    line: list[object] = ["spray", "A1", 9, 5]
    other = [*line]
    other[nth] = value + 1 if isinstance(value := line[nth], int) else f"{value}x"

    assert seal(SEALED, [*LINES, line], NOTHING) != seal(SEALED, [*LINES, other], NOTHING)


@given(text, text, st.binary(min_size=16, max_size=16))
def test_a_note_is_proved_by_its_hash_and_hidden_by_its_salt(note, other, salt):
    assert (note_hash(note, salt) == note_hash(other, salt)) == (note == other)
    assert note_hash(note, salt) != note_hash(note, bytes(15) + b"\1" if salt != bytes(15) + b"\1" else bytes(16))
