"""What a long document begins with: its contents, with the page of each part, in one pass; and long tables of short cells, quickly. Knows no feature."""

from collections.abc import Collection, Sequence
from typing import Any

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph

from supply.pdf import BOLD, GREY, LOCK, PADDING, SANS, STYLES, StyleName, fitted, plain, register_fonts

LINE_HEIGHT = 6 * mm
SIZE = 9
SHORT_LETTERS = 80
"""A longer cell is set as a paragraph without being measured first."""


class PartTitle(Paragraph):  # type: ignore[misc]  # reportlab has no types
    """The heading of a part: where it stands goes into the contents, and into the outline that a reader leafs through."""

    def __init__(self, key: str, words: str) -> None:
        shown = fitted(words, STYLES["title"], width=180 * mm, lines_max=2)
        super().__init__("", STYLES["title"])
        self.__dict__.update(shown.__dict__)
        self.part, self.words = key, plain(words, 120)

    def draw(self) -> None:
        """Draw it, and note its page."""
        canvas = self.canv
        canvas.bookmarkPage(self.part)
        canvas.addOutlineEntry(self.words, self.part, level=0)
        canvas.__dict__.setdefault("pages_of_parts", {})[self.part] = canvas.getPageNumber()
        super().draw()


class Contents(Flowable):  # type: ignore[misc]  # reportlab has no types
    """The parts of a document, each a link with its page, which is filled in when all pages are there."""

    def __init__(self, parts: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.parts = [(key, plain(words, 90)) for key, words in parts]
        self.width = 180 * mm

    def wrap(self, width: float, _height: float) -> tuple[float, float]:
        """Say how much room it takes."""
        self.width = width
        return width, LINE_HEIGHT * len(self.parts)

    def draw(self) -> None:
        """Draw names and dots, and leave room for the pages."""
        canvas = self.canv
        for nth, (key, words) in enumerate(self.parts):
            y = LINE_HEIGHT * (len(self.parts) - 1 - nth) + 2 * mm
            canvas.setFont(SANS, 9.5)
            canvas.setFillColor(black)
            canvas.drawString(0, y, words)
            start, end = canvas.stringWidth(words, SANS, 9.5) + 2 * mm, self.width - 10 * mm
            canvas.setStrokeColor(GREY)
            canvas.setDash(0.5, 2)
            canvas.line(start, y + 0.5, end, y + 0.5)
            canvas.setDash()
            canvas.saveState()
            canvas.translate(self.width, y)
            canvas.doForm(f"page-of-{key}")
            canvas.restoreState()
            canvas.linkRect("", key, (0, y - 1 * mm, self.width, y + 4 * mm), relative=1)
        canvas.to_finish.append(self._fill_in)

    def _fill_in(self, canvas: Canvas) -> None:
        pages = canvas.__dict__.get("pages_of_parts", {})
        for key, _ in self.parts:
            canvas.beginForm(f"page-of-{key}", lowerx=-40, lowery=-5, upperx=2, uppery=12)
            canvas.setFont(SANS, 9.5)
            canvas.drawRightString(0, 0, str(pages.get(key, "")))
            canvas.endForm()


def long_table(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], *, numbers: Collection[int] = ()) -> Flowable:
    """Give a table of many rows whose header is repeated on each page; widths in millimetres. A cell that fits its line is a line, another a paragraph, and only that takes time."""
    inner = [width * mm - 2 * PADDING for width in widths]
    with LOCK:
        register_fonts()
    head = [fitted(words, STYLES["strong number" if nth in numbers else "strong"], width=inner[nth], lines_max=4) for nth, words in enumerate(header)]
    known: dict[tuple[str, int], Any] = {}
    cells = [[_cell(words, nth, inner[nth], "number" if nth in numbers else "cell", known) for nth, words in enumerate(row)] for row in rows]
    style = [
        ("FONT", (0, 0), (-1, -1), SANS, SIZE, STYLES["cell"].leading),
        ("FONTNAME", (0, 0), (-1, 0), BOLD),
        ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
        ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
        ("TOPPADDING", (0, 0), (-1, -1), PADDING / 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), PADDING / 2),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, GREY),
        ("LINEBELOW", (0, 0), (-1, 0), 0.9, black),
        *(("ALIGN", (nth, 1), (nth, -1), "RIGHT") for nth in numbers),
    ]
    return LongTable([head, *cells], colWidths=[width * mm for width in widths], repeatRows=1, style=style, hAlign="LEFT", spaceAfter=8)


def _cell(words: str, column: int, width: float, style: StyleName, known: dict[tuple[str, int], Any]) -> Any:
    """Give a line where that has room, else a paragraph; what was measured once is not measured again."""
    is_line = known.get((words, column))
    if is_line is None:
        line = plain(words)
        fits = len(line) <= SHORT_LETTERS and "\n" not in line and stringWidth(line, SANS, SIZE) <= width
        is_line = known[words, column] = line if fits else False
    return fitted(words, STYLES[style], width=width, lines_max=12) if is_line is False else is_line
