"""Stock that leaves by lot: destroyed, sent back to the supplier, or moved to another place. One number beside each lot."""

from flask import Response, request

from inventory.pages.acts import new_form, record, respond
from inventory.pages.frame import by_product, own_place, pages
from inventory.queries import overview, stock
from inventory.rules.commands import REASONS, Kind
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person
from supply.db import reading
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may


@pages.get("/places/<place>/disposals/new")
@may("record stock")
def dispose(place: str) -> Response:
    """Ask what was destroyed."""
    return _page("disposals", own_place(place), _prefilled(reason="expired" if request.args.get("lot") else ""))


@pages.post("/places/<place>/disposals/new")
@may("record stock")
def record_disposal(place: str) -> Response:
    """Record what was destroyed."""
    return _record("disposals", own_place(place))


@pages.get("/places/<place>/supplier-returns/new")
@may("record stock")
def send_back(place: str) -> Response:
    """Ask what was sent back to the supplier."""
    return _page("supplier-returns", own_place(place), _prefilled())


@pages.post("/places/<place>/supplier-returns/new")
@may("record stock")
def record_supplier_return(place: str) -> Response:
    """Record what was sent back to the supplier."""
    return _record("supplier-returns", own_place(place))


@pages.get("/places/<place>/transfers/new")
@may("record stock")
def transfer(place: str) -> Response:
    """Ask what was moved to another place of the same owner."""
    return _page("transfers", own_place(place), _prefilled())


@pages.post("/places/<place>/transfers/new")
@may("record stock")
def record_transfer(place: str) -> Response:
    """Record what was moved to another place of the same owner."""
    return _record("transfers", own_place(place))


def _record(act: str, here: Place) -> Response:
    outcome = record(act, sent_form(), {"place": here.code}, needed="units")
    return _page(act, here, outcome) if isinstance(outcome, Form) else outcome


def _prefilled(**values: str) -> Form:
    """Give a form with the lot in it that the address names, whole."""
    lot, units = request.args.get("lot", ""), request.args.get("units", "")
    return new_form(**values, **({f"lines-{lot}-units": units} if lot.isdigit() and units.isdigit() else {}))


def _page(act: str, here: Place, form: Form) -> Response:
    """Show every lot at the place with a number beside it; a line bears the number of its lot."""
    shelves = stock.shelves_at(reading(), here.id, today=clock.today())
    kind = {"disposals": Kind.DISPOSAL, "supplier-returns": Kind.SUPPLIER_RETURN, "transfers": Kind.TRANSFER}[act]
    targets = [place for place in overview.own_places(reading(), by=current_person(), owner=here.owner) if place.id != here.id] if act == "transfers" and here.owner else []
    return respond("inventory/removal.html", form, act=act, place=here, by_product=by_product(shelves), reasons=REASONS.get(kind, ()), targets=targets)
