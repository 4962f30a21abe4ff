"""Statements straight to the driver: compiled once by SQLAlchemy, then run without it. For what every posting runs; it takes a quarter of the time."""

import functools
import itertools
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import psycopg
from sqlalchemy import Connection, Date, DateTime, Dialect, Engine, Executable, Float, LargeBinary, TypeDecorator, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from supply.wire import Statement, Wire, WiredConnection

Process = Callable[[Any], Any]
Values = Mapping[str, Any]
Question = tuple[Executable, Values]
Write = tuple[Executable, Sequence[Values]]
Rows = list[tuple[Any, ...]]
ERRORS = (psycopg.Error, sqlite3.Error)
ALONG = "along"
"""Under what a session keeps what is asked along with its next question."""
_WIRE = PGDialect_psycopg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
"""How statements are written for a conversation with PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Along:
    """A question that is asked along with the next one, before it, and what is done with the answer; it may refuse to go on."""

    question: Question
    heard: Callable[[Rows], None]


def run_straight(session: Session, statement: Executable, values: Values) -> Rows:
    """Run a statement of plain columns and give its rows; a list among the values fills an expanding parameter."""
    return run_together(session, [(statement, values)])[0]


def run_together(session: Session, questions: Iterable[Question]) -> list[Rows]:
    """Run statements of plain columns, one after the other, and give the rows of each; PostgreSQL is asked all of them at once."""
    connection = session.connection()
    if (along := session.info.get(ALONG)) is not None:
        questions = [along.question, *questions]
    planned = [(_plan(connection.dialect, statement, values), values) for statement, values in questions]
    found = _run(connection, [(plan.text, plan.bound(values)) for plan, values in planned])
    answers = [plan.rows(rows) for (plan, _), rows in zip(planned, found, strict=True)]
    if along is not None:
        del session.info[ALONG]
        try:
            along.heard(answers.pop(0))
        except DBAPIError:  # it asked more, and was not answered: all of it is still to be asked
            session.info[ALONG] = along
            raise
    return answers


def write_straight(session: Session, statement: Executable, rows: Sequence[Values]) -> None:
    """Run an INSERT or UPDATE that gives no rows, once for each of some rows that all name the same columns."""
    write_together(session, [(statement, rows)])


def write_together(session: Session, writes: Iterable[Write], *, send: bool = False) -> None:
    """Run INSERTs and UPDATEs that give no rows, one after the other, each once for each of its rows; those of one all name the same columns.

    Where writes wait, `send` lets them leave already, so that PostgreSQL writes them while the rest is made.
    """
    connection = session.connection()
    dialect = connection.dialect
    for statement, rows in writes:
        plan = _planned(dialect, statement, tuple(rows[0]), ())
        _write(connection, plan.text, [plan.bound(row) for row in rows])
    if dialect.name == "postgresql":
        _leave(connection, send=send)


def ask_ahead(session: Session, batches: Iterable[Sequence[Question]]) -> Iterator[list[Rows]]:
    """Ask batch after batch and give the rows of each of its questions. PostgreSQL works at a batch while what it answered to the one before is used; until the last is given nothing else is asked on the session."""
    run_together(session, ())  # who is asking may still be to be asked
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        for batch in batches:
            yield run_together(session, batch)
        return
    wire: Wire = _driver_of(connection).wire
    under_way: list[_Plan] = []
    for batch in itertools.chain(batches, [()]):
        planned = [(_plan(connection.dialect, statement, values), values) for statement, values in batch]
        try:
            answers = wire.hear(len(under_way)) if under_way else []
            if planned:
                wire.tell([(plan.text, plan.bound(values)) for plan, values in planned])
                wire.send()
        except ERRORS as error:
            raise _ours(error, connection) from error
        except BaseException:
            _give_up_closed(connection)
            raise
        if under_way:
            yield [plan.rows(rows) for plan, rows in zip(under_way, answers, strict=True)]
        under_way = [plan for plan, _ in planned]


def let_writes_wait(session: Session) -> None:
    """Let what is written from here on wait for the commit, or for whatever else is asked: PostgreSQL then answers all of it in one go.

    Whoever holds a journal locked makes everybody at that place wait, and on a busy machine it is the round trips that take long.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        _driver_of(connection).wire.waits = True


def listen(engine: Engine) -> None:
    """Let an engine of PostgreSQL's have connections with a wire."""
    event.listen(engine, "do_connect", lambda _dialect, _record, args, options: WiredConnection.connect(*args, **options))


def is_idle(connection: Connection) -> bool:
    """Tell whether the database has no transaction open on a connection; after a commit that failed it has, whatever SQLAlchemy says."""
    driver = _driver_of(connection)
    idle: bool = driver.wire.idle if connection.dialect.name == "postgresql" else not driver.in_transaction
    return idle


def _driver_of(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _write(connection: Connection, text: str, rows: Sequence[Sequence[Any]]) -> None:
    driver = _driver_of(connection)
    try:
        if connection.dialect.name == "postgresql":
            driver.wire.tell([(text, row) for row in rows])
        else:
            driver.executemany(text, rows)
    except ERRORS as error:
        raise _ours(error, connection) from error
    except BaseException:
        _give_up_closed(connection)
        raise


def _leave(connection: Connection, *, send: bool) -> None:
    """Wait for what was written to be answered; where it may wait, see that it leaves."""
    wire: Wire = _driver_of(connection).wire
    try:
        if not wire.waits:
            wire.settle()
        elif send:
            wire.send()
    except ERRORS as error:
        raise _ours(error, connection) from error


def _run(connection: Connection, statements: Sequence[Statement]) -> list[Rows]:
    driver = _driver_of(connection)
    try:
        if connection.dialect.name == "postgresql":
            wire: Wire = driver.wire
            wire.tell(statements)
            return wire.hear(len(statements))
        return [driver.execute(text, values).fetchall() for text, values in statements]
    except ERRORS as error:
        raise _ours(error, connection) from error
    except BaseException:
        _give_up_closed(connection)
        raise


@dataclass(frozen=True, slots=True)
class _Plan:
    """A statement as the driver takes it, and what becomes of values on their way in and out."""

    text: str
    parameters: tuple[tuple[str | None, int | None, Any], ...]
    """Where each value comes from: one by name, one of a list by its place in it, or (no name) the statement itself."""
    plain: tuple[str, ...] | None
    """The names of the values in order, where each parameter is one of them."""
    processed: tuple[tuple[int, Process], ...]
    """Where something is to be done with a value that is not a constant."""
    results: tuple[tuple[int, Process], ...]
    """Where something is to be done with what a row gives."""

    def bound(self, values: Values) -> list[Any]:
        """Give the parameters of a run."""
        if self.plain is None:
            bound = [constant if source is None else values[source] if nth is None else values[source][nth] for source, nth, constant in self.parameters]
        else:
            bound = list(map(values.__getitem__, self.plain))
        for position, process in self.processed:
            if bound[position] is not None:
                bound[position] = process(bound[position])
        return bound

    def rows(self, found: Rows) -> Rows:
        """Give rows as the statement's types have them."""
        if not self.results:
            return found
        read = []
        for row in found:
            values = list(row)
            for position, process in self.results:
                if values[position] is not None:
                    values[position] = process(values[position])
            read.append(tuple(values))
        return read


def _plan(dialect: Dialect, statement: Any, values: Values) -> _Plan:
    return _planned(dialect, statement, tuple(values), tuple([(name, len(value)) for name, value in values.items() if type(value) is list]))


@functools.lru_cache(maxsize=500)
def _planned(dialect: Dialect, statement: Any, names: tuple[str, ...], lists: tuple[tuple[str, int], ...]) -> _Plan:
    """Compile a statement for values of some names, lists of certain lengths among them."""
    lengths = dict(lists)
    written_for = _WIRE if dialect.name == "postgresql" else dialect
    compiled = statement.compile(dialect=written_for, column_keys=None if statement.is_select else names)
    state = compiled.construct_expanded_state({name: [None] * lengths[name] if name in lengths else None for name in names})
    origins: dict[str, tuple[str | None, int | None]] = {name: (source, nth) for source, expanded in state.parameter_expansion.items() for nth, name in enumerate(expanded)}
    origins |= {name: (name, None) for name in names if name not in lengths}
    parameters, processed = [], []
    for position, name in enumerate(state.positiontup or ()):
        source, nth = origins.get(name, (None, None))
        constant, process = state.parameters[name], _in(compiled.binds[source or name].type, compiled.dialect)
        if process is not None and source is not None:
            processed.append((position, process))
        elif process is not None and constant is not None:
            constant = process(constant)
        parameters.append((source, nth, constant))
    plain = [source for source, nth, _ in parameters if source is not None and nth is None]
    results = [(position, process) for position, column in enumerate(statement.selected_columns if statement.is_select else ()) if (process := _out(column.type, dialect)) is not None]
    return _Plan(text=state.statement, parameters=tuple(parameters), plain=tuple(plain) if len(plain) == len(parameters) else None, processed=tuple(processed), results=tuple(results))


def _in(kind: Any, dialect: Dialect) -> Process | None:
    """Give what becomes of a value on its way to the driver; bytes it takes as they are. Days and instants are written for SQLite as SQLAlchemy writes them, without its detour."""
    if isinstance(kind, LargeBinary):
        return None
    if dialect.name == "sqlite" and isinstance(kind, Date):
        return date.isoformat
    if dialect.name == "sqlite" and isinstance(kind, TypeDecorator) and isinstance(kind.impl_instance, DateTime):
        return lambda value: kind.process_bind_param(value, dialect).isoformat(sep=" ", timespec="microseconds")
    process: Process | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return process


def _out(kind: Any, dialect: Dialect) -> Process | None:
    """Give what becomes of a column's values; numbers that are not whole come as they are."""
    process: Process | None = None if isinstance(kind, Float) else kind.dialect_impl(dialect).result_processor(dialect, None)
    return process


def _give_up_closed(connection: Connection) -> None:
    """Give up a connection that a conversation which broke off has closed, so that what went wrong is told and not that it is closed."""
    if connection.dialect.name == "postgresql" and _driver_of(connection).closed:
        connection.invalidate()


def _ours(error: Exception, connection: Connection) -> Exception:
    """Give the driver's error as SQLAlchemy's, as everybody expects it; a connection that is lost goes back to nobody."""
    if connection.dialect.is_disconnect(error, connection.connection.driver_connection, None):  # type: ignore[arg-type]  # the driver's own error, as it says
        connection.invalidate(error)
    kind = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
    return DBAPIError.instance("", None, error, kind, dialect=connection.dialect)
