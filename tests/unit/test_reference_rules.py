"""What reference files must look like, what differs, and what became of municipalities."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.reference import rules
from supply.reference.rules import Column, Problem

COLUMNS = (
    Column(header="code", name="code", read=rules.text),
    Column(header="n", name="units", read=rules.whole, required=False),
    Column(header="name", name="name", read=rules.text, required=False, length_max=5),
)


def read(*rows: dict[str, str]):
    return rules.read_rows("f.csv", enumerate(({"n": "", "name": ""} | row for row in rows), start=2), COLUMNS, ("code",))


def test_rows_are_read_by_line_as_their_columns_say():
    good, problems = read({"code": "a", "n": "5"}, {"code": " b ", "n": ""})

    assert problems == []
    assert good == {2: {"code": "a", "units": 5, "name": None}, 3: {"code": "b", "units": None, "name": None}}


def test_every_problem_of_every_row_is_found():
    good, problems = read({"code": "", "n": "x"}, {"code": "a"}, {"code": "a"}, {"code": "b", "name": "too long"})

    assert set(good) == {3, 4}
    assert [(problem.line, problem.column, problem.why) for problem in problems] == [
        (2, "code", "is empty"),
        (2, "n", "is not a whole number"),
        (4, "code", "stands twice"),
        (5, "name", "is longer than 5 characters"),
    ]


def test_a_header_is_exactly_the_columns_in_any_order():
    assert rules.wrong_header("f.csv", ["name", "code", "n"], COLUMNS) == []
    assert rules.wrong_header("f.csv", ["code", "code", "colour"], COLUMNS) == [
        Problem(file="f.csv", line=1, column="n", why="is missing"),
        Problem(file="f.csv", line=1, column="name", why="is missing"),
        Problem(file="f.csv", line=1, column="colour", why="is not known"),
        Problem(file="f.csv", line=1, column="code", why="stands twice"),
    ]


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        *((rules.whole, text) for text in ("", "-1", "1.0", "1e3", "1 000", "1_000", "٣", "+1", "2147483648", "9" * 100)),
        (rules.count, "0"),
        *((rules.decimal, text) for text in ("", "nan", "inf", "-inf", "1e3", "1,5", "1_0", ".5", "1.", "٣", "0x1")),
        *((rules.day, text) for text in ("", "2026-02-30", "20260101", "2026-W01-1", "2026-1-1", "01.01.2026", "2026-01-01T00:00", "٢٠٢٦-01-01")),
        *((rules.yes_or_no, text) for text in ("", "True", "1", "yes")),
        *((rules.gtin, text) for text in ("", "5060571490001", "05060571490002", "0506057149000x", "٠٥٠٦٠٥٧١٤٩٠٠٠١")),
        (rules.text, "a\x00b"),
        (rules.one_of("a", "b"), "c"),
        (rules.other_than({"people"}), "people"),
    ],
)
def test_what_is_not_written_right_is_refused_in_words(reader, text):
    with pytest.raises(ValueError, match=r"^(is|holds|has) "):
        reader(text)


def test_what_is_written_right_is_read():
    assert rules.whole("2147483647") == rules.LARGEST
    assert rules.count("1") == 1
    assert (rules.decimal("-1.50"), rules.decimal("0")) == (-1.5, 0.0)
    assert rules.day("2028-02-29") == date(2028, 2, 29)
    assert (rules.yes_or_no("true"), rules.yes_or_no("false")) == (True, False)
    assert rules.gtin("05060571490001") == "05060571490001"
    assert rules.one_of("a", "b")("a") == "a"
    assert rules.other_than({"people"})("oslo") == "oslo"


@given(digits=st.text("0123456789", min_size=13, max_size=13), other=st.integers(1, 9))
def test_one_check_digit_of_ten_is_right(digits, other):
    right = [check for check in range(10) if _is_gtin(f"{digits}{check}")]

    assert len(right) == 1
    assert not _is_gtin(f"{digits}{(right[0] + other) % 10}")


def _is_gtin(text: str) -> bool:
    try:
        return rules.gtin(text) == text
    except ValueError:
        return False


rows = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 3))


@given(known=rows, wanted=rows)
def test_what_is_known_and_the_difference_make_what_is_wanted(known, wanted):
    def of(table):
        return [{"code": code, "units": units} for code, units in table.items()]

    found = rules.difference(of(known), of(wanted), ("code",))
    made = dict(known)
    for row in (*found.new, *found.changed):
        made[row["code"]] = row["units"]
    for row in found.gone:
        del made[row["code"]]

    assert made == wanted
    assert all(known[row["code"]] != row["units"] for row in found.changed)
    assert rules.difference(of(wanted), of(wanted), ("code",)) == rules.Difference()


# What became of municipalities.

D2018, D2020, D2024 = date(2018, 1, 1), date(2020, 1, 1), date(2024, 1, 1)
CHANGES = [
    (D2020, "0602", "3005", "merge"),
    (D2020, "0625", "3005", "merge"),
    (D2024, "3005", "3301", "renumber"),
    (D2020, "1504", "1507", "merge"),
    (D2024, "1507", "1508", "split"),
    (D2024, "1507", "1580", "split"),
    (D2018, "5000", "5000", "rename"),
    # On one day two bodies may exchange their numbers.
    (D2024, "0001", "0002", "renumber"),
    (D2024, "0002", "0001", "renumber"),
]
DRAMMEN = {"0602", "0625", "3005", "3301"}


@pytest.mark.parametrize(
    ("number", "today", "numbers"),
    [
        ("0602", D2024, DRAMMEN),
        ("0625", D2024, DRAMMEN),
        ("3301", D2024, DRAMMEN),
        ("0602", D2024 - timedelta(days=1), {"0602", "0625", "3005"}),
        ("3301", D2020, {"3301"}),
        ("0602", D2020 - timedelta(days=1), {"0602"}),
        ("1504", D2024, set()),
        ("1507", D2024, set()),
        ("1507", D2024 - timedelta(days=1), {"1504", "1507"}),
        ("1508", D2024, {"1508"}),
        ("0301", D2024, {"0301"}),
        ("5000", D2024, {"5000"}),
        ("0001", D2024, {"0001", "0002"}),
    ],
)
def test_a_body_has_had_these_numbers(number, today, numbers):
    assert rules.numbers_of_body(number, CHANGES, today=today) == numbers


def test_what_a_number_became_is_followed_day_by_day():
    assert rules.what_became(CHANGES, today=D2020)["0602"] == "3005"
    became = rules.what_became(CHANGES, today=D2024)
    assert (became["0602"], became["3005"], became["1504"], became["0001"], became["0002"]) == ("3301", "3301", None, "0002", "0001")
