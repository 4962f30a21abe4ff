"""Put notices into the inboxes of those who are told. In the caller's transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supply import clock
from supply.addresses import is_address
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.db import table_of
from supply.notices import queries
from supply.notices.models import Notice, Told
from supply.notices.queries import Kinds
from supply.notices.rules import UNREAD, Choices, is_told
from supply.notices.telling import sound_kind
from supply.reference.models import Place
from supply.rows import insert_for, parts_of

AT_ONCE = 200
"""So many notices are put into inboxes in one transaction."""


@dataclass(frozen=True, kw_only=True)
class _Somebody:
    person: Person
    choices: Choices
    created_at: datetime
    mailable: bool


def spread(session: Session, *, kinds: Kinds, now: datetime) -> int:
    """Put the oldest notices that are in no inbox yet into those of whoever is told; gives how many notices it were.

    Told is who may do something about it when it is spread, and had an account when it was made. What is older than anything that counts as unread is told to nobody.
    """
    query = select(Notice, Place).join(Place, Place.id == Notice.place_id).where(Notice.spread_at.is_(None))
    found = session.execute(query.order_by(Notice.id).limit(AT_ONCE).with_for_update(of=Notice, skip_locked=True)).all()
    if not found:
        return 0
    everybody = _everybody(session, now)
    rows = [row for notice, place in found if notice.made_at >= now - UNREAD for row in _told(notice, place, everybody, kinds, now)]
    told = table_of(Told)
    for part in parts_of(rows, 500):
        session.execute(insert_for(session, told).on_conflict_do_nothing(), part)
    session.execute(update(Notice).where(Notice.id.in_([notice.id for notice, _ in found])).values(spread_at=now).execution_options(synchronize_session=False))
    return len(found)


def _told(notice: Notice, place: Place, everybody: list[_Somebody], kinds: Kinds, now: datetime) -> Iterator[dict[str, Any]]:
    kind = sound_kind(kinds, notice.kind, notice.facts)
    urgency = kind.urgency_of(notice.facts)
    for one in everybody:
        if one.created_at <= notice.made_at and is_told(one.person, place, kind, notice.facts, everything=one.choices.everything):
            yield {
                "account_id": one.person.account_id,
                "notice_id": notice.id,
                "urgency": urgency.value,
                "made_at": notice.made_at,
                "told_at": now,
                "weighed_at": None if one.mailable else now,
            }


def _everybody(session: Session, now: datetime) -> list[_Somebody]:
    people = accounts.everybody(session, today=clock.day_of(now))
    chosen = queries.all_choices(session)
    rows = session.execute(select(Account.id, Account.kind, Account.email, Account.made_up, Account.created_at).where(Account.active))
    return [
        _Somebody(person=people[number], choices=chosen.get(number, Choices()), created_at=created_at, mailable=kind == "person" and not made_up and is_address(email))
        for number, kind, email, made_up, created_at in rows
        if number in people
    ]
