"""Who is asking: an API key under /api/, a session cookie elsewhere; neither counts for the other.

Whoever asked with a key before is taken for the same again, and the database is asked about the key along with the first thing the request asks it anyway.
Until it has said the same, nothing is committed and nothing is answered; where it says otherwise, the request is begun anew with what it said.
"""

import functools
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Request, request
from flask.globals import app_ctx, request_ctx
from sqlalchemy.orm import Session

from supply import clock
from supply.auth import queries as accounts
from supply.auth.rules import Person, digest_of
from supply.db import reading
from supply.errors import NotSignedIn
from supply.straight import ALONG, Along, Rows, run_together

COOKIE = "forsyn_session"
TAKEN_MAX = 1000
"""So many keys a process remembers the people of."""
_taken: dict[bytes, Person] = {}


class Mistaken(Exception):
    """Whoever is asking is not, or no longer, who they were taken for. Who they are is known now."""


def current_person() -> Person:
    """Give who is asking; refuses with NotSignedIn."""
    if (person := find_person()) is None:
        raise NotSignedIn
    return person


def find_person() -> Person | None:
    """Give who is asking, None who did not say or is not known. Looked up once a request, in the database each time."""
    kept = app_ctx.g
    if "person" not in kept:
        kept.person = _asking(kept, request_ctx.request)
    person: Person | None = kept.person
    return person


def surely(answer: Callable[[], Any]) -> Any:
    """Give an answer, or refuse, once it is sure who is asking; where it turns out to be somebody else, it is made anew for them."""
    kept = app_ctx.g
    try:
        try:
            answered = answer()
        except Mistaken:
            raise
        except Exception:
            _make_sure(kept, anew=True)
            raise
        _make_sure(kept)
    except Mistaken:
        return answer()  # who it is was read just now: there is nothing to be mistaken about
    return answered


def asked_with() -> tuple[Person, bytes]:
    """Give who is asking, and the digest of their key or cookie: what is sure of one request is sure of another that gives the same."""
    person, digest = app_ctx.g.asked_with
    return person, digest


def still_to_ask() -> bool:
    """Tell whether the database has not said yet who is asking. What it said before others came is not said of them."""
    return ALONG in reading().info


def vouch() -> None:
    """Take it for sure who is asking: it was sure of another request that gave the same, in the transaction that did what this one asked."""
    app_ctx.g.pop("unsure", None)


def cookie_name() -> str:
    """Give the session cookie's name; over TLS the browser holds it to this host alone."""
    return f"__Host-{COOKIE}" if request.is_secure else COOKIE


def _asking(kept: Any, sent: Request) -> Person | None:
    if sent.path.startswith("/api/"):
        scheme, _, token = sent.headers.get("Authorization", "").partition(" ")
        return _behind_key(kept, token.strip()) if scheme.lower() == "bearer" and token else None
    token = sent.cookies.get(cookie_name(), "")
    return _behind_cookie(kept, token) if token else None


def _behind_key(kept: Any, token: str) -> Person | None:
    session, digest, today = reading(), digest_of(token), clock.today()
    question = accounts.by_key(digest, today=today)
    person = _taken.get(digest)
    if person is None:
        person = _remember(digest, accounts.person_behind(session, question, today=today))
    else:
        session.info[ALONG] = Along(question, functools.partial(_compare, kept, session, digest, today))
        kept.unsure = session
    kept.asked_with = person, digest
    return person


def _behind_cookie(kept: Any, token: str) -> Person | None:
    person = accounts.find_by_cookie(reading(), token, now=clock.now(), today=clock.today())
    kept.asked_with = person, digest_of(token)
    return person


def _compare(kept: Any, session: Session, digest: bytes, today: date, rows: Rows) -> None:
    """Compare who is asking with who the database says it is."""
    person = accounts.person_of(session, rows, today=today)
    if person is not kept.person and person != kept.person:
        kept.person = _remember(digest, person)
        kept.asked_with = person, digest
        raise Mistaken


def _remember(digest: bytes, person: Person | None) -> Person | None:
    if person is None:
        _taken.pop(digest, None)
    else:
        if len(_taken) >= TAKEN_MAX:
            _taken.clear()
        _taken[digest] = person
    return person


def _make_sure(kept: Any, *, anew: bool = False) -> None:
    """Ask what is not answered yet; anew where the transaction may be one in which nothing can be asked any more."""
    session = kept.get("unsure")
    if session is not None and ALONG in session.info:
        if anew:
            session.rollback()
        run_together(session, ())
