"""Hand out, in three taps: the product, the number, the occasion. The lot that expires first is proposed."""

from flask import Response, request
from flask_babel import gettext

from inventory.pages.acts import new_form, record, respond, sent_form
from inventory.pages.frame import by_product, own_place, pages
from inventory.queries import stock as queries
from inventory.rules.commands import Occasion, Recipient
from supply import clock
from supply.db import reading
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may

QUICK = ("1", "2", "5", "10")
LINE = ("product", "units", "quick", "lot", "others")


@pages.get("/places/<place>/handouts/new")
@may("record stock")
def hand_out(place: str) -> Response:
    """Show what can be handed out."""
    return _page(own_place(place), new_form(product=request.args.get("product", "")))


@pages.post("/places/<place>/handouts/new")
@may("record stock")
def record_handout(place: str) -> Response:
    """Record a hand-out, or put another product on its list."""
    here = own_place(place)
    form = sent_form()
    pressed = form.value("do")
    if pressed.startswith("remove-") and pressed.removeprefix("remove-").isdigit():
        return _page(here, form.without_row("lines", int(pressed.removeprefix("remove-"))))
    form = _with_line(form)
    if form.wrong:
        return _page(here, form)
    if not form.rows("lines") and (pressed == "add" or not (form.value("unmet-0-product") or form.value("unmet-0-units"))):
        return _page(here, form.refused({"product": [gettext("Choose a product first.")]}))
    if pressed == "add":
        return _page(here, form)
    outcome = record("handouts", _with_occasion(form), {"place": here.code})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


def _page(here: Place, form: Form) -> Response:
    shelves = by_product(queries.shelves_at(reading(), here.id, today=clock.today()))
    first = {code: next((shelf for shelf in lots if shelf.usable and shelf.available), None) for code, lots in shelves.items()}
    return respond(
        "inventory/handout.html",
        form,
        place=here,
        by_product=shelves,
        first=first,
        usable={code: sum(shelf.available or 0 for shelf in lots if shelf.usable) for code, lots in shelves.items()},
        quick=QUICK,
        occasions=list(Occasion),
        recipients=list(Recipient),
    )


def _with_line(form: Form) -> Form:
    """Put the product and number that were chosen on the list; or say which of them is missing."""
    product, written, quick, lot = (form.value(name) for name in ("product", "units", "quick", "lot"))
    units = written or quick
    if not units and not lot and (not product or form.rows("lines") or form.value("unmet-0-units")):
        return form if not product or not form.rows("lines") else form.refused({"units": [gettext("Choose or write how many.")]})
    wrong: dict[str, list[str]] = {}
    if not product:
        wrong["product"] = [gettext("Choose a product first.")]
    if not units:
        wrong["units"] = [gettext("Choose or write how many.")]
    if written and quick and written != quick:
        wrong["units"] = [gettext("You chose one number and wrote another. Keep one of them.")]
    of_product, _, number = lot.partition(":")
    if lot and product and of_product != product:
        wrong["lot"] = [gettext("This lot is of another product. Choose a lot of the product you hand out, or none.")]
    if wrong:
        return form.refused(wrong)
    return form.with_row("lines", form.next_row("lines"), {"product": product, "units": units, "lot": number}).without(*LINE)


def _with_occasion(form: Form) -> Form:
    """Give every line the occasion and the recipient that were chosen once for all."""
    for number in form.rows("lines"):
        form = form.with_row("lines", number, {"occasion": form.value("occasion"), "recipient": form.value("recipient")})
    return form
