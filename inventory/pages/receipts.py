"""Record a delivery: scan the packs or choose the products, check the lines, record."""

from datetime import date

from flask import Response
from flask_babel import gettext

from inventory.pages import receipt_lines as lines
from inventory.pages.acts import new_form, record, respond
from inventory.pages.frame import own_place, pages
from inventory.queries import lots, overview
from supply.acting import sent_form
from supply.db import reading
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may

CONFIRM = "looks-like-a-repeat"


@pages.get("/places/<place>/receipts/new")
@may("record stock")
def receive(place: str) -> Response:
    """Ask what arrived."""
    return _page(own_place(place), new_form())


@pages.post("/places/<place>/receipts/new")
@may("record stock")
def record_receipt(place: str) -> Response:
    """Put what was scanned or chosen on the list; record the delivery when that is asked."""
    here = own_place(place)
    form = sent_form()
    pressed, _, number = form.value("do").partition("-")
    form = form.without("do")
    if pressed == "remove" and number.isdigit():
        return _page(here, form.without_row("lines", int(number)))
    if pressed == "known" and number.isdigit():
        return _page(here, _with_known_expiry(form, int(number)))
    if pressed != "save":
        return _page(here, lines.added(form))
    if form.value("scan").strip() or form.value("product"):
        form = lines.added(form)
        return _page(here, form if form.wrong else form.refused({"scan": [gettext("This was put on the list just now. Check it, then record.")]}))
    outcome = record("receipts", form, {"place": here.code})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


def _page(here: Place, form: Form) -> Response:
    session = reading()
    confirming = form.problem is not None and form.problem.get("code") == CONFIRM
    return respond(
        "inventory/receipt.html",
        form,
        place=here,
        suppliers=overview.suppliers_at(session, here.id),
        packs=lines.packs_by_gtin(form.row("lines", number).get("gtin", "") for number in form.rows("lines")),
        known={number: expiry for number in form.rows("lines") if (expiry := _other_expiry(form.row("lines", number))) is not None},
        confirming=confirming or form.value("confirm_duplicate") == "true",
        repeat=form.problem if confirming else None,
    )


def _other_expiry(row: dict[str, str]) -> date | None:
    """Give the expiry a lot is known with when the line says another."""
    lot = lots.find_lot(reading(), row.get("product", ""), row.get("lot", "").strip()) if row.get("product") and row.get("lot") and row.get("expires_on") else None
    return lot.expires_on if lot is not None and lot.expires_on is not None and lot.expires_on.isoformat() != row["expires_on"] else None


def _with_known_expiry(form: Form, number: int) -> Form:
    expiry = _other_expiry(form.row("lines", number))
    return form if expiry is None else form.with_row("lines", number, {"expires_on": expiry.isoformat()})
