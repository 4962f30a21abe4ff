"""The notice of a recall for one place: what, why, how grave, what to do now, by when to answer, and what the book says lies there. A dataclass goes in, the bytes of a PDF come out."""

from dataclasses import dataclass

from supply import pdf

WIDTHS_LOTS = (60, 40, 40, 20, 20)


@dataclass(frozen=True, kw_only=True)
class LotLine:
    """A lot as the notice lists it: its product, number, expiry, and how many units the book says lie at the place, loose or (of kits) in how many kits."""

    product: str
    lot: str
    expires_on: str
    units: int
    each: int


@dataclass(frozen=True, kw_only=True)
class NoticePrinted:
    """A notice, its words in the reader's language. `stamp` is said of a drill on every page."""

    heading: str
    facts: tuple[tuple[str, str], ...]
    todo_heading: str
    todo: tuple[str, ...]
    lots_heading: str
    columns: tuple[str, str, str, str, str]
    lots: tuple[LotLine, ...]
    numbers: tuple[tuple[str, str], ...]
    signed: tuple[str, str, str]
    stamp: str | None = None
    stamp_says: str | None = None


def notice_pdf(notice: NoticePrinted, *, language: str, footer: str) -> bytes:
    """Give a notice on A4; `footer` holds `{page}` and `{pages}`."""
    flowables = [
        pdf.heading(notice.heading),
        *([pdf.text(notice.stamp_says)] if notice.stamp_says else []),
        pdf.facts(notice.facts),
        pdf.heading(notice.todo_heading, level=2),
        *(pdf.text(f"{nth}. {what}") for nth, what in enumerate(notice.todo, start=1)),
        pdf.heading(notice.lots_heading, level=2),
        pdf.table(notice.columns, [(one.product, one.lot, one.expires_on, one.units, one.each) for one in notice.lots], WIDTHS_LOTS, numbers={3, 4}),
        pdf.facts(notice.numbers),
        pdf.blanks([notice.signed], (40, 50, 90)),
    ]
    margins = pdf.Margins(top=28) if notice.stamp else None
    return pdf.document(title=notice.heading, language=language, flowables=flowables, footer=footer, margins=margins, stamp=notice.stamp)
