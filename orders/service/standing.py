"""Orders that repeat: drafted anew when their day has come, once however often somebody looks."""

import itertools
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from orders.errors import NotYourOrder
from orders.models import Order, StandingOrder
from orders.queries import lists
from orders.rules.asked import NewOrder, Wanted
from orders.rules.rights import role_of
from orders.rules.states import Kind, Side
from orders.service.drafts import draft
from orders.service.hand import By
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.errors import Missing, Refusal
from supply.notices import service as notices
from supply.reference.models import Place


def repeat(session: Session, number: str, *, months: int, starts_on: date, by: By) -> StandingOrder:
    """Let an order repeat every so many months from a day on."""
    found = lists.order(session, number, by=by.person)
    if found is None:
        raise Missing(at="number")
    _, place, giver = lists.find_orders(session, [number], by=by.person)[number]
    if Kind(found.kind) is not Kind.ORDER or role_of(by.person, Side.ASKS, Kind.ORDER, place, None) is None:
        raise NotYourOrder(number=number)
    lines: list[dict[str, object]] = [{"product": line.product, "units": line.requested} for line in found.lines]
    standing = StandingOrder(
        place_id=place.id, supplied_by_id=giver.id if giver else None, lines=lines, months=months, starts_on=starts_on, next_on=starts_on, made_at=by.now, made_by=by.person.account_id
    )
    session.add(standing)
    session.flush()
    return standing


def draft_due(session: Session, *, by: By) -> list[Order]:
    """Draft the orders whose day has come, each in the name of whoever let it repeat; those that were missed are drafted once. Who may no longer order there is passed over; what is refused is told to the place, and tried again when its day comes next."""
    made = []
    due = select(StandingOrder, Place, Account.number).join(Place, Place.id == StandingOrder.place_id).join(Account, Account.id == StandingOrder.made_by)
    due = due.where(StandingOrder.ended_at.is_(None), StandingOrder.next_on <= by.today).order_by(StandingOrder.id)
    for standing, place, number in session.execute(due.with_for_update(of=StandingOrder)).all():
        person = accounts.find_by_number(session, number, today=by.today)
        if person is None or person.role_at(place) is None:
            continue
        lines = tuple(Wanted(product=str(line["product"]), units=int(str(line["units"]))) for line in standing.lines)
        giver = session.get(Place, standing.supplied_by_id) if standing.supplied_by_id else None
        asked = NewOrder(place=place.code, supplied_by=giver.code if giver else None, lines=lines)
        try:
            with session.begin_nested():
                order = draft(session, asked, by=replace(by, person=person), standing=(standing.id, standing.next_on))
        except Refusal as refusal:
            notices.queue(session, place_id=place.id, kind="order-not-drafted", facts={"code": refusal.code(), "place": place.code}, now=by.now)
        else:
            notices.queue(session, place_id=place.id, kind="order-draft", facts={"order": order.number, "place": place.code}, now=by.now)
            made.append(order)
        days = (months_later(standing.starts_on, nth * standing.months) for nth in itertools.count())
        standing.next_on = next(day for day in days if day > by.today)
    session.flush()
    return made


def months_later(day: date, months: int) -> date:
    """Give the same day so many months later; the last of the month where that month is shorter."""
    month = day.year * 12 + day.month - 1 + months
    for last in (day.day, 30, 29, 28):
        try:
            return date(month // 12, month % 12 + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError(day)


def end(session: Session, standing_id: int, *, by: By) -> None:
    """Let an order repeat no more."""
    row = session.execute(select(StandingOrder, Place).join(Place, Place.id == StandingOrder.place_id).where(StandingOrder.id == standing_id).with_for_update(of=StandingOrder)).first()
    if row is None or by.person.role_at(row[1]) is None:
        raise Missing
    row[0].ended_at = row[0].ended_at or by.now
    session.flush()
