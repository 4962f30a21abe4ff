"""The open data of a quarter: the cells of its public edition and the figures reckoned from them, a dictionary, the method, checksums. The same quarter gives the same bytes for ever."""

import io
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import force_locale, gettext
from sqlalchemy.orm import Session

from supply import sheets, zips
from supply.clock import instant_text
from supply.coverage import Ledger
from supply.coverage.errors import QuarterNotPublic
from supply.coverage.models import PublicQuarter
from supply.coverage.pages import words
from supply.coverage.queries import basis
from supply.coverage.queries.areas import area_of, parts_of
from supply.coverage.queries.background import Background
from supply.coverage.queries.basis import background_at
from supply.coverage.queries.denominators import Denominators
from supply.coverage.queries.edition import Finder
from supply.coverage.queries.public import Public
from supply.coverage.report import dictionary, flat, sources
from supply.coverage.report.document import Block, Heading, Table, Told, Words, shown
from supply.coverage.rules import quarters, reckoning
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.asked import Within
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.figures import Figure
from supply.coverage.rules.quarters import Quarter
from supply.coverage.rules.windows import Window

CELLS = ("area", "area_name", "period", "counted", "units", "hidden")
REPORTED = ("area", "area_name", "period", "places", "place_months", "said", "active")
COLUMNS = tuple(name for name in flat.HEAD if name != "before")


def pack(session: Session, window: Window, ledger: Ledger, *, language: str) -> bytes:
    """Give the open data of a quarter as a zip, in a language; refuses a quarter that is not public. Read it in one snapshot."""
    row = session.get(PublicQuarter, window.starts_on)
    if row is None:
        raise QuarterNotPublic(quarter=quarters.name_of(window), at="quarter")
    edition = Quarter(starts_on=row.starts_on, checkpoint=row.checkpoint, **row.content)
    background = background_at(session, row.checkpoint, borders=window.ends_on)
    figures = _figures(edition, background)
    as_of = ledger.as_of(session, row.checkpoint)
    at, digest = instant_text(as_of.at) if as_of else "", basis.digest_of(basis.canonical(background))
    with force_locale(language):
        files = {
            "handed_out.csv": _csv(CELLS, _cells(edition, background)),
            "reported.csv": _csv(REPORTED, _reported(edition, background)),
            "figures.csv": _csv(COLUMNS, _without_before(figures, background)),
            "dictionary.csv": _csv(dictionary.HEAD, dictionary.rows({"handed_out.csv": CELLS, "reported.csv": REPORTED, "figures.csv": COLUMNS})),
            "method.txt": _text([_about(edition, at, digest), *_method(figures, background)]),
        }
    return zips.zipped(zips.with_sums(files))


def _about(edition: Quarter, at: str, digest: str) -> Block:
    return Words(
        gettext(
            "Open data of coverage, %(quarter)s, as of checkpoint %(checkpoint)s (%(at)s). Reference data: SHA-256 %(digest)s.",
            quarter=quarters.name_of(edition.window),
            checkpoint=edition.checkpoint,
            at=at,
            digest=digest,
        )
    )


def _figures(edition: Quarter, background: Background) -> list[Figure]:
    """Reckon the figures of the country, its counties and municipalities from the cells alone."""
    seen = Public(edition.window, background, {edition.starts_on: edition})
    finder = Finder(seen, Denominators.of(background, edition.window, Model.BLENDED))
    nation = area_of(background, NATION, day=edition.window.ends_on)
    areas = [nation, *parts_of(background, nation, tuple(Within), day=edition.window.ends_on)]
    return [figure for area in areas for figure in reckoning.figures(finder.facts(area), background.thresholds)]


def _cells(edition: Quarter, background: Background) -> Iterator[Sequence[flat.Value]]:
    for area, periods in sorted(edition.cells.items()):
        for period, counts in sorted(periods.items()):
            for counted, units in sorted(counts.items()):
                yield area, _name(area, background), period, counted, units, int(units is None)


def _reported(edition: Quarter, background: Background) -> Iterator[Sequence[flat.Value]]:
    for area, months in sorted(edition.reported.items()):
        for month, row in sorted(months.items()):
            yield area, _name(area, background), month, *row


def _without_before(figures: Iterable[Figure], background: Background) -> Iterator[Sequence[flat.Value]]:
    left_out = flat.HEAD.index("before")
    for figure in figures:
        row = list(flat.row(figure, _name(figure.area, background)))
        yield row[:left_out] + row[left_out + 1 :]


def _name(area: str, background: Background) -> str:
    if area.startswith(quarters.REST):
        return str(gettext("the rest of %(area)s", area=_name(area.removeprefix(quarters.REST), background)))
    if area in words.SETS:
        return str(words.SETS[area])
    return str(gettext("Norway")) if area == NATION else background.counties.get(area) or background.municipalities.get(area, area)


def _method(figures: Sequence[Figure], background: Background) -> Iterator[Block]:
    yield Heading(gettext("What is hidden"))
    yield Words(
        gettext(
            "Counts of one or two, and counts of fewer than three acts of handing out, are hidden, and with them enough others that no hidden one can be found from the totals, by adding, subtracting "
            "or combining them. A hidden count has no number and hidden is 1. What was not reported is not there: it is not nought. The same counts are hidden everywhere the public edition is shown, "
            "and a quarter is made once and never changed."
        )
    )
    yield Heading(gettext("Method"))
    yield from sources.method(figures, background)
    yield Heading(gettext("Thresholds"))
    yield from sources.thresholds(background)
    yield Heading(gettext("Sources"))
    yield from sources.sources(figures, background)


def _text(blocks: Iterable[Block]) -> bytes:
    """Write blocks as plain text: headings underlined, tables with a bar between cells."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Words):
            lines += ["", block.text]
        elif isinstance(block, Heading):
            lines += ["", block.text, "=" * len(block.text)]
        elif isinstance(block, Told):
            lines += ["", *(f"{name}: {what}" for name, what in block.pairs)]
        elif isinstance(block, Table):
            lines += ["", " | ".join(block.head), *(" | ".join(shown(cell) for cell in row) for row in block.rows)]
    return "\n".join([*lines, ""]).lstrip("\n").encode()


def _csv(head: Sequence[str], rows: Iterable[Sequence[flat.Value]]) -> bytes:
    target = io.BytesIO()
    sheets.write_csv(target, head, ([flat.plain(value) for value in row] for row in rows))
    return target.getvalue()
