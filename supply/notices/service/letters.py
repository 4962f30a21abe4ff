"""Decide what is mailed to whom and write it. In the caller's transaction; the rows decided on are locked, and a notice is in one letter to a person at most."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.orm import Session

from supply import clock, mail
from supply.db import table_of
from supply.notices import queries
from supply.notices.models import Letter, Told
from supply.notices.queries import NoticeRead, Reader
from supply.notices.rules import KEPT, Urgency, goes_now, may_read, waits_for_digest
from supply.notices.service.writing import House, write
from supply.notices.telling import kind_of
from supply.rows import insert_for

AT_ONCE = (Urgency.URGENT, Urgency.CRITICAL)
"""What does not wait for the digest."""


def write_urgent(session: Session, account_id: int, *, house: House, now: datetime) -> int:
    """Write somebody one letter of what cannot wait for the digest; gives how many letters that are.

    What waits for the end of their quiet hours, or for the digest because they want it so, is left for then.
    """
    notices = queries.unweighed(session, account_id, AT_ONCE, now=now)
    reader = _writable(session, account_id, notices, now=now)
    if reader is None:
        return 0
    told = [one for one in _readable(session, reader, notices, house, now) if goes_now(one.urgency, reader.choices, now)]
    if not told:
        return 0
    kind = "critical" if any(one.urgency is Urgency.CRITICAL for one in told) else "urgent"
    return _put_down(session, reader, told, kind=kind, day=None, house=house, now=now)


def write_digest(session: Session, account_id: int, *, house: House, now: datetime) -> int:
    """Write somebody the digest of the day, of what they have not read and have not chosen to leave out; gives how many letters that are.

    Where today's is written already, the rest waits for tomorrow's.
    """
    day = clock.day_of(now)
    if queries.has_digest(session, account_id, day):
        return 0
    notices = queries.unweighed(session, account_id, tuple(Urgency), now=now)
    reader = _writable(session, account_id, notices, now=now)
    if reader is None:
        return 0
    due = [one for one in _readable(session, reader, notices, house, now) if waits_for_digest(one.urgency, reader.choices)]
    told = [one for one in due if reader.choices.digest and one.read_at is None and one.kind not in reader.choices.left_out]
    _weigh(session, account_id, {one.id for one in due} - {one.id for one in told}, now=now)
    return _put_down(session, reader, told, kind="digest", day=day, house=house, now=now) if told else 0


def tidy(session: Session, *, now: datetime) -> int:
    """Put away inboxes and letters of more than a year ago; gives how many rows of inboxes that were."""
    told, letters = table_of(Told), table_of(Letter)
    gone = session.execute(delete(told).where(told.c.made_at < now - KEPT, told.c.weighed_at.is_not(None)))
    session.execute(delete(letters).where(letters.c.made_at < now - KEPT, ~exists().where(told.c.letter_id == letters.c.id)))
    return int(gone.rowcount)  # type: ignore[attr-defined]  # what a DELETE gives has it


def waiting(session: Session) -> int:
    """Count the letters that wait."""
    return session.scalar(select(func.count()).select_from(Letter).where(Letter.sent_at.is_(None), Letter.ended_at.is_(None))) or 0


def _writable(session: Session, account_id: int, notices: Sequence[NoticeRead], *, now: datetime) -> Reader | None:
    """Give the reader mail reaches; for another all is decided: it stays in the inbox."""
    reader = queries.find_reader(session, account_id, now=now)
    if reader is not None and reader.mailable and not reader.refusing:
        return reader
    _weigh(session, account_id, {one.id for one in notices}, now=now)
    return None


def _readable(session: Session, reader: Reader, notices: Sequence[NoticeRead], house: House, now: datetime) -> list[NoticeRead]:
    """Give what is the reader's to read now; what no longer is, is not mailed."""
    kept = readable(reader, notices, house)
    _weigh(session, reader.person.account_id, {one.id for one in notices} - {one.id for one in kept}, now=now)
    return kept


def readable(reader: Reader, notices: Sequence[NoticeRead], house: House) -> list[NoticeRead]:
    """Give those of some notices that are the reader's to read now."""
    return [one for one in notices if may_read(reader.person, one.place, kind_of(house.kinds, one.kind).permission)]


def _put_down(session: Session, reader: Reader, told: Sequence[NoticeRead], *, kind: str, day: date | None, house: House, now: datetime) -> int:
    written = write(told, kind=kind, language=reader.person.language, made_at=now, house=house)
    row = {
        "account_id": reader.person.account_id,
        "kind": kind,
        "digest_on": day,
        "message_id": f"<{secrets.token_hex(16)}@{mail.host_of(house.settings)}>",
        "language": reader.person.language,
        "subject": written.subject,
        "text": written.text,
        "html": written.html,
        "made_at": now,
        "tries": 0,
        "next_try_at": now,
    }
    letters = table_of(Letter)
    letter_id = session.scalar(insert_for(session, letters).values(row).on_conflict_do_nothing().returning(letters.c.id))
    if letter_id is None:  # somebody else wrote this day's digest meanwhile
        return 0
    _weigh(session, reader.person.account_id, [one.id for one in told], now=now, letter_id=letter_id)
    return 1


def _weigh(session: Session, account_id: int, notice_ids: Collection[int], *, now: datetime, letter_id: int | None = None) -> None:
    if notice_ids:
        mine = update(Told).where(Told.account_id == account_id, Told.notice_id.in_(sorted(notice_ids)))
        session.execute(mine.values(weighed_at=now, letter_id=letter_id).execution_options(synchronize_session=False))
