"""What makes two requests the same. Pure."""

import dataclasses
import enum
import functools
import hashlib
import re
from datetime import date
from typing import Any

from supply.json_text import writer

_LATER = "came later"
KEY = re.compile(r"[\x20-\x7e]{8,80}")


def canonical(value: Any) -> bytes:
    """Write a value as canonical JSON (RFC 8785): keys in order, no white space, UTF-8.

    Takes what our digests are made of: text, whole numbers, true, false, none, lists, and mappings with ASCII keys.
    A lone surrogate, which UTF-8 has no bytes for, is written as JSON escapes it: an entry of a batch may hold one until it is read.
    """
    return _write(value).encode(errors="backslashreplace")


def digest_of(act: str, command: Any) -> bytes:
    """Give the SHA-256 of an act and what it was asked with, the same from a header, a batch and an import."""
    return hashlib.sha256(canonical([act, command])).digest()


def is_key(text: str) -> bool:
    """Whether a text can be an Idempotency-Key: 8 to 80 printable ASCII characters."""
    return KEY.fullmatch(text) is not None


def came_later(default: Any) -> Any:
    """Give a field that a command did not always have: while it says nothing new it is left out of the digest, so that a key of before still means the same."""
    return dataclasses.field(default=default, metadata={_LATER: True})


def _plain(value: Any) -> Any:
    kind: Any = type(value)
    if (names := _names_of(kind)) is not None:
        always, later = names
        plain = {name: getattr(value, name) for name in always}
        for name, default in later:
            if getattr(value, name) != default:
                plain[name] = getattr(value, name)
        return plain
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} has no canonical form")


@functools.cache
def _names_of(kind: Any) -> tuple[tuple[str, ...], tuple[tuple[str, Any], ...]] | None:
    """Give the names of a dataclass's fields there always were, and those that came later with what they are by default; None of what is no dataclass."""
    if not dataclasses.is_dataclass(kind):
        return None
    fields = dataclasses.fields(kind)
    return tuple(field.name for field in fields if _LATER not in field.metadata), tuple((field.name, field.default) for field in fields if _LATER in field.metadata)


_write = writer(default=_plain, sort_keys=True)
