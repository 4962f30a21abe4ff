"""The figures of coverage as CSV and XLSX, as the reader sees them."""

from collections.abc import Iterator

from flask import Response, request
from flask_babel import gettext

from supply.coverage.pages import words
from supply.coverage.pages.frame import asked_for, pages
from supply.coverage.queries.edition import Edition
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.asked import Within
from supply.coverage.rules.figures import Figure
from supply.errors import Missing
from supply.exports import ROUTE, export
from supply.sheets import Value
from supply.web import may


@pages.get(f"/coverage/figures.{ROUTE}")
@may("see coverage")
def figures(ending: str) -> Response:
    """Send the figures of the country and its counties, or municipalities, as a file."""
    within = request.args.get("within", "") or Within.COUNTIES.value
    if within not in set(Within):
        raise Missing
    edition = asked_for(within=within, indicator=request.args.get("indicator") or None)
    return export("coverage", gettext("Coverage"), [str(name) for name in _head()], lambda _session: _rows(edition), ending=ending)


def _head() -> list[str]:
    return [
        gettext("From"),
        gettext("To"),
        gettext("Area"),
        gettext("Name"),
        gettext("Indicator"),
        gettext("Counted"),
        gettext("Low"),
        gettext("Figure"),
        gettext("High"),
        gettext("Handed out"),
        gettext("Over"),
        gettext("Source"),
        gettext("Model"),
        gettext("Reported"),
        gettext("Edition"),
        gettext("Why there is no figure"),
    ]


def _rows(edition: Edition) -> Iterator[list[Value]]:
    for area in edition.areas:
        for figure in edition.by_area[area.code]:
            yield [edition.window.starts_on, edition.window.ends_on, area.code, words.area_title(area), *_row(figure), _edition_of(area.code, edition, figure), _why_not(figure)]


def _row(figure: Figure) -> list[Value]:
    numerator, under = figure.numerator, figure.denominator
    return [
        str(words.INDICATORS.get(figure.indicator, figure.indicator)),
        str(words.COUNTED.get(figure.counted, figure.counted)),
        figure.value.low,
        figure.value.point,
        figure.value.high,
        numerator.units if numerator else None,
        under.interval.middle if under else None,
        under.source if under else None,
        str(words.MODELS[Model(under.model)]) if under and under.model else None,
        str(words.STATES[numerator.state]) if numerator and numerator.state else None,
    ]


def _edition_of(code: str, edition: Edition, figure: Figure) -> str:
    if figure.numerator is not None and figure.numerator.source is not None:
        return str(gettext("published total"))
    return str(gettext("whole") if code in edition.own else gettext("public"))


def _why_not(figure: Figure) -> str:
    return "" if figure.why_not is None else words.value_text(figure)
