"""What a reference file must look like, and what differs between a file and what is known. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]
LARGEST = 2**31 - 1
"""What a whole number's column holds on both databases."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a CSV file: what it is called in the table, how it is read, whether it may be empty."""

    header: str
    name: str
    read: Callable[[str], Any]
    required: bool = True
    length_max: int | None = None
    empty: Any = None
    """What stands in the table where the file says nothing."""
    may_lack: bool = False
    """Whether a file may do without the column: then all its rows say nothing of it."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A row that cannot be loaded, and why; `column` is empty where it is the whole row."""

    file: str
    line: int
    column: str
    why: str


@dataclass(kw_only=True)
class Difference:
    """What a file would change."""

    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    gone: list[Row] = field(default_factory=list)


def text(value: str) -> str:
    """Read text as it stands; refuse control characters."""
    if any(ord(character) < ord(" ") for character in value):
        raise ValueError("holds a control character")
    return value


def whole(value: str) -> int:
    """Read a whole number, digits only."""
    if not value.isascii() or not value.isdigit():
        raise ValueError("is not a whole number")
    if len(value) > 10 or int(value) > LARGEST:
        raise ValueError("is too large")
    return int(value)


def count(value: str) -> int:
    """Read a whole number from 1."""
    if (number := whole(value)) < 1:
        raise ValueError("is not at least 1")
    return number


def decimal(value: str) -> float:
    """Read a decimal number with a point."""
    if not _DECIMAL.fullmatch(value):
        raise ValueError("is not a decimal number")
    return float(value)


def day(value: str) -> date:
    """Read an ISO day."""
    try:
        if _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise ValueError("is not a day that exists, as year-month-day")


def one_of(*words: str) -> Callable[[str], str]:
    """Give a reader of one word of a list."""

    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"is none of {', '.join(words)}")
        return value

    return read


def other_than(words: Iterable[str]) -> Callable[[str], str]:
    """Give a reader of text that is none of some words."""
    taken = frozenset(words)

    def read(value: str) -> str:
        if value in taken:
            raise ValueError("is the service's own")
        return text(value)

    return read


def yes_or_no(value: str) -> bool:
    """Read true or false."""
    if value not in {"true", "false"}:
        raise ValueError("is neither true nor false")
    return value == "true"


def gtin(value: str) -> str:
    """Read a GTIN of 14 digits; refuse a wrong check digit (GS1 General Specifications, section 7.9)."""
    if len(value) != 14 or not value.isascii() or not value.isdigit():
        raise ValueError("is not 14 digits")
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(value[:13]))
    if (10 - weighted % 10) % 10 != int(value[13]):
        raise ValueError("has a wrong check digit")
    return value


def wrong_header(file: str, header: Sequence[str], columns: tuple[Column, ...]) -> list[Problem]:
    """Say what is wrong with a file's first line: a column that is missing, unknown, or there twice."""
    known = [column.header for column in columns]
    wrong = [(column.header, "is missing") for column in columns if column.header not in header and not column.may_lack]
    wrong += [(name, "is not known") for name in dict.fromkeys(header) if name not in known]
    wrong += [(name, "stands twice") for name in dict.fromkeys(header) if list(header).count(name) > 1]
    return [Problem(file=file, line=1, column=name, why=why) for name, why in wrong]


def read_rows(file: str, rows: Iterable[tuple[int, Mapping[str, str]]], columns: tuple[Column, ...], key: tuple[str, ...]) -> tuple[dict[int, Row], list[Problem]]:
    """Read a file's rows; give those that are right by their line, and every problem found."""
    good: dict[int, Row] = {}
    problems: list[Problem] = []
    seen: set[Key] = set()
    for line, raw in rows:
        row, wrong = _read_row(file, line, raw, columns)
        problems += wrong
        if wrong:
            continue
        own_key = key_of(row, key)
        if own_key in seen:
            problems.append(Problem(file=file, line=line, column=", ".join(key), why="stands twice"))
        seen.add(own_key)
        good[line] = row
    return good, problems


def key_of(row: Mapping[str, Any], key: tuple[str, ...]) -> Key:
    """Give what tells a row from the others."""
    return tuple(row[name] for name in key)


def difference(known: Iterable[Row], wanted: Iterable[Row], key: tuple[str, ...]) -> Difference:
    """Say what is new, changed and gone between what is known and what a file says."""
    before = {key_of(row, key): row for row in known}
    after = {key_of(row, key): row for row in wanted}
    found = Difference()
    for own_key, row in after.items():
        if own_key not in before:
            found.new.append(row)
        elif any(before[own_key][name] != value for name, value in row.items()):
            found.changed.append(row)
    found.gone = [row for own_key, row in before.items() if own_key not in after]
    return found


Change = tuple[date, str, str, str]
"""On a day an old number became a new one, and how: rename, renumber, merge, split."""


def numbers_of_body(number: str, changes: Iterable[Change], *, today: date) -> frozenset[str]:
    """Give every number that the body behind a number has had until today, its own and those merged into it; none once it was split."""
    now = what_became(changes, today=today)
    current = now.get(number, number)
    if current is None:
        return frozenset()
    return frozenset({number, current} | {known for known, became in now.items() if became == current})


def what_became(changes: Iterable[Change], *, today: date) -> dict[str, str | None]:
    """Give for every number that was ever changed the one it has become until today, None once it was split.

    Follows merges, renumberings and renames day by day; what happens on one day happens at once. A split has no successor: that is never guessed.
    """
    now: dict[str, str | None] = {}
    for _, of_the_day in groupby(sorted(change for change in changes if change[0] <= today), key=itemgetter(0)):
        step: dict[str, str | None] = {}
        for _, old, new, kind in of_the_day:
            now.setdefault(old, old)
            step[old] = None if kind == "split" else new
            if kind != "split":
                now.setdefault(new, new)
        now = {known: step.get(current, current) if current is not None else None for known, current in now.items()}
    return now


def _read_row(file: str, line: int, raw: Mapping[str, str], columns: tuple[Column, ...]) -> tuple[Row, list[Problem]]:
    row: Row = {}
    problems = []
    for column in columns:
        value = raw.get(column.header, "").strip()
        if not value:
            if column.required:
                problems.append(Problem(file=file, line=line, column=column.header, why="is empty"))
            row[column.name] = "" if column.name == "valid_from" else column.empty
            continue
        try:
            row[column.name] = column.read(value)
        except ValueError as error:
            problems.append(Problem(file=file, line=line, column=column.header, why=str(error)))
        if column.length_max is not None and len(value) > column.length_max:
            problems.append(Problem(file=file, line=line, column=column.header, why=f"is longer than {column.length_max} characters"))
    return row, problems
