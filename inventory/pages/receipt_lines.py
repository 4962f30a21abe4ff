"""A scan or a choice becomes a line of a delivery. What the label says is kept, the serial number on it never."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from flask_babel import gettext

from inventory import queries
from inventory.pages.frame import products, said_of
from inventory.queries import PackFacts
from inventory.rules.labels import Label
from inventory.service.deliveries import read_scan
from supply.db import reading
from supply.errors import Refusal
from supply.forms import Form
from supply.web import problem_of

CHOICE = ("gtin", "item_number", "lot", "expires_on")


def added(form: Form) -> Form:
    """Give the form with the line that was scanned, chosen among readings, or chosen from the list of products."""
    scan, choice, product = form.value("scan"), form.value("choice"), form.value("product")
    if scan.strip():
        return _scanned(form.without("scan", "product"), scan)
    if choice.isascii() and choice.isdigit() and int(choice) in form.rows("choices"):
        return _labelled(_without_choices(form), _label_of(form.row("choices", int(choice))))
    if form.rows("choices"):
        return form.refused({"choice": [gettext("Choose what stands on the package.")]})
    if product in products():
        return form.without("product").with_row("lines", form.next_row("lines"), {"product": product, "lot": "", "units": ""})
    return form.refused({"scan": [gettext("Scan a label, or choose a product.")]})


def packs_by_gtin(gtins: Iterable[str]) -> dict[str, PackFacts]:
    """Give what is known of the packs on some labels."""
    wanted = {gtin for gtin in gtins if gtin}
    return {pack.gtin: pack for pack in queries.packs_of(reading(), wanted, set())} if wanted else {}


def _scanned(form: Form, scan: str) -> Form:
    try:
        readings = read_scan(scan, at="scan")
    except Refusal as refusal:
        return form.refused({"scan": [said_of(problem_of(refusal))]})
    form = _without_choices(form)
    if len(readings) == 1:
        return _labelled(form, readings[0])
    for number, label in enumerate(readings):
        form = form.with_row("choices", number, {name: text for name, text in zip(CHOICE, _texts(label), strict=True) if text})
    return form.refused({"choice": [gettext("The label can be read in more than one way. Choose what stands on the package.")]})


def _labelled(form: Form, label: Label) -> Form:
    """Put a label on the list: one more of a pack that stands there, or a new line."""
    pack = _pack_of(label)
    gtin, _, lot, expires_on = _texts(label)
    gtin = gtin or (pack.gtin if pack else "")
    for number in form.rows("lines"):
        row = form.row("lines", number)
        if gtin and (row.get("gtin"), row.get("lot", ""), row.get("expires_on", "")) == (gtin, lot, expires_on):
            return _one_more(form, number, row, pack)
    row = {"gtin": gtin, "lot": lot, "expires_on": expires_on, "product": pack.product if pack else ""}
    row |= {"packs": "1"} if pack and pack.gtin == gtin else {"units": str(pack.units) if pack else ""}
    number = form.next_row("lines")
    form = form.with_row("lines", number, row)
    if pack is None:
        unknown = gettext("No product has the number %(number)s. Choose the product and write the units; tell an administrator the number.", number=gtin or label.item_number or "?")
        return form.refused({f"lines-{number}-product": [unknown]})
    return form


def _one_more(form: Form, number: int, row: dict[str, str], pack: PackFacts | None) -> Form:
    name, step = ("packs", 1) if "packs" in row else ("units", pack.units if pack else 0)
    before = row.get(name, "")
    if not (before.isascii() and before.isdigit() and len(before) < 9):
        return form
    return form.with_row("lines", number, {name: str(int(before) + step)})


def _pack_of(label: Label) -> PackFacts | None:
    """Give the pack a label names: by its GTIN, else by its item number."""
    found = queries.packs_of(reading(), {label.gtin} if label.gtin else set(), {label.item_number} if label.item_number else set())
    by_gtin = next((pack for pack in found if pack.gtin == label.gtin), None)
    return by_gtin or next((pack for pack in found if pack.item_number == label.item_number), None)


def _texts(label: Label) -> tuple[str, str, str, str]:
    return label.gtin or "", label.item_number or "", label.lot or "", label.expires_on.isoformat() if label.expires_on else ""


def _label_of(row: dict[str, str]) -> Label:
    try:
        expires_on = date.fromisoformat(row.get("expires_on", ""))
    except ValueError:
        expires_on = None
    return Label(gtin=row.get("gtin"), item_number=row.get("item_number"), lot=row.get("lot"), expires_on=expires_on)


def _without_choices(form: Form) -> Form:
    for number in form.rows("choices"):
        form = form.without_row("choices", number)
    return replace(form.without("choice"), wrong={})
