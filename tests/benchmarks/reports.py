"""K: the audit report as a PDF, of 35 and of 357 municipalities with figures, against the same pages in bare reportlab."""

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from time import process_time

from figures import Row, Shown, at_most
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.platypus import LongTable, PageBreak, Paragraph, SimpleDocTemplate
from stage import Stage

ROWS = {35: 35, 357: 357}
NAMES = ("Kárášjohka – Karasjok", "Lørenskog", "Oslo", "Trondheim - Tråante", "Nordre Follo", "Herøy (Møre og Romsdal)", "Ørland")
WIDTHS = (11, 36, 40, 27, 20, 21, 25)


def of_an_edition(_stage: Stage, *, rounds: int) -> Iterable[Row]:
    """K: all figures of an edition set, with contents, charts and what they rest on; then the same words, tables and charts by reportlab alone."""
    from supply.coverage.pdf import report_pdf

    for many in ROWS:
        report = _report(many)
        pages = _pages(report_pdf(report))
        _bare(report)
        ratios, ours = [], []
        for _ in range(rounds):
            started = process_time()
            report_pdf(report)
            between = process_time()
            _bare(report)
            ours.append(between - started)
            ratios.append(ours[-1] / (process_time() - between))
        yield at_most(f"K  PDF of {many} municipalities, {pages} pages ÷ the same in bare reportlab", 3, ratios)
        yield Shown(name="   (of the processor)", rounds=ours, unit="s")


def _report(many: int):
    """Give a report with three tables of so many municipalities and ten of the counties, each of these with a chart, as an edition of the country has them."""
    from supply.charts.bars import Ranking
    from supply.charts.values import Mark, Value
    from supply.charts.values import Row as ChartRow
    from supply.coverage.report.document import Heading, Number, Part, Report, Table, Told, Words

    def table(name, rows):
        return Table(name=name, head=("No.", "Area", "Value", "Level", "Divided", "By", "Reported"), rows=tuple(rows), widths=WIDTHS, numbers=(4, 5))

    def row(nth):
        said = ("Reported", "Partly reported (11/12)", "Not reported")[nth % 3]
        numbers = (Number(nth * 977, f"{nth * 977:,}"), Number(nth * 3.7, f"{nth * 3.7:.1f} *"))
        return (f"{1000 + nth}", NAMES[nth % len(NAMES)], f"{nth * 1.3:.1f} ({nth:.1f}–{nth * 2})", f"medium, {nth % 99} % sure", *numbers, said)

    def chart(nth):
        rows = tuple(
            ChartRow(label=NAMES[each % len(NAMES)], value=Value(point=each * 20, low=each * 15, high=each * 30, text=f"{each * 20} ({each * 15}–{each * 30})"), verdict="high")
            for each in range(1, 16)
        )
        return Ranking(name=f"c{nth}", title="T", description="D", unit="per person", number=lambda value: f"{value:g}", marks=(Mark(at=200, text="High 200"),), rows=rows)

    counties = tuple(block for nth in range(10) for block in (Heading(f"Indicator {nth}"), chart(nth), table("c", [row(each) for each in range(15)])))
    municipalities = tuple(block for nth in range(3) for block in (Heading(f"Indicator {nth}"), table("m", [row(each) for each in range(many)])))
    rests = Told(
        tuple(
            (f"Indicator {nth}", "2,839,089 syringes; 28,435 of them in kits ÷ 8,500 (7,100–10,000) people who inject, 2019: FHI. At least this: not all months are said to be entered.")
            for nth in range(15)
        )
    )
    method = tuple(Words("A figure is a numerator divided by a denominator. " * 12) for _ in range(3))
    sources = Table(
        name="s",
        head=("What", "Source"),
        rows=tuple((f"Estimate {nth}", "mortality multiplier; FHI, Problembruk av narkotika; published in the annual report of the year after") for nth in range(90)),
        widths=(60, 120),
    )
    parts = (
        Part(key="figures", title="Figures", blocks=(table("f", [row(each) for each in range(15)]), rests)),
        Part(key="counties", title="Counties", blocks=counties),
        Part(key="municipalities", title="Municipalities", blocks=municipalities),
        Part(key="method", title="Method", blocks=(*method, sources)),
    )
    return Report(title="Coverage", about=(("Area", "Norway"),), parts=parts, language="en", as_of=datetime(2026, 11, 20, tzinfo=UTC), contents_title="Contents", footer="Page {page} of {pages}")


def _bare(report) -> bytes:
    """Set the same words, tables and charts with reportlab's own paragraphs and tables of plain text, without contents, feet, or looking at what fits."""
    from supply.charts.svg import WIDE
    from supply.coverage.report.document import Heading, Table, Told, Words, shown
    from supply.drawings import drawing
    from supply.pdf import SANS, STYLES

    def flowable(block):
        if isinstance(block, Table):
            cells = [list(block.head), *([Paragraph(text, STYLES["cell"]) if len(text) > 40 else text for text in map(shown, row)] for row in block.rows)]
            return LongTable(cells, colWidths=[width * mm for width in block.widths], repeatRows=1, style=[("FONT", (0, 0), (-1, -1), SANS, 9), ("LINEBELOW", (0, 0), (-1, -1), 0.3, "grey")])
        if isinstance(block, Told):
            return LongTable([[Paragraph(name, STYLES["strong"]), Paragraph(what, STYLES["cell"])] for name, what in block.pairs], colWidths=[52 * mm, 128 * mm])
        if isinstance(block, Words | Heading):
            return Paragraph(block.text, STYLES["body" if isinstance(block, Words) else "subtitle"])
        key = id(block)
        if key not in _DRAWN:
            _DRAWN[key] = drawing(block.drawn(WIDE), width=180 * mm)
        return _DRAWN[key]

    target = io.BytesIO()
    flowables = [one for part in report.parts for one in (PageBreak(), Paragraph(part.title, STYLES["title"]), *map(flowable, part.blocks))]
    SimpleDocTemplate(target, leftMargin=15 * mm, rightMargin=15 * mm, topMargin=15 * mm, bottomMargin=18 * mm, invariant=1).build(flowables)
    return target.getvalue()


_DRAWN: dict[int, Drawing] = {}
"""Charts drawn before: bare reportlab is given its drawings as they are."""


def _pages(content: bytes) -> int:
    import pypdf

    return len(pypdf.PdfReader(io.BytesIO(content)).pages)
