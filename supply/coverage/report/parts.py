"""What the report says, part by part: the figures, what they rest on, how they are made, and what proves them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import format_datetime, gettext

from supply.clock import instant_text
from supply.coverage.pages import words
from supply.coverage.pages.frame import window_text
from supply.coverage.queries import basis
from supply.coverage.queries.areas import Area
from supply.coverage.queries.edition import Edition
from supply.coverage.queries.series import MonthSeen
from supply.coverage.report import charts, sources
from supply.coverage.report.document import Block, Cell, Heading, Number, Part, Report, Table, Told, Words
from supply.coverage.rules.figures import Figure, WhyNot
from supply.coverage.rules.indicators import FORMULAS

HEADLINES = ("syringes_per_person", "naloxone_per_100000", "naloxone_per_100_injectors")
"""What is told of every municipality on paper; the workbook and the lists tell everything of all."""
WITHOUT_FIGURE = (WhyNot.NO_PLACE, WhyNot.NOT_REPORTED)
NAMED_FROM = 12
"""From so many areas without a figure on they are named together."""
NAMES_AT_ONCE = 100
"""What a paragraph holds."""


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a journal stood at the checkpoint: its last posting, and that one's seal."""

    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a report is made of."""

    edition: Edition
    months: Sequence[MonthSeen]
    heads: Mapping[str, Head]


def report(material: Material, *, language: str) -> Report:
    """Give the report in the language that is set, which `language` names."""
    edition = material.edition
    area = words.area_title(edition.area)
    title = gettext("Coverage, %(area)s, %(window)s", area=area, window=window_text(edition.window))
    return Report(
        title=title,
        about=tuple(_about(edition)),
        parts=tuple(_parts(material)),
        language=language,
        as_of=edition.as_of.at,
        contents_title=gettext("Contents"),
        footer=gettext("Page {page} of {pages}"),
    )


def _about(edition: Edition) -> Iterable[tuple[str, str]]:
    as_of, window = edition.as_of, edition.window
    yield gettext("Area"), words.area_title(edition.area)
    yield gettext("Counted"), f"{window.starts_on} – {window.ends_on}"
    if window.cuts_a_month:
        yield gettext("Asked for"), f"{window.asked_from} – {window.asked_to}"
    yield gettext("Compared with"), f"{window.before.starts_on} – {window.before.ends_on}"
    yield gettext("Borders of"), edition.background.borders.isoformat()
    yield gettext("As of"), gettext("checkpoint %(number)s, taken %(at)s", number=as_of.checkpoint or "–", at=format_datetime(as_of.at, "yyyy-MM-dd HH:mm:ss"))
    yield gettext("Model where nobody has estimated"), str(words.MODELS[edition.asked.model])
    there = [place for place in edition.background.places if edition.area.holds(edition.background.home[place.id])]
    if examples := sum(place.example for place in there):
        yield gettext("Examples"), gettext("%(examples)s of %(places)s places here are examples, which no source names", examples=examples, places=len(there))
    yield gettext("Reference data"), f"SHA-256 {basis.frozen(edition.background).digest}"


def _parts(material: Material) -> Iterable[Part]:
    edition = material.edition
    yield Part(key="figures", title=gettext("Figures of the whole area"), blocks=tuple(_whole(material)))
    counties = [area for area in edition.areas[1:] if len(area.code) == 2]
    municipalities = [area for area in edition.areas[1:] if len(area.code) == 4]
    if counties:
        yield Part(key="counties", title=gettext("Counties"), blocks=tuple(_side_by_side(edition, counties, tuple(code for code in FORMULAS if code != "persons_reached"))))
    if municipalities:
        yield Part(key="municipalities", title=gettext("Municipalities"), blocks=tuple(_side_by_side(edition, municipalities, HEADLINES)))
    yield Part(key="gaps", title=gettext("Gaps, and what would close them"), blocks=tuple(_gaps(edition)))
    yield Part(key="method", title=gettext("Method"), blocks=tuple(sources.method(edition.figures, edition.background)))
    yield Part(key="thresholds", title=gettext("Thresholds"), blocks=tuple(sources.thresholds(edition.background)))
    yield Part(key="sources", title=gettext("Sources"), blocks=tuple(sources.sources(edition.figures, edition.background)))
    yield Part(key="checkpoint", title=gettext("Checkpoint of the journals"), blocks=tuple(_checkpoint(material)))


def _whole(material: Material) -> Iterable[Block]:
    edition = material.edition
    yield _figures_table(edition.by_area[edition.area.code])
    if (chart := charts.of_an_area(edition)) is not None:
        yield chart
    yield from charts.handed_out(material.months)
    yield Heading(gettext("What each figure rests on"))
    yield Told(tuple((words.title_of(figure), sources.rests_on(figure)) for figure in edition.by_area[edition.area.code]))


def _figures_table(figures: Sequence[Figure]) -> Table:
    head = (gettext("Indicator"), gettext("Value"), gettext("Level"), gettext("Reported"), gettext("Period before"))
    rows = tuple((words.title_of(one), words.value_text(one), _verdict(one), _state(one), words.change_text(one) if one.why_not is None else "") for one in figures)
    return Table(name=gettext("Figures"), head=head, rows=rows, widths=(54, 44, 30, 26, 26))


def _side_by_side(edition: Edition, areas: Sequence[Area], indicators: Sequence[str]) -> Iterable[Block]:
    """Give a table for each indicator, with a row for each area, and a chart where there is room."""
    names = {area.code: words.area_title(area) for area in areas}
    for indicator in indicators:
        figures = [figure for area in areas for figure in edition.of(area.code, indicator)]
        if not figures:
            continue
        yield Heading(str(words.INDICATORS[indicator]))
        if (chart := charts.beside_each_other(edition, indicator, [area.code for area in areas])) is not None:
            yield chart
        head = (gettext("No."), gettext("Area"), gettext("Value"), gettext("Level"), gettext("Divided"), gettext("By"), gettext("Reported"))
        silent = [figure for figure in figures if figure.why_not in WITHOUT_FIGURE]
        told = figures if len(silent) < NAMED_FROM else [figure for figure in figures if figure.why_not not in WITHOUT_FIGURE]
        rows = tuple(_row(figure, names[figure.area]) for figure in told)
        yield Table(name=str(words.INDICATORS[indicator]), head=head, rows=rows, widths=(11, 36, 40, 27, 20, 21, 25), numbers=(4, 5))
        if len(told) < len(figures):
            yield from _named(silent, names)


def _named(figures: Sequence[Figure], names: Mapping[str, str]) -> Iterable[Block]:
    """Name areas that have no figure, by why not, instead of giving each a row that says the same."""
    for why in WITHOUT_FIGURE:
        there = [f"{names[figure.area]} ({figure.area})" for figure in figures if figure.why_not is why]
        for nth in range(0, len(there), NAMES_AT_ONCE):
            yield Words(f"{words.WHY_NOT[why]}: {', '.join(there[nth : nth + NAMES_AT_ONCE])}")


def _row(figure: Figure, name: str) -> tuple[Cell, ...]:
    numerator, denominator = figure.numerator, figure.denominator
    units = numerator.units if numerator else None
    by = denominator.interval.middle if denominator else None
    several = figure.indicator in words.TELLS_APART
    named = f"{name}, {words.COUNTED.get(figure.counted, figure.counted)}" if several else name
    model = " *" if denominator is not None and denominator.is_model else ""
    return (figure.area, named, words.value_text(figure), _verdict(figure), Number(units, words.count_text(units)), Number(by, words.number_text(by) + model), _state(figure))


def _verdict(figure: Figure) -> str:
    if figure.verdict is None:
        return ""
    return ", ".join(filter(None, (str(words.LABELS.get(figure.verdict.label, figure.verdict.label)), words.sure_text(figure.verdict.certainty))))


def _state(figure: Figure) -> str:
    numerator = figure.numerator
    if numerator is None:
        return ""
    if numerator.state is None:
        return str(words.ORIGINS[numerator.origin]) if numerator.source else ""
    said = f" ({numerator.said}/{numerator.months})" if numerator.state.value == "partly" else ""
    return f"{words.STATES[numerator.state]}{said}"


def _gaps(edition: Edition) -> Iterable[Block]:
    if not edition.gaps:
        yield Words(gettext("None is known."))
    for kind, name in words.GAPS.items():
        found = [gap for gap in edition.gaps if gap.kind is kind]
        if found:
            yield Heading(f"{name} ({len(found)})")
            head = (gettext("No."), gettext("Where"), gettext("What is so"), gettext("What would close it"))
            rows = tuple((gap.area or "", gap.name, sources.gap_is(gap), sources.gap_needs(gap)) for gap in found)
            yield Table(name=str(name), head=head, rows=rows, widths=(12, 56, 48, 64))


def _checkpoint(material: Material) -> Iterable[Block]:
    as_of = material.edition.as_of
    yield Words(
        gettext(
            "These figures are as of checkpoint %(number)s, taken at %(at)s. What was entered after it, also for earlier days, is not in them, and the reference data is that of then: "
            "whoever asks for the same period as of the same checkpoint gets this report again, byte for byte. Each seal proves all postings of its journal up to its number.",
            number=as_of.checkpoint or "–",
            at=instant_text(as_of.at),
        )
    )
    head = (gettext("Journal"), gettext("Last posting"), gettext("Its seal (SHA-256)"))
    rows = tuple((code, Number(material.heads[code].number, words.count_text(material.heads[code].number)), material.heads[code].digest) for code in sorted(as_of.heads) if code in material.heads)
    yield Table(name=gettext("Checkpoint"), head=head, rows=rows, widths=(45, 18, 117), numbers=(1,))
