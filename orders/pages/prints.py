"""What is printed of orders: delivery notes, labels for parcels, pick lists."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from flask import Response
from flask_babel import format_decimal, gettext

from inventory import queries as stock
from inventory.pages import frame
from inventory.pages import prints as ledger
from inventory.rules.commands import NO_LOT
from inventory.rules.labels import NotALabel, own_label
from orders.errors import NothingToShip
from orders.pages.frame import order_here, pages
from orders.queries.products import all_products, packs_of
from orders.queries.shipments import ShipmentRead, find_shipment
from supply import clock
from supply.asking import current_person
from supply.db import reading
from supply.errors import Missing
from supply.pages import day_text, language_code, moment_text
from supply.web import may

if TYPE_CHECKING:
    from orders import pdf

ORDERS_ON_LABEL_MAX = 4
"""As many as stand beside the code on a label; the delivery note has them all."""

Lots = Counter[tuple[str, str, date | None]]


@pages.get("/shipments/<number>.pdf")
@may("see orders")
def print_delivery_note(number: str) -> Response:
    """Give the delivery note of a shipment, to go with it and be counted by on arrival."""
    from orders import pdf  # with what draws it takes a quarter of a second, which the start need not wait for

    shipment = _shipment(number)
    rows = _rows(_lots_in(shipment))
    printed = pdf.ListPrinted(
        heading=gettext("Delivery note"),
        number=shipment.number,
        facts=(
            (gettext("Shipment"), shipment.number),
            (gettext("From"), frame.place_name(shipment.from_)),
            (gettext("To"), frame.place_name(shipment.to)),
            (gettext("Sent"), _sent_on(shipment)),
            (gettext("Lots"), format_decimal(len(rows))),
        ),
        orders=_orders_in(shipment),
        notes=(gettext("Count every lot on arrival. Accepted, rejected and missing are together the units that were sent."),),
        elements=_code_of(shipment.number),
        words=_words(written=(gettext("Accepted"), gettext("Rejected"), gettext("Missing"))),
        rows=rows,
        besides=(gettext("Came besides: product, lot, expiry, units"),) * 2,
        signed=((gettext("Day"), gettext("Sent by")), (gettext("Day"), gettext("Received and counted by"))),
    )
    return ledger.pdf_response(pdf.list_pdf(printed, language=language_code(), footer=str(ledger.PAGE_OF)), f"delivery-note-{shipment.number}")


@pages.get("/shipments/<number>/label.pdf")
@may("see orders")
def print_parcel_label(number: str) -> Response:
    """Give the label for a shipment's parcel, for a sticker of A6."""
    from orders import pdf

    shipment = _shipment(number)
    label = pdf.ParcelLabelPrinted(
        to=(gettext("To"), frame.place_name(shipment.to)),
        from_=(gettext("From"), frame.place_name(shipment.from_)),
        number=(gettext("Shipment"), shipment.number),
        facts=(
            (gettext("Sent"), _sent_on(shipment)),
            (gettext("Lots"), format_decimal(len(_lots_in(shipment)))),
            (gettext("Orders"), _first_of(_orders_in(shipment))),
        ),
        elements=_code_of(shipment.number),
    )
    title = gettext("Label of shipment %(number)s", number=shipment.number)
    return ledger.pdf_response(pdf.parcel_label_pdf(label, title=title, language=language_code()), f"label-{shipment.number}")


@pages.get("/orders/<number>/pick.pdf")
@may("see orders")
def print_pick_list(number: str) -> Response:
    """Give the list by which what is held for an order is taken from the shelves; refuses one for which nothing is."""
    from orders import pdf

    order = order_here(number).read
    held: Lots = Counter()
    for one in stock.holds_for(reading(), [order.number]):
        held[one.product, one.lot, one.expires_on] += one.units
    if not held:
        raise NothingToShip(number=order.number)
    rows = _rows(held)
    printed = pdf.ListPrinted(
        heading=gettext("Pick list"),
        number=order.number,
        facts=(
            (gettext("Order"), order.number),
            (gettext("From"), frame.place_name(order.supplied_by or "supplier")),
            (gettext("To"), frame.place_name(order.place)),
            (gettext("Printed"), moment_text(clock.now())),
            (gettext("Lots"), format_decimal(len(rows))),
        ),
        notes=(gettext("This is an emergency order: it goes first."),) if order.emergency else (),
        words=_words(ticked=gettext("Picked"), written=(gettext("Remarks"),)),
        rows=rows,
        signed=((gettext("Day"), gettext("Picked by")),),
    )
    return ledger.pdf_response(pdf.list_pdf(printed, language=language_code(), footer=str(ledger.PAGE_OF)), f"pick-list-{order.number}")


def _shipment(number: str) -> ShipmentRead:
    found = find_shipment(reading(), number, by=current_person()) if number.isprintable() else None
    if found is None:
        raise Missing
    return found


def _sent_on(shipment: ShipmentRead) -> str:
    return day_text(clock.day_of(shipment.sent_at))


def _lots_in(shipment: ShipmentRead) -> Lots:
    """Give the units of each lot in a shipment: a lot that is sent for two orders lies in the parcel once."""
    found: Lots = Counter()
    for parcel in shipment.lines:
        found[parcel.product, parcel.lot, parcel.expires_on] += parcel.sent
    return found


def _orders_in(shipment: ShipmentRead) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parcel.order for parcel in shipment.lines))


def _first_of(orders: tuple[str, ...]) -> str:
    first, more = ", ".join(orders[:ORDERS_ON_LABEL_MAX]), len(orders) - ORDERS_ON_LABEL_MAX
    return gettext("%(orders)s and %(more)s more", orders=first, more=format_decimal(more)) if more > 0 else first


def _rows(lots: Lots) -> tuple["pdf.LotRow", ...]:
    """Give a row for each lot, as they stand on the shelf: products as pages list them, of each the lot that expires first."""
    from orders import pdf

    place_of = {code: place for place, code in enumerate(frame.products())}
    in_order = sorted(lots.items(), key=lambda one: (place_of[one[0][0]], one[0][2] or date.max, one[0][1]))
    packs = _packs({product for product, _, _ in lots})
    return tuple(
        pdf.LotRow(
            product=frame.product_name(product),
            lot=number if number != NO_LOT else gettext("no lots"),
            expires_on=day_text(expires_on) if expires_on else "",
            units=units,
            packs=_in_packs(units, packs.get(product, 1)),
            elements=ledger.lot_code(product, number, expires_on),
        )
        for (product, number, expires_on), units in in_order
    )


def _packs(products: Iterable[str]) -> dict[str, int]:
    """Give by product the units of its smallest pack, where it has one."""
    codes = {product_id: code for product_id, code in all_products(reading()).items() if code in set(products)}
    return {codes[product_id]: units for product_id, units in packs_of(reading(), [*codes]).items()}


def _in_packs(units: int, pack: int) -> str:
    """Write units as whole packs and what is over, `5 × 2 + 1`; nothing where there is no whole pack, or a pack is one unit."""
    whole, over = divmod(units, pack)
    if pack == 1 or not whole:
        return ""
    return f"{format_decimal(whole)} × {format_decimal(pack)}" + (f" + {format_decimal(over)}" if over else "")


def _code_of(number: str) -> tuple[tuple[str, str], ...] | None:
    """Give what the code of a shipment holds: its number as the company's own (AI 91); None where it has letters that GS1 does not."""
    try:
        return own_label(number)
    except NotALabel:
        return None


def _words(*, ticked: str | None = None, written: tuple[str, ...]) -> "pdf.ListWords":
    from orders import pdf

    return pdf.ListWords(
        orders=gettext("Orders"),
        code=gettext("Code"),
        lot=gettext("Lot"),
        expires_on=gettext("Expires"),
        units=gettext("Units"),
        packs=gettext("Packs"),
        ticked=ticked,
        written=written,
    )
