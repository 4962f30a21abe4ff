"""The blueprint of coverage, its place in the main menu, the period and area a page is about, and how its figures are written."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import marshmallow as ma
from flask import Blueprint, render_template, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from supply import clock
from supply.coverage.api import edition_asked
from supply.coverage.pages import words
from supply.coverage.queries.edition import Edition
from supply.coverage.rules import windows
from supply.coverage.rules.asked import Wanted
from supply.coverage.rules.quarters import MONTHS as MONTHS_OF_A_QUARTER
from supply.coverage.rules.quarters import name_of
from supply.coverage.rules.windows import Window
from supply.coverage.schemas import CoverageArgs
from supply.errors import Missing
from supply.pages import Link
from supply.schemas import ValuesAreWrong, messages_of

pages = Blueprint("covering", __name__)
_ALSO = ("areas", "coverage_map", "area", "indicator", "gaps", "estimates", "enter_estimate", "reports")
_PERIOD = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")
YEARS_BACK, QUARTERS, MONTHS = 2003, 8, 12
"""The first year of which something was published; how many quarters and months are offered."""


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put coverage in the main menu."""
    state.app.extensions["navigation"].append(Link(label=_l("Coverage"), endpoint="covering.overview", permission="see coverage", also=tuple(f"covering.{name}" for name in _ALSO)))


def asked_for(**fixed: Any) -> Edition:
    """Give the edition that the page's address asks for: a named period, or days; the usual values for what it leaves out."""
    return edition_asked(replace(wanted_by({"from", "to", "model", "as_of"}), **fixed))


def wanted_by(names: Collection[str]) -> Wanted:
    """Give what the page's address wants under some names, and in a named period."""
    given = {name: text for name, text in request.args.items() if text and name in names}
    try:
        wanted: Wanted = CoverageArgs().load(given)
    except ma.ValidationError as error:
        raise ValuesAreWrong(messages_of(error)) from error
    if (named := _window_named(request.args.get("period", ""))) is not None:
        wanted = replace(wanted, from_=named.starts_on, to=named.ends_on)
    return wanted


def kept(**more: Any) -> dict[str, Any]:
    """Give what of the address goes with a link to another page of coverage: the period, the model, the checkpoint."""
    return {name: text for name, text in request.args.items() if text and name in {"period", "from", "to", "model", "as_of"}} | more


def show(template: str, edition: Edition, **shown: Any) -> str:
    """Show a page of coverage."""
    return render_template(
        f"coverage/{template}",
        edition=edition,
        words=words,
        kept=kept,
        period=request.args.get("period", ""),
        periods=periods(),
        window_text=window_text,
        public_to=edition.last_public and name_of(windows.months_from(edition.last_public, MONTHS_OF_A_QUARTER)),
        models=words.MODELS,
        **shown,
    )


def periods() -> dict[str, list[tuple[str, str]]]:
    """Give the periods to choose among: years, quarters and months up to today."""
    today = clock.today()
    nth = today.year * 4 + (today.month - 1) // 3
    quarters = [divmod(nth - back, 4) for back in range(1, QUARTERS + 1)]
    months = reversed(list(windows.last_months(today, MONTHS).each_month()))
    return {
        str(gettext("Years")): [(f"{year}", f"{year}") for year in range(today.year, YEARS_BACK - 1, -1)],
        str(gettext("Quarters")): [(f"{year}-Q{quarter + 1}", gettext("%(nth)s. quarter of %(year)s", nth=quarter + 1, year=year)) for year, quarter in quarters],
        str(gettext("Months")): [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months],
    }


def window_text(window: Window) -> str:
    """Write a period by its first and last month."""
    if window.months == 1:
        return f"{window.starts_on:%Y-%m}"
    if window.months == windows.MONTHS_IN_A_YEAR and window.starts_on.month == 1:
        return f"{window.starts_on.year}"
    return f"{window.starts_on:%Y-%m} – {window.ends_on:%Y-%m}"


def _window_named(name: str) -> Window | None:
    if not name:
        return None
    found = _PERIOD.fullmatch(name)
    if found is None or not YEARS_BACK <= int(found[1]) <= clock.today().year:
        raise Missing
    year, quarter, month = int(found[1]), found[2], found[3]
    if quarter:
        return windows.quarter(year, int(quarter))
    return windows.months_from(date(year, int(month), 1), 1) if month else windows.year(year)
