"""What the tests of notices share: a real mail server on a free port, somebody who queues notices, and the clock's jobs, one at a time."""

import asyncio
import email
import email.policy
import gc
import itertools
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from supply import clock, mail
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.db import db, in_one_transaction
from supply.jobs.service import Run, run_once
from supply.notices import service
from supply.notices.queries import choices_of
from supply.notices.rules import NoticeKind, Urgency
from supply.notices.service import inbox
from supply.reference import queries as reference
from supply.settings import Settings
from tests.pages import conftest as pages

reader = pages.reader
"""Somebody at a browser, as the tests of pages have it."""

URGENT = NoticeKind(code="test-urgent", urgency=Urgency.URGENT, permission="record stock", tell=lambda facts: f"Soon {facts['what']}", link=lambda facts: f"/places/{facts['at']}", label="Tests")
CRITICAL = NoticeKind(code="test-critical", urgency=Urgency.CRITICAL, permission="record stock", tell=lambda facts: f"Now {facts['what']}", label="Tests")
ROUTINE = NoticeKind(code="test-routine", urgency=Urgency.ROUTINE, permission="record stock", tell=lambda facts: f"Once {facts['what']}", label="Tests")


@dataclass
class PostBox:
    """A mail server's mind: what it answers to whom, and what it took."""

    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = "250 OK"
    silent: bool = False
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, rcpt_options: list[str]) -> str:
        while self.silent:  # noqa: ASYNC110  an Event belongs to one loop, and the box outlives several
            await asyncio.sleep(0.05)
        answer = self.rcpt.get(address, self.rcpt.get("*", "250 OK"))
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.data.startswith("2"):
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            assert len(envelope.rcpt_tos) == 1
            self.taken.append((envelope.rcpt_tos[0], message))
        return self.data

    def to(self, name: str) -> list[EmailMessage]:
        """What one of the people was sent."""
        return [message for address, message in self.taken if address == f"{name}@example.no"]


class Server(Controller):
    """A mail server that knows who talks to it."""

    def __init__(self, box: PostBox, port: int, **how: Any) -> None:
        super().__init__(box, hostname="127.0.0.1", port=port, **how)
        self.talks: list[asyncio.BaseTransport] = []

    def factory(self) -> SMTP:
        talk: SMTP = super().factory()
        made = talk.connection_made

        def connection_made(transport: asyncio.BaseTransport) -> None:
            self.talks.append(transport)
            made(transport)

        talk.connection_made = connection_made
        return talk

    async def hang_up(self) -> None:
        """Let everybody finish who talks, and cut off who does not for two seconds."""
        for _ in range(40):
            if all(talk.is_closing() for talk in self.talks):
                break
            await asyncio.sleep(0.05)
        for talk in self.talks:
            talk.close()
        await asyncio.sleep(0.05)  # sockets are closed in the loop's next round


class PostHouse:
    """A mail server on a port of its own, which can be closed and opened again."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.box = PostBox()
        self.controller: Server | None = None

    def open(self, **how: Any) -> None:
        self.controller = Server(self.box, self.port, **how)
        self.controller.start()

    def close(self) -> None:
        """Close it, when everybody who talks to it has ended: what is left open would be found in some later test."""
        if self.controller is not None:
            self.box.silent = False
            asyncio.run_coroutine_threadsafe(self.controller.hang_up(), self.controller.loop).result(timeout=20)
            self.controller.stop()
            self.controller = None


@pytest.fixture
def post_house(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostHouse]:
    """A mail server that is open."""
    monkeypatch.setattr(mail, "TIMEOUT_SECONDS", 1.0)
    house = PostHouse()
    house.open()
    yield house
    house.close()
    gc.collect()  # what was left open is said here, not in some later test


@pytest.fixture
def box(post_house: PostHouse, house: Settings) -> PostBox:
    """What the mail server took, and what it answers."""
    return post_house.box


@pytest.fixture
def house(app: Flask, post_house: PostHouse, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The service, knowing the mail server, and three kinds of notices of the tests' own."""
    settings = replace(app.extensions["settings"], smtp_host="127.0.0.1", smtp_port=post_house.port, mail_from="Forsyn <forsyn@example.no>", base_url="https://forsyn.example.no")
    monkeypatch.setitem(app.extensions, "settings", settings)
    in_one_transaction(lambda session: session.execute(update(Account).values(created_at=datetime(2020, 1, 1, tzinfo=UTC))))  # whatever day a test travels to
    monkeypatch.setitem(app.extensions, "notice_kinds", app.extensions["notice_kinds"] | {kind.code: kind for kind in (URGENT, CRITICAL, ROUTINE)})
    return settings


@pytest.fixture
def queue(house: Settings) -> Callable[..., None]:
    """Give a way to queue a notice at a place, as an act would."""

    def put(kind: NoticeKind | str = ROUTINE, *, at: str = "osl-depot", now: datetime | None = None, **facts: Any) -> None:
        code = kind if isinstance(kind, str) else kind.code

        def work(session: Session) -> None:
            found = reference.get_place(session, at)
            service.queue(session, place_id=found.id, kind=code, facts=facts or {"what": "it"}, now=now or clock.now())

        in_one_transaction(work)

    return put


@pytest.fixture
def do(app: Flask, house: Settings) -> Callable[..., dict[str, Any]]:
    """Give a way to do jobs now, one after the other; gives what the last one told. None may fail."""

    nth = itertools.count()

    def run(*names: str) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for name in names:
            due_at = clock.now() + timedelta(microseconds=next(nth))  # where the clock stands still each is due at a time of its own
            ended = run_once(app.extensions["jobs"][name], app.extensions["settings"], due_at=due_at)
            assert ended is not None, name
            assert ended.outcome == "done", ended.error
            facts = ended.facts or {}
        db.session.remove()
        return facts

    return run


@pytest.fixture
def run_of(app: Flask, house: Settings) -> Callable[[str], Run]:
    """Give a run of a job that nobody has taken up: what many at once would have."""
    return lambda name: Run(job=name, due_at=clock.now(), now=clock.now(), settings=app.extensions["settings"])


@pytest.fixture
def choose(app: Flask) -> Callable[..., None]:
    """Let one of the people choose."""

    def chosen(name: str, **changes: Any) -> None:
        def work(session: Session) -> None:
            account = account_of(session, name)
            inbox.choose(session, account.id, replace(choices_of(session, account.id), **changes))

        in_one_transaction(work)

    return chosen


@pytest.fixture
def change(app: Flask) -> Callable[..., None]:
    """Change one of the accounts."""

    def changed(name: str, **values: Any) -> None:
        in_one_transaction(lambda session: session.execute(update(Account).where(Account.email == f"{name}@example.no").values(**values)))

    return changed


def account_of(session: Session, name: str) -> Account:
    found = accounts.find_account(session, f"{name}@example.no")
    assert found is not None
    return found


def rows(*columns: Any) -> list[Any]:
    """Read rows as they are now."""
    db.session.rollback()
    return list(db.session.execute(select(*columns)))
