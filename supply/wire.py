"""Statements to PostgreSQL in one conversation: sent together, answered together, each prepared once a connection.

A psycopg cursor costs several times what a short statement takes, and waits for its answer before the next may be asked. What every posting runs goes by libpq's pipeline
mode instead, as psycopg.pq and psycopg.generators give it; values are written and read by psycopg's own adapters.
"""

from collections.abc import Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import abc, errors, pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.generators import fetch_many, send

Statement = tuple[str, Sequence[Any]]
"""SQL with $1, $2 …, and the values for them."""
Rows = list[tuple[Any, ...]]
PREPARED_MAX = 300
"""So many statements a connection keeps prepared; those that come after are planned each time."""
COMMIT: Statement = ("COMMIT", ())
_AS_TEXT = [PyFormat.TEXT] * 2**16
"""How values are written; so many fit a statement of PostgreSQL's."""
_IDLE, _INERROR, _FATAL = int(pq.TransactionStatus.IDLE), int(pq.TransactionStatus.INERROR), int(pq.ExecStatus.FATAL_ERROR)
_DONE = frozenset((int(pq.ExecStatus.COMMAND_OK), int(pq.ExecStatus.TUPLES_OK)))
"""Plain numbers, as libpq gives them: to compare with an enumeration's members takes ten times as long."""


@dataclass(slots=True)
class Wire:
    """A connection as it is spoken with: the statements it knows by name, how values are written and read, and what it was told and has not answered yet."""

    driver: psycopg.Connection[Any]
    prepared: dict[str, bytes] = field(default_factory=dict)
    adapters: abc.Transformer = field(init=False)
    waits: bool = False
    """Whether what is written waits for its answer until the commit, or whatever else is asked."""
    _told: int = 0
    _preparing: dict[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.adapters = Transformer(self.driver)

    @property
    def idle(self) -> bool:
        """Whether no transaction is open and nothing is under way."""
        return not self._told and self.driver.pgconn.transaction_status == _IDLE

    def tell(self, statements: Sequence[Statement]) -> None:
        """Write statements for the wire, to be run in order in one transaction, the one that is open or a new one. They leave with `send`, or when their answers are read.

        What cannot be written closes the connection, for nobody knows how far it came.
        """
        try:
            line, prepared, dump = self.driver.pgconn, self.prepared, self.adapters.dump_sequence
            if not self._told:
                statements = (*_beginning(self.driver), *statements)
                line.enter_pipeline_mode()
            for text, values in statements:
                name = prepared.get(text)
                if name is None and len(prepared) < PREPARED_MAX:
                    self._preparing[self._told] = text
                    name = prepared[text] = b"forsyn%d" % len(prepared)
                    line.send_prepare(name, text.encode())
                    self._told += 1
                bound = dump(values, _AS_TEXT[: len(values)])
                if name is None:
                    line.send_query_params(text.encode(), bound)
                else:
                    line.send_query_prepared(name, bound)
                self._told += 1
        except BaseException:
            self._break_off()
            raise

    def send(self) -> None:
        """Let what was told leave, so that the database works while we go on; a connection that cannot take it yet gets the rest when it is asked to answer."""
        self.driver.pgconn.flush()

    def hear(self, many: int) -> list[Rows]:
        """Wait for the answers to all that was told, and give the rows of the last so many statements.

        Refuses with psycopg's error for the first statement that failed; those after it were not run. A conversation that breaks off closes the connection.
        """
        messages, preparing = self._told, self._preparing
        try:
            line = self.driver.pgconn
            line.pipeline_sync()
            results = self.driver.wait(_answers(line, messages))
            line.exit_pipeline_mode()
        except BaseException:
            self._break_off()
            raise
        self._forget()
        return self._read(results, preparing, many)

    def settle(self) -> None:
        """Wait for what was told and not answered yet."""
        if self._told:
            self.hear(0)

    def commit(self) -> bool:
        """Commit what was told and not answered yet, in one go; tell whether there was anything."""
        if not self._told:
            return False
        self.tell([COMMIT])
        self.hear(0)
        return True

    def give_up(self) -> None:
        """Wait until nothing that was told is under way any more, whatever became of it."""
        if self._told and not self.driver.closed:
            with suppress(psycopg.Error):
                self.hear(0)
        self._forget()

    def _read(self, results: Sequence[pq.abc.PGresult], preparing: dict[int, str], many: int) -> list[Rows]:
        """Give the rows of the last statements; what could not be prepared is forgotten, and the first error raised."""
        found: list[Rows] = []
        wrong = None
        for nth, result in enumerate(results[:-1]):
            if result.status not in _DONE:
                if nth in preparing:
                    del self.prepared[preparing[nth]]
                if result.status == _FATAL and wrong is None:
                    wrong = errors.error_from_result(result, encoding=self.driver.info.encoding)
            elif nth not in preparing:
                rows = result.ntuples
                if rows:
                    self.adapters.set_pgresult(result)
                found.append(self.adapters.load_rows(0, rows, tuple) if rows else [])
        if wrong is not None:
            raise wrong
        return found[len(found) - many :]

    def _break_off(self) -> None:
        self.driver.close()
        self._forget()

    def _forget(self) -> None:
        self._told, self._preparing, self.waits = 0, {}, False


class WiredConnection(psycopg.Connection[Any]):
    """A connection of psycopg's own that has a wire. Nothing psycopg does itself overtakes what the wire was told."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Let the cursors know of the wire."""
        super().__init__(*args, **options)
        self.wire = Wire(self)
        self.cursor_factory = _Cursor
        self.server_cursor_factory = _ServerCursor

    def commit(self) -> None:
        """Commit, along with what is written and not answered yet. Refuses in a transaction in which something failed, which PostgreSQL would take for a rollback and say nothing."""
        if self.pgconn.transaction_status == _INERROR:
            raise errors.InFailedSqlTransaction("what was to be committed failed before")
        if not self.wire.commit():
            super().commit()

    def rollback(self) -> None:
        """Undo all, what is written and not answered yet too."""
        self.wire.give_up()
        super().rollback()


class _Cursor(psycopg.Cursor[Any]):
    """A cursor that lets the wire be answered first."""

    def execute(self, *args: Any, **options: Any) -> Any:
        _settle(self)
        return super().execute(*args, **options)

    def executemany(self, *args: Any, **options: Any) -> None:
        _settle(self)
        super().executemany(*args, **options)

    def copy(self, *args: Any, **options: Any) -> Any:
        _settle(self)
        return super().copy(*args, **options)


class _ServerCursor(psycopg.ServerCursor[Any]):
    """The same of one that reads part by part."""

    def execute(self, *args: Any, **options: Any) -> Any:
        _settle(self)
        return super().execute(*args, **options)


def _settle(cursor: psycopg.Cursor[Any]) -> None:
    connection: Any = cursor.connection
    connection.wire.settle()


def _beginning(driver: psycopg.Connection[Any]) -> Sequence[Statement]:
    """Give the statement that begins a transaction, where none is open."""
    if driver.autocommit or driver.pgconn.transaction_status != _IDLE:
        return ()
    level = driver.isolation_level
    return [("BEGIN" if level is None else f"BEGIN ISOLATION LEVEL {level.name.replace('_', ' ')}", ())]


def _answers(connection: pq.abc.PGconn, messages: int) -> Generator[Any, Any, list[pq.abc.PGresult]]:
    """Send what waits to be sent, and read an answer to each message and to the sync after them."""
    yield from send(connection)
    answers = []
    for _ in range(messages + 1):
        (answer,) = yield from fetch_many(connection)
        answers.append(answer)
    return answers
