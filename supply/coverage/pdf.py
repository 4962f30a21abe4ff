"""The audit report on A4: a report goes in, the bytes of a PDF come out."""

from collections.abc import Iterable

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, PageBreak, Spacer

from supply.charts.bars import Bars, Ranking
from supply.charts.svg import WIDE
from supply.charts.trend import Trend
from supply.contents import Contents, PartTitle, long_table
from supply.coverage.report.document import Block, Heading, Report, Table, Told, Words, shown
from supply.drawings import drawing
from supply.pdf import document, facts, heading, text

WIDTH = 180 * mm


def report_pdf(report: Report) -> bytes:
    """Set a report: a title page with its contents, then each part from a new page."""
    return document(title=report.title, language=report.language, flowables=list(_flowables(report)), footer=report.footer)


def _flowables(report: Report) -> Iterable[Flowable]:
    yield heading(report.title)
    yield facts(report.about, widths=(50, 130))
    yield Spacer(0, 6 * mm)
    yield heading(report.contents_title, level=2)
    yield Contents([(part.key, part.title) for part in report.parts])
    for part in report.parts:
        yield PageBreak()
        yield PartTitle(part.key, part.title)
        for block, after in zip(part.blocks, (*part.blocks[1:], None), strict=True):
            made = _set(block)
            if isinstance(block, Heading):
                yield CondPageBreak(_needs(after))
                made.keepWithNext = 0  # else a long table would begin on a new page with its heading
            yield made


def _needs(after: Block | None) -> float:
    """Say how much room a heading needs so as not to stand alone: the whole of a chart, or the head and a few rows of a table."""
    below = drawing(after.drawn(WIDE), width=WIDTH).height if isinstance(after, Bars | Ranking | Trend) else 20 * mm
    return float(25 * mm + below)


def _set(block: Block) -> Flowable:
    if isinstance(block, Words):
        return text(block.text)
    if isinstance(block, Heading):
        return heading(block.text, level=2)
    if isinstance(block, Told):
        return facts(block.pairs, widths=(52, 128))
    if isinstance(block, Table):
        return long_table(block.head, [[shown(cell) for cell in row] for row in block.rows], block.widths, numbers=block.numbers)
    assert isinstance(block, Bars | Ranking | Trend)
    return drawing(block.drawn(WIDE), width=WIDTH)
