"""What a reference file must look like, and what differs between a file and what is known. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

Row = dict[str, Any]
Key = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a CSV file: what it is called in the table, how it is read, whether it may be empty."""

    header: str
    name: str
    read: Callable[[str], Any]
    required: bool = True


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A row that cannot be loaded, and why."""

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
        raise ValueError("a control character")
    return value


def whole(value: str) -> int:
    """Read a whole number, digits only."""
    if not value.isascii() or not value.isdigit():
        raise ValueError("not a whole number")
    return int(value)


def decimal(value: str) -> float:
    """Read a decimal number with a point."""
    return float(value)


def day(value: str) -> date:
    """Read an ISO day."""
    return date.fromisoformat(value)


def yes_or_no(value: str) -> bool:
    """Read true or false."""
    if value not in {"true", "false"}:
        raise ValueError("neither true nor false")
    return value == "true"


def gtin(value: str) -> str:
    """Read a GTIN of 14 digits; refuse a wrong check digit (GS1 General Specifications, section 7.9)."""
    if len(value) != 14 or not value.isascii() or not value.isdigit():
        raise ValueError("not 14 digits")
    weighted = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(value[:13]))
    if (10 - weighted % 10) % 10 != int(value[13]):
        raise ValueError("its check digit is wrong")
    return value


def read_rows(file: str, rows: Iterable[tuple[int, Mapping[str, str]]], columns: tuple[Column, ...], key: tuple[str, ...]) -> tuple[list[Row], list[Problem]]:
    """Read a file's rows; give those that are right and every problem found."""
    good: list[Row] = []
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
        good.append(row)
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
    """Give every number that the body behind a number has had until today, its own and those merged into it; none once it was split.

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
    current = now.get(number, number)
    if current is None:
        return frozenset()
    return frozenset({number, current} | {known for known, became in now.items() if became == current})


def _read_row(file: str, line: int, raw: Mapping[str, str], columns: tuple[Column, ...]) -> tuple[Row, list[Problem]]:
    row: Row = {}
    problems = []
    for column in columns:
        value = (raw.get(column.header) or "").strip()
        if not value:
            if column.required:
                problems.append(Problem(file=file, line=line, column=column.header, why="is empty"))
            row[column.name] = "" if column.name == "valid_from" else None
            continue
        try:
            row[column.name] = column.read(value)
        except ValueError as error:
            problems.append(Problem(file=file, line=line, column=column.header, why=str(error)))
    return row, problems
