"""Files of moves read into acts: which rows are one posting, what is refused, and that the quick way agrees with the schemas."""

import io
import zipfile
from datetime import datetime
from typing import Any

import marshmallow as ma
import pytest
import xlsxwriter
from flask import Flask
from flask_babel import Babel
from hypothesis import given
from hypothesis import strategies as st

from inventory.rules import tables
from inventory.rules.imports import COLUMNS, TAKEN, Act, Rows, plain_command, read_rows
from inventory.rules.tables import NotATable, read_table
from inventory.schemas import BATCH_KINDS, SCHEMAS

HEADER = "kind;place;occurred_on;product;lot;expires_on;units;occasion;reason;key"


def read(*rows: str, header: str = HEADER) -> Rows:
    return read_rows(read_table("\n".join((header, *rows)).encode()))


def problems(*rows: str, header: str = HEADER) -> list[tuple[int, str | None, str]]:
    return [(problem.row, problem.column, problem.sentence) for problem in read(*rows, header=header).problems]


def workbook(*rows: list[Any]) -> bytes:
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet()
        for nth, row in enumerate(rows):
            sheet.write_row(nth, 0, row)
    return content.getvalue()


def packed(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as book:
        for name, inside in parts.items():
            book.writestr(name.replace("__", "/"), inside)
    return content.getvalue()


def test_consecutive_rows_of_one_key_kind_place_and_day_are_one_posting():
    found = read(
        "handout;osl-depot;2026-11-01;cooker;;;5;;;monday-1",
        "handout;osl-depot;2026-11-01;swab;;;7;;;monday-1",
        "handout;osl-depot;2026-11-01;cooker;;;5;;;monday-2",
    )

    assert [(act.key, act.rows) for act in found.acts] == [("monday-1", [2, 3]), ("monday-2", [4])]
    assert found.problems == ()


def test_a_key_that_comes_back_later_is_refused():
    row = "handout;osl-depot;2026-11-01;cooker;;;5;;;monday-1"

    assert problems(row, row.replace("monday-1", "monday-2"), row) == [(4, "key", "This key stands on row 2 already, for another posting. Rows of one posting stand together.")]


def test_rows_without_a_key_are_told_apart_by_what_they_say_and_how_often():
    row = "handout;osl-depot;2026-11-01;cooker;;;5;;;"
    first, second = read(row, row), read(row, row, row)

    keys = [act.key for act in second.acts]
    assert len(set(keys)) == 3
    assert [act.key for act in first.acts] == keys[:2]


def test_columns_may_stand_in_any_order_and_the_derived_key_stays_the_same():
    usual = read("handout;osl-depot;2026-11-01;cooker;;;5;;;")
    turned = read("5,cooker,2026-11-01,osl-depot,handout", header="units,product,occurred_on,place,kind")

    assert turned.acts[0].key == usual.acts[0].key


def test_rows_of_one_delivery_note_without_keys_are_one_delivery():
    header = "kind;place;occurred_on;product;lot;expires_on;units;supplier;document"
    found = read(
        "receipt;osl-depot;2026-11-01;swab;A;2028-01-31;5;dne;F-1",
        "receipt;osl-depot;2026-11-01;swab;B;2028-01-31;5;dne;F-1",
        "receipt;osl-depot;2026-11-01;swab;B;2028-01-31;5;dne;F-2",
        header=header,
    )

    assert [act.rows for act in found.acts] == [[2, 3], [4]]


@pytest.mark.parametrize("units", ["1 000", "1.000", "1,0", "1e3", "1_000", "+5", "-5", "0", "10000001", "½", "٣", "1\u00a0000", "5.0", " 5", "five"])
def test_a_number_with_a_separator_or_any_sign_is_left_to_the_schema_which_refuses_it(units):
    act = read(f"handout;osl-depot;2026-11-01;cooker;;;{units};;;monday-1").acts[0]

    assert plain_command(act) is None
    with pytest.raises(ma.ValidationError), translating():
        SCHEMAS["handouts"]().load(act.body)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("handuot;osl-depot;2026-11-01;cooker;;;5;;;monday-1", "kind"),
        (";osl-depot;2026-11-01;cooker;;;5;;;monday-1", "kind"),
        ("handout;;2026-11-01;cooker;;;5;;;monday-1", "place"),
        ("handout;osl-depot;;cooker;;;5;;;monday-1", "occurred_on"),
        ("handout;osl-depot;2026-11-01;;;;5;;;monday-1", "product"),
        ("handout;osl-depot;2026-11-01;cooker;;;;;;monday-1", "units"),
        ("handout;osl-depot;2026-11-01;cooker;;;5;;expired;monday-1", "reason"),
        ("receipt;osl-depot;2026-11-01;cooker;;;5;first_time;;monday-1", "occasion"),
        ("handout;osl-depot;2026-11-01;cooker;;;5;;;short", "key"),
        ("handout;osl-depot;2026-11-01;cooker;;;5;;;nøkkel-nøkkel", "key"),
        ("handout;osl-depot;2026-11-01;swab;A;31.01.2028;5;;;monday-1", "expires_on"),
        ("handout;osl-depot;2026-11-01;swab;;2028-01-31;5;;;monday-1", "lot"),
        ("handout;osl-depot;2026-11-01;cooker;;;5", None),
    ],
)
def test_a_bad_row_is_named_with_its_column(row, column):
    good = "handout;osl-depot;2026-11-01;cooker;;;5;;;tuesday-1"

    assert [(number, name) for number, name, _ in problems(good, "", row)] == [(4, column)]


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (HEADER + ";colour", "colour"),
        (HEADER + ";lot", "twice: lot"),
        (HEADER.replace("units;", ""), "units"),
        ("", "kind"),
    ],
)
def test_a_first_row_that_does_not_fit_is_refused_with_its_columns(header, said):
    [(row, _, sentence)] = problems(header=header)

    assert row == 0
    assert said in sentence


@pytest.mark.parametrize(
    "content",
    [
        "kind;place\nØst;Tromsø\n".encode(),
        "kind;place\nØst;Tromsø\n".encode("utf-8-sig"),
        "kind;place\r\nØst;Tromsø\r\n".encode("cp1252"),
        "kind,place\nØst,Tromsø\n".encode(),
        "kind\tplace\rØst\tTromsø\r".encode(),
        'kind;place\n"Øst";"Tromsø"\n'.encode(),
    ],
)
def test_text_is_read_as_spreadsheets_write_it(content):
    assert list(read_table(content)) == [(1, ["kind", "place"]), (2, ["Øst", "Tromsø"])]


def test_a_quotation_mark_that_never_ends_is_named_with_its_row():
    with pytest.raises(NotATable) as error:
        list(read_table(b'kind;place\na;b\nc;"d\n'))

    assert error.value.facts == {"row": 3}


def test_a_workbook_gives_whole_numbers_as_digits_and_days_as_year_month_day():
    rows = list(read_table(workbook(["units", "day", "lot"], [1000, datetime(2026, 11, 1), "007"], [], [1.5, "2026-11-02", 12345])))

    assert rows == [(1, ["units", "day", "lot"]), (2, ["1000", "2026-11-01", "007"]), (4, ["1.5", "2026-11-02", "12345"])]


def test_a_day_with_a_time_is_no_day():
    [_, (_, [cell])] = read_table(workbook(["day"], [datetime(2026, 11, 1, 12, 30)]))

    assert cell == "2026-11-01T12:30:00"


def test_a_workbook_that_swells_is_refused_before_it_is_unpacked():
    bomb = packed(**{"xl__worksheets__sheet1.xml": b" " * (tables.UNPACKED_BYTES_MAX + 1)})

    assert len(bomb) < tables.FILE_BYTES_MAX
    with pytest.raises(NotATable, match="too large once it is unpacked"):
        list(read_table(bomb))


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "BM2", "A200002"])
def test_a_cell_far_out_is_refused_before_the_rectangle_is_made(cell):
    sheet = f'<worksheet><sheetData><row r="1"><c r="{cell}"><v>1</v></c></row></sheetData></worksheet>'.encode()

    with pytest.raises(NotATable, match="too many"):
        list(read_table(packed(**{"xl__worksheets__sheet1.xml": sheet})))


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + bytes(500), packed(a=b"b")])
def test_what_is_no_workbook_is_refused(content):
    with pytest.raises(NotATable, match="cannot be read"):
        list(read_table(content))


def test_too_large_a_file_and_too_many_rows_are_refused():
    with pytest.raises(NotATable, match="too large"):
        read_table(bytes(tables.FILE_BYTES_MAX + 1))
    with pytest.raises(NotATable, match="too many rows"):
        list(read_table(b"a;b\n" * (tables.ROWS_MAX + 2)))


WORDS = st.one_of(
    st.sampled_from(["osl-depot", "cooker", "2026-11-01", "2026-02-30", "5", "0", "10000001", "1 000", "first_time", "unknown", "expired", "other", "A1", "-", " ", "2026-W01-1", "x" * 61, "\x07"]),
    st.text(max_size=25),
)
CELLS = st.fixed_dictionaries(
    {"place": WORDS, "occurred_on": WORDS, "product": WORDS, "units": WORDS},
    optional={name: WORDS for name in COLUMNS if name not in {"kind", "key", "place", "occurred_on", "product", "units"}},
)
GOOD = {
    "place": "osl-depot",
    "occurred_on": "2026-11-01",
    "product": "cooker",
    "units": "5",
    "lot": "A1",
    "expires_on": "2028-01-31",
    "occasion": "first_time",
    "recipient": "service",
    "reason": "other",
    "to": "ost-depot",
    "supplier": "dne",
    "document": "F-1",
}


def translating():
    app = Flask(__name__)
    Babel(app, locale_selector=lambda: "en")
    return app.test_request_context()


@given(
    kind=st.sampled_from(sorted(TAKEN)),
    changes=CELLS,
    names=st.sets(st.sampled_from(sorted(GOOD)), max_size=2),
    left_out=st.sets(st.sampled_from(["lot", "occasion", "recipient", "document", "reason"])),
)
def test_what_the_quick_way_makes_the_schema_makes_too(kind, changes, names, left_out):
    takes = {"place", "occurred_on", "product", "units", *TAKEN[kind]}
    cells = {name: word for name, word in GOOD.items() if name not in left_out} | {name: changes[name] for name in names if name in changes}
    line = {name: word for name, word in cells.items() if name in takes and word}
    if not {"place", "occurred_on", "product", "units"} <= line.keys():
        return
    act = Act(kind=kind, key="monday-1", rows=[2], lines=[line])

    quick = plain_command(act)

    if quick is not None:
        with translating():
            assert SCHEMAS[BATCH_KINDS[kind]]().load(act.body) == quick


@pytest.mark.parametrize(("kind", "taken"), TAKEN.items())
def test_the_quick_way_takes_plain_rows_of_every_kind(kind, taken):
    line = {name: GOOD[name] for name in ("place", "occurred_on", "product", "units", *taken)}

    assert plain_command(Act(kind=kind, key="monday-1", rows=[2], lines=[line])) is not None
