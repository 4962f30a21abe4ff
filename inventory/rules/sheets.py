"""A count sheet while it is being filled in: what was written, what is still asked, what it becomes. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inventory.rules.commands import CountLine


class Step(StrEnum):
    """What comes next when somebody wants to record a sheet."""

    COUNT = "count"
    LOOK = "look"
    RECOUNT = "recount"
    EXPLAIN = "explain"
    RECORD = "record"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How far a count may differ before it is asked for again: by more units than this, and by more than this share of what was expected."""

    units: int
    percent: int

    def is_over(self, *, expected: int, counted: int) -> bool:
        """Whether a difference is over the limit."""
        difference = abs(counted - expected)
        return difference > self.units and 100 * difference > self.percent * expected


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetLine:
    """A lot on a sheet: expected when the sheet was opened, when it was last looked at, and now; what was counted first and again (None: not counted)."""

    line: int
    product: str
    lot: str
    expires_on: date | None
    expected_then: int
    expected_seen: int
    expected_now: int
    first: int | None = None
    second: int | None = None
    reason: str | None = None

    @property
    def counted(self) -> int | None:
        """Give what stands: the second count where there is one."""
        return self.first if self.second is None else self.second

    @property
    def moved(self) -> int:
        """Give what moved since the sheet was opened."""
        return self.expected_now - self.expected_then

    @property
    def difference(self) -> int | None:
        """Give how much more was counted than is expected now; None while it is not counted."""
        return None if self.counted is None else self.counted - self.expected_now


def asked_again(lines: Iterable[SheetLine], limit: Limit) -> list[SheetLine]:
    """Give the lines whose first count is too far off to stand alone, and that were not counted again."""
    return [line for line in lines if line.first is not None and line.second is None and limit.is_over(expected=line.expected_now, counted=line.first)]


def next_step(lines: Sequence[SheetLine], *, passes: int, limit: Limit) -> Step:
    """Say what comes next: count something, look at what moved meanwhile, count again what is far off, say why the rest differs, or record.

    `passes` is how often the sheet was handed in and given back: a second count and reasons are asked for once, and may stay unanswered.
    """
    if all(line.first is None for line in lines):
        return Step.COUNT
    if any(line.first is not None and line.expected_now != line.expected_seen for line in lines):
        return Step.LOOK
    if passes == 0 and asked_again(lines, limit):
        return Step.RECOUNT
    if passes == 0 and any(line.difference and line.reason is None for line in lines):
        return Step.EXPLAIN
    return Step.RECORD


def count_lines(lines: Iterable[SheetLine]) -> tuple[CountLine, ...]:
    """Give the lines that were counted as a count takes them."""
    return tuple(
        CountLine(product=line.product, lot=line.lot, expires_on=line.expires_on, units=line.counted, expected=line.expected_seen, reason=line.reason) for line in lines if line.counted is not None
    )
