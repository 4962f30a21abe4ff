"""Reckon anew on how many days places had nothing, and mark what is not usual."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inventory.errors import DaysBackwards
from inventory.models import OneOff, Stockout
from inventory.queries import use
from inventory.queries.demand import demand_days
from inventory.rules.consumption import DEFINITION, DemandDays, Window
from inventory.rules.wanted import NewMark
from supply.auth.rules import Person
from supply.clock import day_of
from supply.db import table_of
from supply.errors import Missing
from supply.reference.scopes import check_about, check_may_say
from supply.rows import add_rows


def keep_stockouts(session: Session, place_ids: Collection[int], *, now: datetime) -> int:
    """Reckon for some places on which days up to yesterday they had nothing usable, and what is left out; gives how many products there were that this is so of."""
    today = day_of(now)
    window = Window(since=use.since_when(today), until=today - timedelta(days=1))
    began = use.began(session, place_ids, since=window.since)
    rows = [row for key, days in demand_days(session, place_ids, window).items() if key[0] in began and (row := _row(key, days, began[key[0]], now))]
    table = table_of(Stockout)
    session.execute(delete(table).where(table.c.place_id.in_(place_ids)))
    add_rows(session, table, rows)
    return len(rows)


def _row(key: tuple[int, int], days: DemandDays, began: date, now: datetime) -> dict[str, object] | None:
    since = max(began, days.window.since)
    if since > days.window.until:
        return None
    found = days.consumption(Window(since=since, until=days.window.until))
    if not (found.days_without or found.days_left_out):
        return None
    return {
        "place_id": key[0],
        "product_id": key[1],
        "since": days.window.since,
        "until": days.window.until,
        "days": found.days_without,
        "days_left_out": found.days_left_out,
        "units_left_out": found.units_left_out,
        "definition": DEFINITION,
        "reckoned_at": now,
    }


def mark(session: Session, new: NewMark, *, by: Person, now: datetime) -> OneOff:
    """Leave days out of the average. Refuses days that end before they begin, and who may not speak for the area."""
    if new.ends_on < new.starts_on:
        raise DaysBackwards(at="ends_on")
    check_may_say(session, new.area, by=by, permission="record stock", now=now)
    check_about(session, new.about)
    marked = OneOff(area=new.area, about=new.about, starts_on=new.starts_on, ends_on=new.ends_on, reason=new.reason, made_at=now, made_by=by.account_id)
    session.add(marked)
    session.flush()
    return marked


def unmark(session: Session, mark_id: int, *, by: Person, now: datetime) -> OneOff:
    """Let marked days count again, as if they had never been marked."""
    marked = session.scalar(select(OneOff).where(OneOff.id == mark_id).with_for_update())
    if marked is None:
        raise Missing
    check_may_say(session, marked.area, by=by, permission="record stock", now=now)
    if marked.ended_at is None:
        marked.ended_at, marked.ended_by = now, by.account_id
    session.flush()
    return marked
