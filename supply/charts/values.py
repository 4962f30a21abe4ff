"""What charts show: values with their interval and how they are written. The reader's numbers are handed in as written."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Value:
    """A figure: its point, its interval where it has one, and how it is written, `333 (276–392)`. No point: not known, or not shown, and the text says which."""

    point: float | None
    text: str
    low: float | None = None
    high: float | None = None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Give the interval; None where there is none to draw."""
        return None if self.point is None or self.low is None or self.high is None else (self.low, self.high)


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A line across a chart: a threshold, and what it is called."""

    at: float
    text: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of bars or of a ranking: what it is about, its value, its verdict (low, medium, high: how it is coloured) and where it leads (in the table beside)."""

    label: str
    value: Value
    verdict: str = ""
    href: str = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """What every chart says: its id in the page, title, a description for those who do not see it, and the unit; `number` writes the values of the axis as the reader does."""

    name: str
    title: str
    description: str
    unit: str
    number: Callable[[float], str]
    marks: tuple[Mark, ...] = ()


def extents(values: Iterable[Value], marks: Iterable[Mark] = ()) -> Iterator[float | None]:
    """Give everything an axis has to reach."""
    for value in values:
        if value.point is not None:
            yield from (value.point, value.low, value.high)
    yield from (mark.at for mark in marks)
