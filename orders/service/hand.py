"""An order taken in hand: found, its places and itself locked, the version compared, the act looked up in the table; and put down again with what happened.

Locks are taken in one order: journals by place, then orders by id, then shelves. So nobody waits for somebody who waits for them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.service import holds
from orders.errors import NotYourOrder, VersionDiffers, WrongState
from orders.models import Order, OrderEvent, OrderLine
from orders.queries import lists, shipments
from orders.queries.lists import LineRead
from orders.queries.seen import seen
from orders.rules.rights import role_of
from orders.rules.states import OVER, Act, Kind, Progress, Side, State, Step, state_of, step_for
from supply import clock
from supply.auth.rules import Person
from supply.db import table_of
from supply.errors import Missing, plain
from supply.notices import service as notices
from supply.reference.models import Place, Product
from supply.rows import add_rows, parts_of
from supply.settings import Settings


@dataclass(frozen=True, kw_only=True)
class By:
    """Who acts, when, under which key, and by which rules of the house."""

    person: Person
    now: datetime
    key: str
    settings: Settings

    @property
    def today(self) -> date:
        """Give the day in Oslo."""
        return clock.day_of(self.now)

    @property
    def arrives_on(self) -> date:
        """Give the day on which what is sent today is reckoned to arrive."""
        return self.today + timedelta(days=self.settings.order_lead_days)


@dataclass(slots=True, kw_only=True)
class InHand:
    """An order that somebody acts on: locked, with its places, its lines as they are, and the role of who acts."""

    session: Session
    by: By
    act: Act
    step: Step
    role: str
    order: Order
    place: Place
    giver: Place | None
    lines: Sequence[LineRead]

    @property
    def kind(self) -> Kind:
        """Give what the order asks for."""
        return Kind(self.order.kind)

    @property
    def state(self) -> State:
        """Give where the order stands."""
        return State(self.order.state)

    def giving(self) -> Place:
        """Give the place that gives; only a supplier's order has none, and no step of it asks."""
        assert self.giver is not None
        return self.giver

    def row(self, line: int) -> OrderLine:
        """Give a line as it is written."""
        return self.session.get_one(OrderLine, (self.order.id, line))

    def read_again(self) -> None:
        """Read the lines as they are after what was written."""
        self.session.flush()
        self.lines = lists.lines_of(self.session, [self.order])[self.order.id]

    def put_down(self, state: State, facts: dict[str, Any] | None = None, *, tell: Sequence[Place | None] = ()) -> None:
        """Write what happened: the state and version it led to, and who must know. Refuses what the table does not have."""
        put_down_all([Outcome(hand=self, state=state, facts=facts or {}, tell=tell)])

    def progress(self) -> list[Progress]:
        """Give how far the units of each line have come."""
        parcels = [(parcel, shipment) for shipment in shipments.shipments_of(self.session, shipments.with_order(self.order.id)) for parcel in shipment.lines if parcel.order == self.order.number]
        uncounted = sum(parcel.sent for parcel, shipment in parcels if shipment.arrived_at is None)
        unsettled = sum(parcel.unsettled for parcel, shipment in parcels if shipment.arrived_at is not None)
        return [*(Progress(due=line.due, shipped=line.shipped, uncounted=0, unsettled=0) for line in self.lines), Progress(due=0, shipped=0, uncounted=uncounted, unsettled=unsettled)]

    def after_shipping(self) -> State:
        """Give the state that follows from what became of the units."""
        self.read_again()
        return state_of(self.progress())


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an act on an order in hand came to: the state it led to, its facts for the timeline, and the places to be told."""

    hand: InHand
    state: State
    facts: dict[str, Any]
    tell: Sequence[Place | None]


def put_down_all(outcomes: Sequence[Outcome]) -> None:
    """Write what happened to orders that were taken in hand together: their states and versions, their timelines, and who must know, each at once. Refuses what the table does not have."""
    if not outcomes:
        return
    for one in outcomes:
        _move_on(one.hand, one.state)
    session, now = outcomes[0].hand.session, outcomes[0].hand.by.now
    session.flush()
    add_rows(session, table_of(OrderEvent), [_event(one) for one in outcomes])
    notices.queue_all(session, [told for one in outcomes for told in _told(one)], now=now)


def _move_on(hand: InHand, state: State) -> None:
    if state not in hand.step.to:
        raise AssertionError(f"{hand.act} leads from {hand.step.state} to {sorted(hand.step.to)}, not to {state}")
    hand.order.state, hand.order.version = state.value, hand.order.version + 1
    if state in OVER:
        hand.order.ended_at = hand.by.now


def _event(one: Outcome) -> dict[str, Any]:
    order, by = one.hand.order, one.hand.by
    return {
        "order_id": order.id,
        "version": order.version,
        "act": one.hand.act.value,
        "state": one.state.value,
        "happened_at": by.now,
        "account_id": by.person.account_id,
        "role": one.hand.role,
        "facts": plain(one.facts),
    }


def _told(one: Outcome) -> Iterator[notices.Told]:
    order, act = one.hand.order, one.hand.act.value
    facts = {"order": order.number, "kind": order.kind, "act": act, "state": one.state.value, "place": one.hand.place.code, "emergency": order.emergency}
    for place_id in dict.fromkeys(place.id for place in one.tell if place is not None):
        yield notices.Told(place_id=place_id, kind=f"order-{act}", facts=facts)


def take(session: Session, number: str, act: Act, seen: int | None, *, by: By) -> InHand:
    """Take an order in hand for an act. Refuses one that is not there, that changed since it was seen (None: whatever it is), that is not the person's to act on, or not in this state."""
    return take_all(session, [(number, seen)], act, by=by)[0]


def take_all(session: Session, numbers: Sequence[tuple[str, int | None]], act: Act, *, by: By) -> list[InHand]:
    """Take several orders in hand for an act, all or none."""
    lock(session, [number for number, _ in numbers], by=by)
    return take_locked(session, numbers, act, by=by)


def take_locked(session: Session, numbers: Sequence[tuple[str, int | None]], act: Act, *, by: By) -> list[InHand]:
    """Take orders in hand that the caller has locked."""
    found = lists.find_orders(session, [number for number, _ in numbers], by=by.person)
    lines = lists.lines_of(session, [head for head, _, _ in found.values()])
    return [_in_hand(session, found[number], lines[found[number][0].id], seen, act, by) for number, seen in numbers]


def lock(session: Session, numbers: Collection[str], *, by: By) -> None:
    """Lock orders and their places; what was read of them before may be another by then. Refuses one that is not there."""
    query = select(Order.number, Order.id, Order.place_id, Order.supplied_by_id).where(seen(by.person))
    found = [row for part in parts_of(numbers) for row in session.execute(query.where(Order.number.in_(part)))]
    if {row.number for row in found} != {*numbers}:
        raise Missing(at="number")
    place_ids = {place_id for row in found for place_id in (row.place_id, row.supplied_by_id)}
    places = [place for part in parts_of(place_ids) for place in session.scalars(select(Place).where(Place.id.in_(part)))]
    holds.lock_journals(session, places, by=by.person, now=by.now, ledger_opens_on=by.settings.ledger_opens_on)
    for part in parts_of(sorted(row.id for row in found)):
        session.execute(select(Order.id).where(Order.id.in_(part)).order_by(Order.id).with_for_update())


def _in_hand(session: Session, found: tuple[Order, Place, Place | None], lines: Sequence[LineRead], seen: int | None, act: Act, by: By) -> InHand:
    head, place, giver = found
    kind, state = Kind(head.kind), State(head.state)
    step = step_for(state, act, kind)
    sides = step.sides if step is not None else frozenset(Side)
    role = next((role for side in Side if side in sides and (role := role_of(by.person, side, kind, place, giver)) is not None), None)
    if role is None:
        raise NotYourOrder(number=head.number)
    if seen is not None and seen != head.version:
        raise VersionDiffers(number=head.number, seen=seen, version=head.version, state=state.value)
    if step is None:
        raise WrongState(number=head.number, state=state.value, version=head.version)
    return InHand(session=session, by=by, act=act, step=step, role=role, order=head, place=place, giver=giver, lines=lines)


def products_of(session: Session, codes: Collection[str]) -> dict[str, Product]:
    """Give products by code."""
    return {product.code: product for product in session.scalars(select(Product).where(Product.code.in_(codes)))}
