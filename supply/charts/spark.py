"""A line no bigger than a word, for a cell of a table that says the figures."""

from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from supply.charts import svg
from supply.charts.scale import scale_of
from supply.charts.svg import tag

WIDTH, HEIGHT = 120, 28


@dataclass(frozen=True, kw_only=True)
class Spark:
    """Values over time, None where nothing is known (a gap with a mark on the ground), and what is read to those who do not see it."""

    label: str
    values: tuple[float | None, ...]

    def drawn(self) -> Markup:
        """Draw it: from nothing at the bottom to the highest, the last known with a dot."""
        up = scale_of(self.values, start=HEIGHT - 4, end=4)
        step = (WIDTH - 8) / max(1, len(self.values) - 1)
        at = [(4 + nth * step, None if value is None else up.at(value)) for nth, value in enumerate(self.values)]
        parts = [tag("line", x1=x - 2, y1=HEIGHT - 2, x2=x + 2, y2=HEIGHT - 2, stroke="currentColor", class_="unknown") for x, y in at if y is None]
        for known, run in groupby(at, key=lambda place: place[1] is not None):
            points = [(x, y) for x, y in run if y is not None]
            if known and len(points) > 1:
                parts.append(tag("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), fill="none", stroke="currentColor", class_="stroke"))
            elif known:
                parts.append(tag("circle", cx=points[0][0], cy=points[0][1], r=1.5))
        last = [(x, y) for x, y in at if y is not None][-1:]
        parts += [tag("circle", cx=x, cy=y, r=2.5) for x, y in last]
        return tag(
            "svg",
            tag("title", self.label or " "),
            *parts,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            width=WIDTH,
            height=HEIGHT,
            class_="spark series-1",
            role="img",
            aria_label=svg.clean(self.label),
            fill="currentColor",
        )
