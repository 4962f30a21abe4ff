"""The yardstick: the least a Flask endpoint can do that moves units once. A unique key, two guarded balances, one transaction."""

import os
import sqlite3
import threading
from collections.abc import Callable

from flask import Flask, Response, request
from psycopg_pool import ConnectionPool

Moved = Callable[[str, int, int, int, int], bool]
INSERT = "INSERT INTO movement (key, lot, origin, target, units) VALUES ({0}, {0}, {0}, {0}, {0})"
TAKE = "UPDATE balance SET units = units - {0} WHERE place = {0} AND lot = {0} AND units >= {0}"
PUT = "UPDATE balance SET units = units + {0} WHERE place = {0} AND lot = {0} AND units + {0} >= 0"


def make_app() -> Flask:
    """Make the endpoint on the database that YARDSTICK_DATABASE names: a PostgreSQL URL or the path of a SQLite file."""
    app = Flask(__name__)
    database = os.environ["YARDSTICK_DATABASE"]
    move = _in_postgresql(database) if database.startswith("postgresql://") else _in_sqlite(database)

    @app.post("/movements")
    def movement() -> Response:
        asked = request.get_json()
        done = move(asked["key"], asked["lot"], asked["from"], asked["to"], asked["units"])
        return Response('{"done":true}' if done else '{"done":false}', 201 if done else 409, mimetype="application/json")

    @app.get("/healthz")
    def alive() -> Response:
        return Response("{}", mimetype="application/json")

    return app


def _in_postgresql(url: str) -> Moved:
    pool = ConnectionPool(url, min_size=4, max_size=4, open=True)
    insert, take, put = (text.format("%s") for text in (INSERT, TAKE, PUT))

    def move(key: str, lot: int, origin: int, target: int, units: int) -> bool:
        with pool.connection() as connection:
            connection.execute(insert, (key, lot, origin, target, units))
            taken = connection.execute(take, (units, origin, lot, units)).rowcount
            done = taken + connection.execute(put, (units, target, lot, units)).rowcount == 2
            if not done:
                connection.rollback()
            return done

    return move


def _in_sqlite(path: str) -> Moved:
    here = threading.local()
    insert, take, put = (text.format("?") for text in (INSERT, TAKE, PUT))

    def move(key: str, lot: int, origin: int, target: int, units: int) -> bool:
        connection: sqlite3.Connection | None = getattr(here, "connection", None)
        if connection is None:
            connection = here.connection = sqlite3.connect(path, timeout=10, isolation_level=None)
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute(insert, (key, lot, origin, target, units))
            taken = connection.execute(take, (units, origin, lot, units)).rowcount
            done = taken + connection.execute(put, (units, target, lot, units)).rowcount == 2
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT" if done else "ROLLBACK")
        return done

    return move
