"""JSON as it is taken and as it is sent."""

import json
from collections.abc import Callable, Iterable
from json import encoder as python
from typing import Any


def read_strictly(body: bytes) -> Any:
    """Read JSON; refuses with ValueError what is not UTF-8, repeated members and NaN, with RecursionError what is nested too deep."""
    return _READER.decode(body.decode())


def json_bytes(value: Any) -> bytes:
    """Write JSON as it is sent and kept: UTF-8, in the order given; a lone surrogate, which has no bytes in it, as JSON escapes it."""
    return _write(value).encode(errors="backslashreplace")


def writer(*, default: Callable[[Any], Any] | None = None, sort_keys: bool = False) -> Callable[[Any], str]:
    """Give what writes values as JSON without white space, beyond ASCII too; `default` makes something plain of what JSON has no form for.

    Python's JSONEncoder makes the part of it that is written in C anew for each value, which takes longer than to write a short one.
    """
    encoder = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=sort_keys, separators=(",", ":"), default=default)
    make: Any = getattr(python, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    parts = make(None, encoder.default, python.encode_basestring, None, ":", ",", sort_keys, False, True)
    return lambda value: "".join(parts(value, 0))


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
_write = writer()
