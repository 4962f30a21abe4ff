"""A lot's history at a place: the bin card, each entry with the balance after it."""

from collections.abc import Iterable

from flask import Response, render_template, request
from flask_babel import gettext, pgettext
from sqlalchemy.orm import Session

from inventory import words
from inventory.pages.frame import learn_places, pages, place_here, place_name, product_name
from inventory.pages.people import people_behind
from inventory.queries import journals, lots
from inventory.queries.lots import LotKnown
from supply.db import reading
from supply.errors import Missing
from supply.exports import ROUTE, export
from supply.sheets import Value
from supply.web import may

LINES = 50
PART_LINES = 5000


@pages.get("/places/<place>/lot")
@may("see stock")
def card(place: str) -> str:
    """Show a lot's history at a place."""
    here, session = place_here(place), reading()
    lot = _lot()
    on_hand = lots.on_hand_at(session, here, lot.id)
    lines, after = journals.card(session, here, lot.id, on_hand=on_hand, limit=LINES, after=request.args.get("after"))
    learn_places({line.other for line in lines} | {line.journal for line in lines})
    names = people_behind([line.recorded_by for line in lines])
    return render_template("inventory/card.html", place=here, lot=lot, on_hand=on_hand, lines=lines, after=after, names=names)


@pages.get(f"/places/<place>/lot.{ROUTE}")
@may("see stock")
def export_card(place: str, ending: str) -> Response:
    """Give a lot's history at a place as a file."""
    here, lot = place_here(place), _lot()
    code, name = here.code, product_name(lot.product)
    head = [gettext("Journal"), pgettext("entry", "Number"), gettext("Day"), gettext("Kind"), gettext("From or to"), gettext("Units"), gettext("Balance"), gettext("Corrects")]
    head += [gettext("Recorded by"), gettext("Recorded at"), gettext("Document")]

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        after: str | None = None
        while True:
            lines, after = journals.card(session, here, lot.id, on_hand=lots.on_hand_at(session, here, lot.id), limit=PART_LINES, after=after)
            learn_places({line.other for line in lines})
            for line in lines:
                kind_of = words.label(line.kind, "kind")
                told = line.journal, line.number, line.occurred_on, kind_of, place_name(line.other), line.units, line.balance, line.corrects
                yield *told, line.recorded_by, line.recorded_at, line.document
            if after is None:
                return

    return export(f"lot-{code}", f"{name} {lot.number}", head, rows, ending=ending)


def _lot() -> LotKnown:
    """Give the lot the address names; refuses one that is not known."""
    product, number = request.args.get("product", ""), request.args.get("lot", "")
    found = lots.find_lot(reading(), product, number) if product.isprintable() and number.isprintable() else None
    if found is None:
        raise Missing
    return found
