"""What the ledger prints: labels with a code to scan, and sheets to count by. A dataclass goes in, the bytes of a PDF come out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import zint
from reportlab.graphics.shapes import Drawing, Path
from reportlab.lib.colors import black
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import KeepInFrame, Paragraph, Spacer, Table

from inventory.rules import labels as rules
from supply import pdf

LABEL_MODULE_MM = 25.4 * 8 / 300  # A module of whole dots prints sharp: 8 at 300 to the inch, 16 at 600.
SHEET_MODULE_MM = 25.4 * 5 / 300  # Likewise 5 and 10, since a sheet has many lines; packs of medicines have smaller ones.
QUIET_MODULES = 2  # GS1 DataMatrix Guideline 2.5.1 asks for one; a pen or a sticker's edge comes near.
STICKER_MM = (70, 37)
ACROSS, DOWN = 3, 8  # A4 sheets of 24 stickers, without gaps, half a millimetre from the upper edge.
EDGE_MM = 3  # Printers miss a sticker's edge by a millimetre or two.
CODE_MM_MAX = 24
WIDTH_MM = 180
WRITING_MM = 10

Elements = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class LabelPrinted:
    """A label: the product's name, lines below it (lot, expiry), and the AIs and values its code holds."""

    title: str
    lines: tuple[str, ...] = ()
    elements: Elements


@dataclass(frozen=True, kw_only=True)
class CountRow:
    """A lot to be counted; `expected` is None on a blind sheet, `elements` where the lot has no code."""

    product: str
    lot: str
    expires_on: str
    expected: int | None = None
    elements: Elements | None = None


@dataclass(frozen=True, kw_only=True)
class CountWords:
    """What stands on a count sheet besides facts, in the reader's language."""

    place: str
    day: str
    counted: str
    code: str
    lot: str
    expires_on: str
    expected: str
    first: str
    second: str
    remarks: str
    signed_on: str
    first_signature: str
    second_signature: str


@dataclass(frozen=True, kw_only=True)
class CountSheetPrinted:
    """A sheet to count by: where, on which day, what is counted, what the counters should know, and the lots."""

    heading: str
    place: str
    day: str
    counted: str
    notes: tuple[str, ...] = ()
    words: CountWords
    rows: tuple[CountRow, ...]


def labels_pdf(labels: Iterable[LabelPrinted], *, title: str, language: str) -> bytes:
    """Give A4 sheets of 3 × 8 labels for stickers of 70 × 37 mm. They have no foot: it would stand across the lowest stickers.

    Raises NotALabel if the elements of one would not read back.
    """
    stickers = [_sticker(label) for label in labels]
    sheets = [_sheet(stickers[start : start + ACROSS * DOWN]) for start in range(0, len(stickers), ACROSS * DOWN)]
    return pdf.document(title=title, language=language, flowables=sheets, margins=pdf.Margins(top=0.5, right=0, bottom=0, left=0))


def count_sheet_pdf(sheet: CountSheetPrinted, *, language: str, footer: str) -> bytes:
    """Give a sheet to count by: a line for each lot, under its product, with boxes for two counts and remarks, and at the end places to sign.

    What is expected has a column unless nothing is (a blind count). `footer` holds `{page}` and `{pages}`. Raises NotALabel as labels do.
    """
    words = sheet.words
    columns = _columns(sheet)
    flowables = [
        pdf.heading(sheet.heading),
        pdf.facts([(words.place, sheet.place), (words.day, sheet.day), (words.counted, sheet.counted)]),
        *(pdf.text(note) for note in sheet.notes),
        pdf.table(
            [column.heading for column in columns],
            _lines(sheet.rows, columns),
            [column.width_mm for column in columns],
            numbers={place for place, column in enumerate(columns) if column.is_number},
            boxes={place for place, column in enumerate(columns) if column.is_box},
        ),
        pdf.blanks([(words.signed_on, words.first_signature), (words.signed_on, words.second_signature)], (60, WIDTH_MM - 60)),
    ]
    return pdf.document(title=f"{sheet.heading} – {sheet.place} – {sheet.day}", language=language, flowables=flowables, footer=footer)


def datamatrix(elements: Elements, *, module_mm: float = LABEL_MODULE_MM) -> Drawing:
    """Draw a square GS1 DataMatrix with the quiet zone around it; a module is one of its little squares.

    Raises NotALabel for elements that would not read back: zint would draw a wrong check digit, and only grumble.
    """
    rules.read_label(f"]d2{rules.element_string(elements)}")
    rows = _modules(elements)
    side, module = (len(rows) + 2 * QUIET_MODULES) * module_mm * mm, module_mm * mm
    squares = Path(fillColor=black, strokeColor=None, strokeWidth=0)  # one path, so that no hairlines show where squares meet
    for line, row in enumerate(rows):
        lower = side - (QUIET_MODULES + line + 1) * module
        for start, end in _runs(row):
            left, right = (QUIET_MODULES + start) * module, (QUIET_MODULES + end) * module
            squares.moveTo(left, lower)
            for x, y in ((right, lower), (right, lower + module), (left, lower + module)):
                squares.lineTo(x, y)
            squares.closePath()
    return Drawing(side, side, squares, initialFontName=pdf.SANS)


def _modules(elements: Elements) -> list[list[bool]]:
    """Give the dark and light squares, row by row from above."""
    symbol = zint.Symbol()
    symbol.symbology = zint.Symbology.DATAMATRIX
    symbol.input_mode = zint.InputMode.GS1
    symbol.option_3 = zint.DataMatrixOptions.SQUARE
    symbol.encode("".join(f"[{ai}]{value}" for ai, value in elements))
    if symbol.errtxt:
        raise rules.NotALabel(rules.Why.UNREADABLE)
    packed = symbol.encoded_data
    return [[bool(packed[line, column >> 3] >> (column & 7) & 1) for column in range(symbol.width)] for line in range(symbol.rows)]


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Give where dark squares side by side begin and end."""
    start = 0
    for is_dark, squares in groupby(row):
        end = start + len(list(squares))
        if is_dark:
            yield start, end
        start = end


_TITLE = ParagraphStyle("title", parent=pdf.STYLES["strong"], fontSize=10, leading=12.4, spaceAfter=2)
_LINE = ParagraphStyle("line", parent=pdf.STYLES["small"], fontSize=8.5, leading=11)
_PRINT = ParagraphStyle("print", parent=pdf.STYLES["small"], fontSize=6, leading=7.4, spaceBefore=3)
_BARE = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")] + [("FONT", (0, 0), (-1, -1), pdf.SANS, 8)]


def _sheet(stickers: list[Table]) -> Table:
    cells = [*stickers, *[None] * (-len(stickers) % ACROSS)]
    rows = [cells[start : start + ACROSS] for start in range(0, len(cells), ACROSS)]
    return Table(rows, colWidths=[STICKER_MM[0] * mm] * ACROSS, rowHeights=[STICKER_MM[1] * mm] * len(rows), style=_BARE, hAlign="LEFT")


def _sticker(label: LabelPrinted) -> Table:
    """Draw one label: the code on the left, the words on the right, made smaller if they are too many."""
    code = datamatrix(label.elements)
    if code.width > CODE_MM_MAX * mm:
        code = datamatrix(label.elements, module_mm=LABEL_MODULE_MM * CODE_MM_MAX * mm / code.width)
    width, height = (side * mm for side in STICKER_MM)
    taken = code.width + EDGE_MM * mm
    room = width - taken - EDGE_MM * mm
    words = KeepInFrame(room, height - 2 * EDGE_MM * mm, _words(label, room), mode="shrink", vAlign="MIDDLE")
    style = [*_BARE, ("LEFTPADDING", (0, 0), (0, 0), EDGE_MM * mm), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    return Table([[code, words]], colWidths=[taken, room + EDGE_MM * mm], rowHeights=[height], style=style)


def _words(label: LabelPrinted, room: float) -> list[Paragraph]:
    said = " ".join(rules.in_brackets([element]) for element in label.elements)
    return [
        pdf.fitted(label.title, _TITLE, width=room, lines_max=4),
        *(pdf.fitted(line, _LINE, width=room, lines_max=2) for line in label.lines),
        pdf.fitted(said, _PRINT, width=room, lines_max=8),
    ]


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A column of a count sheet, and what a lot has in it."""

    heading: str
    width_mm: float
    cell: Callable[[CountRow], pdf.Cell]
    is_number: bool = False
    is_box: bool = False


def _columns(sheet: CountSheetPrinted) -> list[_Column]:
    """Give the columns that the sheet needs; remarks get the room that others leave."""
    words = sheet.words
    codes = {row.elements: datamatrix(row.elements, module_mm=SHEET_MODULE_MM) for row in sheet.rows if row.elements}
    code = _Column(heading=words.code, width_mm=max((drawn.width / mm + 3 for drawn in codes.values()), default=0), cell=lambda row: codes.get(row.elements or ()))
    expected = _Column(heading=words.expected, width_mm=23, cell=lambda row: row.expected, is_number=True)
    others = [
        *([code] if codes else []),
        _Column(heading=words.lot, width_mm=36, cell=lambda row: row.lot),
        _Column(heading=words.expires_on, width_mm=25, cell=lambda row: row.expires_on),
        *([expected] if any(row.expected is not None for row in sheet.rows) else []),
        _Column(heading=words.first, width_mm=22, cell=lambda _: Spacer(0, WRITING_MM * mm), is_box=True),
        _Column(heading=words.second, width_mm=22, cell=lambda _: None, is_box=True),
    ]
    left = WIDTH_MM - sum(column.width_mm for column in others)
    return [*others, _Column(heading=words.remarks, width_mm=left, cell=lambda _: None, is_box=True)]


def _lines(rows: Iterable[CountRow], columns: Sequence[_Column]) -> Iterator[list[pdf.Cell] | pdf.Group]:
    """Give a heading for each product, in the order they come in, and under it a line for each of its lots."""
    by_product: dict[str, list[CountRow]] = {}
    for row in rows:
        by_product.setdefault(row.product, []).append(row)
    for product, of_product in by_product.items():
        yield pdf.Group(product)
        yield from ([column.cell(row) for column in columns] for row in of_product)
