"""JSON as it is taken and as it is sent."""

import json
from collections.abc import Iterable
from typing import Any


def read_strictly(body: bytes) -> Any:
    """Read JSON; refuses with ValueError what is not UTF-8, repeated members and NaN, with RecursionError what is nested too deep."""
    return _READER.decode(body.decode())


def json_bytes(value: Any) -> bytes:
    """Write JSON as it is sent and kept: UTF-8, in the order given; a lone surrogate, which has no bytes in it, as JSON escapes it."""
    return _WRITER.encode(value).encode(errors="backslashreplace")


def _no_repeats(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, value in pairs:
        if name in read:
            raise ValueError(f"repeated member: {name[:60]}")
        read[name] = value
    return read


def _no_constants(name: str) -> None:
    raise ValueError(f"{name} is no number")


_READER = json.JSONDecoder(object_pairs_hook=_no_repeats, parse_constant=_no_constants)
_WRITER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
