"""Marks of SVG: escaped, without style of their own, so that the strict Content-Security-Policy has nothing to refuse."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

NARROW, WIDE = 340, 720
"""The two widths a chart is drawn in; the style sheet shows the one that fits, so that letters are never below 11 pixels."""
FONT = 13
"""The height of letters, in units of the drawing: 11 pixels on a screen 320 pixels wide, which is the smallest there is."""
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Attribute = str | float | None


def tag(name: str, *inside: str, **attributes: Attribute) -> Markup:
    """Write an element: text inside is escaped, attributes that are None are left out, `class_` is class and an underscore a hyphen."""
    told = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    return Markup(f"<{name}{told}>{joined(inside)}</{name}>") if inside else Markup(f"<{name}{told}/>")  # noqa: S704  every part is escaped


def joined(parts: Iterable[str]) -> Markup:
    """Put elements behind each other; what is plain text among them is escaped."""
    return Markup("").join(part if isinstance(part, Markup) else clean(part) for part in parts)


def clean(text: str) -> Markup:
    """Escape a text, and leave out what XML cannot hold."""
    return escape(_NOT_XML.sub("", text))


def picture(name: str, size: tuple[float, float], said: tuple[str, str], *inside: str, role: str = "img", class_: str = "") -> Markup:
    """Frame a drawing: its size, and the title and description read to those who do not see it. `name` is its id, once in the page for each width."""
    width, height = size
    key, (title, description) = f"{name}-{round(width)}", said
    heads = [tag("title", title or " ", id=f"{key}-title"), tag("desc", description or " ", id=f"{key}-desc")]
    shape = "narrow" if width < WIDE else "wide"
    return tag(
        "svg",
        *heads,
        *inside,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {_value(width)} {_value(height)}",
        class_=f"drawing {shape} {class_}".strip(),
        role=role,
        aria_labelledby=f"{key}-title",
        aria_describedby=f"{key}-desc",
        font_size=FONT,
        fill="currentColor",
    )


def text(words: str, x: float, y: float, *, anchor: str | None = None, class_: str | None = None) -> Markup:
    """Write words at a point: on the line y, from x, or around or up to it (anchor `middle` or `end`)."""
    return tag("text", words or " ", x=x, y=y, text_anchor=anchor, class_=class_)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Draw a straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke="currentColor", class_=class_)


def width_of(words: str) -> float:
    """Estimate how wide words are in Inter, rather too wide than too narrow."""
    return len(words) * FONT * 0.58


def shortened(words: str, room: float) -> str:
    """Shorten words to the room there is, with an ellipsis; the table beside says them whole."""
    letters = max(1, int(room / (FONT * 0.58)))
    return words if len(words) <= letters else words[: letters - 1].rstrip() + "…"


def _value(value: Attribute) -> str:
    if isinstance(value, str):
        return clean(value)
    return f"{value:.1f}".removesuffix(".0") if value is not None else ""
