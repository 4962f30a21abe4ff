"""Hand out, in three taps: the product, the number, the occasion. The lot that expires first is proposed."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request
from flask_babel import gettext

from inventory.pages.acts import new_form, record, respond
from inventory.pages.frame import by_product, own_place, pages, products
from inventory.pages.kits import KIT, kits_here
from inventory.queries import journals
from inventory.queries import stock as queries
from inventory.queries.journals import PostingRead
from inventory.rules.commands import Occasion, Recipient
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person
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
    if pressed.startswith("unmet-") and pressed.removeprefix("unmet-") in products():
        return _none_to_give(here, form, pressed.removeprefix("unmet-"))
    form = _with_line(form)
    if form.wrong:
        return _page(here, form)
    if not form.rows("lines") and (pressed == "add" or not (form.value("unmet-0-product") or form.value("unmet-0-units"))):
        return _page(here, form.refused({"product": [gettext("Choose a product first.")]}))
    if pressed == "add":
        return _page(here, form)
    outcome = record("handouts", _with_occasion(form), {"place": here.code})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


@pages.post("/places/<place>/handouts/rest")
@may("record stock")
def hand_out_rest(place: str) -> Response:
    """Record that those there were handed out, and that the rest was asked for."""
    here = own_place(place)
    outcome = record("handouts", _with_occasion(sent_form()), {"place": here.code})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


@pages.post("/places/<place>/handouts/forgotten")
@may("record stock")
def reclassify_lost(place: str) -> Response:
    """Record as handed out what a count took as lost, because the hand-out was forgotten."""
    here = own_place(place)
    outcome = record("reclassifications", sent_form(), {"place": here.code, "reason": "handed_out_not_lost"})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


def _none_to_give(here: Place, form: Form, product: str) -> Response:
    """Record in one tap that a product was asked for and could not be given: as many as were chosen, or one."""
    units = form.value("units") or form.value("quick") or "1"
    asked = Form(key=form.key, values={"occurred_on": form.value("occurred_on"), "unmet-0-product": product, "unmet-0-units": units})
    outcome = record("handouts", asked, {"place": here.code})
    return _page(here, outcome) if isinstance(outcome, Form) else outcome


def _page(here: Place, form: Form) -> Response:
    lying = queries.shelves_at(reading(), here.id, today=clock.today())
    shelves = by_product(lying)
    packable = {kit.code: kit.possible for kit in kits_here(lying)}
    shelves = {code: shelves.get(code, []) for code in products() if code in shelves or packable.get(code)}
    first = {code: next((shelf for shelf in lots if shelf.usable and shelf.available), None) for code, lots in shelves.items()}
    return respond(
        "inventory/handout.html",
        form,
        place=here,
        by_product=shelves,
        first=first,
        usable={code: sum(shelf.available or 0 for shelf in lots if shelf.usable) for code, lots in shelves.items()},
        packable={code: packable.get(code, 0) for code in shelves},
        missing=_missing(form),
        forgotten=_forgotten(form),
        last=_last(here),
        undo=Form(),
        quick=QUICK,
        occasions=list(Occasion),
        recipients=list(Recipient),
    )


@dataclass(frozen=True, kw_only=True)
class Missing:
    """What was asked for and is not there: how many there are, how many short, and the fields of the act that says so."""

    available: int
    short: int
    fields: Mapping[str, str]


def _missing(form: Form) -> Missing | None:
    """Give what can be recorded in one tap when too few were there: those there are, and the rest as asked for."""
    problem = form.problem or {}
    parts = str(problem.get("at", "")).split(".")
    if problem.get("code") != "not-enough-stock" or len(parts) < 2 or not parts[1].isdigit() or len(form.rows("lines")) <= int(parts[1]):
        return None
    number = form.rows("lines")[int(parts[1])]
    row = form.row("lines", number)
    available, short = int(problem["available"]), int(problem["wanted"]) - int(problem["available"])
    if row.get("lot") or row.get("product") != problem.get("product"):
        return None
    rest = form.with_row("lines", number, {"units": str(available)}) if available else form.without_row("lines", number)
    kept = {name: text for name, text in rest.values.items() if name.startswith("lines-") or name in {"occurred_on", "note", "occasion", "recipient"}}
    return Missing(available=available, short=short, fields=kept | {"unmet-0-product": row["product"], "unmet-0-units": str(short)})


def _forgotten(form: Form) -> dict[str, str] | None:
    """Give the reclassification that records a hand-out which a count has closed."""
    problem = form.problem or {}
    parts = str(problem.get("at", "")).split(".")
    if problem.get("code") != "closed-by-count" or len(parts) < 2 or not parts[1].isdigit() or len(form.rows("lines")) <= int(parts[1]):
        return None
    row = form.row("lines", form.rows("lines")[int(parts[1])])
    line = {"product": row.get("product", ""), "lot": str(problem["lot"]), "units": row.get("units", ""), "from": "lost", "to": "people", "occasion": form.value("occasion")}
    return {"occurred_on": form.value("occurred_on")} | {f"lines-0-{name}": text for name, text in line.items()}


def _last(here: Place) -> PostingRead | None:
    """Give the reader's latest hand-out here, if it still stands: a slip is undone where it is noticed."""
    number = journals.last_handout_number(reading(), here.id, current_person().account_id)
    found = journals.find_posting(reading(), here, number) if number else None
    return None if found is None or found.corrected_by else found


def _with_line(form: Form) -> Form:
    """Put the product and number that were chosen on the list; or say which of them is missing."""
    product, written, quick, lot = (form.value(name) for name in ("product", "units", "quick", "lot"))
    units = written or quick
    if not units and not lot and (not product or form.rows("lines") or form.value("unmet-0-units")):
        return form if not product or not form.rows("lines") else form.refused({"units": [gettext("Choose or write how many.")]})
    wrong: dict[str, list[str]] = {}
    if product not in products():
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
    row = {"product": product, "units": units, "lot": number}
    if products()[product].group == KIT and not number:
        row["assemble"] = "true"
    return form.with_row("lines", form.next_row("lines"), row).without(*LINE)


def _with_occasion(form: Form) -> Form:
    """Give every line the occasion and the recipient that were chosen once for all."""
    for number in form.rows("lines"):
        form = form.with_row("lines", number, {"occasion": form.value("occasion"), "recipient": form.value("recipient")})
    return form
