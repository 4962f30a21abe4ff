"""What the figures of supply are summed up from, of many places in a fixed number of statements: month totals, stock, and the days without stock that were reckoned last night. No move is read, but for the days of one place."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, union
from sqlalchemy.orm import Session

from inventory.models import Lot, MonthTotals, Stock, Stockout
from inventory.queries import use
from inventory.queries.months import SUMS, months_of, recorded_in, sum_in
from inventory.queries.periods import shelves as shelves_of_place
from inventory.queries.usable import in_force
from inventory.rules.consumption import Window
from orders.queries.policies import Policies
from orders.queries.reorder import LeadTime, lead_times
from orders.rules.figures import Shelf
from orders.rules.policies import Policy
from supply.clock import day_of
from supply.jobs import queries as jobs
from supply.reference.models import Place, Product

Key = tuple[int, int]
GIVEN, UNMET = "to_people", "unmet"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of the products at some places: their shelves, by month and product what was handed out and what asked for in vain, and over which days stock-outs are counted (None: nobody has reckoned them yet)."""

    shelves: Sequence[Shelf]
    by_month: Mapping[tuple[date, int], tuple[int, int]]
    out_of: Window | None


def known(session: Session, places: Sequence[Place], products: Collection[Product], window: Window, policies: Policies, *, today: date, alone: bool = False) -> Known:
    """Read what the figures of some places and products are made of, months from a first to a last; stock is today's, and use since three months. With `alone` (one place) the days of the very window are read from the moves, else those that were reckoned last night are taken."""
    ids, goods = [place.id for place in places], [product.id for product in products]
    since = use.since_when(today)
    fill = _handed_out(session, ids, goods, window)
    usable = _usable(session, ids, goods, today=today)
    all_places = len(ids) == session.scalar(select(func.count()).select_from(Place).where(Place.kind != "virtual"))
    needed = use.used(session, None if all_places else ids, goods, since=since, today=today)  # naming each of a country's places takes twice the time
    serving = set(session.scalars(select(Place.served_by_id).where(Place.served_by_id.in_(ids)).distinct()))
    own = use.used(session, [place_id for place_id in ids if place_id in serving], goods, since=since, today=today, own_alone=True) if serving else {}
    days, out_of = _days_of_place(session, places[0], goods, window) if alone and places else _days(session, places, goods, today=today)
    keys = sorted({*fill, *usable, *needed, *days})
    policy = _Resolver(policies, {place.id: place for place in places}, {product.id: product for product in products})
    found = []
    for place_id, product_id in keys:
        key = place_id, product_id
        rule = policy(place_id, product_id)
        handed_out, unmet = fill.get(key, (0, 0))
        counted, without = days.get(key, (0, 0))
        daily = _pace(needed.get(key))
        found.append(
            Shelf(
                place_id=place_id,
                product_id=product_id,
                handed_out=handed_out,
                unmet=unmet,
                usable=usable.get(key, 0),
                own_daily=_pace(own.get(key)) if place_id in serving else daily,
                daily=daily,
                days=counted,
                days_without=without,
                months_min=float(rule.months_min),
                months_max=float(rule.months_max),
            )
        )
    return Known(shelves=found, by_month=_by_month(session, ids, goods, window), out_of=out_of)


def lead_time(session: Session, place_ids: Collection[int], *, now: datetime) -> LeadTime | None:
    """Measure how long the deliveries of the last year to some places took, each delivery counted once; None where there were none."""
    found = lead_times(session, place_ids, now=now)
    deliveries = sum(one.deliveries for one in found.values())
    if not deliveries:
        return None
    return LeadTime(days=sum(one.days * one.deliveries for one in found.values()) / deliveries, days_max=max(one.days_max for one in found.values()), deliveries=deliveries)


def _handed_out(session: Session, ids: Collection[int], goods: Collection[int], window: Window) -> dict[Key, tuple[int, int]]:
    query = select(MonthTotals.place_id, MonthTotals.product_id, MonthTotals.flow, sum_in(window.since, window.until))
    query = query.where(*_of(ids, goods, window)).group_by(MonthTotals.place_id, MonthTotals.product_id, MonthTotals.flow)
    found: dict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for place_id, product_id, flow, units in session.execute(query):
        found[place_id, product_id][flow == UNMET] += units
    return {key: (given, unmet) for key, (given, unmet) in found.items()}


def _by_month(session: Session, ids: Collection[int], goods: Collection[int], window: Window) -> dict[tuple[date, int], tuple[int, int]]:
    query = select(MonthTotals.product_id, MonthTotals.flow, MonthTotals.year, *SUMS).where(*_of(ids, goods, window)).group_by(MonthTotals.product_id, MonthTotals.flow, MonthTotals.year)
    found: dict[tuple[date, int], list[int]] = defaultdict(lambda: [0, 0])
    for product_id, flow, year, *totals in session.execute(query):
        for month, units in months_of(year, totals):
            if window.since <= month <= window.until:
                found[month, product_id][flow == UNMET] += units
    return {key: (given, unmet) for key, (given, unmet) in found.items()}


def _of(ids: Collection[int], goods: Collection[int], window: Window) -> tuple[ColumnElement[bool], ...]:
    return MonthTotals.place_id.in_(ids), MonthTotals.product_id.in_(goods), recorded_in(window.since, window.until), MonthTotals.flow.in_([GIVEN, UNMET])


def _usable(session: Session, ids: Collection[int], goods: Collection[int], *, today: date) -> dict[Key, int]:
    query = select(Stock.place_id, Lot.product_id, func.sum(Stock.on_hand)).join(Lot, Lot.id == Stock.lot_id)
    query = query.where(Stock.place_id.in_(ids), Lot.product_id.in_(goods), Stock.on_hand > 0, in_force(today, today=today).usable).group_by(Stock.place_id, Lot.product_id)
    return {(place_id, product_id): int(units) for place_id, product_id, units in session.execute(query)}


def _days(session: Session, places: Sequence[Place], goods: Collection[int], *, today: date) -> tuple[dict[Key, tuple[int, int]], Window | None]:
    """Give by place and product the days that count and those of them without usable stock, as reckoned last; places that are closed are not reckoned."""
    reckoned_at = jobs.last_done_at(session, "use")
    if reckoned_at is None:
        return {}, None
    window = Window(since=use.since_when(day_of(reckoned_at)), until=day_of(reckoned_at) - timedelta(days=1))
    ids = [place.id for place in places if place.closed_on is None or place.closed_on >= today]
    lay = select(Stock.place_id, Lot.product_id).join(Lot, Lot.id == Stock.lot_id).where((Stock.on_hand > 0) | (Stock.last_moved_on >= window.since))
    lay = lay.where(Stock.place_id.in_(ids), Lot.product_id.in_(goods))
    asked = select(MonthTotals.place_id, MonthTotals.product_id).where(*_of(ids, goods, window), MonthTotals.flow == UNMET)  # what was handed out lay there
    out = select(Stockout).where(Stockout.place_id.in_(ids), Stockout.product_id.in_(goods), Stockout.since == window.since)
    without = {(one.place_id, one.product_id): (one.days, one.days_left_out) for one in session.scalars(out)}
    began = use.began(session, ids, since=window.since)
    found = {}
    for place_id, product_id in session.execute(union(lay, asked)):
        if place_id in began:
            days, left_out = without.get((place_id, product_id), (0, 0))
            counted = replace(window, since=max(began[place_id], window.since)).days - left_out
            found[place_id, product_id] = (counted, min(days, counted))
    return found, window


def _days_of_place(session: Session, place: Place, goods: Collection[int], window: Window) -> tuple[dict[Key, tuple[int, int]], Window | None]:
    """Give the same of one place for a window of its own, read from the moves."""
    codes = dict(session.execute(select(Product.code, Product.id)).all())
    found = {}
    for shelf in shelves_of_place(session, [place], window, products=goods):
        used = shelf.used()
        found[place.id, codes[shelf.product]] = (used.days + used.days_without, used.days_without)
    return found, window


def _pace(used: tuple[int, int] | None) -> float:
    return used[0] / used[1] if used else 0.0


class _Resolver:
    """What holds for a product at a place; places of which nobody said anything share what holds near them, so that a country is resolved once."""

    def __init__(self, policies: Policies, places: Mapping[int, Place], products: Mapping[int, Product]) -> None:
        self.policies, self.places, self.products = policies, places, products
        self.resolved: dict[tuple[str | None, str | None, int], Policy] = {}

    def __call__(self, place_id: int, product_id: int) -> Policy:
        place = self.places[place_id]
        here = self.policies.became.get(place.municipality or "", place.municipality)
        key = here if here in self.policies.by_area else None, place.code if place.code in self.policies.by_area else None, product_id
        if key not in self.resolved:
            self.resolved[key] = self.policies.at(place, self.products[product_id])
        return self.resolved[key]
