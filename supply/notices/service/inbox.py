"""Mark notices as read, and keep what people choose. In the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Update, or_, update
from sqlalchemy.orm import Session

from supply.auth.rules import Person
from supply.db import table_of
from supply.errors import Missing
from supply.notices import queries
from supply.notices.models import NoticeChoice, Told
from supply.notices.queries import Kinds, NoticeRead
from supply.notices.rules import Choices
from supply.rows import upsert_for


def read_one(session: Session, notice_id: int, *, by: Person, kinds: Kinds, now: datetime) -> NoticeRead:
    """Mark a notice as read, once: the first time stays. Refuses one that is not in the reader's inbox."""
    found = queries.find_notice(session, notice_id, by=by, kinds=kinds, now=now) if notice_id < 2**31 else None
    if found is None:
        raise Missing
    session.execute(_mark(by, now).where(Told.notice_id == notice_id))
    marked = queries.find_notice(session, notice_id, by=by, kinds=kinds, now=now)
    assert marked is not None
    return marked


SPREADING = timedelta(minutes=10)
"""So long before its commit a notice may say that it came to an inbox: no run that spreads them takes longer."""


def read_all(session: Session, *, by: Person, until: datetime, shown: Sequence[int], now: datetime) -> None:
    """Mark as read what a page showed, and all that surely was in the inbox at that moment; what came since, or was just coming, stays unread."""
    session.execute(_mark(by, now).where(or_(Told.told_at <= min(until, now) - SPREADING, Told.notice_id.in_(shown))))


def choose(session: Session, account_id: int, choices: Choices) -> None:
    """Keep what somebody chose."""
    row = {
        "account_id": account_id,
        "digest": choices.digest,
        "urgent": choices.urgent,
        "everything": choices.everything,
        "quiet_from": choices.quiet_from,
        "quiet_to": choices.quiet_to,
        "left_out": sorted(choices.left_out),
    }
    session.execute(upsert_for(session, table_of(NoticeChoice)).values(row))


def _mark(by: Person, now: datetime) -> Update:
    return update(Told).where(Told.account_id == by.account_id, Told.read_at.is_(None)).values(read_at=now).execution_options(synchronize_session=False)
