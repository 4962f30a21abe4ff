"""What is printed at a place: count sheets, and labels for lots and shelves."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from flask import Response, make_response, request
from flask_babel import gettext, lazy_gettext

from inventory import words
from inventory.errors import NoLabel, TooManyLabels
from inventory.pages.frame import own_place, pages, place_here, product_name, products
from inventory.queries import lots, sheets, stock
from inventory.rules.commands import NO_LOT
from inventory.rules.labels import NotALabel, own_label
from supply import clock
from supply.db import reading
from supply.errors import Missing
from supply.forms import DIGITS_MAX
from supply.pages import day_text, language_code, moment_text
from supply.reference.models import Place
from supply.web import may

if TYPE_CHECKING:
    from inventory import pdf

LABELS_MAX = 240
"""Of one lot at a time; ten sheets, drawn in a second."""
PAGE_OF = lazy_gettext("Page {page} of {pages}")


@pages.get("/places/<place>/counts/<int(max=2147483647):sheet>.pdf")
@may("record stock")
def print_sheet(place: str, sheet: int) -> Response:
    """Give a count sheet to be filled in by hand."""
    here = own_place(place)
    found = sheets.find_sheet(reading(), here, sheet)
    if found is None:
        raise Missing
    blind = found.blind and found.passes == 0
    rows = [(line.product, line.lot, line.expires_on, None if blind else line.expected_now) for line in found.lines]
    return pdf_response(_sheet(here, found.group, rows), f"count-{here.code}-{found.id}")


def sheet_of_stock(here: Place, *, group: str | None, blind: bool) -> bytes:
    """Write a count sheet of what lies at a place now, or of a product group there."""
    shelves = [shelf for shelf in stock.shelves_at(reading(), here.id, today=clock.today()) if group is None or products()[shelf.product].group == group]
    return _sheet(here, group, [(shelf.product, shelf.number, shelf.expires_on, None if blind else shelf.on_hand) for shelf in shelves])


def shelf_labels(here: Place) -> bytes:
    """Write a label for every shelf of a place; refuses a place where nothing lies."""
    shelves = stock.shelves_at(reading(), here.id, today=clock.today())
    return _sheet_of_labels(_labels([(shelf.product, shelf.number, shelf.expires_on) for shelf in shelves], place=here.name))


@pages.get("/places/<place>/labels.pdf")
@may("see stock")
def print_labels(place: str) -> Response:
    """Give labels: of one lot as many as are asked for, else one for every shelf of the place."""
    here = place_here(place)
    product, number = request.args.get("product", ""), request.args.get("lot", "")
    if not (product and number):
        return pdf_response(shelf_labels(here), f"labels-{here.code}")
    lot = lots.find_lot(reading(), product, number) if product.isprintable() and number.isprintable() else None
    if lot is None:
        raise Missing
    text = request.args.get("copies", "")
    copies = int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX else lots.on_hand_at(reading(), here, lot.id)
    if copies > LABELS_MAX:
        raise TooManyLabels(most=LABELS_MAX)
    return pdf_response(_sheet_of_labels(_labels([(lot.product, lot.number, lot.expires_on)]) * max(1, copies)), f"labels-{here.code}")


def _sheet(here: Place, group: str | None, rows: Iterable[tuple[str, str, date | None, int | None]]) -> bytes:
    """Write a count sheet: product, lot, expiry and what is expected (None: not to be seen) of each line."""
    from inventory import pdf  # with what draws it takes a quarter of a second, which the start need not wait for

    printed = pdf.CountSheetPrinted(
        heading=gettext("Count sheet"),
        place=here.name,
        day=moment_text(clock.now()),
        counted=words.label(group, "group") if group else gettext("all that lies here"),
        notes=(gettext("Write what you find of each lot. 0 is none; leave empty what you do not count."),),
        words=_count_words(),
        rows=tuple(
            pdf.CountRow(
                product=product_name(product),
                lot=number if number != NO_LOT else gettext("no lots"),
                expires_on=day_text(expires_on) if expires_on else "",
                expected=expected,
                elements=lot_code(product, number, expires_on),
            )
            for product, number, expires_on, expected in rows
        ),
    )
    return pdf.count_sheet_pdf(printed, language=language_code(), footer=str(PAGE_OF))


def _sheet_of_labels(labels: Sequence["pdf.LabelPrinted"]) -> bytes:
    from inventory import pdf

    if not labels:
        raise NoLabel
    return pdf.labels_pdf(labels, title=gettext("Labels"), language=language_code())


def _labels(shelves: Iterable[tuple[str, str, date | None]], *, place: str = "") -> list["pdf.LabelPrinted"]:
    """Give labels for lots; a lot whose number no bar code can hold gets none."""
    from inventory import pdf

    found = []
    for product, number, expires_on in shelves:
        elements = lot_code(product, number, expires_on)
        lines = [gettext("Lot %(lot)s", lot=number)] if number != NO_LOT else []
        lines += [gettext("expires %(day)s", day=day_text(expires_on))] if expires_on else []
        lines += [place] if place else []
        if elements is not None:
            found.append(pdf.LabelPrinted(title=product_name(product), lines=tuple(lines), elements=elements))
    return found


def lot_code(product: str, number: str, expires_on: date | None) -> tuple[tuple[str, str], ...] | None:
    """Give what a lot's bar code holds; None where its number has letters that GS1 does not."""
    try:
        return own_label(product, number if number != NO_LOT else None, expires_on)
    except NotALabel:
        return None


def _count_words() -> "pdf.CountWords":
    from inventory import pdf

    return pdf.CountWords(
        place=gettext("Place"),
        day=gettext("Printed"),
        counted=gettext("What is counted"),
        code=gettext("Code"),
        lot=gettext("Lot"),
        expires_on=gettext("Expires"),
        expected=gettext("Expected"),
        first=gettext("Counted"),
        second=gettext("Counted again"),
        remarks=gettext("Remarks"),
        signed_on=gettext("Day"),
        first_signature=gettext("Counted by"),
        second_signature=gettext("Counted again by"),
    )


def pdf_response(content: bytes, name: str) -> Response:
    """Send a document to be looked at or printed, and kept by nobody; the name is what it is saved under."""
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
