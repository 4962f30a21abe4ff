"""What a place would waste and others would use: read for those the reader sees, the nearest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from expiry.queries.waste import PlaceWaste, as_lying, read_shelves
from expiry.rules.movable import Move, Surplus, Taker, possible_moves
from inventory.queries.areas import PlaceNamed, distances, places_in
from inventory.rules.projection import Fate
from supply.auth.rules import Person
from supply.reference.models import Product

PLACES_ASKED_MAX = 200
"""So many places are looked at, the nearest first: the whole country at once would take as long as its own list."""
PER_LOT_MAX = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """A place that would use so many units of a lot in time."""

    place: PlaceNamed
    units: int
    km: float | None


def destinations(session: Session, here: PlaceWaste, *, by: Person, today: date) -> Mapping[tuple[str, str], list[Destination]]:
    """Give by product and lot where units that would be wasted at a place could be used; places that are closed take nothing."""
    surplus: dict[str, list[Surplus]] = {}
    for lot in here.lots:
        if lot.fate is Fate.WASTED and lot.expires_on is not None:
            surplus.setdefault(lot.product, []).append(Surplus(lot=lot.lot, units=lot.wasted, expires_on=lot.expires_on))
    if not surplus:
        return {}
    km = distances(session, of=here.place.municipality)
    others = [place for place in places_in(session, by=by, today=today, stocked=False) if place.id != here.place.id and (place.closed_on is None or place.closed_on > today)]
    asked = sorted(others, key=lambda place: (place.municipality not in km, km.get(place.municipality or "", 0.0), place.code))[:PLACES_ASKED_MAX]
    ids = {code: product_id for product_id, code in session.execute(select(Product.id, Product.code).where(Product.code.in_(surplus)))}
    shelves = read_shelves(session, [place.id for place in asked], today=today, products=[*ids.values()], own_alone=True)
    named = {place.code: place for place in asked}
    found: dict[tuple[str, str], list[Destination]] = {}
    for product, lots in surplus.items():
        takers = [
            Taker(
                place=place.code,
                lying=tuple(lying := as_lying(shelves.lying.get((place.id, ids[product]), ()))),
                use=shelves.use(place.id, ids[product]),
                km=km.get(place.municipality or ""),
                blocked=frozenset(one.lot for one in lying if one.is_blocked),
            )
            for place in asked
            if shelves.use(place.id, ids[product]).units
        ]
        for move in possible_moves(lots, takers, today=today, per_lot_max=PER_LOT_MAX):
            found.setdefault((product, move.lot), []).append(_destination(move, named))
    return found


def _destination(move: Move, named: Mapping[str, PlaceNamed]) -> Destination:
    return Destination(place=named[move.place], units=move.units, km=move.km)
