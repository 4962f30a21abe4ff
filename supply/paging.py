"""Marks in long lists: where the next part starts, opaque to whoever holds it. Pure."""

import base64
import binascii
import json
from typing import Any

from supply.errors import Invalid


class MarkIsWrong(Invalid):
    """The mark in `after` is not one of ours.

    Take it from the Link of the part before, or start at the beginning.
    """


def mark(*values: int | str) -> str:
    """Write where a list goes on."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def read_mark(text: str | None, *kinds: type, most: int = 2**31 - 1) -> tuple[Any, ...] | None:
    """Read a mark of values of these kinds; None at the beginning; refuses with MarkIsWrong."""
    if text is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise MarkIsWrong(at="after") from None
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds) or any(_is_odd(value, most) for value in values):
        raise MarkIsWrong(at="after")
    return tuple(values)


def _is_odd(value: int | str, most: int) -> bool:
    """Whether a database could not even be asked about a value: too large, or characters that it cannot hold."""
    return abs(value) > most if isinstance(value, int) else any(character < " " or "\ud800" <= character <= "\udfff" for character in value)
