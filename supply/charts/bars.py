"""Amounts and places beside each other: bars from nothing, and a ranking drawn as intervals, never as bare ranks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from supply.charts import svg
from supply.charts.scale import scale_of
from supply.charts.svg import tag
from supply.charts.values import Chart, Mark, Row, Value, extents


@dataclass(frozen=True, kw_only=True)
class Bars(Chart):
    """Horizontal bars, one a row, with the whiskers of their intervals; a row that is not known has no bar, and its text says so."""

    rows: tuple[Row, ...]

    def drawn(self, width: int) -> Markup:
        """Draw it, so many units wide."""
        return _Sheet(self, self.rows, [""] * len(self.rows), width).drawn(_bar)


@dataclass(frozen=True, kw_only=True)
class Ranking(Chart):
    """Rows from the highest to the lowest, each an interval with its point, and before it the places it may have: `2–5`. Rows whose intervals overlap share places: they are tied."""

    rows: tuple[Row, ...]

    @property
    def ranked(self) -> list[tuple[str, Row]]:
        """Give rows with the places they may have, the highest point first; those not known come last, without a place."""
        return ranked(self.rows)

    def drawn(self, width: int) -> Markup:
        """Draw it, so many units wide."""
        places, rows = [place for place, _ in self.ranked], tuple(row for _, row in self.ranked)
        return _Sheet(self, rows, places, width).drawn(_interval)


def ranked(rows: tuple[Row, ...]) -> list[tuple[str, Row]]:
    """Order rows by their point, and give the places each may have: from one behind all that are surely higher to one before all that are surely lower."""
    known = sorted((row for row in rows if row.value.point is not None), key=lambda row: (-(row.value.point or 0.0), row.label))
    limits = [_limits(row.value) for row in known]
    places = []
    for low, high in limits:
        best = 1 + sum(other > high for other, _ in limits)
        worst = len(known) - sum(other < low for _, other in limits)
        places.append(str(best) if best == worst else f"{best}–{worst}")
    return [*zip(places, known, strict=True), *(("", row) for row in rows if row.value.point is None)]


def _limits(value: Value) -> tuple[float, float]:
    return value.interval or (value.point or 0.0, value.point or 0.0)


class _Sheet:
    """Rows on a sheet of a width: beside their labels where it is wide, under them where it is narrow."""

    def __init__(self, chart: Chart, rows: tuple[Row, ...], places: list[str], width: int) -> None:
        self.chart, self.rows, self.places, self.width = chart, rows, places, width
        self.is_wide = width >= svg.WIDE
        self.place_room = max((svg.width_of(place) + 10 for place in places if place), default=0.0)
        self.label_room = min(max((svg.width_of(row.label) for row in rows), default=0.0) + 10, width * 0.36) if self.is_wide else 0.0
        self.value_room = min(max((svg.width_of(row.value.text) for row in rows), default=0.0) + 12, width * 0.34) if self.is_wide else 0.0
        self.row_height = 28 if self.is_wide else 42
        left, right = (self.place_room + self.label_room, width - self.value_room) if self.is_wide else (4.0, width - 12.0)
        self.across = scale_of(extents((row.value for row in rows), chart.marks), start=left, end=right, about=5 if self.is_wide else 4)
        self.names = list(_levels(chart, self.across.at, width))
        self.top = 24 + 17 * (1 + max((level for *_, level in self.names), default=-1))
        self.bottom = self.top + self.row_height * len(rows) + 4

    def drawn(self, draw: "Draw") -> Markup:
        parts = [*self._axis(), *self._marks()]
        for nth, (place, row) in enumerate(zip(self.places, self.rows, strict=True)):
            y = self.top + nth * self.row_height
            parts += [*self._words(row, place, y), tag("g", *draw(self, row, y + self.row_height - 14), class_=f"verdict {row.verdict or 'plain-verdict'}")]
        return svg.picture(self.chart.name, (self.width, self.bottom + 26), (self.chart.title, self.chart.description), *parts)

    def _words(self, row: Row, place: str, top: float) -> Iterator[Markup]:
        """Write place, label and value: on the row itself, or above it."""
        y = top + (18 if self.is_wide else 16)
        room = self.label_room - 10 if self.is_wide else self.width - self.place_room - svg.width_of(row.value.text) - 10
        if place:
            yield svg.text(place, 0, y, class_="place")
        yield svg.text(svg.shortened(row.label, room), self.place_room, y)
        yield svg.text(row.value.text, self.width, y, anchor="end", class_="figure" if row.value.point is not None else "unknown-word")

    def _axis(self) -> Iterator[Markup]:
        yield svg.text(svg.shortened(self.chart.unit, self.width), 0, 13, class_="unit")
        for tick in self.across.ticks(5 if self.is_wide else 4):
            x, words = self.across.at(tick), self.chart.number(tick)
            yield svg.line(x, self.top, x, self.bottom, "base" if tick == 0 else "grid")
            half = svg.width_of(words) / 2
            yield svg.text(words, min(max(x, half), self.width - half), self.bottom + 18, anchor="middle", class_="tick")

    def _marks(self) -> Iterator[Markup]:
        """Draw thresholds with their names above."""
        for mark, middle, level in self.names:
            x, y = self.across.at(mark.at), self.top - 8 - 17 * level
            yield svg.line(x, y + 4, x, self.bottom, "mark")
            yield svg.text(mark.text, middle, y, anchor="middle", class_="mark-word")


def _levels(chart: Chart, at: Callable[[float], float], width: float) -> Iterator[tuple[Mark, float, int]]:
    """Give each threshold with where its name stands: its middle, and how many names stand under it; a name that would run into another goes above it."""
    ends: list[float] = []
    for mark in sorted(chart.marks, key=lambda mark: mark.at):
        half = svg.width_of(mark.text) / 2
        middle = min(max(at(mark.at), half), width - half)
        level = next((nth for nth, end in enumerate(ends) if end + 8 <= middle - half), len(ends))
        ends[level : level + 1] = [middle + half]
        yield mark, middle, level


def _bar(sheet: _Sheet, row: Row, y: float) -> Iterator[Markup]:
    zero = sheet.across.at(0)
    if row.value.point is None:
        yield tag("rect", x=zero, y=y - 6, width=24, height=12, class_="unknown", fill="none", stroke="currentColor", stroke_dasharray="3 3")
        return
    end = sheet.across.at(row.value.point)
    yield tag("rect", x=min(zero, end), y=y - 6, width=abs(end - zero), height=12, class_="bar")
    if row.value.interval:
        yield from _whisker(sheet, row.value.interval, y)


def _interval(sheet: _Sheet, row: Row, y: float) -> Iterator[Markup]:
    if row.value.point is None:
        yield tag("rect", x=sheet.across.start, y=y - 6, width=24, height=12, class_="unknown", fill="none", stroke="currentColor", stroke_dasharray="3 3")
        return
    low, high = (sheet.across.at(limit) for limit in _limits(row.value))
    yield tag("rect", x=low, y=y - 4, width=max(high - low, 1), height=8, rx=4, class_="interval", fill_opacity="0.45")
    yield tag("circle", cx=sheet.across.at(row.value.point), cy=y, r=5, class_="point")


def _whisker(sheet: _Sheet, interval: tuple[float, float], y: float) -> Iterator[Markup]:
    low, high = (sheet.across.at(limit) for limit in interval)
    yield svg.line(low, y, high, y, "whisker")
    yield from (svg.line(x, y - 5, x, y + 5, "whisker") for x in (low, high))


Draw = Callable[[_Sheet, Row, float], Iterator[Markup]]
