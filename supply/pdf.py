"""Documents on A4, or on a sticker: text, tables and a foot with the page number, in letters for every Norwegian and Sámi name. Knows no feature.

What people wrote is text here and never markup. Words come translated.
"""

import io
import threading
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Literal, TypeAlias
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import HexColor, black
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, KeepTogether, LongTable, PageTemplate, Paragraph, Spacer, Table

from supply.settings import ROOT

rl_config.trustedHosts = []  # nothing is ever fetched for a document

FONTS = ROOT / "node_modules" / "dejavu-fonts-ttf" / "ttf"
SANS, BOLD = "DejaVuSans", "DejaVuSans-Bold"
A4_MM = (A4[0] / mm, A4[1] / mm)
LETTERS_MAX = 4_000  # Ours: a page of small print. Nobody prints more than that in one paragraph.
BREAKS_MAX = 200  # Ours: three pages. Further line breaks read as spaces.
CELL_LINES_MAX = 12  # Ours. A row has to fit on a page.
PADDING = 1.2 * mm
GREY, TINT = HexColor("#6b6b6b"), HexColor("#f0f0f0")

Cell: TypeAlias = str | int | Flowable | None
StyleName = Literal["body", "small", "cell", "strong", "title", "subtitle", "number", "strong number"]


def _style(size: float, font: str = SANS, **changes: Any) -> ParagraphStyle:
    return ParagraphStyle("ours", fontName=font, bulletFontName=font, fontSize=size, leading=round(size * 1.28, 1), splitLongWords=1, **changes)


STYLES: dict[StyleName, ParagraphStyle] = {
    "body": _style(9.5, spaceAfter=4),
    "small": _style(8),
    "cell": _style(9),
    "strong": _style(9, BOLD),
    "title": _style(16, BOLD, spaceAfter=6, keepWithNext=1),
    "subtitle": _style(11.5, BOLD, spaceBefore=8, spaceAfter=4, keepWithNext=1),
    "number": _style(9, alignment=TA_RIGHT),
    "strong number": _style(9, BOLD, alignment=TA_RIGHT),
}


class FontsMissing(RuntimeError):
    """The fonts for documents have not been brought: say `make setup`."""


@dataclass(frozen=True, kw_only=True)
class Margins:
    """What is left free around a page, in millimetres; the foot stands in the lowest part."""

    top: float = 15
    right: float = 15
    bottom: float = 18
    left: float = 15


@dataclass(frozen=True)
class Group:
    """A row of a table that is a heading for those below it."""

    words: str


def text(words: str, style: StyleName = "body") -> Paragraph:
    """Give a paragraph of what somebody wrote, with their line breaks; it may go on over pages."""
    return _paragraph(plain(words, LETTERS_MAX), STYLES[style])


def heading(words: str, *, level: Literal[1, 2] = 1) -> Paragraph:
    """Give a heading, which stays with what comes after it."""
    return fitted(words, STYLES["title" if level == 1 else "subtitle"], width=A4[0] - 30 * mm, lines_max=6)


def fitted(words: str, style: ParagraphStyle, *, width: float, lines_max: int) -> Paragraph:
    """Give a paragraph that takes at most so many lines at this width, in points; what does not fit is left out and shown by `…`."""
    narrow = style.fontSize / 4  # An i is wider, so that no more letters than this can fit.
    words = plain(words, int(lines_max * width / narrow) + 1).replace("\n", " ")
    paragraph = _paragraph(words, style)
    while len(words) > lines_max and len(paragraph.breakLines(width).lines) > lines_max:
        words = words[: len(words) * 9 // 10]
        paragraph = _paragraph(words.removesuffix("…").rstrip() + "…", style)
    return paragraph


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell] | Group],
    widths: Sequence[float],
    *,
    numbers: Collection[int] = (),
    boxes: Collection[int] = (),
) -> Flowable:
    """Give a table whose header is repeated on each page; widths in millimetres.

    `numbers` are the columns that stand to the right, `boxes` those that are ruled, to be written in by hand. A Group stays with the row below it,
    and is repeated where its rows go on over a page.
    """
    inner = [width * mm - 2 * PADDING for width in widths]
    head: list[Cell] = [fitted(words, STYLES["strong number" if column in numbers else "strong"], width=inner[column], lines_max=4) for column, words in enumerate(header)]
    lines = [row if isinstance(row, Group) else [_cell(value, "number" if column in numbers else "cell", inner[column]) for column, value in enumerate(row)] for row in rows]
    return _Rows.laid_out([head, *lines], widths, boxes)


def facts(pairs: Iterable[tuple[str, str]], *, widths: tuple[float, float] = (40, 140)) -> Table:
    """Give what a document is about, one fact a line: its name, then what it is; widths in millimetres."""
    name, told = (width * mm - 2 * PADDING for width in widths)
    lines = [[fitted(words, STYLES["strong"], width=name, lines_max=3), fitted(what, STYLES["cell"], width=told, lines_max=6)] for words, what in pairs]
    return Table(lines, colWidths=[width * mm for width in widths], style=[*_FLUSH, ("VALIGN", (0, 0), (-1, -1), "TOP")], hAlign="LEFT", spaceAfter=6, emptyTableAction="ignore")


def blanks(lines: Iterable[Sequence[str]], widths: Sequence[float]) -> KeepTogether:
    """Give lines to fill in by hand, with a place for each width (in millimetres), named by the words under it; all on one page."""
    return KeepTogether([_blank(words, [width * mm for width in widths]) for words in lines])


def document(
    *, title: str, language: str, flowables: Iterable[Flowable], footer: str | None = None, margins: Margins | None = None, size_mm: tuple[float, float] = A4_MM, stamp: str | None = None
) -> bytes:
    """Give a document of pages of one size. The same content gives the same bytes.

    `language` is its code (`nb`). `footer` holds `{page}` and `{pages}`; the title stands beside it on each page. Without it the foot is empty. A `stamp`, a word or two, stands in large letters over
    every page: leave 26 mm for it at the top.
    """
    title, free, target = plain(title, 200).replace("\n", " "), margins or Margins(), io.BytesIO()
    width, height = (size_mm[0] - free.left - free.right) * mm, (size_mm[1] - free.top - free.bottom) * mm
    frame = Frame(free.left * mm, free.bottom * mm, width, height, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    template = BaseDocTemplate(
        target,
        pagesize=(size_mm[0] * mm, size_mm[1] * mm),
        pageTemplates=[PageTemplate(frames=[frame])],
        title=title,
        author="Forsyn",
        creator="Forsyn",
        subject="",
        lang=language,
        displayDocTitle=True,
        printScaling="None",  # stickers and codes keep their size
        initialFontName=SANS,  # else reportlab names a Helvetica in each file, which it does not embed
        invariant=1,
    )
    with LOCK:
        register_fonts()
        template.build(list(flowables) or [Spacer(0, 0)], canvasmaker=partial(_Paper, title=title, footer=footer, margins=free, stamp=stamp))
    return target.getvalue()


LOCK = threading.RLock()
"""One document at a time: reportlab keeps its place in a font's file in the font, which all documents share."""

_PADDED = [
    ("FONT", (0, 0), (-1, -1), SANS, 9),  # of empty cells too, else theirs is Helvetica
    ("LEFTPADDING", (0, 0), (-1, -1), PADDING),
    ("RIGHTPADDING", (0, 0), (-1, -1), PADDING),
    ("TOPPADDING", (0, 0), (-1, -1), PADDING / 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), PADDING / 2),
]
_FLUSH = [*_PADDED, ("LEFTPADDING", (0, 0), (0, -1), 0)]
_TABLE = [
    *_PADDED,
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("LINEBELOW", (0, 0), (-1, -1), 0.3, GREY),
    ("LINEBELOW", (0, 0), (-1, 0), 0.9, black),
]


class _Rows(LongTable):  # type: ignore[misc]  # reportlab has no types
    """The rows of a table, the first of them its header."""

    ours: tuple[list[list[Cell] | Group], Sequence[float], Collection[int]]

    @classmethod
    def laid_out(cls, rows: list[list[Cell] | Group], widths: Sequence[float], boxes: Collection[int], heights: Sequence[float | None] | None = None) -> "_Rows":
        """Give the rows with what they look like, and their heights where they were measured before."""
        groups = [line for line, row in enumerate(rows) if isinstance(row, Group)]
        width = sum(widths) * mm - 2 * PADDING
        cells = [[fitted(row.words, STYLES["strong"], width=width, lines_max=3), *[None] * (len(widths) - 1)] if isinstance(row, Group) else row for row in rows]
        style = [
            *_TABLE,
            *(("GRID", (column, 1), (column, -1), 0.7, black) for column in boxes if len(rows) > 1),
            *(("SPAN", (0, line), (-1, line)) for line in groups),
            *(("BACKGROUND", (0, line), (-1, line), TINT) for line in groups),
            *(("NOSPLIT", (0, line), (0, line + 1)) for line in groups if line + 1 < len(rows)),
        ]
        made = cls(cells, colWidths=[width * mm for width in widths], rowHeights=heights, repeatRows=1, style=style, hAlign="LEFT")
        made.ours = rows, widths, boxes
        return made

    def split(self, width: float, height: float) -> list[Flowable]:
        """Give what fits on this page and what does not, that with the header and, if it has begun, its group."""
        parts = super().split(width, height)
        if len(parts) != 2:
            return list(parts)
        rows, widths, boxes = self.ours
        first = len(parts[0]._cellvalues)  # noqa: SLF001  # reportlab tells it nowhere else
        begun = next((line for line in range(first - 1, 0, -1) if isinstance(rows[line], Group)), None)
        again = [0] if begun is None or isinstance(rows[first], Group) else [0, begun]
        left = [*again, *range(first, len(rows))]
        return [parts[0], _Rows.laid_out([rows[line] for line in left], widths, boxes, [self._rowHeights[line] for line in left])]


class _Paper(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Pages with a foot each, drawn when it is known how many there are."""

    def __init__(self, *given: Any, title: str, footer: str | None, margins: Margins, stamp: str | None, **settings: Any) -> None:
        super().__init__(*given, **settings)
        self._ours = (title, footer, margins)
        self._stamp = stamp
        self.to_finish: list[Callable[[Canvas], None]] = []

    def showPage(self) -> None:  # noqa: N802  # reportlab's name
        """End the page, with a place for its foot."""
        if self._ours[1] is not None:
            self.doForm(f"foot{self.getPageNumber()}")
        if self._stamp is not None:
            self.setFont(BOLD, 40)
            self.drawCentredString(self._pagesize[0] / 2, self._pagesize[1] - 20 * mm, plain(self._stamp, 20))
        super().showPage()

    def save(self) -> None:
        """Fill in the feet and write the file."""
        title, footer, margins = self._ours
        pages = self.getPageNumber() - 1
        for page in range(1, pages + 1) if footer is not None else ():
            self.beginForm(f"foot{page}")
            self._draw_foot(title, plain(footer or "", 100).replace("{page}", str(page)).replace("{pages}", str(pages)), margins)
            self.endForm()
        for finish in self.to_finish:
            finish(self)
        super().save()

    def _draw_foot(self, title: str, words: str, margins: Margins) -> None:
        right, left, height = self._pagesize[0] - margins.right * mm, margins.left * mm, margins.bottom * mm / 2
        room = right - left - self.stringWidth(words, SANS, 8) - 6 * mm
        letters = next((count for count in range(len(title), 0, -1) if self.stringWidth(title[:count] + "…", SANS, 8) <= room), 0)
        self.setFont(SANS, 8)
        self.setFillColor(GREY)
        self.drawString(left, height, title if letters == len(title) else f"{title[:letters]}…")
        self.drawRightString(right, height, words)


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab; call it with the lock held."""
    for name in (SANS, BOLD):
        path = FONTS / f"{name}.ttf"
        if not path.is_file():
            raise FontsMissing(f"{path} is not there: say make setup")
        pdfmetrics.registerFont(TTFont(name, str(path)))


def plain(words: str, letters_max: int = LETTERS_MAX) -> str:
    """Cut a text after so many letters, and leave out what nobody sees: control and format characters, halves of characters.

    What is beyond Unicode's first plane (emoji) becomes a box, for reportlab writes it wrongly.
    """
    cut = words[:letters_max] + ("…" if len(words) > letters_max else "")
    composed = unicodedata.normalize("NFC", cut).replace("\t", " ")
    seen = (letter for letter in composed if letter == "\n" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"})
    return "".join("□" if letter > "\uffff" else letter for letter in seen)


def _paragraph(plain: str, style: ParagraphStyle) -> Paragraph:
    with LOCK:
        register_fonts()
    return Paragraph(escape(plain).replace("\n", "<br/>", BREAKS_MAX), style)


def _cell(value: Cell, style: StyleName, width: float) -> Cell:
    if isinstance(value, int):
        value = f"{value:,}".replace(",", "\N{NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")
    return fitted(value, STYLES[style], width=width, lines_max=CELL_LINES_MAX) if isinstance(value, str) else value


def _blank(words: Sequence[str], widths: Sequence[float]) -> Table:
    """Draw one line to fill in: room to write, and a rule with what is to be written under it."""
    gap = 4 * mm
    places = [*(width - gap for width in widths[:-1]), widths[-1]]
    names = [fitted(name, STYLES["small"], width=place, lines_max=2) for name, place in zip(words, places, strict=True)]
    cells = [part for name in names for part in (name, None)][:-1]
    columns = [part for place in places for part in (place, gap)][:-1]
    rules = [("LINEBELOW", (column, 0), (column, 0), 0.7, black) for column in range(0, len(cells), 2)]
    style = [*_PADDED, ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP"), *rules]
    return Table([[None] * len(cells), cells], colWidths=columns, rowHeights=[13 * mm, None], style=style, hAlign="LEFT")
