"""What came back from people: unused units by lot, and a count of used ones."""

from flask import Response

from inventory.pages.acts import new_form, record, respond
from inventory.pages.frame import own_place, pages, products
from inventory.queries import overview as queries
from inventory.rules.commands import NO_LOT, REASONS, Kind
from supply.acting import sent_form
from supply.db import reading
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may

LISTS = ("lines", "used")


@pages.get("/places/<place>/returns/new")
@may("record stock")
def take_back(place: str) -> Response:
    """Ask what came back."""
    return _page(own_place(place), new_form())


@pages.post("/places/<place>/returns/new")
@may("record stock")
def record_return(place: str) -> Response:
    """Record what came back, or show one more line."""
    here = own_place(place)
    form = sent_form()
    for name in LISTS:
        if form.value("do") == f"add-{name}":
            return _page(here, form, more=name)
    outcome = record("returns", _with_no_lots(form), {"place": here.code})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


def _page(here: Place, form: Form, more: str = "") -> Response:
    rows = {name: form.rows(name) or [0] for name in LISTS}
    if more:
        rows[more] = [*rows[more], max(rows[more]) + 1]
    return respond("inventory/return.html", form, place=here, rows=rows, reasons=REASONS[Kind.RETURN], lots=queries.lots_once_at(reading(), here.id), no_lot=NO_LOT)


def _with_no_lots(form: Form) -> Form:
    """Write the one lot of a product without lots where none was written."""
    for number in form.rows("lines"):
        row = form.row("lines", number)
        product = products().get(row.get("product", ""))
        if product is not None and not product.lot_required and not row.get("lot"):
            form = form.with_row("lines", number, {"lot": NO_LOT})
    return form
