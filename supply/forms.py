"""What a form says, read as the JSON interface would be sent it; and what is wrong, beside the field it is about. Pure."""

import hashlib
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import marshmallow as ma
from marshmallow import fields

from supply.fields import Number, TrueOrFalse, Whole

Rows = Mapping[str, list[int]]
"""By list, the number each line bears in the form, in the order they are sent."""
_NUMBER = re.compile(r"[0-9]{1,9}([.,][0-9]{1,9})?")
DIGITS_MAX = 15  # more than any field holds, fewer than make int() slow


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form as it is shown: the key it is sent under, what stands in its fields, and what is wrong with them."""

    key: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    values: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, list[str]] = field(default_factory=dict)
    problem: Mapping[str, Any] | None = None

    def value(self, name: str) -> str:
        """Give what stands in a field."""
        return self.values.get(name, "")

    def rows(self, name: str) -> list[int]:
        """Give the numbers of the lines of a list, in order."""
        return rows_of(self.values, name)

    def with_values(self, **values: str) -> "Form":
        """Give the form with other words in some fields."""
        return replace(self, values={**self.values, **values})

    def next_row(self, name: str) -> int:
        """Give the number of a new line."""
        return max(self.rows(name), default=-1) + 1

    def with_row(self, name: str, number: int, row: Mapping[str, str]) -> "Form":
        """Give the form with a line put in."""
        return replace(self, values={**self.values, **{f"{name}-{number}-{part}": text for part, text in row.items()}})

    def without_row(self, name: str, number: int) -> "Form":
        """Give the form with a line taken out."""
        return replace(self, values={known: text for known, text in self.values.items() if not known.startswith(f"{name}-{number}-")})

    def without(self, *names: str) -> "Form":
        """Give the form with some fields empty."""
        return replace(self, values={known: text for known, text in self.values.items() if known not in names})

    def row(self, name: str, number: int) -> dict[str, str]:
        """Give a line's fields."""
        prefix = f"{name}-{number}-"
        return {known.removeprefix(prefix): text for known, text in self.values.items() if known.startswith(prefix)}

    def refused(self, wrong: Mapping[str, list[str]], problem: Mapping[str, Any] | None = None) -> "Form":
        """Give the form with what is wrong in it, to be sent again under another key.

        The key follows from the one before, so that going back and sending the same again cannot enter it twice.
        """
        return replace(self, key=key_after(self.key), wrong={**self.wrong, **wrong}, problem=problem or self.problem)


def key_after(key: str) -> str:
    """Give the key a form is sent under when the one before was refused."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def rows_of(values: Mapping[str, str], name: str) -> list[int]:
    """Give the numbers of the lines of a list, in order: 0 and 4 of `lines-0-units` and `lines-4-lot`."""
    found = set()
    for known in values:
        prefix, _, rest = known.partition("-")
        number, _, part = rest.partition("-")
        if prefix == name and part and number.isascii() and number.isdigit() and len(number) <= DIGITS_MAX:
            found.add(int(number))
    return sorted(found)


def sent_by(values: Mapping[str, str], schema: ma.Schema, *, needed: str | None = None) -> tuple[dict[str, Any], Rows]:
    """Read a form's fields into what the schema takes: empty ones left out, digits as numbers, anything else for the schema to refuse.

    A line with nothing in it is left out; with `needed`, every line in which that field is empty.
    """
    sent: dict[str, Any] = {}
    rows: dict[str, list[int]] = {}
    for name, kind in _fields(schema):
        if not isinstance(kind, fields.List):
            sent |= _said(name, kind, values.get(name, ""))
            continue
        lines = [(number, _line(values, f"{name}-{number}-", kind)) for number in rows_of(values, name)]
        kept = [(number, line) for number, line in lines if line and (needed is None or needed in line)]
        rows[name] = [number for number, _ in kept]
        if kept:
            sent[name] = [line for _, line in kept]
    return sent, rows


def beside(problem: Mapping[str, Any], rows: Rows, detail: str) -> dict[str, list[str]]:
    """Give what is wrong by field; under the empty name what concerns the whole."""
    if isinstance(problem.get("errors"), dict):
        wrong: dict[str, list[str]] = {}
        for path, messages in _walk(problem["errors"], ()):
            wrong.setdefault(_name(path, rows), []).extend(messages)
        return wrong
    return {_name(tuple(str(problem.get("at") or "").split(".")), rows): [detail]}


def _fields(schema: ma.Schema) -> Iterator[tuple[str, fields.Field[Any]]]:
    for name, kind in schema.load_fields.items():
        yield kind.data_key or name, kind


def _line(values: Mapping[str, str], prefix: str, kind: fields.List[Any]) -> dict[str, Any]:
    assert isinstance(kind.inner, fields.Nested)
    line: dict[str, Any] = {}
    for name, part in _fields(kind.inner.schema):
        line |= _said(name, part, values.get(prefix + name, ""))
    return line


def _said(name: str, kind: fields.Field[Any], text: str) -> dict[str, Any]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\N{NO-BREAK SPACE}")
    if not text:
        return {}
    if isinstance(kind, TrueOrFalse):
        return {name: text in {"true", "on"}}
    if isinstance(kind, Whole) and text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX:
        return {name: int(text)}
    if isinstance(kind, Number) and _NUMBER.fullmatch(text):
        return {name: float(text.replace(",", "."))}
    return {name: text}


def _walk(errors: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    if isinstance(errors, dict):
        for name, inner in errors.items():
            yield from _walk(inner, path if name == "_schema" else (*path, str(name)))
    else:
        yield path, [str(message) for message in errors] if isinstance(errors, list) else [str(errors)]


def _name(path: tuple[str, ...], rows: Rows) -> str:
    if len(path) > 1 and path[0] in rows and path[1].isdigit() and int(path[1]) < len(rows[path[0]]):
        path = (path[0], str(rows[path[0]][int(path[1])]), *path[2:])
    return "-".join(path)
