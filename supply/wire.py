"""Statements to PostgreSQL in one conversation: sent together, answered together, each prepared once a connection.

A psycopg cursor costs several times what a short statement takes, and waits for its answer before the next may be asked. What every posting runs goes by libpq's pipeline
mode instead, as psycopg.pq and psycopg.generators give it; values are written and read by psycopg's own adapters.
"""

from collections.abc import Generator, Sequence
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
_IDLE, _FATAL = int(pq.TransactionStatus.IDLE), int(pq.ExecStatus.FATAL_ERROR)
_DONE = frozenset((int(pq.ExecStatus.COMMAND_OK), int(pq.ExecStatus.TUPLES_OK)))
"""Plain numbers, as libpq gives them: to compare with an enumeration's members takes ten times as long."""


@dataclass(slots=True)
class Acquaintance:
    """What is kept of a connection from one conversation to the next: the statements it knows by name, and how values are written and read."""

    driver: psycopg.Connection[Any]
    prepared: dict[str, bytes] = field(default_factory=dict)
    adapters: abc.Transformer = field(init=False)

    def __post_init__(self) -> None:
        self.adapters = Transformer(self.driver)


def converse(known: Acquaintance, statements: Sequence[Statement]) -> list[Rows]:
    """Run statements in order in one transaction, the one that is open or a new one, and give the rows of each.

    Refuses with psycopg's error for the first statement that fails; those after it are not run. A conversation that breaks off closes the connection, for nobody knows how far it came.
    """
    driver, prepared, adapters = known.driver, known.prepared, known.adapters
    preparing: dict[int, str] = {}
    messages = 0
    try:
        line = driver.pgconn
        line.enter_pipeline_mode()
        for text, values in (*_beginning(driver), *statements):
            if text not in prepared and len(prepared) < PREPARED_MAX:
                preparing[messages] = text
                prepared[text] = b"forsyn%d" % len(prepared)
                line.send_prepare(prepared[text], text.encode())
                messages += 1
            bound = adapters.dump_sequence(values, [PyFormat.TEXT] * len(values))
            if text in prepared:
                line.send_query_prepared(prepared[text], bound)
            else:
                line.send_query_params(text.encode(), bound)
            messages += 1
        line.pipeline_sync()
        results = driver.wait(_answers(line, messages))
        line.exit_pipeline_mode()
    except BaseException:
        driver.close()
        raise
    return _read(known, results, preparing)[-len(statements) :]


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


def _read(known: Acquaintance, results: Sequence[pq.abc.PGresult], preparing: dict[int, str]) -> list[Rows]:
    """Give the rows of the statements that ran; what could not be prepared is forgotten, and the first error raised."""
    found: list[Rows] = []
    wrong = None
    for nth, result in enumerate(results[:-1]):
        if result.status not in _DONE:
            if nth in preparing:
                del known.prepared[preparing[nth]]
            if result.status == _FATAL and wrong is None:
                wrong = errors.error_from_result(result, encoding=known.driver.info.encoding)
        elif nth not in preparing:
            rows = result.ntuples
            if rows:
                known.adapters.set_pgresult(result)
            found.append(known.adapters.load_rows(0, rows, tuple) if rows else [])
    if wrong is not None:
        raise wrong
    return found
