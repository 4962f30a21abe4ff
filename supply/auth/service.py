"""Sign in and out, invite people, give and end keys. In the caller's transaction."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from supply import clock
from supply.auth import queries, rules
from supply.auth.errors import AddressIsTaken, NoSuchAccount, WrongNameOrPassword
from supply.auth.models import AccessEntry, Account, ApiKey, Grant, WebSession
from supply.reference import queries as reference
from supply.reference.models import Municipality

_HASHER = PasswordHasher()


@functools.cache
def _nobodys_hash() -> str:
    """Give a hash that is verified for unknown names, so that their answer takes as long."""
    return _HASHER.hash(rules.new_token())


@dataclass(frozen=True, kw_only=True)
class NewGrant:
    """A role at a place, in a municipality, or (neither) in the whole country."""

    role: rules.Role
    place: str | None = None
    municipality: str | None = None


def recognise(session: Session, *, email: str, password: str) -> Account:
    """Give the person behind an address and a password; refuses unknown addresses and wrong passwords alike, in the same time.

    It only reads, so that nobody waits for the hashing.
    """
    account = queries.find_account(session, email)
    if not _is_password(account, password) or account is None:
        raise WrongNameOrPassword
    return account


def open_session(session: Session, account: Account, *, now: datetime, hours: int) -> str:
    """Sign a person in; gives the token for the cookie."""
    token = rules.new_token()
    session.execute(delete(WebSession).where(WebSession.expires_at <= now))
    session.execute(insert(WebSession).values(digest=rules.digest_of(token), account_id=account.id, created_at=now, expires_at=now + timedelta(hours=hours)))
    log(session, account_id=account.id, act="sign in", outcome="done", now=now)
    return token


def sign_out(session: Session, token: str) -> None:
    """End a session; it is nothing from the next request on."""
    session.execute(delete(WebSession).where(WebSession.digest == rules.digest_of(token)))


def add_person(session: Session, *, email: str, name: str, password: str, grants: Iterable[NewGrant], now: datetime, made_up: bool = False) -> Account:
    """Make an account for a person, with a password and what they may do."""
    if session.scalar(select(Account.id).where(Account.email == email.strip().lower())):
        raise AddressIsTaken(email=email)
    account = _new_account(kind="person", name=name, email=email.strip().lower(), now=now, made_up=made_up)
    account.password_hash = _HASHER.hash(password)
    return _add(session, account, grants)


def set_password(session: Session, account: Account, password: str) -> None:
    """Change a password; all the person's sessions end."""
    account.password_hash = _HASHER.hash(password)
    session.flush()
    session.execute(delete(WebSession).where(WebSession.account_id == account.id))


def machine(session: Session, name: str, *, now: datetime) -> rules.Person:
    """Give a service account of the house's own, made if it is new: it may record in the whole country."""
    account = queries.find_service(session, name) or service_account(session, name, grants=[NewGrant(role=rules.Role.DEPOT)], now=now)
    person = queries.find_by_number(session, account.number, today=clock.day_of(now))
    assert person is not None
    return person


def set_language(session: Session, account_id: int, language: str) -> None:
    """Change the language somebody is written to in, and reads in where the browser does not say otherwise."""
    session.execute(update(Account).where(Account.id == account_id).values(language=language))


def service_account(session: Session, name: str, *, grants: Iterable[NewGrant], now: datetime) -> Account:
    """Give the service account of a name with these grants and no others, made if it is new."""
    account = queries.find_service(session, name)
    if account is None:
        return _add(session, _new_account(kind="service", name=name, email=None, now=now), grants)
    session.execute(delete(Grant).where(Grant.account_id == account.id))
    return _add(session, account, grants)


def add_key(session: Session, account: Account, *, now: datetime, expires_on: date | None = None) -> str:
    """Give a new API key, to be shown once."""
    token = "fs_" + rules.new_token()
    session.execute(insert(ApiKey).values(account_id=account.id, digest=rules.digest_of(token), created_at=now, expires_on=expires_on))
    return token


def revoke_keys(session: Session, name: str, *, now: datetime) -> int:
    """End all keys of a service account at once; say how many."""
    account = queries.find_service(session, name)
    if account is None:
        raise NoSuchAccount(name=name)
    ended = session.scalars(update(ApiKey).where(ApiKey.account_id == account.id, ApiKey.revoked_at.is_(None)).values(revoked_at=now).returning(ApiKey.id))
    return len(ended.all())


def log(session: Session, *, account_id: int | None, act: str, outcome: str, now: datetime, subject: str | None = None) -> None:
    """Add a line to the access log; never a body, never a secret."""
    session.execute(insert(AccessEntry).values(at=now, account_id=account_id, act=act[:60], outcome=outcome[:60], subject=subject[:200] if subject else None))


def _is_password(account: Account | None, password: str) -> bool:
    try:
        return _HASHER.verify(account.password_hash if account and account.password_hash else _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False


def _new_account(*, kind: str, name: str, email: str | None, now: datetime, made_up: bool = False) -> Account:
    return Account(number=rules.new_staff_number(), kind=kind, name=name, email=email, language="nb", active=True, made_up=made_up, created_at=now)


def _add(session: Session, account: Account, grants: Iterable[NewGrant]) -> Account:
    session.add(account)
    session.flush()
    for grant in grants:
        place = reference.find_place(session, grant.place) if grant.place else None
        if grant.place and place is None:
            raise NoSuchAccount(name=grant.place)
        if grant.municipality and not session.scalar(select(func.count()).select_from(Municipality).where(Municipality.number == grant.municipality)):
            raise NoSuchAccount(name=grant.municipality)
        session.add(Grant(account_id=account.id, role=grant.role.value, place_id=place.id if place else None, municipality=grant.municipality))
    session.flush()
    return account
