"""What orders print: lists of lots to send, pick and count by, and a label for a parcel. A dataclass goes in, the bytes of a PDF come out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, Rect
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer, Table

from inventory import pdf as ledger
from inventory.pdf import Elements
from inventory.rules import labels
from supply import pdf

WIDTH_MM = 180
CODE_MM = 40  # Holds the code of the longest number there can be (80 letters), which is 33 mm.
ORDERS_BESIDE_MAX = 12  # Ours: four lines beside the code. More stand below it, over the whole width,
ORDERS_TOGETHER = 150  # in paragraphs of so many: with 20 letters each they are whole.
WRITING_MM = 10
TICK_MM = 6
A6_MM = (105, 148)
EDGE_MM = 6
FACT_MM = 10
LABEL_MODULE_MM = 25.4 * 12 / 300  # Half as large again as on stickers: a parcel is scanned from where one stands.


@dataclass(frozen=True, kw_only=True)
class LotRow:
    """Units of a lot on a list; `packs` says how many whole packs that is where it is known, `elements` is None where the lot has no code."""

    product: str
    lot: str
    expires_on: str
    units: int
    packs: str = ""
    elements: Elements | None = None


@dataclass(frozen=True, kw_only=True)
class ListWords:
    """What stands over the columns of a list, in the reader's language; `ticked` is over a box to tick, `written` are over those to write in."""

    orders: str
    code: str
    lot: str
    expires_on: str
    units: str
    packs: str
    ticked: str | None = None
    written: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ListPrinted:
    """A list of lots: a delivery note, a pick list. `facts` are named; `elements` is what its own code holds.

    `besides` stands under lines for what is not on the list; `signed` are the words under lines to sign on, two for each.
    """

    heading: str
    number: str
    facts: tuple[tuple[str, str], ...]
    orders: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    elements: Elements | None = None
    words: ListWords
    rows: tuple[LotRow, ...]
    besides: tuple[str, ...] = ()
    signed: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ParcelLabelPrinted:
    """A label for a parcel: to, from and number with their names, the facts below them, and what its code holds (None: no code can hold it)."""

    to: tuple[str, str]
    from_: tuple[str, str]
    number: tuple[str, str]
    facts: tuple[tuple[str, str], ...]
    elements: Elements | None = None


def list_pdf(printed: ListPrinted, *, language: str, footer: str) -> bytes:
    """Give a list of lots on A4: a line for each, under its product, with its code and places to write, and at the end places to sign.

    `footer` holds `{page}` and `{pages}`. Raises NotALabel for a code that would not read back.
    """
    columns = _columns(printed)
    flowables = [
        *_head(printed),
        *(pdf.text(note) for note in printed.notes),
        pdf.table(
            [column.heading for column in columns],
            _lines(printed.rows, columns),
            [column.width_mm for column in columns],
            numbers={place for place, column in enumerate(columns) if column.is_number},
            boxes={place for place, column in enumerate(columns) if column.is_box},
        ),
        pdf.blanks([(words,) for words in printed.besides], (WIDTH_MM,)),
        pdf.blanks(printed.signed, (60, WIDTH_MM - 60)),
    ]
    return pdf.document(title=f"{printed.heading} {printed.number}", language=language, flowables=flowables, footer=footer)


def parcel_label_pdf(label: ParcelLabelPrinted, *, title: str, language: str) -> bytes:
    """Give a label for a sticker of A6. Words are as large as they fit; the place it goes to is the largest.

    Raises NotALabel for a code that would not read back.
    """
    width = (A6_MM[0] - 2 * EDGE_MM) * mm
    named = zip((label.to, label.from_, label.number), (_TO, _FROM, _NUMBER), _PARTS_MM, strict=False)
    rows = [*(_named(*what, sizes, width=width, height=(height - 7) * mm) for what, sizes, height in named), _with_code(label, width)]
    style = [*_BARE, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEABOVE", (0, 1), (-1, -1), 0.9, black), ("TOPPADDING", (0, 0), (-1, -1), 1.5 * mm)]
    table = Table([[row] for row in rows], colWidths=[width], rowHeights=[height * mm for height in _PARTS_MM], style=style)
    return pdf.document(title=title, language=language, flowables=[table], margins=pdf.Margins(top=EDGE_MM, right=EDGE_MM, bottom=EDGE_MM - 1, left=EDGE_MM), size_mm=A6_MM)


_BARE = [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")] + [("FONT", (0, 0), (-1, -1), pdf.SANS, 8)]
_CAPTION = ParagraphStyle("caption", parent=pdf.STYLES["small"], fontSize=6, leading=7.4, alignment=TA_RIGHT, rightIndent=ledger.QUIET_MODULES * ledger.LABEL_MODULE_MM * mm)
_PARTS_MM = (51, 23, 18, 44)
"""How high the parts of a label are: to, from, number, code and facts."""
_TO = (30, 26, 22, 19, 16, 14, 12, 10, 8)
_FROM = (15, 13, 11, 9, 8, 7)
_NUMBER = (22, 19, 16, 14, 12, 10, 8)
_FACT = (13, 11, 10, 9, 8)
"""Sizes of letters to try, in points."""


@dataclass(frozen=True, kw_only=True)
class _Column:
    """A column of a list, and what a lot has in it."""

    heading: str
    width_mm: float
    cell: Callable[[LotRow], pdf.Cell]
    is_number: bool = False
    is_box: bool = False


def _head(printed: ListPrinted) -> Iterator[Flowable]:
    """Give what the list is and is about, with its code on the right; orders that are too many to stand beside it come below."""
    few = 0 < len(printed.orders) <= ORDERS_BESIDE_MAX
    facts = [*printed.facts, *([(printed.words.orders, ", ".join(printed.orders))] if few else [])]
    room = WIDTH_MM - CODE_MM
    told = [pdf.heading(printed.heading), pdf.facts(facts, widths=(32, room - 35))]
    style = [*_BARE, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (1, 0), (1, 0), "RIGHT"), ("BOTTOMPADDING", (0, 0), (-1, -1), 3 * mm)]
    yield Table([[told, _captioned(printed.elements)]], colWidths=[room * mm, CODE_MM * mm], style=style, hAlign="LEFT")
    if printed.orders and not few:
        yield pdf.heading(printed.words.orders, level=2)
        yield from (pdf.text(", ".join(printed.orders[start : start + ORDERS_TOGETHER])) for start in range(0, len(printed.orders), ORDERS_TOGETHER))


def _captioned(elements: Elements | None) -> list[Flowable] | None:
    """Draw a code, and under it what it holds, to be typed where a scanner is not at hand."""
    if elements is None:
        return None
    code = ledger.datamatrix(elements)
    code.hAlign = "RIGHT"
    return [code, pdf.fitted(labels.in_brackets(elements), _CAPTION, width=CODE_MM * mm, lines_max=4)]


def _columns(printed: ListPrinted) -> list[_Column]:
    """Give the columns that the list needs; those to write in share the room that others leave."""
    words = printed.words
    codes = {row.elements: ledger.datamatrix(row.elements, module_mm=ledger.SHEET_MODULE_MM) for row in printed.rows if row.elements}
    code = _Column(heading=words.code, width_mm=max((drawn.width / mm + 3 for drawn in codes.values()), default=0), cell=lambda row: codes.get(row.elements or ()))
    fixed = [
        *([code] if codes else []),
        _Column(heading=words.lot, width_mm=36, cell=lambda row: row.lot),
        _Column(heading=words.expires_on, width_mm=25, cell=lambda row: row.expires_on),
        _Column(heading=words.units, width_mm=17, cell=lambda row: row.units, is_number=True),
        _Column(heading=words.packs, width_mm=22, cell=lambda row: row.packs),
        *([_Column(heading=words.ticked, width_mm=20, cell=lambda _: _tick())] if words.ticked is not None else []),
    ]
    left = (WIDTH_MM - sum(column.width_mm for column in fixed)) / max(1, len(words.written))
    return [*fixed, *(_Column(heading=heading, width_mm=left, cell=lambda _: Spacer(0, WRITING_MM * mm), is_box=True) for heading in words.written)]


def _tick() -> Drawing:
    side = TICK_MM * mm
    return Drawing(side, side, Rect(0, 0, side, side, fillColor=None, strokeColor=black, strokeWidth=0.9), initialFontName=pdf.SANS)


def _lines(rows: Iterable[LotRow], columns: Sequence[_Column]) -> Iterator[list[pdf.Cell] | pdf.Group]:
    """Give a heading for each product, in the order they come in, and under it a line for each of its lots."""
    by_product: dict[str, list[LotRow]] = {}
    for row in rows:
        by_product.setdefault(row.product, []).append(row)
    for product, of_product in by_product.items():
        yield pdf.Group(product)
        yield from ([column.cell(row) for column in columns] for row in of_product)


def _with_code(label: ParcelLabelPrinted, width: float) -> Table:
    """Draw the code of a label on the left and the facts beside it, or the facts alone; the last fact gets the room that is left."""
    code = ledger.datamatrix(label.elements, module_mm=LABEL_MODULE_MM) if label.elements is not None else None
    quiet = ledger.QUIET_MODULES * LABEL_MODULE_MM * mm
    taken = code.width if code is not None else 0
    last = _PARTS_MM[-1] - 2 - FACT_MM * (len(label.facts) - 1)
    heights = [*[FACT_MM] * (len(label.facts) - 1), last]
    told = [[_named(name, what, _FACT, width=width - taken, height=(height - 4) * mm)] for (name, what), height in zip(label.facts, heights, strict=True)]
    style = [*_BARE, ("VALIGN", (0, 0), (-1, -1), "TOP")]
    facts = Table(told, colWidths=[width - taken], rowHeights=[height * mm for height in heights], style=style)
    return Table([[code, facts]], colWidths=[taken, width - taken], style=[*style, ("LEFTPADDING", (0, 0), (0, 0), -quiet)])  # the sticker's edge is quiet enough


def _named(name: str, what: str, sizes: Sequence[float], *, width: float, height: float) -> list[Flowable]:
    """Give a name in small, and under it what it names, as large as it fits."""
    return [pdf.fitted(name, pdf.STYLES["small"], width=width, lines_max=1), _as_large_as_fits(what, sizes, width=width, height=height)]


def _as_large_as_fits(words: str, sizes: Sequence[float], *, width: float, height: float) -> Flowable:
    """Give words in the largest size in which all of them stand in the room there is: with whole words if any size does, else with broken ones, else cut."""
    for whole in (True, False):
        for size in sizes:
            style = ParagraphStyle("large", parent=pdf.STYLES["strong"], fontSize=size, leading=round(size * 1.2, 1))
            lines = int(height / style.leading)
            tried = pdf.fitted(words, style, width=width, lines_max=lines + 1)
            if tried.wrap(width, height)[1] <= lines * style.leading and (not whole or tried.minWidth() <= width):
                return tried
    return pdf.fitted(words, style, width=width, lines_max=lines)
