"""Who is behind a key, a cookie or an address; never writes."""

import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, false, or_, select, true
from sqlalchemy.orm import Session

from supply.auth import rules
from supply.auth.models import Account, ApiKey, Grant, WebSession
from supply.reference import queries as reference
from supply.reference import rules as bodies
from supply.reference.models import Place
from supply.straight import Question, run_straight

_WHO = (
    select(Account.id, Account.number, Account.name, Account.language, Grant.role, Grant.place_id, Grant.municipality)
    .select_from(Account)
    .outerjoin(Grant, Grant.account_id == Account.id)
    .where(Account.active)
)
_BY_KEY = (
    _WHO.join(ApiKey, ApiKey.account_id == Account.id)
    .where(
        ApiKey.digest == bindparam("digest"),
        ApiKey.revoked_at.is_(None),
        ApiKey.expires_on.is_(None) | (ApiKey.expires_on >= bindparam("today")),
    )
    .order_by(Grant.id)
)
_BY_COOKIE = _WHO.join(WebSession, WebSession.account_id == Account.id).where(WebSession.digest == bindparam("digest"), WebSession.expires_at > bindparam("now")).order_by(Grant.id)


def find_by_key(session: Session, token: str, *, today: date) -> rules.Person | None:
    """Give the account behind an API key that is neither revoked nor expired."""
    return person_behind(session, by_key(rules.digest_of(token), today=today), today=today)


def by_key(digest: bytes, *, today: date) -> Question:
    """Ask for the account behind an API key that is neither revoked nor expired; `person_of` reads the answer."""
    return _BY_KEY, {"digest": digest, "today": today}


def person_behind(session: Session, question: Question, *, today: date) -> rules.Person | None:
    """Give the account that a question finds."""
    return person_of(session, run_straight(session, *question), today=today)


def find_by_cookie(session: Session, token: str, *, now: datetime, today: date) -> rules.Person | None:
    """Give the person a browser is signed in as."""
    rows = run_straight(session, _BY_COOKIE, {"digest": rules.digest_of(token), "now": now})
    return person_of(session, rows, today=today)


def find_by_number(session: Session, number: str, *, today: date) -> rules.Person | None:
    """Give the account with a staff number."""
    return person_of(session, session.execute(_WHO.where(Account.number == number)), today=today)


def find_account(session: Session, email: str) -> Account | None:
    """Give the active person with an address, however its letters are written."""
    return session.scalar(select(Account).where(Account.email == email.strip().lower(), Account.active))


def find_service(session: Session, name: str) -> Account | None:
    """Give the service account with a name."""
    return session.scalar(select(Account).where(Account.kind == "service", Account.name == name))


def is_made_up(session: Session, account_id: int) -> bool:
    """Whether an account belongs to the made-up data."""
    return bool(session.scalar(select(Account.made_up).where(Account.id == account_id)))


def names_of(session: Session, numbers: Iterable[str]) -> dict[str, str]:
    """Give the names behind staff numbers, for colleagues to read."""
    return dict(session.execute(select(Account.number, Account.name).where(Account.number.in_(set(numbers)))).all())


def everybody(session: Session, *, today: date) -> dict[int, rules.Person]:
    """Give every active account with what it may do, by its id."""
    changes = reference.changes(session)
    body_of = functools.cache(lambda number: bodies.numbers_of_body(number, changes, today=today))
    rows = itertools.groupby(session.execute(_WHO.order_by(Account.id, Grant.id)), key=lambda row: row[0])
    return {person.account_id: person for person in (_person_of(list(theirs), body_of) for _, theirs in rows) if person is not None}


def staffed(session: Session, places: Collection[Place], *, today: date) -> set[int]:
    """Give the ids of those of some places at which somebody works: a person with an active account who records there as their own, not one who does so in the whole country."""
    roles = [role.value for role in rules.PERMISSIONS["record stock"]]
    query = select(Grant.place_id, Grant.municipality).join(Account, Account.id == Grant.account_id).where(Account.active, Account.kind == "person", Grant.role.in_(roles)).distinct()
    rows, changes = session.execute(query).all(), reference.changes(session)
    own = {place_id for place_id, _ in rows if place_id is not None}
    owners = {number for _, municipality in rows if municipality for number in bodies.numbers_of_body(municipality, changes, today=today)}
    return {place.id for place in places if place.id in own or place.owner in owners}


def find_by_id(session: Session, account_id: int, *, today: date) -> rules.Person | None:
    """Give the active account with an id."""
    return person_of(session, session.execute(_WHO.where(Account.id == account_id)), today=today)


def person_of(session: Session, rows: Iterable[Sequence[Any]], *, today: date) -> rules.Person | None:
    """Make a person of the rows of their grants; None where there are none."""
    found = tuple(rows)
    if any(municipality for *_, municipality in found):
        return _person_of(found, lambda number: reference.numbers_of_body(session, number, today=today))
    return _person_alone(found)


@functools.lru_cache(maxsize=1000)
def _person_alone(rows: tuple[Sequence[Any], ...]) -> rules.Person | None:
    """Make a person whom the rows alone tell: each time the same for the same rows, and that is every time they post."""
    return _person_of(rows, lambda _number: frozenset())


def _person_of(rows: Sequence[Sequence[Any]], body_of: Callable[[str], frozenset[str]]) -> rules.Person | None:
    """Make a person of the rows of their grants; `body_of` gives all numbers a municipality has had."""
    if not rows:
        return None
    grants = []
    for *_, role, place_id, municipality in rows:
        if role is None:
            continue
        numbers = body_of(municipality) if municipality else frozenset()
        if municipality and not numbers:
            continue
        grants.append(rules.Grant(role=rules.Role(role), place_id=place_id, municipalities=numbers))
    account_id, number, name, language = rows[0][:4]
    return rules.Person(account_id=account_id, number=number, name=name, language=language, grants=tuple(grants))


def visible(person: rules.Person) -> ColumnElement[bool]:
    """Give the condition on Place that says whose stock the person may see: the rule `Person.sees`, asked of the database."""
    return reached(person, "see stock")


def reached(person: rules.Person, permission: str) -> ColumnElement[bool]:
    """Give the condition on Place that says how far a permission reaches to look at."""
    conditions = [_seen_through(grant) for grant in person.granting(permission)]
    return or_(*conditions) if conditions else false()


def recordable(person: rules.Person) -> ColumnElement[bool]:
    """Give the condition on Place that says where the person may record: the rule `Person.role_at`."""
    conditions = [_own_through(grant) for grant in person.granting("record stock")]
    return or_(*conditions) if conditions else false()


def reach_of(grant: rules.Grant) -> ColumnElement[bool]:
    """Give the condition on Place that says how far a grant reaches as one's own; an approver's own is their area."""
    return _seen_through(grant) if grant.role is rules.Role.APPROVER else _own_through(grant)


def _own_through(grant: rules.Grant) -> ColumnElement[bool]:
    if grant.everywhere:
        return true()
    return Place.id == grant.place_id if grant.place_id is not None else Place.owner.in_(sorted(grant.municipalities))


def _seen_through(grant: rules.Grant) -> ColumnElement[bool]:
    own = _own_through(grant)
    if grant.everywhere:
        return own
    if grant.place_id is None:
        return or_(own, Place.municipality.in_(sorted(grant.municipalities)))
    return or_(own, Place.served_by_id == grant.place_id) if grant.role is rules.Role.DEPOT else own
