"""What places handed out and could not give, day by day, and on which days they had usable stock: read from the moves of a window, whatever came before it.

Each shelf is looked up by itself in the index of place, lot and day, so that the cost is that of the window and not of the ledger.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import Session

from inventory.models import Lot, LotEvent, Move, OneOff, Stock, Tally
from inventory.rules import lots as rules
from inventory.rules.consumption import DemandDays, LotDays, Window, days_with_stock, usable_days
from supply.reference import queries as reference
from supply.reference import scopes
from supply.reference.models import VIRTUAL, Place, Product
from supply.reference.rules import what_became
from supply.rows import parts_of

PLACES_AT_ONCE = 100
"""So many places are read in one go, so that a country's days do not lie in memory all at once."""
PEOPLE = VIRTUAL["people"]
Key = tuple[int, int]


@dataclass(slots=True)
class _Shelf:
    """What is read of a product at a place, before the rule has seen it."""

    lots: list[LotDays] = field(default_factory=list)
    handed_out: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    given_on: set[date] = field(default_factory=set)
    unmet: dict[date, int] = field(default_factory=lambda: defaultdict(int))


def demand_days(session: Session, place_ids: Collection[int], window: Window, *, products: Collection[int] | None = None) -> dict[Key, DemandDays]:
    """Give by place and product the days of a window; nothing of a product that neither lay there nor was asked for."""
    found: dict[Key, DemandDays] = {}
    for part in parts_of(sorted(place_ids), PLACES_AT_ONCE):
        found |= _days_of(session, part, window, products)
    return found


def _days_of(session: Session, place_ids: Sequence[int], window: Window, products: Collection[int] | None) -> dict[Key, DemandDays]:
    shelves: dict[Key, _Shelf] = defaultdict(_Shelf)
    _read_shelves(session, shelves, place_ids, window, products)
    _read_reclassified(session, shelves, place_ids, window, products)
    _read_unmet(session, shelves, place_ids, window, products)
    left_out = _left_out(session, place_ids, window, products={product_id for _, product_id in shelves}) if shelves else {}
    return {
        key: DemandDays(
            window=window,
            handed_out=shelf.handed_out,
            unmet=shelf.unmet,
            with_stock=days_with_stock(shelf.lots, shelf.given_on, window=window),
            left_out=left_out.get(key, 0),
        )
        for key, shelf in shelves.items()
    }


def _read_shelves(session: Session, shelves: dict[Key, _Shelf], place_ids: Sequence[int], window: Window, products: Collection[int] | None) -> None:
    """Read what lies at each place, and what came and went in the window or since."""
    lying = [Stock.place_id.in_(place_ids), or_(Stock.on_hand > 0, Stock.last_moved_on >= window.since), *_of(Lot.product_id, products)]
    rows = session.execute(
        select(Stock.place_id, Stock.lot_id, Lot.product_id, Stock.on_hand, Lot.expires_on, Stock.blocks + Lot.blocks, Lot.changed_on).join(Lot, Lot.id == Stock.lot_id).where(*lying)
    ).all()
    changes: dict[Key, dict[date, int]] = defaultdict(dict)
    moved = [*lying, Stock.last_moved_on >= window.since]
    product_of = {row.lot_id: row.product_id for row in rows}
    for coming in (False, True):
        for place_id, lot_id, day, units, with_people in session.connection().execute(_moved(session, moved, window, coming=coming)):
            at = changes[place_id, lot_id]
            at[day] = at.get(day, 0) + (int(units) if coming else -int(units))
            if with_people and day <= window.until:
                shelf = shelves[place_id, product_of[lot_id]]
                shelf.handed_out[day] += -int(with_people) if coming else int(with_people)
                if not coming:
                    shelf.given_on.add(day)
    events = _events(session, {row.lot_id for row in rows if row.changed_on is not None})
    for place_id, lot_id, product_id, on_hand, expires_on, _, _ in rows:
        usable = usable_days(expires_on, events.get(lot_id, ()), place_id=place_id, window=window)
        shelves[place_id, product_id].lots.append(LotDays(at_end=int(on_hand), changes=changes.get((place_id, lot_id), {}), usable=usable))


def _moved(session: Session, lying: Sequence[ColumnElement[bool]], window: Window, *, coming: bool) -> Select[*tuple[Any, ...]]:
    """Give by place, lot and day what went (or came), and how many of these were handed out (or a hand-out taken back by a correction: hand-outs alone say to whom)."""
    here, there = (Move.to_place_id, Move.from_place_id) if coming else (Move.from_place_id, Move.to_place_id)
    with_people = case(((there == PEOPLE) & Move.recipient.is_not(None), Move.units), else_=0)
    of_shelf = (here == Stock.place_id, Move.lot_id == Stock.lot_id, Move.occurred_on >= window.since)
    columns = (func.sum(Move.units).label("units"), func.sum(with_people).label("with_people"))
    if session.get_bind().dialect.name == "postgresql":  # which would read all moves and throw most away
        moved = select(Move.occurred_on, *columns).where(*of_shelf).group_by(Move.occurred_on).correlate(Stock).lateral("moved")
        return select(Stock.place_id, Stock.lot_id, moved.c.occurred_on, moved.c.units, moved.c.with_people).join(Lot, Lot.id == Stock.lot_id).join(moved, true()).where(*lying)
    query = select(Stock.place_id, Stock.lot_id, Move.occurred_on, *columns).join(Lot, Lot.id == Stock.lot_id).join(Move, of_shelf[0] & of_shelf[1] & of_shelf[2])
    return query.where(*lying).group_by(Stock.place_id, Stock.lot_id, Move.occurred_on)


def _read_reclassified(session: Session, shelves: dict[Key, _Shelf], place_ids: Sequence[int], window: Window, products: Collection[int] | None) -> None:
    """Read what was put right between virtual places, and was handed out after all or was not."""
    virtual = (Move.place_id.in_(place_ids), Move.from_place_id < 0, Move.to_place_id < 0, Move.occurred_on.between(window.since, window.until), *_of(Lot.product_id, products))
    signed = case((Move.to_place_id == PEOPLE, Move.units), (Move.from_place_id == PEOPLE, -Move.units), else_=0)
    query = select(Move.place_id, Lot.product_id, Move.occurred_on, func.sum(signed)).join(Lot, Lot.id == Move.lot_id).where(*virtual).group_by(Move.place_id, Lot.product_id, Move.occurred_on)
    for place_id, product_id, day, units in session.execute(query):
        shelves[place_id, product_id].handed_out[day] += int(units)


def _read_unmet(session: Session, shelves: dict[Key, _Shelf], place_ids: Sequence[int], window: Window, products: Collection[int] | None) -> None:
    query = (
        select(Tally.place_id, Tally.product_id, Tally.occurred_on, func.sum(Tally.units))
        .where(Tally.place_id.in_(place_ids), Tally.what == "unmet", Tally.occurred_on.between(window.since, window.until), *_of(Tally.product_id, products))
        .group_by(Tally.place_id, Tally.product_id, Tally.occurred_on)
    )
    for place_id, product_id, day, units in session.execute(query):
        shelves[place_id, product_id].unmet[day] += int(units)


def _of(column: Any, products: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if products is None else [column.in_(products)]


def _events(session: Session, lot_ids: Collection[int]) -> dict[int, list[rules.LotEvent]]:
    """Give what happened to lots that anything happened to, in order."""
    found: dict[int, list[rules.LotEvent]] = defaultdict(list)
    for part in parts_of(lot_ids):
        for row in session.execute(select(LotEvent).where(LotEvent.lot_id.in_(part)).order_by(LotEvent.id)).scalars():
            found[row.lot_id].append(rules.LotEvent(kind=row.kind, happened_on=row.happened_on, place_id=row.place_id, expires_before=row.expires_before, expires_after=row.expires_after))
    return found


def _left_out(session: Session, place_ids: Sequence[int], window: Window, *, products: Iterable[int]) -> dict[Key, int]:
    """Give the days that somebody marked, by place and product."""
    marked = session.scalars(select(OneOff).where(OneOff.ended_at.is_(None), OneOff.ends_on >= window.since, OneOff.starts_on <= window.until)).all()
    if not marked:
        return {}
    became = what_became(reference.changes(session), today=window.until)
    places = session.execute(select(Place.id, Place.code, Place.municipality).where(Place.id.in_(place_ids))).all()
    goods = session.execute(select(Product.id, Product.code, Product.group).where(Product.id.in_(list(products)))).all()
    found: dict[Key, int] = defaultdict(int)
    for one in marked:
        days = window.bits(one.starts_on, one.ends_on)
        here = [place.id for place in places if scopes.reaches(one.area, place=place.code, municipality=place.municipality, became=became)]
        for product_id in [good.id for good in goods if scopes.is_about(one.about, product=good.code, group=good.group)]:
            for place_id in here:
                found[place_id, product_id] |= days
    return found
