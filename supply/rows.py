"""Rows written past the mapper: the path every posting takes, and the one that very many take."""

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from sqlalchemy import Connection, Dialect, Executable, LargeBinary, Table, func, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from supply.straight import Write, write_together

T = TypeVar("T")
MANY_ROWS = 500
"""From so many rows on the way past SQLAlchemy is worth it."""


def add_rows(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all name the same columns."""
    write_rows(session, [(table, rows)])


def write_rows(session: Session, writes: Iterable[tuple[Table | Executable, Sequence[Mapping[str, Any]]]], *, send: bool = False) -> None:
    """Write rows, in order: those of a table are inserted, those of a statement run through it; rows of one name the same columns.

    Very many of a table go past SQLAlchemy: as COPY on PostgreSQL, as one plain statement on SQLite. `send` is as `write_together` has it.
    """
    write_together(session, _few(session, writes), send=send)


def _few(session: Session, writes: Iterable[tuple[Table | Executable, Sequence[Mapping[str, Any]]]]) -> Iterator[Write]:
    """Give what is not written past SQLAlchemy; what is, is written when its turn comes."""
    for what, rows in writes:
        if isinstance(what, Table) and len(rows) >= MANY_ROWS:
            _add_many(session.connection(), what, rows)
        elif rows:
            yield _plain_insert_into(what) if isinstance(what, Table) else what, rows


def _add_many(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    names = list(rows[0])
    bound = list(zip(*(_as_bound(connection.dialect, table, name, [row[name] for row in rows]) for name in names), strict=True))
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", bound)
    else:
        _copy(connection, f"COPY {table.name} ({', '.join(names)}) FROM STDIN", bound)


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
    """Give the INSERT that changes the row which is there already: the columns named are added to (NULL counts as nought) and the others left alone; where none is named, all are replaced."""
    return _upsert_into(session.get_bind().dialect.name, table, adding)


@functools.cache
def _insert_into(dialect: str, table: Table) -> Any:
    return {"sqlite": sqlite, "postgresql": postgresql}[dialect].insert(table)


@functools.cache
def _upsert_into(dialect: str, table: Table, adding: tuple[str, ...]) -> Any:
    statement = _insert_into(dialect, table)
    keys = [column.name for column in table.primary_key]
    new = statement.excluded
    changed = {name: func.coalesce(table.c[name], 0) + new[name] for name in adding} or {column.name: new[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changed)


def parts_of(values: Collection[T], size: int = 1000) -> Iterator[Sequence[T]]:
    """Cut a long list into parts that fit a statement's parameters."""
    ordered = list(values)
    return (ordered[start : start + size] for start in range(0, len(ordered), size))
