"""A map of circles, one for each municipality, near its place and as large as those it stands for. Each can be reached by keyboard; the table beside says the same."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup

from supply.charts import areas as parts
from supply.charts import svg
from supply.charts.areas import Area
from supply.charts.svg import tag
from supply.charts.values import Chart

EDGE = 6
"""The free margin around, in units of the drawing."""
LETTERS = {"wide": 13, "narrow": 26}
"""The map is drawn once, its words twice: on a phone it is half as large, so its letters are twice as high."""


class Circle(Protocol):
    """Where a circle is, in kilometres."""

    @property
    def number(self) -> str:
        """Which municipality."""

    @property
    def east(self) -> float:
        """The middle, east."""

    @property
    def north(self) -> float:
        """The middle, north."""

    @property
    def radius(self) -> float:
        """The radius."""


@dataclass(frozen=True, kw_only=True)
class CircleMap(Chart):
    """Areas, the circles they are drawn as, a word for each verdict, and sample circles (radius, words) that tell what size means."""

    areas: tuple[Area, ...]
    circles: Sequence[Circle]
    verdicts: dict[str, str]
    sizes: tuple[tuple[float, str], ...] = ()

    @property
    def legend(self) -> list[tuple[Markup, str]]:
        """Give how each verdict is drawn, and its word."""
        return parts.samples(self.verdicts)

    def drawn(self, width: int = svg.WIDE) -> Markup:
        """Draw it, so many units wide, the north up."""
        west, east = min(circle.east - circle.radius for circle in self.circles), max(circle.east + circle.radius for circle in self.circles)
        south, north = min(circle.north - circle.radius for circle in self.circles), max(circle.north + circle.radius for circle in self.circles)
        scale = (width - 2 * EDGE) / (east - west)
        area_of = {area.number: area for area in self.areas}
        links, names = [], []
        for circle in self.circles:
            if (area := area_of.get(circle.number)) is None:
                continue
            x, y, radius = EDGE + (circle.east - west) * scale, EDGE + (north - circle.north) * scale, circle.radius * scale
            links.append(parts.link(area, self.unit, *parts.glyph(area.drawn_as, x, y, radius)))
            names += list(_name(area.name, x, y, radius))
        inside = [*links, tag("g", *names, aria_hidden="true"), tag("g", *self._sizes(scale), class_="sizes", aria_hidden="true")]
        return svg.picture(self.name, (width, (north - south) * scale + 2 * EDGE), (self.title, self.description), *inside, role="group", class_="map")

    def _sizes(self, scale: float) -> Iterator[Markup]:
        """Draw sample circles in the sea, in the upper left corner."""
        y, widest = 20.0, max((radius for radius, _ in self.sizes), default=0.0) * scale
        for radius, words in self.sizes:
            y += max(radius * scale, 16)
            yield tag("circle", cx=EDGE + widest, cy=y, r=radius * scale, fill="none", stroke="currentColor")
            yield from (tag("text", words, x=2 * EDGE + 2 * widest, y=y + size * 0.35, font_size=size, class_=f"only-{shape}") for shape, size in LETTERS.items())
            y += max(radius * scale, 16) + 4


def _name(name: str, x: float, y: float, radius: float) -> Iterator[Markup]:
    """Write a name into its circle where it has room."""
    for shape, size in LETTERS.items():
        if parts.fits(name, 1.9 * radius, size):
            yield tag("text", name, x=x, y=y + size * 0.35, font_size=size, text_anchor="middle", class_=f"name only-{shape}")
