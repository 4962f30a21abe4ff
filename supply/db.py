"""The two databases, and the one place that commits."""

import functools
import random
import sqlite3
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

import psycopg
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import CursorResult, DateTime, Dialect, Engine, Executable, LargeBinary, MetaData, String, Table, event, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.types import TypeDecorator

from supply.errors import Busy

T = TypeVar("T")
TRIES = 8
MANY_ROWS = 500
"""From so many rows on the way past SQLAlchemy is worth it."""
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


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False, "autoflush": False})


def init_app(app: Flask) -> None:
    """Join the app to its database."""
    settings = app.extensions["settings"]
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    sqlite_here = settings.database_url.startswith("sqlite")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"connect_args": {"timeout": settings.busy_seconds}} if sqlite_here else {"pool_pre_ping": False, "pool_size": 8, "max_overflow": 8}
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """Set an engine up so that both databases behave alike: see the two listeners."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)


def _open_sqlite(connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    """Readers never wait (WAL), what is acknowledged is on the disk (FULL), REPLACE meets the triggers (recursive_triggers)."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Let a writer take its turn at once; a reader that became a writer would fail where it should wait."""
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def reading() -> Session:
    """Give the session this request or command reads with."""
    return db.session()


def in_one_transaction(work: Callable[[Session], T]) -> T:
    """Run `work` whole in one transaction and commit it; after a lost race run it again, reads and all.

    The read that log-in made ends first. Does not nest. Refuses with Busy when the database is away or stays taken.
    """
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("in_one_transaction does not nest")
    session.info["writing"] = True
    try:
        return _until_won(session, work)
    finally:
        session.info["writing"] = False


def in_one_snapshot(read: Callable[[Session], T]) -> T:
    """Run a long read so that all of it sees the same moment, whatever is written meanwhile."""
    session = db.session()
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    try:
        return read(session)
    finally:
        session.rollback()


def _until_won(session: Session, work: Callable[[Session], T]) -> T:
    for attempt in range(TRIES):
        try:
            _begin_anew(session, attempt)
            result = work(session)
            session.commit()
        except DBAPIError as error:
            session.rollback()
            if away(error):
                raise Busy from error
            if not lost_race(error) or (attempt == TRIES - 1 and isinstance(error, IntegrityError)):
                raise
            time.sleep(random.uniform(0, 0.01) * 2**attempt)  # noqa: S311  spreads the losers, guards nothing
        except BaseException:
            session.rollback()
            raise
        else:
            return result
    raise Busy


def _begin_anew(session: Session, attempt: int) -> None:
    """Begin to write; on PostgreSQL the read that log-in made just goes on (every statement sees what is committed by then), which saves two round trips."""
    if attempt == 0 and session.get_bind().dialect.name == "postgresql":
        session.expire_all()
        return
    session.rollback()
    session.connection(execution_options={"writing": True})


@contextmanager
def sent_together(session: Session) -> Iterator[None]:
    """Send the writes inside without waiting for each; PostgreSQL answers them in one go. None of them may give rows."""
    if session.get_bind().dialect.name == "sqlite":
        yield
        return
    connection = session.connection()
    driver: psycopg.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # psycopg is the driver of PostgreSQL here
    try:
        with driver.pipeline():
            yield
    except psycopg.Error as error:
        raise DBAPIError.instance("", None, error, psycopg.Error, dialect=connection.dialect) from error


def lost_race(error: DBAPIError) -> bool:
    """Tell whether another writer was first, so that the whole act is to be tried again."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname in {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"}
    return getattr(original, "sqlstate", None) in LOST_RACES


def away(error: DBAPIError) -> bool:
    """Tell whether the database cannot be reached, or cannot write any more (full, read only)."""
    original = error.orig
    if isinstance(original, sqlite3.Error):
        return original.sqlite_errorname in {"SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR"}
    state = getattr(original, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError)
    return state[:2] in {"08", "53", "57"}


def run_straight(session: Session, statement: Executable, values: Any = None) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement of plain columns without asking the mapper, which takes half the time."""
    return session.connection().execute(statement, values)


def add_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns; very many go past SQLAlchemy: as COPY on PostgreSQL, as one plain statement on SQLite."""
    if not rows:
        return
    connection = session.connection()
    if len(rows) < MANY_ROWS or _sending_together(connection):
        connection.execute(_plain_insert_into(table), rows)
        return
    names = list(rows[0])
    bound = list(zip(*(_as_bound(connection.dialect, table, name, [row[name] for row in rows]) for name in names), strict=True))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", bound)
    else:
        _copy(connection, f"COPY {table.name} ({', '.join(names)}) FROM STDIN", bound)


def _sending_together(connection: Connection) -> bool:
    """Whether statements are being sent together: COPY then cannot be."""
    driver: Any = connection.connection.driver_connection
    return connection.dialect.name == "postgresql" and bool(driver.pgconn.pipeline_status)


def _as_bound(dialect: Dialect, table: Table, name: str, values: list[Any]) -> list[Any]:
    """Give a column's values as the driver takes them; bytes it takes as they are."""
    kind = table.c[name].type
    process = None if isinstance(kind, LargeBinary) else kind.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else [process(value) for value in values]


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[Any]]) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=connection.dialect) from error


@functools.cache
def _plain_insert_into(table: Table) -> Any:
    return insert(table)


def insert_for(session: Session, table: Table) -> Any:
    """Give the INSERT of the session's database, the one that knows ON CONFLICT."""
    return _insert_into(session.get_bind().dialect.name, table)


def upsert_for(session: Session, table: Table, *, adding: tuple[str, ...] = ()) -> Any:
    """Give the INSERT that changes the row which is there already: the columns named are added to, the others replaced."""
    return _upsert_into(session.get_bind().dialect.name, table, adding)


@functools.cache
def _insert_into(dialect: str, table: Table) -> Any:
    return {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(table)


@functools.cache
def _upsert_into(dialect: str, table: Table, adding: tuple[str, ...]) -> Any:
    statement = _insert_into(dialect, table)
    keys = [column.name for column in table.primary_key]
    changed = {column.name: column + new if column.name in adding else new for column, new in zip(table.c, statement.excluded, strict=True) if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def parts_of(values: Collection[T], size: int = 1000) -> Iterator[Sequence[T]]:
    """Cut a long list into parts that fit a statement's parameters."""
    ordered = list(values)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
