"""A map of areas within the boundaries an owner supplies, each coloured and hatched by its verdict. Large empty municipalities weigh most in it, which is why the map of circles comes first."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from supply.charts import areas as parts
from supply.charts import svg
from supply.charts.areas import Area
from supply.charts.boundaries import Boundaries
from supply.charts.svg import tag
from supply.charts.values import Chart

EDGE = 4


@dataclass(frozen=True, kw_only=True)
class Choropleth(Chart):
    """Areas, their boundaries, and a word for each verdict."""

    areas: tuple[Area, ...]
    boundaries: Boundaries
    verdicts: dict[str, str]

    @property
    def without_boundary(self) -> list[Area]:
        """Give areas that the file has no boundary for: they stand in the table alone."""
        return [area for area in self.areas if not self.boundaries.rings.get(area.number)]

    @property
    def legend(self) -> list[tuple[Markup, str]]:
        """Give how each verdict is drawn, and its word."""
        return [
            (tag("svg", *self._filled("M2 2h16v16h-16z", verdict), viewBox="0 0 20 20", width=20, height=20, class_=f"sample verdict {verdict}", aria_hidden="true", fill="currentColor"), words)
            for verdict, words in self.verdicts.items()
        ]

    def drawn(self, width: int = svg.WIDE) -> Markup:
        """Draw it, so many units wide, the north up."""
        shown = [(area, self.boundaries.rings[area.number]) for area in self.areas if self.boundaries.rings.get(area.number)]
        points = [point for _, rings in shown for ring in rings for point in ring] or [(0.0, 0.0), (1.0, 1.0)]
        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        scale = (width - 2 * EDGE) / max(east - west, 1.0)
        links = []
        for area, rings in shown:
            path = "".join("M" + "L".join(f"{EDGE + (x - west) * scale:.1f} {EDGE + (north - y) * scale:.1f}" for x, y in ring) + "z" for ring in rings)
            links.append(parts.link(area, self.unit, *self._filled(path, area.drawn_as)))
        return svg.picture(self.name, (width, (north - south) * scale + 2 * EDGE), (self.title, self.description), tag("defs", *self._patterns()), *links, role="group", class_="map")

    def _filled(self, path: str, verdict: str) -> Iterator[Markup]:
        """Fill an outline as its verdict is drawn: striped, dotted, full, empty."""
        full = verdict in {"high", "plain"}
        fill = None if full else "none" if verdict == "unknown" else f"url(#{self.name}-{verdict})"
        yield tag("path", d=path, fill=fill, fill_rule="evenodd", stroke="currentColor", pointer_events="all", class_="outline")

    def _patterns(self) -> Iterator[Markup]:
        stripe = tag("path", d="M-1 1l2-2M0 6l6-6M5 7l2-2", stroke="currentColor", stroke_width=1.6)
        dots = [tag("circle", cx=x, cy=y, r=1.2) for x, y in ((1.5, 1.5), (4.5, 4.5))]
        for verdict, inside in (("low", [stripe]), ("medium", dots)):
            yield tag("pattern", tag("g", *inside, class_=f"verdict {verdict}"), id=f"{self.name}-{verdict}", width=6, height=6, patternUnits="userSpaceOnUse")
