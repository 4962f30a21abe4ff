"""What lies at a place: its lots, when they expire, what is held and what can be taken."""

from collections.abc import Iterable

from flask import Response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory import words
from inventory.pages.frame import SOON_DAYS, by_product, expiry_state, pages, place_here, product_name, products
from inventory.queries import stock as queries
from inventory.queries.stock import OnShelf
from supply import clock
from supply.db import reading
from supply.exports import ROUTE, export
from supply.sheets import Value
from supply.web import may

STATES = ("expired", "soon")


@pages.get("/places/<place>")
@may("see stock")
def stock(place: str) -> str:
    """Show what lies at a place."""
    here = place_here(place)
    all_shelves = queries.shelves_at(reading(), here.id, today=clock.today())
    shelves = [shelf for shelf in all_shelves if _is_wanted(shelf)]
    return render_template(
        "inventory/stock.html",
        place=here,
        by_product=by_product(shelves),
        anything=bool(all_shelves),
        groups=list(dict.fromkeys(products()[code].group for code in by_product(all_shelves))),
        counts={state: sum(shelf.on_hand for shelf in all_shelves if expiry_state(shelf.expires_on) == state) for state in STATES},
        soon_days=SOON_DAYS,
    )


@pages.get(f"/places/<place>/stock.{ROUTE}")
@may("see stock")
def export_stock(place: str, ending: str) -> Response:
    """Give what lies at a place as a file."""
    here = place_here(place)
    place_id, code, name = here.id, here.code, here.name
    head = [gettext("Place"), gettext("Group"), gettext("Product"), gettext("Name"), gettext("Lot"), gettext("Expires"), gettext("On hand"), gettext("Held"), gettext("Available"), gettext("State")]
    states = {"expired": gettext("Expired"), "soon": gettext("Expires soon")}

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        for shelf in queries.shelves_at(session, place_id, today=clock.today()):
            if _is_wanted(shelf):
                group = words.label(products()[shelf.product].group, "group")
                state = states.get(expiry_state(shelf.expires_on))
                yield code, group, shelf.product, product_name(shelf.product), shelf.number, shelf.expires_on, shelf.on_hand, shelf.held, shelf.available, state

    return export(f"stock-{code}", name, head, rows, ending=ending)


def _is_wanted(shelf: OnShelf) -> bool:
    group, product, state = (request.args.get(name, "") for name in ("group", "product", "state"))
    if product and shelf.product != product:
        return False
    if group and products()[shelf.product].group != group:
        return False
    return state not in STATES or expiry_state(shelf.expires_on) == state
