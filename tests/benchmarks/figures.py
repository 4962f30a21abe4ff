"""Figures: ratios of rounds, their median and range, and whether they meet their target."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, TypeVar

T = TypeVar("T")
HEADER = ("what", "target", "median", "min – max", "verdict")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Something measured once a round, and its target."""

    name: str
    rounds: Sequence[float]
    at: Literal["least", "most"]
    target: float
    unit: str = "×"

    @property
    def meets(self) -> bool:
        """Whether the median meets the target."""
        return median(self.rounds) >= self.target if self.at == "least" else median(self.rounds) <= self.target

    def row(self) -> tuple[str, ...]:
        """Write the figure as a row of the table."""
        low, high = min(self.rounds), max(self.rounds)
        sign = "≥" if self.at == "least" else "≤"
        return (
            self.name,
            f"{sign} {_text(self.target)} {self.unit}",
            f"{_text(median(self.rounds))} {self.unit}",
            f"{_text(low)} – {_text(high)}",
            "meets" if self.meets else "misses",
        )


@dataclass(frozen=True, kw_only=True)
class Check:
    """Something that must be so, whatever the speed."""

    name: str
    holds: bool
    found: str

    def row(self) -> tuple[str, ...]:
        """Write the check as a row of the table."""
        return (self.name, "must be", self.found, "", "meets" if self.holds else "misses")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """Something measured once a round that has no target."""

    name: str
    rounds: Sequence[float]
    unit: str = "×"

    def row(self) -> tuple[str, ...]:
        """Write the figure as a row of the table."""
        return (self.name, "none", f"{_text(median(self.rounds))} {self.unit}", f"{_text(min(self.rounds))} – {_text(max(self.rounds))}", "shown")


Row = Figure | Check | Shown


def at_least(name: str, target: float, rounds: Sequence[float], unit: str = "×") -> Figure:
    """Give a figure that should be no less than its target."""
    return Figure(name=name, rounds=rounds, at="least", target=target, unit=unit)


def at_most(name: str, target: float, rounds: Sequence[float], unit: str = "×") -> Figure:
    """Give a figure that should be no more than its target."""
    return Figure(name=name, rounds=rounds, at="most", target=target, unit=unit)


def ratios(ours: Sequence[T], bare: Sequence[T], of: Callable[[T], float]) -> list[float]:
    """Divide ours by bare, round by round."""
    return [of(one) / of(other) for one, other in zip(ours, bare, strict=True)]


def table(rows: Sequence[Row]) -> str:
    """Write the rows as a table."""
    lines = [HEADER, *(row.row() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADER))]
    written = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    return "\n".join([written[0], "  ".join("─" * width for width in widths), *written[1:]])


def _text(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
