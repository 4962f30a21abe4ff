"""The map: a circle for each municipality, or areas within the boundaries an owner has supplied; and the table that says the same."""

from flask import current_app, request, url_for
from flask_babel import gettext, ngettext

from supply.charts.areas import Area as Drawn
from supply.charts.areas import in_order
from supply.charts.boundaries import boundaries_at
from supply.charts.choropleth import Choropleth
from supply.charts.circle_map import CircleMap
from supply.coverage.pages import charts, words
from supply.coverage.pages.frame import asked_for, kept, pages, show, window_text
from supply.coverage.queries.edition import Edition
from supply.coverage.queries.series import spots
from supply.coverage.rules.asked import Within
from supply.coverage.rules.circles import circles_of, sample_radii
from supply.db import in_one_snapshot
from supply.errors import Missing
from supply.web import may

MAPPED = ("syringes_per_person", "naloxone_per_100_injectors", "naloxone_per_100000", "full_set_share", "return_ratio")
"""Indicators that municipalities have figures of."""
SORTS = ("name", "estimate", "value", "verdict")


@pages.get("/coverage/map")
@may("see coverage")
def coverage_map() -> str:
    """Show an indicator in every municipality, on a map and in a table."""
    indicator, sort = request.args.get("indicator", "") or MAPPED[0], request.args.get("sort", "") or "estimate"
    if indicator not in MAPPED or sort not in SORTS:
        raise Missing
    edition = asked_for(within=Within.MUNICIPALITIES.value, indicator=indicator)
    areas = _areas(edition, indicator)
    bounds = current_app.extensions["settings"].boundaries_file
    within_bounds = bool(bounds) and request.args.get("as", "") == "areas"
    about = {"indicator": indicator, "sort": sort}
    return show(
        "map.html",
        edition,
        chart=_choropleth(edition, areas, indicator, bounds) if within_bounds else _circles(edition, areas, indicator),
        rows=in_order(areas, sort),
        indicator=indicator,
        mapped=MAPPED,
        sorts={key: url_for("covering.coverage_map", **kept(**about | {"sort": key} | ({"as": "areas"} if within_bounds else {}))) for key in SORTS},
        sorted_by=sort,
        other_map=url_for("covering.coverage_map", **kept(**about | ({} if within_bounds else {"as": "areas"}))) if bounds else None,
    )


def _areas(edition: Edition, indicator: str) -> list[Drawn]:
    estimates = {member.number: member.middle for member in edition.members}
    found = []
    for area in edition.areas[1:]:
        figure = charts.of_ledger(edition, area.code, indicator)
        if figure is None:
            continue
        verdict = figure.verdict
        label = str(words.LABELS.get(verdict.label, verdict.label)) if verdict else ""
        sure = words.sure_text(verdict.certainty) if verdict else ""
        found.append(
            Drawn(
                number=area.code,
                name=words.area_title(area),
                estimate=estimates.get(area.code),
                estimate_text=words.count_text(estimates.get(area.code)),
                value=charts.value_of(figure),
                verdict=charts.drawn_as(figure),
                certainty=", ".join(filter(None, (label, sure))),
                href=url_for("covering.area", area=area.code, **kept()),
            )
        )
    return found


def _circles(edition: Edition, areas: list[Drawn], indicator: str) -> CircleMap:
    places = [spot for spot in in_one_snapshot(spots) if any(area.number == spot.number for area in areas)]
    sizes = {area.number: area.estimate for area in areas}
    samples = tuple((radius, ngettext("%(num)s person", "%(num)s people", round(size))) for size, radius in sample_radii(sizes))
    description = gettext("Each circle is a municipality near its place, as large as the number of people who are estimated to inject there. The table below says the same.")
    return CircleMap(
        name="map",
        title=_title(edition, indicator),
        description=description,
        unit=charts.unit_of(indicator),
        number=words.number_text,
        areas=tuple(areas),
        circles=circles_of(places, sizes),
        verdicts=_verdicts(areas),
        sizes=samples,
    )


def _choropleth(edition: Edition, areas: list[Drawn], indicator: str, bounds: str) -> Choropleth:
    description = gettext("Each area is a municipality; large ones are not those where most people inject. The table below says the same.")
    return Choropleth(
        name="map",
        title=_title(edition, indicator),
        description=description,
        unit=charts.unit_of(indicator),
        number=words.number_text,
        areas=tuple(areas),
        boundaries=boundaries_at(bounds),
        verdicts=_verdicts(areas),
    )


def _title(edition: Edition, indicator: str) -> str:
    return f"{words.INDICATORS[indicator]}, {window_text(edition.window)}"


def _verdicts(areas: list[Drawn]) -> dict[str, str]:
    """Give the legend: the verdicts that there are, lowest first."""
    known = {
        "low": gettext("low, or below the target"),
        "medium": gettext("medium"),
        "high": gettext("high, or target reached"),
        "plain": gettext("known; there is no threshold"),
        "unknown": gettext("not known, or not shown"),
    }
    drawn = {area.drawn_as for area in areas}
    return {verdict: text for verdict, text in known.items() if verdict in drawn}
