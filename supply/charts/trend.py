"""How something went over time: a line with the band of its interval, and a gap that says so where nothing is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from supply.charts import svg
from supply.charts.scale import Scale, scale_of
from supply.charts.svg import tag
from supply.charts.values import Chart, Value, extents

DOTS_MAX = 24
"""More points than this are drawn as a line alone."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing over time: what it is called, and a value for each period."""

    label: str
    values: tuple[Value, ...]


@dataclass(frozen=True, kw_only=True)
class Trend(Chart):
    """Lines over periods. `periods` are short labels for the axis; every line has a value for each; `unknown` is the word for a gap."""

    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    unknown: str

    def drawn(self, width: int) -> Markup:
        """Draw it, so many units wide."""
        return _Sheet(self, width).drawn()


class _Sheet:
    """A trend on a sheet of a width: where everything stands."""

    def __init__(self, chart: Trend, width: int) -> None:
        self.chart, self.width = chart, width
        self.height = 230 if width < svg.WIDE else 280
        legends = len(chart.lines) if len(chart.lines) > 1 else 0
        self.top = 26 + legends * 20
        self.bottom = self.height + legends * 20 - 28
        values = [value for line in chart.lines for value in line.values]
        self.up: Scale = scale_of(extents(values, chart.marks), start=self.bottom, end=self.top + 8)
        self.labels = [(tick, chart.number(tick)) for tick in self.up.ticks()]
        self.left = max(svg.width_of(words) for _, words in self.labels) + 8
        self.right = width - 6
        self.step = (self.right - self.left) / max(1, len(chart.periods))

    def drawn(self) -> Markup:
        parts = [*self._legend(), *self._axis(), *self._gaps(), *self._periods()]
        parts += [tag("g", *self._line(line, nth), class_=f"series series-{nth % 4 + 1}") for nth, line in enumerate(self.chart.lines)]
        return svg.picture(self.chart.name, (self.width, self.bottom + 28), (self.chart.title, self.chart.description), *parts, *self._marks())

    def x(self, nth: float) -> float:
        return self.left + (nth + 0.5) * self.step

    def _legend(self) -> Iterator[Markup]:
        yield svg.text(svg.shortened(self.chart.unit, self.width), 0, 13, class_="unit")
        for nth, line in enumerate(self.chart.lines) if len(self.chart.lines) > 1 else ():
            y = 34.0 + nth * 20
            sample = [svg.line(0, y - 4, 28, y - 4, "stroke"), _dot(14, y - 4, nth)]
            yield tag("g", *sample, class_=f"series series-{nth % 4 + 1}")
            yield svg.text(svg.shortened(line.label, self.width - 36), 36, y)

    def _axis(self) -> Iterator[Markup]:
        for tick, words in self.labels:
            y = self.up.at(tick)
            yield svg.line(self.left, y, self.right, y, "base" if tick == 0 else "grid")
            yield svg.text(words, self.left - 8, y + 4, anchor="end", class_="tick")

    def _periods(self) -> Iterator[Markup]:
        widest = max((svg.width_of(label) for label in self.chart.periods), default=0)
        every = max(1, -int(-(widest + 18) // self.step))
        last = len(self.chart.periods) - 1
        for nth, label in enumerate(self.chart.periods):
            if (last - nth) % every == 0:
                half = svg.width_of(label) / 2
                x = min(max(self.x(nth), half), self.width - half)
                yield svg.text(label, x, self.bottom + 20, anchor="middle", class_="tick")

    def _gaps(self) -> Iterator[Markup]:
        """Draw a hatched band where no line is known, with the word for it or, where that has no room, a question mark."""
        known = [any(line.values[nth].point is not None for line in self.chart.lines) for nth in range(len(self.chart.periods))]
        for first, last in _runs([not there for there in known]):
            start, end = self.x(first - 0.5), self.x(last + 0.5)
            yield tag("rect", x=start, y=self.top + 8, width=end - start, height=self.bottom - self.top - 8, class_="unknown", fill="none", stroke="currentColor", stroke_dasharray="3 3")
            words = self.chart.unknown if svg.width_of(self.chart.unknown) <= end - start else "?"
            yield svg.text(words, (start + end) / 2, (self.top + self.bottom) / 2, anchor="middle", class_="unknown-word")
        for nth, there in enumerate(known):
            if there and any(line.values[nth].point is None for line in self.chart.lines):
                yield svg.text("?", self.x(nth), self.bottom - 5, anchor="middle", class_="unknown-word")

    def _line(self, line: Line, nth: int) -> Iterator[Markup]:
        values = line.values
        for first, last in _runs([value.interval is not None for value in values]):
            yield self._band(values, first, last)
        for first, last in _runs([value.point is not None for value in values]):
            points = [(self.x(at), self.up.at(values[at].point or 0.0)) for at in range(first, last + 1)]
            if len(points) > 1:
                yield tag("polyline", points=_path(points), fill="none", stroke="currentColor", class_="stroke")
            if len(points) == 1 or len(values) <= DOTS_MAX:
                yield from (_dot(x, y, nth) for x, y in points)

    def _band(self, values: Sequence[Value], first: int, last: int) -> Markup:
        limits = [(self.x(nth), *(self.up.at(limit) for limit in values[nth].interval or (0.0, 0.0))) for nth in range(first, last + 1)]
        if len(limits) == 1:
            x, low, high = limits[0]
            return svg.line(x, low, x, high, "whisker")
        return tag("polygon", points=_path([(x, high) for x, _, high in limits] + [(x, low) for x, low, _ in reversed(limits)]), class_="band", fill_opacity="0.2")

    def _marks(self) -> Iterator[Markup]:
        for mark in self.chart.marks:
            y = self.up.at(mark.at)
            yield svg.line(self.left, y, self.right, y, "mark")
            yield svg.text(svg.shortened(mark.text, self.right - self.left), self.right, y - 4, anchor="end", class_="mark-word")


def _runs(there: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give the first and last of each unbroken run of what is there."""
    for is_there, run in groupby(enumerate(there), key=lambda pair: pair[1]):
        if is_there:
            at = [nth for nth, _ in run]
            yield at[0], at[-1]


def _path(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _dot(x: float, y: float, nth: int) -> Markup:
    """Draw a point: round, square, pointed, hollow, so that lines differ without colour."""
    if nth % 4 == 1:
        return tag("rect", x=x - 3, y=y - 3, width=6, height=6)
    if nth % 4 == 2:
        return tag("path", d=f"M{x:.1f} {y - 4.5:.1f}l4.5 7.5h-9z")
    return tag("circle", cx=x, cy=y, r=3, class_="hollow" if nth % 4 == 3 else None, stroke="currentColor")
