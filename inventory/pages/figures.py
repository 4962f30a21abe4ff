"""A place's figures by month: handed out, asked for and not given, lost, found, destroyed."""

from collections.abc import Iterable
from datetime import date

from flask import Response, render_template
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.exports import ROUTE, export
from inventory.pages.frame import pages, place_here, product_name, products
from inventory.queries import figures as queries
from inventory.words import FLOWS
from supply import clock
from supply.db import reading
from supply.sheets import Value
from supply.web import may

MONTHS = 12


@pages.get("/places/<place>/figures")
@may("see stock")
def figures(place: str) -> str:
    """Show what happened at a place in the last twelve months, product by product."""
    here = place_here(place)
    found: dict[str, dict[date, dict[str, int]]] = {}
    for product, month, flow, units in queries.by_month(reading(), here.id, since=_since()):
        found.setdefault(product, {}).setdefault(month, {})[flow] = units
    for product, month, units in queries.in_kits_by_month(reading(), here.id, since=_since()):
        found.setdefault(product, {}).setdefault(month, {})["in_kits"] = units
    by_product = {code: dict(sorted(found[code].items(), reverse=True)) for code in products() if code in found}
    flows_of = {code: [(flow, name) for flow, name in FLOWS.items() if any(flow in units for units in months.values())] for code, months in by_product.items()}
    return render_template("inventory/figures.html", place=here, by_product=by_product, flows_of=flows_of)


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


def _since() -> date:
    """Give the first day of the month eleven months before this one: with it there are twelve."""
    today = clock.today()
    months = today.year * 12 + today.month - MONTHS
    return date(months // 12, months % 12 + 1, 1)
