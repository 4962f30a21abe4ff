"""The route that says what will not be used in time."""

from typing import Any

from sqlalchemy.orm import Session

from expiry.api.ground import api
from expiry.queries import movable
from expiry.queries.waste import LotAtPlace, PlaceWaste, waste_at
from expiry.rules.wanted import WasteWanted
from expiry.schemas.waste import PlaceWasteOut, WasteArgs
from inventory.queries.areas import places_in
from supply import clock
from supply.asking import current_person
from supply.paging import mark, read_mark
from supply.web import Page, gives, may, reads, takes


@api.get("/waste")
@may("see stock")
@takes(WasteArgs, "query")
@reads
@gives(PlaceWasteOut, many=True)
def list_waste(session: Session, wanted: WasteWanted) -> Page:
    """List what of the stock will not be used before it expires, place by place; for one place with where it could be used instead."""
    today = clock.today()
    start = read_mark(wanted.after, str)
    places = places_in(session, by=current_person(), today=today, area=wanted.area, place=wanted.place, municipality=wanted.municipality)
    places = [place for place in places if start is None or place.code > start[0]]
    part = places[: wanted.limit]
    items = [_written(session, one, with_moves=wanted.place is not None) for one in waste_at(session, part, today=today)]
    return Page(items=items, next_after=mark(part[-1].code) if len(places) > wanted.limit else None)


def _written(session: Session, here: PlaceWaste, *, with_moves: bool) -> dict[str, Any]:
    found = movable.destinations(session, here, by=current_person(), today=clock.today()) if with_moves else None
    totals = here.totals
    return {
        "place": here.place.code,
        "municipality": here.place.municipality,
        "wasted": totals.wasted,
        "expired": totals.expired,
        "blocked": totals.blocked,
        "cost_ore": totals.cost_ore,
        "unpriced": totals.unpriced,
        "uses": [{"product": product, "units": use.units, "days": use.days} for product, use in here.uses.items()],
        "lots": [_lot(lot, None if found is None else found.get((lot.product, lot.lot), [])) for lot in here.lots],
    }


def _lot(lot: LotAtPlace, moves: list[movable.Destination] | None) -> dict[str, Any]:
    return {
        "product": lot.product,
        "number": lot.lot,
        "expires_on": lot.expires_on,
        "fate": lot.fate.value,
        "units": lot.units,
        "used": lot.used,
        "wasted": lot.wasted,
        "cost_ore": lot.cost_ore,
        "movable": None if moves is None else [{"place": one.place.code, "units": one.units, "km": one.km} for one in moves],
    }
