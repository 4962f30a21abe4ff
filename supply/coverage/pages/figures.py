"""The pages of figures: the country, the areas side by side, one area, one indicator, and where something is lacking."""

from flask import current_app, request
from flask_babel import gettext

from supply import clock
from supply.coverage.pages import charts
from supply.coverage.pages.frame import asked_for, pages, show
from supply.coverage.queries.series import by_month, published_series
from supply.coverage.rules.asked import SETS, Within
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.gaps import Kind
from supply.coverage.rules.indicators import FORMULAS
from supply.db import in_one_snapshot
from supply.errors import Missing
from supply.web import may

USUAL = "syringes_per_person"


@pages.get("/coverage")
@may("see coverage")
def overview() -> str:
    """Show the country's figures."""
    edition = asked_for()
    return show("overview.html", edition, title=gettext("Coverage"))


@pages.get("/coverage/areas")
@may("see coverage")
def areas() -> str:
    """Show counties, or municipalities, side by side by one indicator."""
    indicator = request.args.get("indicator", "") or USUAL
    within = request.args.get("within", "") or Within.COUNTIES.value
    if indicator not in FORMULAS or within not in set(Within):
        raise Missing
    edition = asked_for(within=within, indicator=indicator)
    sets = [f"set:{name}" for name in ("network", *SETS)]
    return show("areas.html", edition, indicator=indicator, indicators=[code for code in FORMULAS if code != "persons_reached"], within=within, sets=sets, ranking=charts.ranking(edition, indicator))


@pages.get("/coverage/areas/<area>")
@may("see coverage")
def area(area: str) -> str:
    """Show all figures of an area, month by month what was handed out, and its gaps."""
    within = Within.MUNICIPALITIES.value if len(area) == 2 and area != NATION else None
    edition = asked_for(area=area, within=within)
    months = in_one_snapshot(lambda session: by_month(session, edition, current_app.extensions["coverage_ledger"]))
    return show("area.html", edition, months=months, trends=charts.months(months), own=edition.denominators.own(edition.area.code))


@pages.get("/coverage/indicators/<code>")
@may("see coverage")
def indicator(code: str) -> str:
    """Show what an indicator is, its thresholds and their sources, and every published total beside what it comes to."""
    if code not in FORMULAS:
        raise Missing
    edition = asked_for(indicator=code)
    thresholds = [one for one in edition.background.thresholds if one.code == code]
    series = published_series(edition, code)
    return show("indicator.html", edition, code=code, thresholds=thresholds, series=series, published=charts.published(series))


@pages.get("/coverage/gaps")
@may("see coverage")
def gaps() -> str:
    """Show where something is lacking, and what would close each gap."""
    edition = asked_for()
    by_kind = {kind: [gap for gap in edition.gaps if gap.kind is kind] for kind in Kind}
    return show("gaps.html", edition, by_kind={kind: found for kind, found in by_kind.items() if found}, today=clock.today())
