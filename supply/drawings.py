"""Charts as drawings for documents: the marks of supply.charts, which a browser shows, drawn by reportlab with the same geometry. Knows no feature."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from xml.etree import ElementTree as ET  # our own marks are read, nobody else's

from markupsafe import Markup
from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Path, Polygon, PolyLine, Rect, Shape, String
from reportlab.lib.colors import Color, HexColor

from supply.charts.svg import FONT
from supply.pdf import BOLD, SANS, plain

INK, QUIET, RULE = "#1e2b3c", "#5b5d60", "#c8ccd1"
COLOURS = {
    "series-1": "#005a9c",
    "series-2": "#b34a00",
    "series-3": "#007a5e",
    "series-4": "#8a3f7f",
    "low": "#b8420f",
    "medium": "#c08a00",
    "high": "#00629b",
    "plain-verdict": "#005a9c",
    "whisker": INK,
    "grid": RULE,
    "base": "#777777",
    "mark": INK,
    "tick": QUIET,
    "unit": QUIET,
    "unknown": "#777777",
    "unknown-word": QUIET,
}
"""What app.css gives the same classes on a light page."""
DASHES = {"mark": [4, 3], "unknown": [3, 3]}
SERIES_DASHES = {"series-2": [7, 4], "series-3": [2, 4], "series-4": [9, 3, 2, 3]}
_VIEW = re.compile(r"0 0 ([\d.]+) ([\d.]+)")
_TRIANGLE = re.compile(r"M([\d.]+) ([\d.]+)l4\.5 7\.5h-9z")


@dataclass(frozen=True)
class _Look:
    """What an element has from those around it: its colour, and how its lines are broken."""

    colour: str = INK
    dash: list[int] | None = None


def drawing(chart: Markup, *, width: float) -> Drawing:
    """Give a chart as a drawing so many points wide. Refuses with ValueError a mark it does not know."""
    root = ET.fromstring(str(chart))  # noqa: S314  our own marks
    view = _VIEW.fullmatch(root.get("viewBox", ""))
    if view is None:
        raise ValueError("a chart without a viewBox")
    wide, high = float(view[1]), float(view[2])
    scale = width / wide
    marks = Group(*_shapes(root, high, _Look()), transform=(scale, 0, 0, scale, 0, 0))
    return Drawing(width, high * scale, marks, initialFontName=SANS)  # else reportlab names a Helvetica, which it does not embed


def _shapes(parent: ET.Element, height: float, look: _Look) -> Iterator[Shape]:
    for element in parent:
        name = element.tag.rpartition("}")[2]
        if name in {"title", "desc", "defs"}:
            continue
        own = _look(element, look)
        if name in {"g", "a", "svg"}:
            yield from _shapes(element, height, own)
        else:
            yield _shape(name, element, height, own)


def _look(element: ET.Element, look: _Look) -> _Look:
    for word in (element.get("class") or "").split():
        look = replace(look, colour=COLOURS.get(word, look.colour), dash=SERIES_DASHES.get(word, look.dash))
    return look


def _shape(name: str, element: ET.Element, height: float, look: _Look) -> Shape:  # noqa: PLR0911  a kind of mark each
    def at(key: str) -> float:
        return float(element.get(key, "0"))

    if name == "text":
        return _words(element, at("x"), height - at("y"), look)
    strokes = _strokes(element, look)
    if name == "line":
        return Line(at("x1"), height - at("y1"), at("x2"), height - at("y2"), **strokes)
    if name == "rect":
        return Rect(at("x"), height - at("y") - at("height"), at("width"), at("height"), rx=at("rx"), ry=at("rx"), **strokes, **_filled(element, look))
    if name == "circle":
        return Circle(at("cx"), height - at("cy"), at("r"), **strokes, **_filled(element, look))
    if name == "polyline":
        return PolyLine(_points(element, height), **strokes)
    if name == "polygon":
        return Polygon(_points(element, height), **strokes, **_filled(element, look))
    if name == "path" and (corner := _TRIANGLE.fullmatch(element.get("d", ""))):
        x, y = float(corner[1]), height - float(corner[2])
        path = Path(fillColor=_colour(look.colour, 1), strokeColor=None)
        path.moveTo(x, y)
        path.lineTo(x + 4.5, y - 7.5)
        path.lineTo(x - 4.5, y - 7.5)
        path.closePath()
        return path
    raise ValueError(f"a mark that documents cannot draw: {name}")


def _words(element: ET.Element, x: float, y: float, look: _Look) -> String:
    font = BOLD if "place" in (element.get("class") or "") else SANS
    return String(x, y, plain(element.text or ""), fontName=font, fontSize=FONT * 0.86, fillColor=_colour(look.colour, 1), textAnchor=element.get("text-anchor", "start"))


def _strokes(element: ET.Element, look: _Look) -> dict[str, object]:
    if element.get("stroke") is None:
        return {"strokeColor": None}
    word = (element.get("class") or "").split(" ")[0]
    thick = {"stroke": 2, "whisker": 1.5, "mark": 1.2}.get(word, 0.8)
    return {"strokeColor": _colour(look.colour, 1), "strokeWidth": thick, "strokeDashArray": DASHES.get(word, look.dash if word == "stroke" else None)}


def _filled(element: ET.Element, look: _Look) -> dict[str, object]:
    if element.get("fill") == "none" or element.get("class") == "hollow":
        return {"fillColor": None}
    return {"fillColor": _colour(look.colour, float(element.get("fill-opacity", "1")))}


def _points(element: ET.Element, height: float) -> list[float]:
    pairs = (pair.split(",") for pair in element.get("points", "").split())
    return [value for x, y in pairs for value in (float(x), height - float(y))]


@cache
def _colour(colour: str, opacity: float) -> Color:
    """Give a colour as it looks on paper: light instead of seen through, which printers draw slowly."""
    inked = HexColor(colour)
    return Color(*(1 - opacity * (1 - part) for part in (inked.red, inked.green, inked.blue)))
