"""Days that somebody marked to be left out of the average: which, why and by whom."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from inventory.models import OneOff
from inventory.rules.wanted import MarksWanted
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.reference.rules import what_became
from supply.reference.scopes import NATION


@dataclass(frozen=True, kw_only=True, slots=True)
class MarkRead:
    """A mark: for which area and of what, which days, why; who made it and who ended it, by staff number."""

    id: int
    area: str
    about: str
    starts_on: date
    ends_on: date
    reason: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None
    ended_by: str | None


def marks(session: Session, wanted: MarksWanted, *, by: Person, today: date) -> tuple[list[MarkRead], str | None]:
    """Give a part of the marks a person may see, the newest first, and the mark of the next part: those of the nation, of places they see, and of municipalities in which they see some."""
    query = _heads().where(_reach(session, by, wanted.place, today=today))
    if not wanted.ended:
        query = query.where(OneOff.ended_at.is_(None))
    if (start := read_mark(wanted.after, int)) is not None:
        query = query.where(OneOff.id < start[0])
    rows = session.execute(query.order_by(OneOff.id.desc()).limit(wanted.limit + 1)).all()
    part = [_read(*row) for row in rows[: wanted.limit]]
    return part, mark(part[-1].id) if len(rows) > wanted.limit else None


def find_mark(session: Session, mark_id: int, *, by: Person, today: date) -> MarkRead | None:
    """Give a mark a person may see."""
    row = session.execute(_heads().where(OneOff.id == mark_id, _reach(session, by, None, today=today))).first()
    return _read(*row) if row is not None else None


def _heads() -> Select[*tuple[Any, ...]]:
    made, ended = aliased(Account), aliased(Account)
    return select(OneOff, made.number, ended.number).join(made, made.id == OneOff.made_by).outerjoin(ended, ended.id == OneOff.ended_by)


def _reach(session: Session, by: Person, place: str | None, *, today: date) -> ColumnElement[bool]:
    """Give the condition that a mark reaches a place the person sees: itself, the nation, or what its municipality has been or become."""
    seen = select(Place.code, Place.municipality).where(Place.kind != "virtual", accounts.visible(by), *([Place.code == place] if place is not None else []))
    rows = session.execute(seen).all()
    became = what_became(reference.changes(session), today=today)
    now = {became.get(number, number) for _, number in rows if number is not None} - {None}
    numbers = {number for number in now if number is not None} | {old for old, new in became.items() if new in now}
    codes = seen.with_only_columns(Place.code)
    return or_(OneOff.area == NATION, OneOff.area.in_(codes), OneOff.area.in_(sorted(numbers))) if rows else OneOff.id < 0


def _read(one: OneOff, made_by: str, ended_by: str | None) -> MarkRead:
    return MarkRead(
        id=one.id,
        area=one.area,
        about=one.about,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        reason=one.reason,
        made_at=one.made_at,
        made_by=made_by,
        ended_at=one.ended_at,
        ended_by=ended_by,
    )
