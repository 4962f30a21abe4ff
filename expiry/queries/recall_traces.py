"""Every place that ever had a unit of a recalled lot, kits with it included, and what became of all of them."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from expiry.models import RecallLot
from expiry.rules.traces import Numbers, Sum, ever_put, numbers_by_shelf, sum_of
from inventory.models import Lot
from inventory.queries import traces
from inventory.queries.journals import LotNamed
from supply.reference.models import VIRTUAL, Place, Product

UnderWay: TypeAlias = Callable[[Session, Collection[int]], Mapping[tuple[int, int], int]]
"""Gives by place and lot how many units of some lots are on their way to a place."""
_NO_PLACES = {number: code for code, number in VIRTUAL.items()}


@dataclass(frozen=True, kw_only=True)
class LotTraced:
    """What became of a lot's units at a place. `each` is how many recalled units are in one kit, 1 of the recalled lots themselves; `in_transit` is on its way to the place, `ever_put` how many were ever put there."""

    lot: LotNamed
    each: int
    is_kit: bool
    numbers: Numbers
    in_transit: int
    ever_put: int = 0


@dataclass(kw_only=True)
class PlaceTraced:
    """A place that had units, lot by lot; sums in units of the recalled product."""

    place: Place
    lots: list[LotTraced] = field(default_factory=list)
    held: int = 0

    @property
    def on_hand(self) -> int:
        """Give how many lie there loose."""
        return sum(one.numbers.on_hand for one in self.lots if not one.is_kit)

    @property
    def in_kits(self) -> int:
        """Give how many lie there in kits."""
        return sum(one.numbers.on_hand * one.each for one in self.lots if one.is_kit)

    @property
    def in_transit(self) -> int:
        """Give how many are on their way there, loose and in kits."""
        return sum(one.in_transit * one.each for one in self.lots)


@dataclass(frozen=True, kw_only=True)
class RecallTraced:
    """The lots of a recall, the places that had units of them by id, and what became of all units of each lot."""

    lots: Sequence[RecallLot]
    places: dict[int, PlaceTraced]
    sums: Sequence[tuple[RecallLot, Sum]]


def trace(session: Session, lots: Sequence[RecallLot], *, under_way: UnderWay) -> RecallTraced:
    """Trace the lots of a recall: by their own moves alone, and those of the kits they are in."""
    ids = [lot.lot_id for lot in lots if lot.lot_id is not None]
    traced = traces.trace(session, ids)
    shelves, put = numbers_by_shelf(traced.moved, _NO_PLACES), ever_put(traced.moved)
    held: Counter[tuple[int, int]] = Counter()
    for shelf in traced.lying:
        held[shelf.place_id, shelf.lot_id] = shelf.held
        if (shelf.place_id, shelf.lot_id) in shelves or shelf.on_hand:
            shelves.setdefault((shelf.place_id, shelf.lot_id), Numbers()).on_hand = shelf.on_hand
    each: Counter[int] = Counter()
    for (kit_id, _), units in traced.kits.items():
        each[kit_id] += units
    coming = under_way(session, [*ids, *each])
    named, places = _named(session, [*ids, *each]), places_by_id(session, {place_id for place_id, _ in (*shelves, *coming)})
    found: dict[int, PlaceTraced] = {}
    for place_id, lot_id in sorted({*shelves, *coming}, key=lambda key: (places[key[0]].code, named[key[1]].product, named[key[1]].number)):
        one = found.setdefault(place_id, PlaceTraced(place=places[place_id]))
        own = lot_id in ids
        numbers, on_its_way = shelves.get((place_id, lot_id), Numbers()), coming.get((place_id, lot_id), 0)
        one.lots.append(LotTraced(lot=named[lot_id], each=1 if own else each[lot_id], is_kit=not own, numbers=numbers, in_transit=on_its_way, ever_put=put.get((place_id, lot_id), 0)))
        one.held += held[place_id, lot_id] * (1 if own else each[lot_id])
    sums = [(lot, sum_of(lot.lot_id or 0, shelves, traced.kits)) for lot in lots]
    return RecallTraced(lots=lots, places=found, sums=sums)


def _named(session: Session, lot_ids: Collection[int]) -> dict[int, LotNamed]:
    query = select(Lot.id, Product.code, Lot.number, Lot.expires_on).join(Product, Product.id == Lot.product_id).where(Lot.id.in_(lot_ids))
    rows: list[tuple[int, str, str, date | None]] = [(*row,) for row in session.execute(query)]
    return {lot_id: LotNamed(product=product, number=number, expires_on=expires_on) for lot_id, product, number, expires_on in rows}


def places_by_id(session: Session, place_ids: Collection[int]) -> dict[int, Place]:
    """Give places by id."""
    return {place.id: place for place in session.scalars(select(Place).where(Place.id.in_(place_ids)))}
