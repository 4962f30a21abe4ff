"""The charts of the report: what was handed out month by month, and an indicator of the areas beside each other, with their intervals."""

from collections.abc import Sequence
from functools import partial

from flask_babel import gettext

from supply.charts.bars import Bars, Ranking
from supply.charts.trend import Line, Trend
from supply.charts.values import Mark, Row, Value
from supply.coverage.pages import words
from supply.coverage.queries.edition import Edition
from supply.coverage.queries.series import MonthSeen
from supply.coverage.rules.figures import Figure, WhyNot
from supply.coverage.rules.numerators import Origin

VERDICTS = {"below": "low", "floor": "medium", "target": "high"}
"""Levels of other names have the colours of low, medium and high."""
ROWS_MAX = 26
"""More rows than this do not fit on a page, and are told by the table alone."""


def handed_out(months: Sequence[MonthSeen]) -> list[Trend]:
    """Give what was handed out month by month: syringes, and sprays, each in a chart of its own."""
    periods = tuple(f"{one.month:%Y-%m}" for one in months)

    def chart(name: str, title: str, values: Sequence[int | WhyNot]) -> Trend:
        line = Line(label=title, values=tuple(_units(value) for value in values))
        return Trend(name=name, title=title, description=title, unit=title, number=words.number_text, periods=periods, lines=(line,), unknown=gettext("not known"))

    return [
        chart("syringes", gettext("Syringes handed out, by month"), [one.syringes for one in months]),
        chart("sprays", gettext("Naloxone sprays handed out, by month"), [one.sprays for one in months]),
    ]


def beside_each_other(edition: Edition, indicator: str, codes: Sequence[str]) -> Ranking | None:
    """Give an indicator of areas beside each other, never as bare ranks; None where they are too many, or nothing of it is known."""
    found = [figure for code in codes for figure in edition.of(code, indicator)[:1] if figure.numerator is None or figure.numerator.origin is Origin.LEDGER]
    known = [figure for figure in found if figure.value.point is not None]
    if not known or len(found) > ROWS_MAX:
        return None
    names = {area.code: words.area_title(area) for area in edition.areas}
    title = words.title_of(known[0])
    rows = tuple(Row(label=names[figure.area], value=_value(figure), verdict=_verdict(figure)) for figure in found)
    return Ranking(name=indicator, title=title, description=title, unit=title, number=partial(words.number_text, share=indicator in words.SHARES), marks=_marks(known[0]), rows=rows)


def of_an_area(edition: Edition) -> Bars | None:
    """Give how the syringes of the area stand to the levels; None where they are not known."""
    figures = [figure for figure in edition.of(edition.area.code, "syringes_per_person") if figure.value.point is not None]
    if not figures:
        return None
    title = str(words.INDICATORS["syringes_per_person"])
    rows = tuple(Row(label=_origin(edition, figure), value=_value(figure), verdict=_verdict(figure)) for figure in figures)
    return Bars(name="area", title=title, description=title, unit=title, number=words.number_text, marks=_marks(figures[0]), rows=rows)


def _units(value: int | WhyNot) -> Value:
    if isinstance(value, WhyNot):
        return Value(point=None, text=str(words.WHY_NOT[value]))
    return Value(point=float(value), text=words.count_text(value))


def _origin(edition: Edition, figure: Figure) -> str:
    is_published = figure.numerator is not None and figure.numerator.origin is Origin.PUBLISHED
    return str(gettext("published total")) if is_published else words.area_title(edition.area)


def _value(figure: Figure) -> Value:
    value = figure.value
    return Value(point=value.point, low=value.low, high=value.high, text=words.value_text(figure) if value.point is not None else "–")


def _verdict(figure: Figure) -> str:
    label = figure.verdict.label if figure.verdict else ""
    return VERDICTS.get(label, label)


def _marks(figure: Figure) -> tuple[Mark, ...]:
    return tuple(
        Mark(at=level.value, text=f"{words.LEVELS.get(level.label, level.label)} {words.number_text(level.value, share=figure.indicator in words.SHARES)}") for level in figure.levels if level.value
    )
