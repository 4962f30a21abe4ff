"""Which parts go into which kits, so that every kit knows its parts. Pure."""

import hashlib
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate, pairwise
from typing import Generic, TypeVar

Lot = TypeVar("Lot", bound=Hashable)
Part = tuple[int, Sequence[tuple[Lot, int]]]
"""A part of a kit: how many units one kit takes, and the lots and units at hand in the order in which they are used."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those that nobody reads or hears for another."""


@dataclass(frozen=True, kw_only=True)
class Content:
    """What one kit holds in a version of its content: units by the part's product code."""

    version: int
    starts_on: date
    parts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Packed(Generic[Lot]):
    """Kits that hold the very same: how many, and of which lots how many units are in each."""

    kits: int
    each: Mapping[Lot, int]


def content_on(contents: Iterable[Content], day: date) -> Content | None:
    """Give what a kit holds on a day: the newest version that had begun by then; None before the first."""
    return max((content for content in contents if content.starts_on <= day), key=lambda content: content.version, default=None)


def lot_number(place: str, kit: str, version: int, parts: Iterable[tuple[str, str, int]], nth: int) -> str:
    """Give the number of the lot of kits that were packed at a place and hold just these parts (product, lot, units): the same for kits that are alike.

    `nth` tells lots apart that hold the same and yet must not be one: 0 for the first. Ten letters are 49 bits of a SHA-256; who uses a number looks whether it is taken.
    """
    inside = "\x1f".join([place, kit, str(version), str(nth), *(f"{product}\x1e{lot}\x1e{units}" for product, lot, units in sorted(parts))])
    left = int.from_bytes(hashlib.sha256(inside.encode()).digest())
    letters = ""
    for _ in range(10):
        left, one = divmod(left, len(_LETTERS))
        letters += _LETTERS[one]
    return f"K{letters[:5]}-{letters[5:]}"


def pack(kits: int, parts: Sequence[Part[Lot]]) -> list[Packed[Lot]]:
    """Fill kits one after the other from units that are just as many as they take; gives them by what they hold, so that those of one lot are alike to the last part."""
    found: list[Packed[Lot]] = []
    for first, after in pairwise(_cuts(kits, parts)):
        each = dict(_in_kit(first, parts))
        if found and found[-1].each == each:
            found[-1] = Packed(kits=found[-1].kits + after - first, each=each)
        else:
            found.append(Packed(kits=after - first, each=each))
    return found


def _cuts(kits: int, parts: Sequence[Part[Lot]]) -> list[int]:
    """Give the kits at which something may change: where a lot ends, and after the kit in which it ends."""
    ends = [(needed, end) for needed, lots in parts for end in accumulate(units for _, units in lots)]
    return sorted({0, kits} | {kit for needed, end in ends for kit in (end // needed, -(-end // needed)) if kit < kits})


def _in_kit(nth: int, parts: Sequence[Part[Lot]]) -> Iterator[tuple[Lot, int]]:
    """Give the lots and units in a kit."""
    for needed, lots in parts:
        first, after, start = nth * needed, (nth + 1) * needed, 0
        for lot, units in lots:
            if (inside := min(after, start + units) - max(first, start)) > 0:
                yield lot, inside
            start += units
