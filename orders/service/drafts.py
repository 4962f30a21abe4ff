"""Orders before they are decided on: drafted, amended, copied, submitted, cancelled, and repeated."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from inventory import queries as stock
from inventory.errors import PlaceClosed
from inventory.service import holds
from orders.errors import NoDepot, NotAGiver, NothingOrdered, NotWholePacks, NotYourOrder, OrderedTwice, ReasonNeeded
from orders.models import Order, OrderEvent, OrderLine
from orders.queries import known as knowing
from orders.queries import lists
from orders.queries.products import packs_of
from orders.rules.asked import Amended, NewOrder, Wanted, Why
from orders.rules.needs import in_whole_packs, written
from orders.rules.rights import role_of
from orders.rules.states import Act, Kind, Side, State
from orders.service import allocation
from orders.service.hand import By, InHand, products_of, take
from supply.db import table_of
from supply.errors import Missing
from supply.fields import UNITS_MAX
from supply.i18n import translated_later
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.series.service import next_number

WHY = {
    "more_than_maximum": translated_later("With this the stock lasts longer than the maximum."),
    "count_too_old": translated_later("The last count is too old to order by, or there is none."),
    "more_than_requested": translated_later("More is approved than was asked for."),
    "not_whole_packs": translated_later("What is approved is not whole packs, though whole packs were asked for."),
    "more_than_fair": translated_later("More is approved than a fair share of what there is."),
    "not_held": translated_later("Another lot is sent than the one that is held."),
}
"""What takes a reason, as a sentence for whoever has to give it."""


def draft(session: Session, asked: NewOrder, *, by: By, copy_of: str | None = None, standing: tuple[int, Any] | None = None) -> Order:
    """Draft an order: it gets its number, and nothing is asked of anybody yet."""
    place, giver = _places(session, asked, by)
    role = role_of(by.person, Side.ASKS, asked.kind, place, giver)
    if role is None:
        raise NotYourOrder(number="-")
    series = place.municipality or "0000"
    order = Order(
        number=f"{series}-{by.today.year}-{next_number(session, series, by.today.year):04}",
        kind=asked.kind.value,
        place_id=place.id,
        supplied_by_id=giver.id if giver else None,
        state=State.DRAFT.value,
        version=1,
        emergency=asked.emergency,
        reason=asked.reason,
        copy_of=copy_of,
        standing_id=standing[0] if standing else None,
        due_on=standing[1] if standing else None,
        made_at=by.now,
        made_by=by.person.account_id,
    )
    session.add(order)
    session.flush()
    _write_lines(session, order, asked.lines)
    facts = {"copy_of": copy_of} if copy_of else {}
    event = {"order_id": order.id, "version": 1, "act": "draft", "state": order.state, "happened_at": by.now, "account_id": by.person.account_id, "role": role, "facts": facts}
    session.execute(insert(table_of(OrderEvent)), [event])
    return order


def amend(session: Session, number: str, amended: Amended, *, seen: int | None, by: By) -> Order:
    """Change what a draft says."""
    hand = take(session, number, Act.AMEND, seen, by=by)
    if amended.lines is not None:
        session.execute(delete(OrderLine).where(OrderLine.order_id == hand.order.id))
        session.expire_all()
        _write_lines(session, hand.order, amended.lines)
    hand.order.emergency = hand.order.emergency if amended.emergency is None else amended.emergency
    hand.order.reason = hand.order.reason if amended.reason is None else amended.reason or None  # an empty one takes it away
    hand.read_again()
    hand.put_down(State.DRAFT, {"asked": _said(hand)})
    return hand.order


def duplicate(session: Session, number: str, *, by: By) -> Order:
    """Draft the same again: another order, of the same products."""
    found = lists.order(session, number, by=by.person)
    if found is None:
        raise Missing(at="number")
    lines = tuple(Wanted(product=line.product, units=line.requested) for line in found.lines)
    asked = NewOrder(place=found.place, supplied_by=found.supplied_by, kind=Kind(found.kind), lines=lines, emergency=False)
    return draft(session, asked, by=by, copy_of=number)


def submit(session: Session, number: str, *, seen: int | None, by: By) -> Order:
    """Ask for what stands on a draft. What is known of the place's need is kept with it; what is much, or asked without having counted, takes a reason. What a place gives in its own name is approved by that."""
    hand = take(session, number, Act.SUBMIT, seen, by=by)
    needed = []
    if hand.kind in {Kind.ORDER, Kind.SUPPLY}:  # what a place needs is not for those to read who lend it something
        known = knowing.known(session, hand.place, by.settings, now=by.now, products={line.product_id for line in hand.lines}, without=hand.order.id)
        for line in hand.lines:
            facts = written(known[line.product_id], line.requested, today=by.today)
            hand.row(line.line).known = facts
            needed += [(line, one) for one in facts["needs_reason"]]
    if needed and not hand.order.reason:
        line, why_needed = needed[0]
        raise ReasonNeeded(why=WHY[why_needed], needs=why_needed, product=line.product, at="reason")
    hand.order.submitted_at, hand.order.submitted_by = by.now, by.person.account_id
    given = hand.kind in {Kind.LOAN, Kind.RETURN} and role_of(by.person, Side.GIVES, hand.kind, hand.place, hand.giver) is not None
    if not given:
        hand.put_down(State.SUBMITTED, {"reason": hand.order.reason, "asked": _said(hand)}, tell=[hand.giver if hand.kind in {Kind.LOAN, Kind.RETURN} else hand.place])
        return hand.order
    for line in hand.lines:
        hand.row(line.line).approved = line.requested
    hand.order.approved_at = by.now
    hand.read_again()
    facts = allocation.allocate(hand) | {"asked": _said(hand)}
    hand.put_down(State.APPROVED, facts, tell=[hand.place])
    return hand.order


def cancel(session: Session, number: str, why: Why, *, seen: int | None, by: By) -> Order:
    """Ask for nothing more: what is held is free again; what was sent stays under way."""
    hand = take(session, number, Act.CANCEL, seen, by=by)
    was = hand.state
    holds.let_go(session, stock.holds_for(session, [number]), because="cancelled", now=by.now)
    for line in hand.lines:
        if line.approved is not None:
            hand.row(line.line).cancelled = line.cancelled + line.due
    came = hand.kind is Kind.SUPPLY and any(line.arrived for line in hand.lines)
    state = hand.after_shipping() if was is State.PARTLY_SHIPPED else State.CLOSED if came else State.CANCELLED
    hand.put_down(state, {"reason": why.reason}, tell=[hand.place, hand.giver] if was not in {State.DRAFT, State.SUBMITTED} else [])
    return hand.order


def _said(hand: InHand) -> list[dict[str, Any]]:
    """Give what is asked for, as the timeline keeps it."""
    return [{"product": line.product, "requested": line.requested} for line in hand.lines]


def _places(session: Session, asked: NewOrder, by: By) -> tuple[Place, Place | None]:
    """Give where the units are to go, and where they are to come from; a place the person may not see is not there."""
    place = reference.find_place(session, asked.place)
    giver = reference.find_place(session, asked.supplied_by) if asked.supplied_by else None
    if place is None or place.kind == "virtual":
        raise Missing(at="place")
    if asked.supplied_by and (giver is None or giver.kind == "virtual"):
        raise Missing(at="supplied_by")
    if not (by.person.sees(place) or (asked.kind is not Kind.ORDER and giver is not None and by.person.sees(giver))):
        raise Missing(at="place")
    if asked.kind is Kind.SUPPLY:
        if giver is not None or place.kind != "depot":
            raise NotAGiver(at="supplied_by")
        return place, None
    if giver is None and place.served_by_id is not None:
        giver = session.get(Place, place.served_by_id)
    if giver is None:
        raise NoDepot(place=place.code, at="supplied_by")
    if asked.kind is Kind.ORDER and giver.id != place.served_by_id and not by.person.sees(giver):
        raise Missing(at="supplied_by")
    check_open(place, by, at="place")
    right = {Kind.ORDER: giver.kind == "depot", Kind.LOAN: giver.kind != "depot" or place.kind == "depot", Kind.RETURN: place.kind == "depot" and giver.kind != "depot"}[asked.kind]
    if not right or giver.id == place.id:
        raise NotAGiver(at="supplied_by")
    return place, giver


def check_open(place: Place, by: By, *, at: str | None = None) -> None:
    """Refuse a place that is closed by now: what is sent there could not be counted in."""
    if place.closed_on is not None and place.closed_on < by.today:
        raise PlaceClosed(place=place.code, opened_on=place.opened_on, closed_on=place.closed_on, at=at)


def _write_lines(session: Session, order: Order, wanted: Sequence[Wanted]) -> None:
    """Write what is wanted, in whole packs; what is given back may be loose."""
    if not wanted:
        raise NothingOrdered(at="lines")
    products = products_of(session, {line.product for line in wanted})
    packs = packs_of(session, [product.id for product in products.values()])
    seen: set[str] = set()
    for nth, line in enumerate(wanted):
        product = products.get(line.product)
        if product is None:
            raise Missing(at=f"lines.{nth}.product")
        if line.product in seen:
            raise OrderedTwice(product=line.product, at=f"lines.{nth}.product")
        seen.add(line.product)
        pack = 1 if order.kind == Kind.RETURN.value else packs.get(product.id, 1)
        units = line.units if line.units is not None else (line.packs or 1) * pack
        if not in_whole_packs(units, pack) or not 0 < units <= UNITS_MAX:
            raise NotWholePacks(product=line.product, pack=pack, lower=units // pack * pack or pack, higher=-(-units // pack) * pack, at=f"lines.{nth}.units")
        session.add(OrderLine(order_id=order.id, line=nth + 1, product_id=product.id, requested=units, pack=pack))
    session.flush()
