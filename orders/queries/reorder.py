"""What an order proposal is reckoned from: the demand, the shelves, what is coming and how long that takes, of many places in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.models import Lot, Stock
from inventory.queries import use
from inventory.queries.demand import Key, demand_days
from inventory.queries.usable import in_force
from inventory.rules.consumption import DemandDays, Window
from inventory.rules.projection import Lying
from orders.models import Forecast, Order, OrderLine, Shipment, ShipmentLine
from orders.queries import lists
from orders.queries.policies import Policies
from orders.queries.policies import policies as policies_of
from orders.queries.products import packs_of
from orders.rules import demands, inputs
from orders.rules import reorder as rules
from orders.rules.policies import Policy
from orders.rules.reorder import Demand, Position
from orders.rules.spoken import WhatIf
from orders.rules.states import Kind, State
from supply.clock import day_of
from supply.db import table_of
from supply.reference.models import Place, Product
from supply.settings import Settings

MEASURED_OVER = timedelta(days=365)
DRAFTS_COUNT = timedelta(days=7)
"""So long a draft counts as ordered: somebody is at it. One that nobody sends for longer keeps no shelf from being seen. A house default."""
DELIVERIES_MIN = 3
"""So many deliveries make a lead time; fewer say too little. A house default."""
AS_IT_IS = WhatIf()


@dataclass(frozen=True, kw_only=True)
class LeadTime:
    """How many days deliveries to a place took, on average and at most, and how many there were."""

    days: float
    days_max: int
    deliveries: int


@dataclass(frozen=True, kw_only=True)
class Need:
    """All that is known of a product at a place when an order is thought of."""

    place: Place
    product: Product
    policy: Policy
    demand: Demand
    position: Position
    pack: int
    counted_on: date | None
    lead_time: LeadTime | None
    window: Window

    def proposal(self, *, today: date, tried: WhatIf = AS_IT_IS) -> rules.Proposal:
        """Reckon what to order, as the rule has it or with what is tried out."""
        return rules.propose(self.position, self.demand, tried.on(self.policy), pack=self.pack, today=today)

    def written(self, proposal: rules.Proposal) -> dict[str, Any]:
        """Give all that is kept with a proposal: what it was reckoned from, and what else somebody wants to know who decides on it."""
        lead = self.lead_time
        return inputs.written(proposal) | {
            "counted_on": self.counted_on.isoformat() if self.counted_on else None,
            "count_first": self.is_count_old(today=proposal.today),
            "window": {"since": self.window.since.isoformat(), "until": self.window.until.isoformat()},
            "lead_time": {"days": lead.days, "days_max": lead.days_max, "deliveries": lead.deliveries} if lead else None,
        }

    def is_count_old(self, *, today: date) -> bool:
        """Whether what lies there was not counted for longer than its rule allows."""
        return self.position.on_hand > 0 and (self.counted_on is None or (today - self.counted_on).days > self.policy.count_days_max)


def needs(session: Session, places: Sequence[Place], policies: Policies, *, now: datetime, products: Collection[int] | None = None, every: bool = False, without: int | None = None) -> list[Need]:
    """Give for each place what is known of every product that it uses, has or was spoken of for, or of every one; in order of place and product. An order's own lines are not on order yet."""
    goods = {product.id: product for product in session.scalars(select(Product)) if products is None or product.id in products}
    served = _served_by(session, [place.id for place in places])
    reading = _read(session, places, served, policies, goods, now=now, products=products, without=without)
    used_at = _products_of(reading.days)
    found = []
    for place in places:
        behind = [place.id, *served.get(place.id, ())]
        known = {product_id for place_id in behind for product_id in used_at.get(place_id, ())} | {product_id for place_id, product_id in reading.lots if place_id == place.id}
        named = policies.named_at(place)
        there = sorted((good for good in goods.values() if every or good.id in known or good.code in named), key=lambda good: good.code)
        found += [reading.need(place, product, behind) for product in there]
    return found


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """All that was read of many places at once, to be asked for one place and product at a time."""

    policies: Policies
    window: Window
    days: Mapping[Key, DemandDays]
    lots: Mapping[Key, Sequence[Lying]]
    counted: Mapping[Key, date]
    coming: Mapping[Key, int]
    """On order, drafts that count too."""
    asked: Mapping[Key, int]
    """On order without drafts."""
    sent: Mapping[Key, int]
    owed: Mapping[Key, int]
    leads: Mapping[int, LeadTime]
    forecasts: Mapping[Key, rules.Forecast]
    packs: Mapping[int, int]

    def need(self, place: Place, product: Product, behind: Sequence[int]) -> Need:
        """Give what is known of a product at a place; `behind` are the places whose use is its demand."""
        key, lead = (place.id, product.id), self.leads.get(place.id)
        policy = with_lead_time(self.policies.at(place, product), lead)
        theirs = [one for place_id in behind if (one := (place_id, product.id)) in self.days]
        demand = demands.demand_of([demands.used(self.days[one], policy) for one in theirs], policy, [self.forecasts.get(one) for one in theirs])
        position = self._position(key, shelf_life_days_min=(product.shelf_life_days_min or 0) if place.kind == "depot" else 0)
        pack, counted_on = self.packs.get(product.id, 1), self.counted.get(key)
        return Need(place=place, product=product, policy=policy, demand=demand, position=position, pack=pack, counted_on=counted_on, lead_time=lead, window=self.window)

    def _position(self, key: Key, *, shelf_life_days_min: int) -> Position:
        return Position(
            lots=self.lots.get(key, ()),
            on_order=self.coming.get(key, 0),
            in_transit=self.sent.get(key, 0),
            in_drafts=self.coming.get(key, 0) - self.asked.get(key, 0),
            owed=self.owed.get(key, 0),
            shelf_life_days_min=shelf_life_days_min,
        )


def _read(
    session: Session, places: Sequence[Place], served: Mapping[int, Sequence[int]], policies: Policies, goods: Collection[int], *, now: datetime, products: Collection[int] | None, without: int | None
) -> _Reading:
    today, ids = day_of(now), [place.id for place in places]
    window = Window(since=use.since_when(today), until=today - timedelta(days=1))
    days = demand_days(session, {*ids, *(place_id for theirs in served.values() for place_id in theirs)}, window, products=products)
    lots, counted = _lots(session, ids, today=today, products=products)
    return _Reading(
        policies=policies,
        window=window,
        days=days,
        lots=lots,
        counted=counted,
        coming=lists.on_order(session, ids, [*goods], without=without, drafts_since=now - DRAFTS_COUNT),
        asked=lists.on_order(session, ids, [*goods], without=without),
        sent=_in_transit(session, ids),
        owed=_owed(session, ids),
        leads=lead_times(session, ids, now=now),
        forecasts=_forecasts(session, {place_id for place_id, _ in days}),
        packs=packs_of(session, [*goods]),
    )


def policy_at(session: Session, place: Place, product: Product, settings: Settings, *, now: datetime) -> Policy:
    """Give how a place orders a product today, its lead time measured where nobody set it."""
    return with_lead_time(policies_of(session, settings, today=day_of(now)).at(place, product), lead_times(session, [place.id], now=now).get(place.id))


def with_lead_time(policy: Policy, lead: LeadTime | None) -> Policy:
    """Give the policy with the lead time that was measured, unless somebody set one or too few deliveries say it."""
    if lead is None or lead.deliveries < DELIVERIES_MIN or policy.lead_is_set:
        return policy
    return replace(policy, lead_days=ceil(lead.days), lead_is_measured=True)


def lead_times(session: Session, place_ids: Collection[int], *, now: datetime) -> dict[int, LeadTime]:
    """Measure for each place how long its orders of the last year took from being asked for to having arrived; whole days of the calendar in Oslo."""
    query = select(Order.place_id, Order.submitted_at, Order.arrived_at).where(
        Order.place_id.in_(place_ids), Order.kind.in_([Kind.ORDER.value, Kind.SUPPLY.value]), Order.submitted_at.is_not(None), Order.arrived_at >= now - MEASURED_OVER
    )
    taken: dict[int, list[int]] = defaultdict(list)
    for place_id, submitted_at, arrived_at in session.execute(query):
        assert submitted_at is not None  # the query says so
        assert arrived_at is not None
        taken[place_id].append((day_of(arrived_at) - day_of(submitted_at)).days)
    return {place_id: LeadTime(days=sum(days) / len(days), days_max=max(days), deliveries=len(days)) for place_id, days in taken.items()}


def _served_by(session: Session, place_ids: Collection[int]) -> dict[int, list[int]]:
    served: dict[int, list[int]] = defaultdict(list)
    for depot_id, place_id in session.execute(select(Place.served_by_id, Place.id).where(Place.served_by_id.in_(place_ids)).order_by(Place.id)):
        if depot_id is not None:
            served[depot_id].append(place_id)
    return served


def _products_of(days: Mapping[Key, DemandDays]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for place_id, product_id in days:
        found[place_id].add(product_id)
    return found


def _lots(session: Session, place_ids: Collection[int], *, today: date, products: Collection[int] | None) -> tuple[dict[Key, list[Lying]], dict[Key, date]]:
    """Read what lies at each place and is promised to nobody, lot by lot, and the last count of each product."""
    lot = in_force(today, today=today)
    query = select(Stock.place_id, Lot.product_id, Lot.number, Stock.on_hand - Stock.held, lot.expires_on, lot.blocked, Stock.on_hand, Stock.counted_on).join(Lot, Lot.id == Stock.lot_id)
    query = query.where(Stock.place_id.in_(place_ids), *([Lot.product_id.in_(products)] if products is not None else []))
    lots: dict[Key, list[Lying]] = defaultdict(list)
    counted: dict[Key, date] = {}
    for place_id, product_id, number, units, expires_on, is_blocked, on_hand, counted_on in session.execute(query.order_by(Stock.place_id, Lot.product_id, Lot.number)):
        key = (place_id, product_id)
        if on_hand:
            lots[key].append(Lying(lot=number, units=int(units), expires_on=expires_on, is_blocked=bool(is_blocked)))
        if counted_on is not None:
            counted[key] = max(counted.get(key, counted_on), counted_on)
    return lots, counted


def _in_transit(session: Session, place_ids: Collection[int]) -> dict[Key, int]:
    """Give what was sent and neither arrived nor was settled otherwise."""
    units = func.sum(ShipmentLine.sent - ShipmentLine.arrived - ShipmentLine.settled)
    query = select(Shipment.to_place_id, Lot.product_id, units).join(ShipmentLine, ShipmentLine.shipment_id == Shipment.id).join(Lot, Lot.id == ShipmentLine.lot_id)
    query = query.where(Shipment.to_place_id.in_(place_ids), Shipment.settled_at.is_(None)).group_by(Shipment.to_place_id, Lot.product_id)
    return {(place_id, product_id): int(sent) for place_id, product_id, sent in session.execute(query)}


def _owed(session: Session, place_ids: Collection[int]) -> dict[Key, int]:
    """Give what places have yet to send of what was approved, beyond what they hold for it."""
    states = [state.value for state in (State.APPROVED, State.PICKING, State.PARTLY_SHIPPED)]
    due = select(Order.supplied_by_id, OrderLine.product_id, func.sum(OrderLine.approved - OrderLine.shipped - OrderLine.cancelled)).join(Order, Order.id == OrderLine.order_id)
    due = due.where(Order.supplied_by_id.in_(place_ids), Order.state.in_(states)).group_by(Order.supplied_by_id, OrderLine.product_id)
    held = select(Stock.place_id, Lot.product_id, func.sum(Stock.held)).join(Lot, Lot.id == Stock.lot_id).where(Stock.place_id.in_(place_ids), Stock.held > 0).group_by(Stock.place_id, Lot.product_id)
    promised = {(place_id, product_id): int(units) for place_id, product_id, units in session.execute(held)}
    return {(place_id, product_id): max(0, int(units or 0) - promised.get((place_id, product_id), 0)) for place_id, product_id, units in session.execute(due) if place_id is not None}


def forecast_at(session: Session, place_id: int, product_id: int) -> Forecast | None:
    """Give what the past of a place makes likely of a product, by which method and how far that was off; None where nothing is."""
    return session.get(Forecast, (place_id, product_id))


def _forecasts(session: Session, place_ids: Collection[int]) -> dict[Key, rules.Forecast]:
    """Give what the past makes likely, as reckoned last night."""
    table = table_of(Forecast)
    query = select(table.c.place_id, table.c.product_id, table.c.daily, table.c.variance, table.c.days_behind).where(table.c.place_id.in_(place_ids))
    return {(place_id, product_id): rules.Forecast(daily=daily, variance=variance, days_behind=behind) for place_id, product_id, daily, variance, behind in session.execute(query)}
