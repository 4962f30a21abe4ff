"""The route of the figures of supply."""

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from orders.api.ground import api
from orders.queries.area_figures import AreaFigures, area_figures, page_of
from orders.rules.figures import Figures
from orders.rules.wanted import FiguresWanted
from orders.schemas.figures import FiguresArgs, SupplyFigureOut
from supply import clock
from supply.asking import current_person
from supply.paging import mark, read_mark
from supply.web import Page, gives, may, reads, takes


@api.get("/figures")
@may("see stock")
@takes(FiguresArgs, "query")
@reads
@gives(SupplyFigureOut, many=True)
def list_figures(session: Session, wanted: FiguresWanted) -> Page:
    """List months of stock, stock-outs, fill rate, lead time, over- and understock, of the places one sees in an area."""
    start = read_mark(wanted.after, str)
    found = area_figures(session, wanted, person=current_person(), now=clock.now(), settings=current_app.extensions["settings"])
    rows, after = page_of(found.by_product if wanted.by == "product" else found.beneath, after=start[0] if start else None, limit=wanted.limit)
    return Page(items=[written(found, code, one) for code, one in rows], next_after=mark(after) if after is not None else None)


def written(found: AreaFigures, code: str, one: Figures) -> dict[str, Any]:
    """Write a row."""
    out_of, lead = found.known.out_of, found.lead
    return {
        "code": code,
        "since": found.window.since,
        "until": found.window.until,
        "handed_out": one.handed_out,
        "unmet": one.unmet,
        "fill_rate": one.fill_rate,
        "usable": one.usable,
        "months_of_stock": one.months_of_stock,
        "stockout_since": out_of.since if out_of else None,
        "stockout_until": out_of.until if out_of else None,
        "days": one.days,
        "days_without": one.days_without,
        "stockout_rate": one.stockout_rate,
        "in_use": one.used,
        "over": one.over,
        "under": one.under,
        "overstock": one.overstock,
        "understock": one.understock,
        "lead_days": lead.days if lead else None,
        "lead_days_max": lead.days_max if lead else None,
        "deliveries": lead.deliveries if lead else 0,
    }
