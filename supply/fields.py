"""Fields all features share: strict about what they take, plain about why they refuse. `plain` reads what is plainly right (see supply.plain)."""

import functools
import re
from datetime import date
from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from supply import privacy
from supply.clock import instant_text
from supply.plain import NOT_PLAIN, Plain

UNITS_MAX = 10_000_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?")
_AREA = re.compile(r"NO|[0-9]{2}|[0-9]{4}")

REQUIRED = {"required": _l("This must be filled in."), "null": _l("This must be filled in.")}


class Text(fields.String):
    """Text as it was sent, or refused: no control characters, no lone surrogates, not too long, not blank."""

    def __init__(self, length: int, *, lines: bool = False, **settings: Any) -> None:
        super().__init__(
            validate=validate.Length(max=length, error=_l("This is too long: at most {max} characters.")),
            error_messages=REQUIRED | {"invalid": _l("Write text here.")},
            metadata={"minLength": 1, "pattern": r"[^\s\u0000-\u001f\u007f-\u009f]"} | settings.pop("metadata", {}),
            **settings,
        )
        self.allowed = "\n\t" if lines else ""
        self.length = length

    def plain(self, value: Any) -> Any:
        """Read a text that is plainly right."""
        return value if type(value) is str and 0 < len(value) <= self.length and value.isprintable() and not value.isspace() else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> str:
        text = super()._deserialize(value, attr, data, **settings)
        assert isinstance(text, str)
        if not text.strip():
            raise ma.ValidationError(str(_l("This must be filled in.")))
        if not text.isprintable() and any(_is_control(character) and character not in self.allowed for character in text):
            raise ma.ValidationError(str(_l("Take out the characters that cannot be printed.")))
        return text


def is_area(text: str) -> bool:
    """Whether a text names an area: NO, a county of two digits, a municipality of four."""
    return _AREA.fullmatch(text) is not None


class Area(Text):
    """An area: NO, a county of two digits, a municipality of four."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(4, metadata={"pattern": f"^{_AREA.pattern}$"}, **settings)

    def plain(self, value: Any) -> Any:
        """Read an area that is plainly right."""
        return value if type(value) is str and is_area(value) else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> str:
        text = super()._deserialize(value, attr, data, **settings)
        if not is_area(text):
            raise ma.ValidationError(str(_l("Write NO, a county of two digits or a municipality of four.")))
        return text


class WideArea(Text):
    """An area that figures are asked of: NO, a county, a municipality, a city district of six digits, or `set:` and a name."""

    PATTERN = r"NO|[0-9]{2}|[0-9]{4}|[0-9]{6}|set:[a-z][a-z-]{1,38}"

    def __init__(self, **settings: Any) -> None:
        super().__init__(42, metadata={"pattern": f"^({self.PATTERN})$"}, **settings)

    def plain(self, value: Any) -> Any:
        """Read an area that is plainly right."""
        return value if type(value) is str and re.fullmatch(self.PATTERN, value) else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> str:
        text = super()._deserialize(value, attr, data, **settings)
        if re.fullmatch(self.PATTERN, text) is None:
            raise ma.ValidationError(str(_l("Write NO, a county of two digits, a municipality of four, or set: and a name.")))
        return text


class Key(fields.String):
    """An Idempotency-Key in a body: 8 to 80 printable ASCII characters."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(
            validate=validate.Regexp(r"[\x20-\x7e]{8,80}\Z", error=_l("Write 8 to 80 printable characters.")),
            error_messages=REQUIRED | {"invalid": _l("Write text here.")},
            metadata={"minLength": 8, "maxLength": 80, "pattern": "^[ -~]+$"},
            **settings,
        )

    def plain(self, value: Any) -> Any:
        """Read a key that is plainly right."""
        return value if type(value) is str and 8 <= len(value) <= 80 and value.isascii() and value.isprintable() else NOT_PLAIN


class Note(Text):
    """A note on an act, at most 500 characters unless it says otherwise; refuses a national identity number."""

    def __init__(self, length: int = 500, **settings: Any) -> None:
        super().__init__(length, lines=True, **settings)

    def plain(self, value: Any) -> Any:
        """Read a note that is plainly right."""
        return NOT_PLAIN if type(value) is str and privacy.holds_identity_number(value) else super().plain(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> str:
        text = super()._deserialize(value, attr, data, **settings)
        if privacy.holds_identity_number(text):
            raise ma.ValidationError(str(_l("Take out the national identity number: nothing about recipients is kept here.")))
        return text


class Whole(fields.Integer):
    """A whole number within bounds: a JSON integer, never a float, a text, true or another number than was sent."""

    def __init__(self, low: int, high: int, **settings: Any) -> None:
        super().__init__(
            strict=True,
            validate=validate.Range(low, high, error=_l("Write a whole number from {min} to {max}.")),
            error_messages=REQUIRED | {"invalid": _l("Write a whole number, digits only.")},
            **settings,
        )
        self.low, self.high = low, high

    def plain(self, value: Any) -> Any:
        """Read a number that is plainly right."""
        return value if type(value) is int and self.low <= value <= self.high else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> int:
        if type(value) is not int:
            raise self.make_error("invalid", input=value)
        return value


class Number(fields.Float):
    """A number within bounds: a JSON number, never a text, true, or one that no bounds hold."""

    def __init__(self, low: float, high: float, **settings: Any) -> None:
        super().__init__(validate=validate.Range(low, high, error=_l("Write a number from {min} to {max}.")), error_messages=REQUIRED | {"invalid": _l("Write a number.")}, **settings)
        self.low, self.high = low, high

    def plain(self, value: Any) -> Any:
        """Read a number that is plainly right."""
        return float(value) if type(value) in {int, float} and self.low <= value <= self.high else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        if type(value) not in {int, float}:
            raise self.make_error("invalid", input=value)
        return float(value) if abs(value) < 1e300 else self.high * 2  # none of our bounds holds it


class NumberText(fields.Float):
    """A number in a query: digits and a point."""

    def __init__(self, low: float, high: float, **settings: Any) -> None:
        super().__init__(validate=validate.Range(low, high, error=_l("Write a number from {min} to {max}.")), error_messages=REQUIRED | {"invalid": _l("Write a number.")}, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        if not (isinstance(value, str) and _NUMBER.fullmatch(value)):
            raise self.make_error("invalid", input=value)
        return float(value)


class WholeText(fields.Integer):
    """A whole number in a query, digits only."""

    def __init__(self, low: int, high: int, **settings: Any) -> None:
        super().__init__(
            validate=validate.Range(low, high, error=_l("Write a whole number from {min} to {max}.")), error_messages=REQUIRED | {"invalid": _l("Write a whole number, digits only.")}, **settings
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> int:
        if not (isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 15):
            raise self.make_error("invalid", input=value)
        return int(value)


class Units(Whole):
    """A number of units, 1 to ten million."""

    def __init__(self, low: int = 1, **settings: Any) -> None:
        super().__init__(low, UNITS_MAX, **settings)


class Day(fields.Date):
    """A day that exists, as an ISO date."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(format="%Y-%m-%d", error_messages=REQUIRED | {"invalid": _l("Write a day that exists, as year-month-day.")}, **settings)

    def plain(self, value: Any) -> Any:
        """Read a day that is plainly right."""
        try:
            return date.fromisoformat(value) if type(value) is str and _DAY.fullmatch(value) else NOT_PLAIN
        except ValueError:
            return NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        if not (isinstance(value, str) and _DAY.fullmatch(value)):
            raise self.make_error("invalid", input=value, obj_type="date")
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid", input=value, obj_type="date") from error


class Members(fields.Dict):
    """An object that is read later, by a schema of its own; not so deep that reading it would be work."""

    DEPTH_MAX = 8

    def __init__(self, **settings: Any) -> None:
        super().__init__(error_messages=REQUIRED | {"invalid": _l("Send an object here.")}, **settings)

    def plain(self, value: Any) -> Any:
        """Read an object that is not deep."""
        return value if type(value) is dict and not _is_deeper(value, self.DEPTH_MAX) else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        if _is_deeper(value, self.DEPTH_MAX):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **settings)  # type: ignore[no-untyped-call]  # marshmallow has no types there


class OneOf(fields.String):
    """One word of a list."""

    def __init__(self, *words: str, **settings: Any) -> None:
        super().__init__(validate=validate.OneOf(words, error=_l("Choose one of: {choices}.")), error_messages=REQUIRED | {"invalid": _l("Choose one of the words.")}, **settings)
        self.words = frozenset(words)

    def plain(self, value: Any) -> Any:
        """Read a word of the list."""
        return value if type(value) is str and value in self.words else NOT_PLAIN


class TrueOrFalse(fields.Boolean):
    """JSON true or false, nothing that only looks like it."""

    def plain(self, value: Any) -> Any:
        """Read true or false."""
        return value if type(value) is bool else NOT_PLAIN

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> bool:
        if type(value) is not bool:
            raise ma.ValidationError(str(_l("Say true or false.")))
        return value


class YesText(fields.Boolean):
    """true or false in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> bool:
        if value not in {"true", "false"}:
            raise ma.ValidationError(str(_l("Say true or false.")))
        return bool(value == "true")


class InstantOut(fields.DateTime):
    """An instant in an answer: RFC 3339, UTC."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **settings: Any) -> str | None:
        del attr, obj, settings
        return None if value is None else instant_text(value)


class Lines(fields.List[Any]):
    """A list of lines, not endless; handed on as a tuple."""

    def __init__(self, schema: type[ma.Schema], low: int = 1, high: int = 1000, **settings: Any) -> None:
        super().__init__(
            fields.Nested(schema),
            validate=validate.Length(low, high, error=_l("Send from {min} to {max} lines.")),
            error_messages=REQUIRED | {"invalid": _l("Send a list here.")},
            **settings,
        )
        self.low, self.high, self.made_by = low, high, schema

    @functools.cached_property
    def line(self) -> Plain | None:
        """Give the reader of a line; None for lines that marshmallow alone can read."""
        return getattr(self.made_by(), "plain", None)

    def plain(self, value: Any) -> Any:
        """Read a list whose lines are all plainly right."""
        if type(value) is not list or not self.low <= len(value) <= self.high or self.line is None:
            return NOT_PLAIN
        read = tuple(map(self.line.read, value))
        return NOT_PLAIN if any(one is NOT_PLAIN for one in read) else read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **settings))


def _is_deeper(value: Any, depth: int) -> bool:
    """Whether something stands deeper in a value than so many objects or lists in one another."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return bool(inner) and (depth == 0 or any(_is_deeper(one, depth - 1) for one in inner if isinstance(one, (dict, list))))


def _is_control(character: str) -> bool:
    return ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 or 0xD800 <= ord(character) <= 0xDFFF
