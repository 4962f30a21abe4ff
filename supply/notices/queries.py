"""What stands in somebody's inbox, who is to be told, and how the mail fares; never writes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, literal, or_, select, true
from sqlalchemy.orm import Session

from supply import clock
from supply.addresses import is_address
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import PERMISSIONS, Person
from supply.notices.models import Letter, Notice, NoticeChoice, RefusingAddress, Told
from supply.notices.rules import UNREAD, Choices, NoticeKind, Urgency
from supply.paging import mark, read_mark
from supply.reference.models import Place

Kinds = Mapping[str, NoticeKind]
UNREAD_MAX = 100
"""So many are counted; more are said to be more."""
_FIELDS = (Notice.id, Notice.kind, Notice.facts, Place, Told.urgency, Told.made_at, Told.read_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRead:
    """A notice as it stands in somebody's inbox."""

    id: int
    kind: str
    facts: dict[str, Any]
    place: Place
    urgency: Urgency
    made_at: datetime
    read_at: datetime | None
    unread: bool


@dataclass(frozen=True, kw_only=True)
class NoticesWanted:
    """A part of an inbox: only what is unread, or all of it."""

    unread: bool = False
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who may be written to: who they are, what they chose, and whether mail reaches them."""

    person: Person
    choices: Choices
    email: str | None
    mailable: bool
    """Whether they are a person, not a made-up one, with an address that mail can be sent to."""
    refusing: bool


@dataclass(frozen=True, kw_only=True)
class PostState:
    """How the mail fares: what waits, since when, how often the longest-tried was tried and of what it failed last; what was sent in the last day."""

    waiting: int
    oldest_at: datetime | None
    tries: int
    problem: str | None
    sent: int


def inbox(session: Session, wanted: NoticesWanted, *, by: Person, kinds: Kinds, now: datetime) -> tuple[list[NoticeRead], str | None]:
    """Give a part of somebody's inbox, the newest first, and the mark of the next part."""
    query = _of_reader(select(*_FIELDS), by, kinds)
    if wanted.unread:
        query = query.where(_unread(now))
    if (start := read_mark(wanted.after, int)) is not None:
        query = query.where(Told.notice_id < start[0])
    rows = session.execute(query.order_by(Told.notice_id.desc()).limit(wanted.limit + 1)).all()
    part = [_read(row, now) for row in rows[: wanted.limit]]
    return part, mark(part[-1].id) if len(rows) > wanted.limit else None


def find_notice(session: Session, notice_id: int, *, by: Person, kinds: Kinds, now: datetime) -> NoticeRead | None:
    """Give a notice of somebody's inbox."""
    row = session.execute(_of_reader(select(*_FIELDS), by, kinds).where(Told.notice_id == notice_id)).first()
    return _read(row, now) if row is not None else None


def unread_count(session: Session, *, by: Person, kinds: Kinds, now: datetime) -> int:
    """Count what somebody has not read, as far as UNREAD_MAX: one question, answered from the index of what is unread."""
    some = _of_reader(select(literal(1)), by, kinds).where(_unread(now)).limit(UNREAD_MAX).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def readable(by: Person, kinds: Kinds) -> ColumnElement[bool]:
    """Give the condition on Notice and Place that says whose notices are theirs to read: the rule `may_read`, asked of the database."""
    conditions = []
    for grant in by.grants:
        carried = [kind.code for kind in kinds.values() if grant.role in PERMISSIONS.get(kind.permission, frozenset())]
        if grant.role in PERMISSIONS["record stock"]:  # they are told of unknown kinds too
            others = set(kinds) - set(carried)
            of_kind = Notice.kind.not_in(sorted(others)) if others else true()
        else:
            of_kind = Notice.kind.in_(carried)
        conditions.append(and_(of_kind, accounts.reach_of(grant)))
    return and_(accounts.visible(by), or_(*conditions)) if conditions else false()


def choices_of(session: Session, account_id: int) -> Choices:
    """Give what somebody chose, or what holds for those who chose nothing."""
    return _choices(session.get(NoticeChoice, account_id, populate_existing=True))


def all_choices(session: Session) -> dict[int, Choices]:
    """Give what people chose, by account, for those who chose something."""
    return {row.account_id: _choices(row) for row in session.scalars(select(NoticeChoice))}


def find_reader(session: Session, account_id: int, *, now: datetime) -> Reader | None:
    """Give an active account as somebody who may be written to."""
    person = accounts.find_by_id(session, account_id, today=clock.day_of(now))
    if person is None:
        return None
    row = session.execute(select(Account.kind, Account.email, Account.made_up).where(Account.id == account_id)).one()
    mailable = row.kind == "person" and not row.made_up and is_address(row.email)
    refusing = mailable and session.get(RefusingAddress, row.email, populate_existing=True) is not None
    return Reader(person=person, choices=choices_of(session, account_id), email=row.email, mailable=mailable, refusing=refusing)


def to_weigh(session: Session, urgencies: Collection[Urgency]) -> list[int]:
    """List the accounts with notices of which it is not decided whether they are mailed."""
    query = select(Told.account_id).where(Told.weighed_at.is_(None), Told.urgency.in_([urgency.value for urgency in urgencies])).distinct()
    return sorted(session.scalars(query))


def unweighed(session: Session, account_id: int, urgencies: Collection[Urgency], *, now: datetime) -> list[NoticeRead]:
    """Lock and give the notices of somebody of which it is not decided whether they are mailed, the oldest first."""
    query = select(*_FIELDS).select_from(Told).join(Notice, Notice.id == Told.notice_id).join(Place, Place.id == Notice.place_id)
    mine = query.where(Told.account_id == account_id, Told.weighed_at.is_(None), Told.urgency.in_([urgency.value for urgency in urgencies]))
    rows = session.execute(mine.order_by(Told.notice_id).limit(2000).with_for_update(of=Told))
    return [_read(row, now) for row in rows]


def notices_in(session: Session, letter_id: int, *, now: datetime) -> list[NoticeRead]:
    """List the notices that a letter tells."""
    query = select(*_FIELDS).select_from(Told).join(Notice, Notice.id == Told.notice_id).join(Place, Place.id == Notice.place_id)
    return [_read(row, now) for row in session.execute(query.where(Told.letter_id == letter_id).order_by(Told.notice_id))]


def has_digest(session: Session, account_id: int, day: date) -> bool:
    """Whether somebody's digest of a day is written already."""
    return bool(session.scalar(select(exists().where(Letter.account_id == account_id, Letter.digest_on == day))))


def post_state(session: Session, *, now: datetime) -> PostState:
    """Say how the mail fares."""
    waits = and_(Letter.sent_at.is_(None), Letter.ended_at.is_(None))
    waiting, oldest_at, tries = session.execute(select(func.count(), func.min(Letter.made_at), func.coalesce(func.max(Letter.tries), 0)).where(waits)).one()
    problem = session.scalar(select(Letter.problem).where(waits, Letter.problem.is_not(None)).order_by(Letter.id.desc()).limit(1))
    sent = session.scalar(select(func.count()).select_from(Letter).where(Letter.made_at > now - timedelta(days=30), Letter.sent_at > now - timedelta(days=1))) or 0
    return PostState(waiting=waiting, oldest_at=oldest_at, tries=tries, problem=problem, sent=sent)


def refusing(session: Session) -> list[Row[Any]]:
    """List the addresses that refuse mail and are somebody's still: address, name, since when, what was answered."""
    query = select(RefusingAddress.address, Account.name, RefusingAddress.refused_at, RefusingAddress.answer).join(Account, Account.email == RefusingAddress.address)
    return list(session.execute(query.where(Account.active).order_by(RefusingAddress.refused_at.desc()).limit(500)))


def unwritable(session: Session) -> list[tuple[str, str]]:
    """List the people whose address mail cannot be sent to: name and address."""
    rows = session.execute(select(Account.name, Account.email).where(Account.active, Account.kind == "person", Account.made_up.is_(False)).order_by(Account.name))
    return [(name, email or "") for name, email in rows if not is_address(email)]


def given_up(session: Session, *, limit: int = 100) -> list[Row[Any]]:
    """List the letters that were given up, the latest first: id, name, kind, when it was written, how often it was tried, of what it failed."""
    query = select(Letter.id, Account.name, Letter.kind, Letter.made_at, Letter.tries, Letter.problem).join(Account, Account.id == Letter.account_id)
    return list(session.execute(query.where(Letter.ended_because == "failed").order_by(Letter.ended_at.desc(), Letter.id).limit(limit)))


def _of_reader(query: Select[*tuple[Any, ...]], by: Person, kinds: Kinds) -> Select[*tuple[Any, ...]]:
    joined = query.select_from(Told).join(Notice, Notice.id == Told.notice_id).join(Place, Place.id == Notice.place_id)
    return joined.where(Told.account_id == by.account_id, readable(by, kinds))


def _unread(now: datetime) -> ColumnElement[bool]:
    return and_(Told.read_at.is_(None), Told.made_at >= now - UNREAD)


def _read(row: Iterable[Any], now: datetime) -> NoticeRead:
    number, kind, facts, place, urgency, made_at, read_at = row
    unread = read_at is None and made_at >= now - UNREAD
    return NoticeRead(id=number, kind=kind, facts=facts, place=place, urgency=Urgency(urgency), made_at=made_at, read_at=read_at, unread=unread)


def _choices(row: NoticeChoice | None) -> Choices:
    if row is None:
        return Choices()
    return Choices(digest=row.digest, urgent=row.urgent, everything=row.everything, quiet_from=row.quiet_from, quiet_to=row.quiet_to, left_out=frozenset(row.left_out))
