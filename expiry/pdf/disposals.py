"""The certificate of a disposal: what was destroyed, by whom, before whom, and the posting that says so. A dataclass goes in, the bytes of a PDF come out."""

from collections.abc import Iterator
from dataclasses import dataclass

from reportlab.platypus import Flowable

from supply import pdf

WIDTHS_MM = (62, 40, 34, 44)
SIGNING_MM = (40, 70, 70)


@dataclass(frozen=True, kw_only=True)
class LotDestroyed:
    """Units of a lot that were destroyed."""

    product: str
    lot: str
    expires_on: str
    units: int


@dataclass(frozen=True, kw_only=True)
class CertificateWords:
    """What stands over the columns and under the lines, in the reader's language."""

    product: str
    lot: str
    expires_on: str
    units: str
    total: str
    day: str
    prepared_by: str
    witness: str


@dataclass(frozen=True, kw_only=True)
class CertificatePrinted:
    """A certificate. `warnings` stand large above all else: that the data is made up, that the posting was corrected. `total` is of all units."""

    heading: str
    number: str
    warnings: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    method: tuple[str, str] | None
    """What is said of how it was destroyed, with its name; all of it, however long."""
    rows: tuple[LotDestroyed, ...]
    total: int
    seal: tuple[tuple[str, str], ...]
    """The posting in the journal, and its digest."""
    has_witness: bool
    words: CertificateWords


def certificate_pdf(printed: CertificatePrinted, *, language: str, footer: str) -> bytes:
    """Give a certificate on A4; `footer` holds `{page}` and `{pages}`. The product of a lot stands again on each page that it goes on over."""
    words = printed.words
    signed = (words.day, words.prepared_by, words.witness) if printed.has_witness else (words.day, words.prepared_by)
    flowables: list[Flowable] = [
        *(pdf.heading(warning, level=2) for warning in printed.warnings),
        pdf.heading(printed.heading),
        pdf.facts(printed.facts),
        *((pdf.heading(printed.method[0], level=2), pdf.text(printed.method[1])) if printed.method else ()),
        pdf.table((words.product, words.lot, words.expires_on, words.units), _rows(printed), WIDTHS_MM, numbers={3}),
        pdf.text(""),
        pdf.facts(printed.seal),
        pdf.blanks((signed,), SIGNING_MM[: len(signed)]),
    ]
    return pdf.document(title=f"{printed.heading} {printed.number}", language=language, flowables=flowables, footer=footer)


def _rows(printed: CertificatePrinted) -> Iterator[list[pdf.Cell]]:
    yield from ([row.product, row.lot, row.expires_on, row.units] for row in printed.rows)
    yield [printed.words.total, None, None, printed.total]
