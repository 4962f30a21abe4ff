"""Statements to PostgreSQL in one conversation: sent together, answered together, each prepared once a connection.

A psycopg cursor costs several times what a short statement takes, and waits for its answer before the next may be asked. What every posting runs goes by libpq's pipeline
mode instead, as psycopg.pq and psycopg.generators give it; values are written and read by psycopg's own adapters.
"""

from collections.abc import Generator, MutableMapping, Sequence
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


def converse(driver: psycopg.Connection[Any], statements: Sequence[Statement], prepared: MutableMapping[str, bytes]) -> list[Rows]:
    """Run statements in order in one transaction, the one that is open or a new one, and give the rows of each. `prepared` is what the connection knows by name.

    Refuses with psycopg's error for the first statement that fails; those after it are not run. A conversation that breaks off closes the connection, for nobody knows how far it came.
    """
    adapters = Transformer(driver)
    preparing: dict[int, str] = {}
    messages = 0
    try:
        driver.pgconn.enter_pipeline_mode()
        for text, values in (*_beginning(driver), *statements):
            if text not in prepared and len(prepared) < PREPARED_MAX:
                preparing[messages] = text
                prepared[text] = b"forsyn%d" % len(prepared)
                driver.pgconn.send_prepare(prepared[text], text.encode())
                messages += 1
            bound = adapters.dump_sequence(values, [PyFormat.TEXT] * len(values))
            if text in prepared:
                driver.pgconn.send_query_prepared(prepared[text], bound)
            else:
                driver.pgconn.send_query_params(text.encode(), bound)
            messages += 1
        driver.pgconn.pipeline_sync()
        results = driver.wait(_answers(driver.pgconn, messages))
        driver.pgconn.exit_pipeline_mode()
    except BaseException:
        driver.close()
        raise
    return _read(driver, results, preparing, prepared, adapters)[-len(statements) :]


def _beginning(driver: psycopg.Connection[Any]) -> Sequence[Statement]:
    """Give the statement that begins a transaction, where none is open."""
    if driver.autocommit or driver.pgconn.transaction_status != pq.TransactionStatus.IDLE:
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


def _read(driver: psycopg.Connection[Any], results: Sequence[pq.abc.PGresult], preparing: dict[int, str], prepared: MutableMapping[str, bytes], adapters: abc.Transformer) -> list[Rows]:
    """Give the rows of the statements that ran; what could not be prepared is forgotten, and the first error raised."""
    found: list[Rows] = []
    wrong = None
    for nth, result in enumerate(results[:-1]):
        failed = result.status not in {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}
        if failed and nth in preparing:
            del prepared[preparing[nth]]
        if result.status == pq.ExecStatus.FATAL_ERROR and wrong is None:
            wrong = errors.error_from_result(result, encoding=driver.info.encoding)
        if not failed and nth not in preparing:
            adapters.set_pgresult(result)
            found.append(adapters.load_rows(0, result.ntuples, tuple))
    if wrong is not None:
        raise wrong
    return found
