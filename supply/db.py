"""The two databases, and the one place that commits."""

import random
import sqlite3
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, Dialect, Engine, MetaData, String, Table, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from supply import straight
from supply.errors import Busy
from supply.sessions import HandyPool, HoldingSession

T = TypeVar("T")
TRIES = 8
_TURN = threading.Lock()
LOST_RACES = {"40001", "40P01", "23505", "55P03"}  # serialization, deadlock, unique, lock not available: PostgreSQL's own codes


class Instant(TypeDecorator[datetime]):
    """An instant, UTC to the microsecond on both databases; refuses one without a time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Send it as UTC; SQLite keeps it without its zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back as UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(model: type["Base"]) -> Table:
    """Give the table behind a model, for statements that go past the mapper."""
    return Base.metadata.tables[model.__tablename__]


def code_text(length: int) -> String:
    """Give a text type that is compared and sorted by code point on both databases."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Base(DeclarativeBase):
    """What all tables inherit; constraints carry names that say what they hold."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        },
    )


db = SQLAlchemy(metadata=Base.metadata, session_options={"class_": HoldingSession, "expire_on_commit": False, "autoflush": False})


def init_app(app: Flask) -> None:
    """Join the app to its database."""
    settings = app.extensions["settings"]
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    if settings.database_url.startswith("sqlite"):
        options: dict[str, object] = {"connect_args": {"timeout": settings.busy_seconds}}
    else:  # what is run again and again is prepared by supply.wire; what psycopg prepared it would throw away, ours too, with every rollback
        options = {"connect_args": {"prepare_threshold": None}, "pool_size": 8, "max_overflow": 8}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"poolclass": HandyPool, "pool_use_lifo": True, **options}  # the connection used last has its pages and prepared statements at hand
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """Set an engine up so that both databases behave alike: see the listeners."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        straight.listen(engine)


def _open_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Readers never wait (WAL), what is acknowledged is on the disk (FULL), REPLACE meets the triggers (recursive_triggers).

    The write-ahead log is put away every 16 MiB: the same few pages are written again and again, and each time that is more work.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON", "wal_autocheckpoint=4000"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Begin to read; whoever is to write begins anew (`_begin_anew`), for a reader that became a writer would fail where it should wait."""
    _driver(connection).execute("BEGIN")


def _begin_to_write(connection: Connection) -> None:
    """Wait until no other process writes. Asked again after half a millisecond: SQLite itself would wait longer each time, a tenth of a second in the end."""
    driver, patience = _driver(connection), _patience()
    until = time.monotonic() + patience
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                driver.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > until:
                    raise DBAPIError.instance("BEGIN IMMEDIATE", None, error, sqlite3.Error, dialect=connection.dialect) from error
                time.sleep(0.0005)
            else:
                return
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience * 1000}")


def _patience() -> int:
    """Give how many seconds somebody waits for SQLite."""
    seconds: int = current_app.extensions["settings"].busy_seconds
    return seconds


def _driver(connection: Connection) -> sqlite3.Connection:
    """Give SQLite's own connection, for what cannot fail."""
    driver: sqlite3.Connection = connection.connection.dbapi_connection  # type: ignore[assignment]  # asked of SQLite alone
    return driver


def reading() -> Session:
    """Give the session this request or command reads with."""
    return _session()


def _session() -> HoldingSession:
    session: HoldingSession = db.session()  # type: ignore[assignment]  # made of the class that db was given
    return session


def in_one_transaction(work: Callable[[Session], T]) -> T:
    """Run `work` whole in one transaction and commit it; after a lost race run it again, reads and all.

    The read that log-in made ends first. Does not nest. Refuses with Busy when the database is away or stays taken.
    """
    session = _session()
    if session.info.get("writing"):
        raise RuntimeError("in_one_transaction does not nest")
    session.info["writing"] = True
    try:
        return _until_won(session, work)
    finally:
        session.info["writing"] = False


def tried_out(work: Callable[[Session], T]) -> T:
    """Run `work` in a transaction as `in_one_transaction` does, and undo it again; gives what it gave."""

    def undone(session: Session) -> T:
        raise _Undone(work(session))

    try:
        return in_one_transaction(undone)
    except _Undone as undo:
        result: T = undo.result
        return result


class _Undone(Exception):
    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result


def in_one_snapshot(read: Callable[[Session], T]) -> T:
    """Run a long read so that all of it sees the same moment, whatever is written meanwhile."""
    session = _session()
    session.rollback()
    if session.engine.dialect.name == "postgresql":
        session.held(isolation_level="REPEATABLE READ")
    try:
        return read(session)
    finally:
        session.rollback()


def _until_won(session: HoldingSession, work: Callable[[Session], T]) -> T:
    for attempt in range(TRIES):
        try:
            return _in_turn(session, work, attempt)
        except DBAPIError as error:
            if away(error):
                raise Busy from error
            if not lost_race(error) or (attempt == TRIES - 1 and isinstance(error, IntegrityError)):
                raise
            time.sleep(random.uniform(0, 0.01) * 2**attempt)  # noqa: S311  spreads the losers, guards nothing
    raise Busy


def _in_turn(session: HoldingSession, work: Callable[[Session], T], attempt: int) -> T:
    """Wait for this process's turn to write to a SQLite file; left to itself SQLite tries again and again, and whoever tries rarely starves."""
    if session.engine.dialect.name == "postgresql":
        return _whole(session, work, attempt)
    if not _TURN.acquire(timeout=_patience()):
        raise Busy
    try:
        return _whole(session, work, attempt)
    finally:
        _TURN.release()


def _whole(session: HoldingSession, work: Callable[[Session], T], attempt: int) -> T:
    try:
        _begin_anew(session, attempt)
        result = work(session)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return result


def _begin_anew(session: HoldingSession, attempt: int) -> None:
    """Begin to write. The session does not end the read that log-in made, for that takes as long as a statement.

    On PostgreSQL it just goes on, where every statement sees what is committed by then; on SQLite it gives way to the writer's turn.
    """
    if attempt:
        session.rollback()
    session.expire_all()
    if session.engine.dialect.name == "postgresql":
        return
    connection = session.held()
    _driver(connection).execute("ROLLBACK")
    _begin_to_write(connection)


def lost_race(error: DBAPIError) -> bool:
    """Tell whether another writer was first, so that the whole act is to be tried again."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname in {"SQLITE_BUSY_SNAPSHOT", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"}
    return getattr(original, "sqlstate", None) in LOST_RACES


def away(error: DBAPIError) -> bool:
    """Tell whether the database cannot be reached, or cannot write (taken for too long, full, read only)."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname in {"SQLITE_BUSY", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR"}
    state = getattr(original, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError)
    return state[:2] in {"08", "53", "57"}
