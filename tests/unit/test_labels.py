"""What scanners send and people type, and what a depot makes of it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from biip.checksums import gs1_standard_check_digit
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from inventory.rules import labels
from inventory.rules.labels import Label, NotALabel, Why

GS = "\x1d"
NYXOID = "05060571490001"
VENTIZOLVE = "07051391500047"
WRONG_CHECK_DIGIT = "05060571490002"
NYXOID_PACK = Label(gtin=NYXOID, lot="A1B2", expires_on=date(2027, 2, 28))


def why_not(raw: str) -> Why:
    """Give the reason for which a text is refused."""
    with pytest.raises(NotALabel) as refused:
        labels.read_label(raw)
    return refused.value.why


@pytest.mark.parametrize(
    "raw",
    [
        f"01{NYXOID}1727022810A1B2{GS}21SN1",
        f"01{NYXOID}21SN1{GS}1727022810A1B2",
        f"10A1B2{GS}21SN1{GS}17270228{GS}01{NYXOID}",
        f"21SN1{GS}10A1B2{GS}01{NYXOID}17270228",
        f"01{NYXOID}112402281526123110A1B2{GS}17270228710123456{GS}21SN1",
        f"01{NYXOID}7101234567{GS}713A-9{GS}716X{GS}1727022821SN1{GS}10A1B2",
        f"01{NYXOID}1727022810A1B2{GS}240REF-7{GS}21SN1",
        f"01{NYXOID}1100000017270228200110A1B2{GS}240REF-7{GS}21SN1",
    ],
)
def test_the_fields_of_a_label_come_in_any_order_and_the_others_are_passed_over(raw: str) -> None:
    assert labels.read_label(raw) == (NYXOID_PACK,)


def test_the_worked_example_of_the_medicines_code_is_read() -> None:
    readings = labels.read_label("]d20104150000021126172506302112345ABC<GS>10LOT42X")

    assert readings == (Label(gtin="04150000021126", lot="LOT42X", expires_on=date(2025, 6, 30)),)


@pytest.mark.parametrize("symbology", ["]d2", "]C1", "]Q3", "]e0", "]J1", "]d1", ""])
def test_the_scanner_may_say_what_kind_of_code_it_saw(symbology: str) -> None:
    assert labels.read_label(f"{symbology}01{NYXOID}1727022821SN1{GS}10A1B2") == (NYXOID_PACK,)


@pytest.mark.parametrize("separator", [GS, *labels.SEPARATORS, "{gs}", r"\X1D", GS + GS])
def test_a_separator_may_arrive_as_something_visible(separator: str) -> None:
    assert labels.read_label(f"01{NYXOID}1727022821SN1{separator}10A1B2") == (NYXOID_PACK,)


def test_a_depot_may_have_a_separator_of_its_own_and_the_real_one_still_counts() -> None:
    raw = f"01{NYXOID}17270228 21SN1{GS}10A1B2"

    assert why_not(raw) is Why.UNREADABLE
    assert labels.read_label(raw, separators=(" ",)) == (NYXOID_PACK,)
    assert labels.read_label(raw.replace(" ", ""), separators=("", "|")) == (NYXOID_PACK,)
    assert labels.read_label(raw.replace(" ", ""), separators=()) == (NYXOID_PACK,)
    assert labels.read_label(raw.replace(GS, "_GS_"), separators=("_", " ", "_GS_")) == (NYXOID_PACK,)


@pytest.mark.parametrize("around", ["\r\n", "\t", " ", GS, f"{GS}\r\n", "\N{NO-BREAK SPACE}"])
def test_what_a_scanner_adds_before_and_after_is_taken_off(around: str) -> None:
    assert labels.read_label(f"{around}]d201{NYXOID}1727022821SN1{GS}10A1B2{around}") == (NYXOID_PACK,)


@pytest.mark.parametrize(
    ("printed", "expires_on"),
    [
        ("270200", date(2027, 2, 28)),
        ("280200", date(2028, 2, 29)),
        ("280229", date(2028, 2, 29)),
        ("271200", date(2027, 12, 31)),
        ("270430", date(2027, 4, 30)),
        ("760101", date(2076, 1, 1)),
        ("770101", date(1977, 1, 1)),
    ],
)
@time_machine.travel(datetime(2026, 5, 4, tzinfo=UTC))
def test_day_nought_is_the_last_of_the_month_and_the_century_the_nearest(printed: str, expires_on: date) -> None:
    assert labels.read_label(f"01{NYXOID}17{printed}") == (Label(gtin=NYXOID, expires_on=expires_on),)


@pytest.mark.parametrize(
    ("raw", "gtin"),
    [
        ("5060571490001", NYXOID),
        ("7051391500047", VENTIZOLVE),
        (NYXOID, NYXOID),
        ("7038010000010", "07038010000010"),
        ("5 060571 490001", NYXOID),
        ("]E05060571490001", NYXOID),
        ("]I105060571490001", NYXOID),
        ("96385074", "00000096385074"),
        ("]E496385074", "00000096385074"),
        ("036000291452", "00036000291452"),
        ("15060571490008", "15060571490008"),
    ],
)
def test_a_bare_product_code_becomes_one_of_14_digits(raw: str, gtin: str) -> None:
    assert labels.read_label(raw) == (Label(gtin=gtin),)


@pytest.mark.parametrize("raw", ["052992", "052 992", "]A0052992", "052992\r\n"])
def test_six_digits_are_a_nordic_item_number(raw: str) -> None:
    assert labels.read_label(raw) == (Label(item_number="052992"),)


@pytest.mark.parametrize("raw", ["7046260529922", "07046260529922", "0107046260529922"])
def test_a_code_made_from_an_item_number_hints_at_it_and_stays_a_code(raw: str) -> None:
    assert labels.read_label(raw) == (Label(gtin="07046260529922", item_number="052992"),)


def test_a_carton_hints_at_no_item_number() -> None:
    assert labels.read_label("17046260529929") == (Label(gtin="17046260529929"),)


@pytest.mark.parametrize(
    "raw",
    [
        f"(01){NYXOID}(17)270228(10)A1B2(21)SN1",
        f"(10) A1B2 (21) SN1\r\n(01) {NYXOID[:7]} {NYXOID[7:]}\t(17) 27 02 28",
        f"]C1(01){NYXOID}(17)270228|(10)A1B2|(21)SN1",
        f"(01){NYXOID}(17)270228(10)A1B2",
    ],
)
def test_what_is_printed_for_people_can_be_typed(raw: str) -> None:
    assert labels.read_label(raw) == (NYXOID_PACK,)


def test_a_typed_lot_may_hold_brackets_and_what_looks_like_another_field() -> None:
    assert labels.read_label("(17)270228(10)A(B)2117260101") == (Label(lot="A(B)2117260101", expires_on=date(2027, 2, 28)),)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (f"(01){WRONG_CHECK_DIGIT}(10)A", Why.CHECK_DIGIT),
        ("(01)5060571490001(10)A", Why.UNREADABLE),
        ("(17)271301(10)A", Why.NOT_A_DATE),
        ("(17)2027-02-28(10)A", Why.NOT_A_DATE),
        ("(100)A(17)270228", Why.UNREADABLE),
        ("(89)A(17)270228", Why.UNREADABLE),
        ("(17)270228(10)", Why.UNREADABLE),
        ("(17)270228(10)ABCDEFGHIJKLMNOPQRSTU", Why.UNREADABLE),
        ("(17)270228(10)Æ1", Why.UNREADABLE),
        ("(21)SN1", Why.UNREADABLE),
        ("(1)A", Why.UNREADABLE),
    ],
)
def test_what_is_typed_wrong_is_refused(raw: str, why: Why) -> None:
    assert why_not(raw) is why


@pytest.mark.parametrize(
    "uri",
    [
        f"https://id.gs1.org/01/{NYXOID}/10/A1B2/21/SN1?17=270228",
        f"HTTPS://example.no/some/~path/01/{NYXOID}/10/A1B2?17=270228&utm=x",
        f"]Q1http://id.gs1.org/01/{NYXOID}/10/A1B2?17=270228",
    ],
)
def test_a_digital_link_is_a_label_too(uri: str) -> None:
    assert labels.read_label(uri) == (NYXOID_PACK,)


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        ("https://example.no/", Why.UNREADABLE),
        ("https://[/01/", Why.UNREADABLE),
        ("https://id.gs1.org/00/106141412345678908?10=A", Why.UNREADABLE),
        (f"https://id.gs1.org/01/{NYXOID}/10/A?10=B", Why.UNREADABLE),
        ("https://id.gs1.org/01/" + "%D9%A1" * 14, Why.UNREADABLE),
        (f"https://id.gs1.org/01/{WRONG_CHECK_DIGIT}", Why.CHECK_DIGIT),
        (f"https://id.gs1.org/01/{NYXOID}?17=%D9%A2%D9%A70228", Why.NOT_A_DATE),
    ],
)
def test_a_link_to_something_else_is_refused(uri: str, why: Why) -> None:
    assert why_not(uri) is why


def test_without_separators_every_place_where_the_lot_may_end_is_offered_the_longest_first() -> None:
    readings = labels.read_label(f"01{NYXOID}1727022810LOT21X2112345")

    assert [reading.lot for reading in readings] == ["LOT21X2112345", "LOT21X", "LOT"]
    assert {(reading.gtin, reading.expires_on) for reading in readings} == {(NYXOID, date(2027, 2, 28))}


def test_without_separators_a_serial_may_have_swallowed_the_lot() -> None:
    readings = labels.read_label("]d20104150000021126172506302112345ABC10LOT42X")

    assert [reading.lot for reading in readings] == [None, "LOT42X"]


def test_readings_that_differ_in_the_serial_alone_are_one() -> None:
    readings = labels.read_label(f"01{NYXOID}21AB1727022817270228")

    assert readings == (Label(gtin=NYXOID), Label(gtin=NYXOID, expires_on=date(2027, 2, 28)))


@pytest.mark.parametrize("national", [f"71{country}" for country in range(7)])
def test_without_separators_a_lot_may_end_where_a_national_number_begins(national: str) -> None:
    assert [reading.lot for reading in labels.read_label(f"01{NYXOID}10LOT{national}X")] == [f"LOT{national}X", "LOT"]


@pytest.mark.parametrize("first", ["11000000", "11240131", "2001", "3103000125"])
def test_without_separators_a_field_of_fixed_length_before_the_lot_hides_no_reading(first: str) -> None:
    readings = labels.read_label(f"{first}01{NYXOID}1727022810LOT21SN")

    assert [reading.lot for reading in readings] == ["LOT21SN", "LOT"]


def test_without_separators_digits_that_look_like_many_fields_are_still_cut_and_offered() -> None:
    readings = labels.read_label("710070171221127021027071711" + "10217220221022" + f"01{NYXOID}" + "2102022071" + "17270228")

    assert Label(gtin=NYXOID, lot="217220221022", expires_on=date(2027, 2, 28)) in readings


def test_without_separators_but_with_nothing_to_part_there_is_one_reading() -> None:
    assert labels.read_label(f"01{NYXOID}1727022810A1B2") == (NYXOID_PACK,)


def test_a_separator_shows_that_the_scanner_sends_them_and_nothing_need_be_asked() -> None:
    assert labels.read_label(f"01{NYXOID}17270228{GS}10LOT21X") == (Label(gtin=NYXOID, lot="LOT21X", expires_on=date(2027, 2, 28)),)


def test_a_separator_at_the_end_shows_nothing() -> None:
    assert len(labels.read_label(f"01{NYXOID}1727022810LOT21X{GS}")) == 2


@pytest.mark.parametrize("rest", ["11261301", "15260199"])
def test_a_lot_does_not_end_where_the_next_date_would_be_none(rest: str) -> None:
    readings = labels.read_label(f"01{NYXOID}10A{rest}21SN")

    assert [reading.lot for reading in readings] == [f"A{rest}21SN", f"A{rest}"]


def test_a_lot_that_would_hold_the_product_code_is_no_reading() -> None:
    for raw in (f"10ABC01{NYXOID}", f"]d210ABC01{NYXOID}"):
        assert labels.read_label(raw) == (Label(gtin=NYXOID, lot="ABC"),)


def test_a_lot_of_20_characters_needs_no_room_for_more() -> None:
    lot = "ABCDEFGHIJKLMNOPQRST"

    readings = labels.read_label(f"01{NYXOID}10{lot}17270228")

    assert readings == (Label(gtin=NYXOID, lot=lot, expires_on=date(2027, 2, 28)),)


def test_a_code_known_as_gs1_may_hold_a_lot_without_a_product() -> None:
    assert labels.read_label("]C11727022810A1B2") == (Label(lot="A1B2", expires_on=date(2027, 2, 28)),)
    assert labels.read_label("]d217270228") == (Label(expires_on=date(2027, 2, 28)),)
    assert why_not("1727022810A1B2") is Why.UNREADABLE


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("", Why.EMPTY),
        (" \r\n", Why.EMPTY),
        (f"]d2{GS}", Why.EMPTY),
        ("||", Why.EMPTY),
        ("1" * 201, Why.TOO_LONG),
        (" " * 201, Why.TOO_LONG),
        ("1" * 200, Why.UNREADABLE),
        ("5060571490002", Why.CHECK_DIGIT),
        (WRONG_CHECK_DIGIT, Why.CHECK_DIGIT),
        ("96385075", Why.CHECK_DIGIT),
        ("036000291453", Why.CHECK_DIGIT),
        (f"01{WRONG_CHECK_DIGIT}1727022810A", Why.CHECK_DIGIT),
        (f"10A{GS}01{WRONG_CHECK_DIGIT}17270228", Why.CHECK_DIGIT),
        (f"10A01{WRONG_CHECK_DIGIT}", Why.CHECK_DIGIT),
        (f"01{NYXOID}17271301", Why.NOT_A_DATE),
        (f"01{NYXOID}17270229", Why.NOT_A_DATE),
        (f"01{NYXOID}17000000", Why.NOT_A_DATE),
        (f"01{NYXOID}17271332{GS}10A", Why.NOT_A_DATE),
        (f"01{NYXOID}{GS}17271332{GS}10A", Why.NOT_A_DATE),
        (f"21SN{GS}01{NYXOID}1727133210A", Why.NOT_A_DATE),
        ("12345", Why.UNREADABLE),
        ("1234567", Why.UNREADABLE),
        ("Nyxoid", Why.UNREADABLE),
        ("]d2Nyxoid", Why.UNREADABLE),
        ("]d221SN1", Why.UNREADABLE),
        ("5O60571490001", Why.UNREADABLE),
        ("\N{ARABIC-INDIC DIGIT FIVE}060571490001", Why.UNREADABLE),
        ("\N{ARABIC-INDIC DIGIT FIVE}" * 6, Why.UNREADABLE),
        (f"01{NYXOID}10", Why.UNREADABLE),
        (f"01{NYXOID}10{GS}17270228", Why.UNREADABLE),
        (f"01{NYXOID}10A{GS}10B", Why.UNREADABLE),
        (f"01{NYXOID}01{VENTIZOLVE}", Why.UNREADABLE),
        (f"01{NYXOID}10ABCDEFGHIJKLMNOPQRSTU", Why.UNREADABLE),
        (f"01{NYXOID}10ABCDEFGHIJKLMNOPQRST2155{GS}17270228", Why.UNREADABLE),
        (f"01{NYXOID}1727022810A 1", Why.UNREADABLE),
        (f"01{NYXOID}1727022810Å1", Why.UNREADABLE),
        (f"01{NYXOID}1727022810A\n21B", Why.UNREADABLE),
        ("[)>\x1e06\x1d9N110375286414\x1d1TABC\x1e\x04", Why.UNREADABLE),
        (f"01{NYXOID}\x00", Why.UNREADABLE),
        (f"\x1c01{NYXOID}", Why.UNREADABLE),
    ],
)
def test_what_is_no_label_is_refused_with_the_reason(raw: str, why: Why) -> None:
    assert why_not(raw) is why


def test_a_text_made_to_be_cut_in_thousands_of_ways_is_refused() -> None:
    assert why_not(f"01{NYXOID}17270228" + "21710711712713714715716" * 5) is Why.UNREADABLE


@pytest.mark.parametrize(
    "raw",
    [
        f"01{WRONG_CHECK_DIGIT}21SECRET7{GS}10A1B2",
        f"01{NYXOID}17271332{GS}21SECRET7",
        f"(01){WRONG_CHECK_DIGIT}(21)SECRET7",
        f"https://id.gs1.org/01/{NYXOID}/21/SECRET7/10/A",
        "(21)SECRET7",
        f"01{NYXOID}21SECRET7{GS}2\x00",
    ],
)
def test_a_refusal_tells_nothing_of_the_serial_number(raw: str) -> None:
    with pytest.raises(NotALabel) as refused:
        labels.read_label(raw)

    error = refused.value
    assert error.__cause__ is None
    assert error.__context__ is None
    assert "SECRET7" not in f"{error} {error!r} {error.args} {vars(error)}"


FIXED = {"01", "11", "15", "17"}


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A pack as it was made: what a depot should find, and the AIs and values printed on it."""

    truth: Label
    elements: tuple[tuple[str, str], ...]

    def printed(self, separator: str) -> str:
        """Give its code as scanned, with this after each field of no fixed length."""
        return "".join(f"{ai}{value}{'' if ai in FIXED else separator}" for ai, value in self.elements)

    def in_brackets(self) -> str:
        """Give what stands beside the code for people."""
        return "".join(f"({ai}){value}" for ai, value in self.elements)


LOTS = st.one_of(
    st.from_regex(r"[!\"%-?A-Z_a-z]{1,20}", fullmatch=True),
    st.text("0127", min_size=1, max_size=20),
    st.lists(st.sampled_from(["10", "21", "17270228", "11", "15", "A"]), min_size=1).map("".join).filter(lambda lot: len(lot) <= 20),
)


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """Print packs with likely and unlikely lots and serials, their fields in any order."""
    payload = draw(st.text("0123456789", min_size=13, max_size=13).filter(lambda digits: not digits.startswith("0704626")))
    gtin = f"{payload}{gs1_standard_check_digit(payload)}"
    lot, serial = draw(LOTS), draw(LOTS)
    expires_on = draw(st.dates(date(2020, 1, 1), date(2050, 12, 31)))
    is_last = expires_on.day == monthrange(expires_on.year, expires_on.month)[1]
    day = "00" if is_last and draw(st.booleans()) else f"{expires_on:%d}"
    others = draw(st.sampled_from([{}, {"21": serial}, {"21": serial, "11": "240131"}, {"21": serial, "15": "260100", "710": "4711"}]))
    elements = {"01": gtin, "17": f"{expires_on:%y%m}{day}", "10": lot} | others
    return Pack(truth=Label(gtin=gtin, lot=lot, expires_on=expires_on), elements=tuple(draw(st.permutations(list(elements.items())))))


@given(pack=packs(), prefix=st.sampled_from(["", "]d2", "]C1"]), separator=st.sampled_from([GS, *labels.SEPARATORS]))
def test_with_separators_what_was_printed_is_what_is_read(pack: Pack, prefix: str, separator: str) -> None:
    assume(not any(text in value.upper() for text in ("<GS>", "<FNC1>") for _, value in pack.elements))
    printed = pack.printed(separator)

    readings = labels.read_label(prefix + printed)

    assert readings[0] == pack.truth
    if separator in printed.removesuffix(separator):
        assert readings == (pack.truth,)


@given(pack=packs(), prefix=st.sampled_from(["", "]d2", "]C1"]))
def test_without_separators_what_was_printed_is_among_the_readings(pack: Pack, prefix: str) -> None:
    readings = labels.read_label(prefix + pack.printed(""))

    assert pack.truth in readings


@given(pack=packs())
def test_what_was_printed_in_brackets_is_what_is_read(pack: Pack) -> None:
    assume(not any("(" in value for _, value in pack.elements))

    readings = labels.read_label(pack.in_brackets())

    assert readings == (pack.truth,)


FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from([GS, *labels.SEPARATORS, "]d2", "]C1", "]E0", "01", "17", "10", "21", "11", "15", "00", "02", "37", "8008", "3912", "7003", "716"]),
        st.sampled_from([NYXOID, f"01{NYXOID}", "17270228", "(01)", "(10)", "(", ")", "https://id.gs1.org/", "/", "?", "&", "=", "%", "[", "@", ":"]),
        st.text("0123456789", min_size=1, max_size=14),
        st.characters(exclude_categories=()),
    ),
    max_size=30,
).map("".join)
ANYTHING = st.one_of(FRAGMENTS, st.text(st.characters(exclude_categories=())), FRAGMENTS.map(lambda text: f"01{NYXOID}{text}"))


@given(raw=ANYTHING)
@settings(deadline=timedelta(seconds=2), max_examples=500)
def test_whatever_is_scanned_is_read_or_refused_and_soon(raw: str) -> None:
    try:
        readings = labels.read_label(raw)
    except NotALabel as refused:
        assert refused.why in Why  # noqa: PT017  # both ends are right, and nothing else may be raised.
        return

    assert readings
    assert len(set(readings)) == len(readings)
    assert all(reading != Label() for reading in readings)
    assert all(reading.gtin is None or (len(reading.gtin) == 14 and reading.gtin.isascii() and reading.gtin.isdecimal()) for reading in readings)
    assert all(reading.lot is None or 1 <= len(reading.lot) <= 20 for reading in readings)


KIT = Label(product="kit-full", lot="K-7", expires_on=date(2027, 1, 31))


@pytest.mark.parametrize(
    "raw",
    [
        f"]d291kit-full{GS}1727013110K-7",
        f"]d21727013110K-7{GS}91kit-full",
        f"]d210K-7{GS}91kit-full{GS}17270131",
        f"]d21727013191kit-full{GS}10K-7",
        f"91kit-full{GS}1727013110K-7",
        f"91kit-full{GS}1727013110K-7{GS}21SN1",
        "91kit-full|1727013110K-7",
        "]d291kit-full<GS>1727013110K-7",
        "(91)kit-full(17)270131(10)K-7",
        "(91) kit-full (17) 270131 (10) K-7",
    ],
)
def test_our_own_label_names_the_product_in_whatever_order(raw: str) -> None:
    assert labels.read_label(raw) == (KIT,)


def test_our_own_label_may_name_nothing_but_the_product() -> None:
    assert labels.read_label("]d291kit-full") == labels.read_label("91kit-full") == (Label(product="kit-full"),)
    assert labels.read_label("]d291" + "k" * 90) == (Label(product="k" * 90),)


def test_without_separators_our_own_label_is_read_in_each_way_it_may_be_cut() -> None:
    readings = labels.read_label("91kit-full1727013110K-7")

    assert readings[0] == Label(product="kit-full1727013110K-7")
    assert KIT in readings


@pytest.mark.parametrize("raw", [f"01{NYXOID}91kit-full{GS}1727022810A1B2", f"91MAKER{GS}01{NYXOID}1727022810A1B2", f"(91)X(01){NYXOID}(17)270228(10)A1B2"])
def test_what_a_maker_keeps_for_itself_beside_its_gtin_names_no_product_of_ours(raw: str) -> None:
    assert labels.read_label(raw) == (NYXOID_PACK,)


@pytest.mark.parametrize(
    ("raw", "lots"),
    [
        (f"01{NYXOID}1727022810LOT91X", ["LOT91X"]),
        (f"01{NYXOID}1727022821SN{GS}10LOT91X", ["LOT91X"]),
        ("]d21727022810LOT91kit", ["LOT91kit"]),
        (f"01{NYXOID}1727022810LOT91X21SN", ["LOT91X21SN", "LOT91X"]),
    ],
)
def test_a_lot_with_91_in_it_hides_no_product(raw: str, lots: list[str]) -> None:
    readings = labels.read_label(raw)

    assert [reading.lot for reading in readings] == lots
    assert {reading.product for reading in readings} == {None}


@pytest.mark.parametrize(
    "raw",
    ["91", "]d291", "9120304455", "91-22-33-44-55", "]d291" + "k" * 91, f"]d291kit{GS}91bag", "]d291kit full", "]d291sprøyte", "(91)", "(91)sprøyte", "91kit" + "2110" * 40],
)
def test_what_only_looks_like_our_own_label_is_refused(raw: str) -> None:
    assert why_not(raw) is Why.UNREADABLE


def test_our_own_label_says_the_product_the_expiry_and_the_lot_as_far_as_there_are_any() -> None:
    assert labels.own_label("kit-full", "K-7", date(2027, 1, 31)) == (("91", "kit-full"), ("17", "270131"), ("10", "K-7"))
    assert labels.own_label("kit-full", expires_on=date(2027, 1, 31)) == (("91", "kit-full"), ("17", "270131"))
    assert labels.own_label("kit-full", "K-7") == (("91", "kit-full"), ("10", "K-7"))
    assert labels.own_label("kit-full") == (("91", "kit-full"),)


def test_our_own_label_for_goods_with_a_gtin_says_that_in_place_of_our_code() -> None:
    elements = labels.own_label("naloxone-nyxoid", "A1B2", date(2027, 2, 28), NYXOID)

    assert elements == (("01", NYXOID), ("17", "270228"), ("10", "A1B2"))
    assert labels.read_label(labels.element_string(elements)) == (NYXOID_PACK,)


def test_people_read_in_brackets_what_the_code_says_and_may_type_it() -> None:
    said = labels.in_brackets(labels.own_label("kit-full", "K-7", date(2027, 1, 31)))

    assert said == "(91)kit-full(17)270131(10)K-7"
    assert labels.read_label(said) == (KIT,)


@pytest.mark.parametrize(
    "values",
    [
        {"product": "sprøyte"},
        {"product": "kit full"},
        {"product": "kit#1"},
        {"product": "kit|10"},
        {"product": f"kit{GS}10A"},
        {"product": ""},
        {"product": "k" * 91},
        {"product": "kit", "lot": ""},
        {"product": "kit", "lot": "Å-1"},
        {"product": "kit", "lot": "K 1"},
        {"product": "kit", "lot": "K" * 21},
        {"product": "kit", "lot": "K<gs>1"},
        {"product": "kit", "lot": "K<FNC1>1"},
        {"product": "kit", "lot": f"K{GS}"},
        {"product": "kit", "gtin": "5060571490001"},
        {"product": "kit", "gtin": ""},
        {"product": "kit", "expires_on": date(1926, 1, 31)},
    ],
)
def test_what_would_not_read_back_is_not_printed(values: dict[str, str]) -> None:
    with pytest.raises(NotALabel):
        labels.own_label(**values)


def test_a_gtin_with_a_wrong_check_digit_is_not_printed() -> None:
    with pytest.raises(NotALabel) as refused:
        labels.own_label("kit", gtin=WRONG_CHECK_DIGIT)

    assert refused.value.why is Why.CHECK_DIGIT


CHARACTERS_82 = r"[!\"%-?A-Z_a-z]"


@given(
    product=st.from_regex(rf"{CHARACTERS_82}{{0,89}}[a-z]", fullmatch=True),
    lot=st.none() | LOTS,
    expires_on=st.none() | st.dates(date(2020, 1, 1), date(2050, 12, 31)),
    symbology=st.sampled_from(["", "]d2"]),
    separator=st.sampled_from([GS, *labels.SEPARATORS]),
)
@example(product="needle-21g", lot=None, expires_on=None, symbology="", separator=GS)
@example(product="syringe-10ml", lot="10A", expires_on=None, symbology="", separator="|")
def test_what_our_own_label_says_reads_back_the_same(product: str, lot: str | None, expires_on: date | None, symbology: str, separator: str) -> None:
    assume(not any(text in value.upper() for text in ("<GS>", "<FNC1>") for value in (product, lot or "")))
    elements = labels.own_label(product, lot, expires_on)
    printed = labels.element_string(elements)

    readings = labels.read_label(symbology + printed.replace(GS, separator))

    assert readings[0] == Label(product=product, lot=lot, expires_on=expires_on)
    if GS in printed:
        assert len(readings) == 1
