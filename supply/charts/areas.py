"""Municipalities on a map: what is said of each, how its verdict is drawn so that colour is not the only sign, and the order of the table beside."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from supply.charts import svg
from supply.charts.svg import tag
from supply.charts.values import Value

VERDICTS = ("low", "medium", "high", "plain", "unknown")
"""How an area is drawn: a thick ring, half full, full; full in one colour where there is no threshold; a thin empty ring where nothing is known or shown."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """A municipality: whom it stands for (as a number, and as written), its value, the verdict, how sure that is (`medium, 83 % sure`), and where it leads."""

    number: str
    name: str
    estimate: float | None
    estimate_text: str
    value: Value
    verdict: str
    certainty: str
    href: str

    @property
    def drawn_as(self) -> str:
        """Give how it is drawn: what has no value is unknown, whatever verdict came with it."""
        return "unknown" if self.value.point is None or self.verdict not in VERDICTS else self.verdict

    def said(self, unit: str) -> str:
        """Say it in one line: `Lørenskog: 210 (170–260) syringes per person, medium, 83 % sure`."""
        figure = f"{self.value.text} {unit}" if self.value.point is not None else self.value.text
        return f"{self.name}: {figure}" + (f", {self.certainty}" if self.certainty else "")


KEYS = {
    "name": lambda area: (area.name.casefold(), area.number),
    "estimate": lambda area: (-(area.estimate or 0.0), area.number),
    "value": lambda area: (area.value.point is None, -(area.value.point or 0.0), area.number),
    "verdict": lambda area: (VERDICTS.index(area.drawn_as), -(area.estimate or 0.0), area.number),
}


def in_order(areas: Sequence[Area], by: str) -> list[Area]:
    """Sort areas by name, by whom they stand for, value (the most first) or verdict (the lowest first); by name for any other word."""
    return sorted(areas, key=KEYS.get(by, KEYS["name"]))


def glyph(verdict: str, x: float, y: float, radius: float) -> Iterator[Markup]:
    """Draw a circle as its verdict is drawn. The whole circle can be pointed at."""
    if verdict in {"high", "plain"}:
        yield tag("circle", cx=x, cy=y, r=radius)
        return
    width = {"low": radius * 0.42, "medium": max(0.8, radius * 0.1)}.get(verdict, 1.25)
    inner = max(0.5, radius - width / 2)
    if verdict == "medium":
        yield tag("path", d=f"M{x - inner:.1f} {y:.1f}a{inner:.1f} {inner:.1f} 0 0 0 {2 * inner:.1f} 0z")
    yield tag("circle", cx=x, cy=y, r=inner, fill="none", stroke="currentColor", stroke_width=width, pointer_events="all")


def link(area: Area, unit: str, *inside: Markup) -> Markup:
    """Draw an area that leads to its page, by mouse and by keyboard."""
    words = area.said(unit)
    return tag("a", tag("title", words), *inside, href=area.href, aria_label=words, class_=f"area verdict {area.drawn_as}")


def samples(verdicts: Mapping[str, str]) -> list[tuple[Markup, str]]:
    """Give the legend: how each verdict is drawn, and its word."""
    size = 20
    return [
        (tag("svg", *glyph(verdict, 10, 10, 8), viewBox=f"0 0 {size} {size}", width=size, height=size, class_=f"sample verdict {verdict}", aria_hidden="true", fill="currentColor"), words)
        for verdict, words in verdicts.items()
    ]


def fits(words: str, room: float, size: float) -> bool:
    """Whether words of a height fit into a room."""
    return svg.width_of(words) * size / svg.FONT <= room
