"""Every figure of an edition as a row, for lists, workbooks and whoever reckons on: plain codes and numbers, in one order."""

from collections.abc import Iterator, Sequence

from supply import sheets
from supply.coverage.queries.edition import Edition
from supply.coverage.rules.figures import Figure

Value = str | float | int | None
HEAD = (
    "area",
    "area_name",
    "indicator",
    "counted",
    "unit",
    "from",
    "to",
    "low",
    "point",
    "high",
    "why_not",
    "level",
    "level_certainty",
    "numerator",
    "numerator_what",
    "origin",
    "state",
    "months_said",
    "months",
    "numerator_source",
    "denominator_low",
    "denominator",
    "denominator_high",
    "denominator_what",
    "denominator_year",
    "denominator_method",
    "denominator_source",
    "model",
    "notes",
    "before",
)
"""The columns; what each means stands in the dictionary that goes with the open data."""


def rows(edition: Edition) -> Iterator[Sequence[Value]]:
    """Give the figures of an edition, area by area."""
    names = {area.code: area.name or area.code for area in edition.areas}
    for figure in edition.figures:
        yield row(figure, names[figure.area])


def row(figure: Figure, name: str) -> Sequence[Value]:
    """Give a figure as a row; `name` is its area's."""
    value, numerator, denominator = figure.value, figure.numerator, figure.denominator
    interval = denominator.interval if denominator else None
    return (
        figure.area,
        name,
        figure.indicator,
        figure.counted,
        figure.unit,
        figure.window.starts_on.isoformat(),
        figure.window.ends_on.isoformat(),
        value.low,
        value.point,
        value.high,
        figure.why_not.value if figure.why_not else "",
        figure.verdict.label if figure.verdict else "",
        figure.verdict.certainty if figure.verdict else None,
        *((numerator.units, numerator.what, numerator.origin.value, numerator.state.value if numerator.state else "", numerator.said, numerator.months, numerator.source) if numerator else [None] * 7),
        *((interval.low, interval.middle, interval.high) if interval else [None] * 3),
        *((denominator.what, denominator.year, denominator.method, denominator.source, denominator.model) if denominator else [None] * 5),
        " ".join(note.value for note in figure.notes),
        figure.before.value.point if figure.before else None,
    )


def plain(value: Value) -> sheets.Value:
    """Write a value into a list: a number with all its digits."""
    return repr(value) if isinstance(value, float) else value
