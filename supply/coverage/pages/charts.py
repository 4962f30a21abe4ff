"""Charts of coverage: the same figures as the tables beside, in the same words, with their uncertainty drawn. What the reader is not shown is not drawn."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_babel import gettext

from supply.charts.bars import Bars, Ranking
from supply.charts.trend import Line, Trend
from supply.charts.values import Mark, Row, Value
from supply.coverage.pages import words
from supply.coverage.pages.frame import kept
from supply.coverage.queries.edition import Edition
from supply.coverage.queries.series import Count, MonthSeen
from supply.coverage.rules.figures import Figure, WhyNot
from supply.coverage.rules.numerators import Origin

RANKED_MAX = 60
"""More rows than this nobody compares; the map and the table show them."""
DRAWN_AS = {"low": "low", "below": "low", "medium": "medium", "floor": "medium", "high": "high", "target": "high"}
"""How a verdict is drawn; where there is no level a figure is plain."""


def ranking(edition: Edition, indicator: str) -> Ranking | None:
    """Draw an indicator's figures of the parts of an area as intervals, each with the places it may have; None where there are fewer than two to compare, or too many."""
    found = [(area, figure) for area in edition.areas[1:] if (figure := of_ledger(edition, area.code, indicator)) is not None and figure.why_not is not WhyNot.NO_PLACE]
    if sum(figure.why_not is None for _, figure in found) < 2 or len(found) > RANKED_MAX:
        return None
    rows = tuple(Row(label=words.area_title(area), value=value_of(figure), verdict=drawn_as(figure), href=url_for("covering.area", area=area.code, **kept())) for area, figure in found)
    description = gettext("Each line reaches from the lowest to the highest that the figure may be. Areas whose lines overlap may stand in either order.")
    return Ranking(**told("ranking", gettext("The order of the areas, as far as the intervals tell"), description, found[0][1]), rows=rows, marks=marks(found[0][1]))


def published(series: Sequence[Figure]) -> Bars | None:
    """Draw what published totals come to, year by year, as bars beside each other: they are not one series."""
    if not series:
        return None
    tells = len({figure.counted for figure in series}) > 1
    rows = tuple(Row(label=f"{one.window.starts_on.year}{f', {words.COUNTED[one.counted]}' if tells else ''}", value=value_of(one), verdict=drawn_as(one)) for one in series)
    title = gettext("Published totals, each over the denominator of its year: not one series")
    return Bars(**told("published", title, gettext("A bar for each total, with the interval of its figure."), series[0]), rows=rows, marks=marks(series[0]))


def months(seen: Sequence[MonthSeen]) -> list[Trend]:
    """Draw month by month the syringes and the sprays that were handed out; a month that is hidden or not public is a gap."""
    if len(seen) < 2:
        return []
    both = (("syringes", gettext("Syringes handed out month by month"), [one.syringes for one in seen]), ("sprays", gettext("Sprays handed out month by month"), [one.sprays for one in seen]))
    periods = tuple(f"{one.month:%Y-%m}" for one in seen)
    return [
        Trend(
            name=f"months-{what}",
            title=title,
            description=gettext("A point for each month. Months that are not known or not shown are gaps."),
            unit=str(words.WHAT[what]),
            number=words.number_text,
            periods=periods,
            lines=(Line(label=str(words.WHAT[what]), values=tuple(_counted(count) for count in counts)),),
            unknown=gettext("not known, or not shown"),
        )
        for what, title, counts in both
    ]


def of_ledger(edition: Edition, area: str, indicator: str) -> Figure | None:
    """Give an area's figure of an indicator that comes from the ledger; the first where there are several."""
    return next((figure for figure in edition.of(area, indicator) if figure.numerator is None or figure.numerator.origin is Origin.LEDGER), None)


def value_of(figure: Figure) -> Value:
    """Give a figure as charts show it, written as in the tables."""
    if figure.why_not is not None or figure.value.point is None:
        return Value(point=None, text=words.value_text(figure))
    scale = 100 if figure.indicator in words.SHARES else 1
    low, high = figure.value.low, figure.value.high
    return Value(point=figure.value.point * scale, text=words.value_text(figure), low=None if low is None else low * scale, high=None if high is None else high * scale)


def drawn_as(figure: Figure) -> str:
    """Give how a figure's verdict is drawn."""
    return DRAWN_AS.get(figure.verdict.label, "plain") if figure.verdict else "plain"


def told(name: str, title: str, description: str, figure: Figure) -> dict[str, Any]:
    """Give what every chart of an indicator says."""
    return {"name": name, "title": title, "description": description, "unit": unit_of(figure.indicator), "number": words.number_text}


def unit_of(indicator: str) -> str:
    """Give the unit of an indicator as its axis has it."""
    return gettext("per cent") if indicator in words.SHARES else str(words.INDICATORS[indicator])


def marks(figure: Figure) -> tuple[Mark, ...]:
    """Give the levels of an indicator as lines across a chart."""
    scale = 100 if figure.indicator in words.SHARES else 1
    return tuple(Mark(at=level.value * scale, text=f"{words.LEVELS.get(level.label, level.label)} {words.number_text(level.value * scale)}") for level in figure.levels if level.value)


def _counted(count: Count) -> Value:
    text = words.month_text(count)
    return Value(point=None, text=text) if isinstance(count, WhyNot) else Value(point=count, text=text)
