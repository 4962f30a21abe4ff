"""What will not be used in time at some places: their shelves and their use, read in a fixed number of queries and projected by the one rule there is.

The place's own page, the lists of an area, the files and the interface all come from here.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import Lot, Stock
from inventory.queries import use
from inventory.queries.areas import PlaceNamed
from inventory.queries.usable import in_force
from inventory.rules import projection as rules
from inventory.rules.projection import Fate, Lying, Use
from supply.reference.models import Product
from supply.rows import parts_of

PLACES_AT_ONCE = 10_000
"""So many places are read in one go: more than there are, and fewer than a statement has room for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LotAtPlace:
    """A lot at a place: how many lie there, and what becomes of them."""

    product: str
    lot_id: int
    lot: str
    expires_on: date | None
    units: int
    used: int
    wasted: int
    fate: Fate
    unit_price_ore: int | None

    @property
    def cost_ore(self) -> int | None:
        """Give what the units that would be wasted cost; None where nobody knows."""
        return rules.cost_ore(self.wasted, self.unit_price_ore)


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """Units that would be wasted, have expired, are in quarantine; what those that would be wasted cost as far as prices are known, and of how many it is not."""

    wasted: int = 0
    expired: int = 0
    blocked: int = 0
    known_cost_ore: int = 0
    unpriced: int = 0

    @property
    def cost_ore(self) -> int | None:
        """Give the cost; None where the price of nothing that would be wasted is known, never nothing instead."""
        return None if self.unpriced and not self.known_cost_ore else self.known_cost_ore

    @property
    def anything(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.wasted or self.expired or self.blocked)

    def plus(self, other: "Totals") -> "Totals":
        """Give the sum of both."""
        return Totals(
            wasted=self.wasted + other.wasted,
            expired=self.expired + other.expired,
            blocked=self.blocked + other.blocked,
            known_cost_ore=self.known_cost_ore + other.known_cost_ore,
            unpriced=self.unpriced + other.unpriced,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceWaste:
    """A place, every lot that lies there with what becomes of it, and by product the use it was reckoned with."""

    place: PlaceNamed
    lots: tuple[LotAtPlace, ...]
    uses: Mapping[str, Use] = field(default_factory=dict)

    @property
    def totals(self) -> Totals:
        """Give the sums over its lots."""
        return totals_of(self.lots)


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelves:
    """What lies at some places and what they use: by place and product, in order."""

    lying: Mapping[tuple[int, int], Sequence[Any]]
    uses: Mapping[tuple[int, int], Use]

    def use(self, place_id: int, product_id: int) -> Use:
        """Give a place's use of a product; none where none was recorded."""
        return self.uses.get((place_id, product_id), _NONE)


_NONE = Use(units=0, days=0)


def waste_at(session: Session, places: Sequence[PlaceNamed], *, today: date) -> list[PlaceWaste]:
    """Give for each place what becomes of every lot there."""
    shelves = read_shelves(session, [place.id for place in places], today=today)
    by_place: dict[int, list[tuple[int, Sequence[Any]]]] = {}
    for (place_id, product_id), rows in shelves.lying.items():
        by_place.setdefault(place_id, []).append((product_id, rows))
    found = []
    for place in places:
        there = by_place.get(place.id, [])
        lots = tuple(lot for product_id, rows in there for lot in _projected(rows, shelves.use(place.id, product_id), today))
        found.append(PlaceWaste(place=place, lots=lots, uses={rows[0].product: shelves.use(place.id, product_id) for product_id, rows in there}))
    return found


def totals_at(session: Session, places: Sequence[PlaceNamed], *, today: date) -> dict[str, dict[str, Totals]]:
    """Give by place and product the sums over its lots, of a whole country within a second or two: those that `waste_at` comes to, which a test holds it against."""
    codes = {place.id: place.code for place in places}
    found: dict[str, dict[str, Totals]] = {place.code: {} for place in places}
    for part in parts_of(codes, PLACES_AT_ONCE):
        rows = session.connection().execute(_shelves(part, today, None)).all()  # past the mapper, which gives nothing here that is not read by its place in the row
        uses = _uses(session, part, {row[1] for row in rows}, today)
        for (place_id, product_id), lots in groupby(rows, key=itemgetter(0, 1)):
            product, totals = _summed(list(lots), uses.get((place_id, product_id), _NONE), today)
            found[codes[place_id]][product] = totals
    return found


def _summed(rows: Sequence[Any], using: Use, today: date) -> tuple[str, Totals]:
    expired = blocked = 0
    in_time = []
    _, _, product, price, *_ = rows[0]
    for *_, expires_on, units, is_blocked in rows:
        if expires_on is not None and expires_on < today:
            expired += units
        elif is_blocked:
            blocked += units
        elif expires_on is not None:
            in_time.append((expires_on, units))
    wasted = rules.wasted_in_all(in_time, using, today=today)
    cost = rules.cost_ore(wasted, price)
    return product, Totals(wasted=wasted, expired=expired, blocked=blocked, known_cost_ore=cost or 0, unpriced=wasted if cost is None else 0)


def read_shelves(session: Session, place_ids: Collection[int], *, today: date, products: Collection[int] | None = None, own_alone: bool = False) -> Shelves:
    """Read what lies at some places, of all products or of some, and what they use of them; with `own_alone` what a depot hands out itself, not what the places do that it serves."""
    lying: dict[tuple[int, int], Sequence[Any]] = {}
    uses: dict[tuple[int, int], Use] = {}
    for part in parts_of(place_ids, PLACES_AT_ONCE):
        rows = session.execute(_shelves(part, today, products)).all()
        lying |= {key: list(lots) for key, lots in groupby(rows, key=lambda row: (row.place_id, row.product_id))}
        wanted = set(products) if products is not None else {row.product_id for row in rows}
        uses |= _uses(session, part, wanted, today, own_alone=own_alone)
    return Shelves(lying=lying, uses=uses)


def _uses(session: Session, place_ids: Collection[int], products: Collection[int], today: date, *, own_alone: bool = False) -> dict[tuple[int, int], Use]:
    if not products:
        return {}
    used = use.used(session, place_ids, products, since=use.since_when(today), today=today, own_alone=own_alone)
    return {key: Use(units=units, days=days) for key, (units, days) in used.items()}


def totals_of(lots: Sequence[LotAtPlace]) -> Totals:
    """Sum lots up."""
    wasted = expired = blocked = known = unpriced = 0
    for lot in lots:
        if lot.fate is Fate.EXPIRED:
            expired += lot.units
        elif lot.fate is Fate.BLOCKED:
            blocked += lot.units
        elif lot.fate is Fate.WASTED:
            wasted += lot.wasted
            known += lot.cost_ore or 0
            unpriced += lot.wasted if lot.unit_price_ore is None else 0
    return Totals(wasted=wasted, expired=expired, blocked=blocked, known_cost_ore=known, unpriced=unpriced)


def as_lying(rows: Sequence[Any]) -> list[Lying]:
    """Give the rows of a product's lots at a place as the rule takes them."""
    return [Lying(lot=row.number, units=row.on_hand, expires_on=row.expires_on, is_blocked=bool(row.blocked)) for row in rows]


def _projected(rows: Sequence[Any], using: Use, today: date) -> list[LotAtPlace]:
    of = {row.number: row for row in rows}
    return [
        LotAtPlace(
            product=of[one.lot].product,
            lot_id=of[one.lot].lot_id,
            lot=one.lot,
            expires_on=one.expires_on,
            units=one.units,
            used=one.used,
            wasted=one.wasted,
            fate=one.fate,
            unit_price_ore=of[one.lot].unit_price_ore,
        )
        for one in rules.projected_waste(as_lying(rows), using, today=today)
    ]


def _shelves(place_ids: Collection[int], today: date, products: Collection[int] | None) -> Any:
    lot = in_force(today, today=today)
    query = (
        select(
            Stock.place_id,
            Lot.product_id,
            Product.code.label("product"),
            Product.unit_price_ore,
            Lot.id.label("lot_id"),
            Lot.number,
            lot.expires_on.label("expires_on"),
            Stock.on_hand,
            lot.blocked.label("blocked"),
        )
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Stock.place_id.in_(place_ids), Stock.on_hand > 0)
        .order_by(Stock.place_id, Product.group, Product.code)
    )
    return query if products is None else query.where(Lot.product_id.in_(products))
