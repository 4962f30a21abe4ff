"""A place's figures by month: handed out, asked for and not given, lost, found, destroyed."""

from collections.abc import Iterable
from datetime import date, datetime

from flask import Response, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.api import ledger_opens_on
from inventory.pages.frame import own_place, pages, place_here, product_name, products, said_of
from inventory.queries import figures as queries
from inventory.queries import reports
from inventory.rules.reports import MonthEntered
from inventory.schemas.reports import MonthReportIn
from inventory.service import reports as service
from inventory.words import FLOWS
from supply import clock
from supply.acting import Deed, enter, sent_form, show
from supply.asking import current_person
from supply.coverage.rules import windows
from supply.db import reading
from supply.exports import ROUTE, export
from supply.forms import Form
from supply.reference.models import Place
from supply.sheets import Value
from supply.web import may

MONTHS = 12


@pages.get("/places/<place>/figures")
@may("see stock")
def figures(place: str) -> Response:
    """Show what happened at a place in the last twelve months, product by product."""
    return _page(place_here(place), Form())


@pages.post("/places/<place>/figures")
@may("record stock")
def report_month(place: str) -> Response:
    """Say that all of a month is entered here."""
    here = own_place(place)
    path = url_for("inventory.figures", place=here.code)

    def work(session: Session, said: MonthEntered) -> dict[str, object]:
        return {"month": service.say_entered(session, said, by=current_person(), now=clock.now(), ledger_opens_on=ledger_opens_on()).month.isoformat()}

    deed = Deed(name="page of figures: month entered", about=[here.code], tell=said_of, fixed={"place": here.code})
    outcome = enter(deed, sent_form(), MonthReportIn, work, lead=lambda _facts, _again: path)
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


@pages.get(f"/places/<place>/figures.{ROUTE}")
@may("see stock")
def export_figures(place: str, ending: str) -> Response:
    """Give a place's figures as a file."""
    here = place_here(place)
    code, place_id, since = here.code, here.id, _since()
    head = [gettext("Product"), gettext("Name"), gettext("Month"), gettext("Flow"), gettext("Units")]

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        for product, month, flow, units in queries.by_month(session, place_id, since=since):
            yield product, product_name(product), month, str(FLOWS.get(flow, flow)), units
        for product, month, units in queries.in_kits_by_month(session, place_id, since=since):
            yield product, product_name(product), month, str(FLOWS["in_kits"]), units

    return export(f"figures-{code}", gettext("Figures"), head, rows, ending=ending)


def _page(here: Place, form: Form) -> Response:
    found: dict[str, dict[date, dict[str, int]]] = {}
    for product, month, flow, units in queries.by_month(reading(), here.id, since=_since()):
        found.setdefault(product, {}).setdefault(month, {})[flow] = units
    for product, month, units in queries.in_kits_by_month(reading(), here.id, since=_since()):
        found.setdefault(product, {}).setdefault(month, {})["in_kits"] = units
    by_product = {code: dict(sorted(found[code].items(), reverse=True)) for code in products() if code in found}
    flows_of = {code: [(flow, name) for flow, name in FLOWS.items() if any(flow in units for units in months.values())] for code, months in by_product.items()}
    return show("inventory/figures.html", form, place=here, by_product=by_product, flows_of=flows_of, months=_months(here))


def _months(place: Place) -> list[tuple[date, datetime | None]]:
    """Give the last months that have ended, the newest first, each with when it was last said to be entered."""
    said = reports.said_by_month(reading(), place.id, since=_since())
    ended = list(windows.last_months(clock.today(), MONTHS - 1).each_month())
    return [(month, said.get(month)) for month in reversed(ended)]


def _since() -> date:
    """Give the first day of the month eleven months before this one: with it there are twelve."""
    today = clock.today()
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)
