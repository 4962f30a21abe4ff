"""D: what lies where, asked of a long ledger and of a short one that has the same shelves."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import psycopg
from figures import Check, Row, at_most
from load import Connection, get
from stage import Database, Served, Stage, make_key, serving

LOTS = 50
SHORT = 10_000
PLACE = "osl-depot"
FIRST_DAY, DAYS = "2018-01-01", 2500


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """A ledger that is served, and how many moves it has."""

    served: Served
    token: str
    moves: int

    def ask(self, path: str, connection: Connection) -> tuple[int, str | None]:
        """Ask for a part of the stock; gives how many bytes it was, and where the next part is."""
        reply = connection.ask(get(path, {"Authorization": f"Bearer {self.token}"}))
        if reply.status != 200:
            raise RuntimeError(f"{path}: {reply.status} {reply.body[:300]!r}")
        link = reply.header("Link")
        return len(reply.body), link[1 : link.index(">")] if link else None

    def time_place(self, times: int) -> float:
        """Give the median time of asking for one place's stock."""
        connection = Connection(self.served.port)
        return median(_timed(lambda: self.ask(f"/api/v1/stock?place={PLACE}", connection)) for _ in range(times))

    def time_all(self, times: int) -> float:
        """Give the median time of reading all places and lots, part by part."""
        connection = Connection(self.served.port)
        return median(_timed(lambda: self.read_all(connection)) for _ in range(times))

    def read_all(self, connection: Connection) -> int:
        """Follow the parts to the end; gives how many bytes they were."""
        path: str | None = "/api/v1/stock?limit=500"
        size = 0
        while path is not None:
            part, path = self.ask(path, connection)
            size += part
        return size


def of_a_long_ledger(stage: Stage, *, moves: int, rounds: int) -> Iterable[Row]:
    """D: p50 of the stock of a place, and of all places and lots, with many moves against few."""
    for kind in ("postgresql", "sqlite"):
        with _ledger(stage, kind, SHORT) as short, _ledger(stage, kind, moves) as long:
            sizes = {ledger.read_all(Connection(ledger.served.port)) for ledger in (short, long)}
            of_place, of_all = [], []
            for _ in range(rounds):
                of_place.append(long.time_place(100) / short.time_place(100))
                of_all.append(long.time_all(5) / short.time_all(5))
            yield at_most(f"D  a place's stock, {long.moves:,} ÷ {short.moves:,} moves, {kind}", 1.2, of_place)
            yield at_most(f"D  all places × lots, the same, {kind}", 1.2, of_all)
            yield Check(name=f"D  both give all shelves, {kind}", holds=max(sizes) < min(sizes) * 1.2, found=f"{min(sizes):,} – {max(sizes):,} bytes")


@contextmanager
def _ledger(stage: Stage, kind: str, moves: int) -> Iterator[Ledger]:
    database = stage.new(kind)
    token = make_key(database, place=None, role="directorate")
    started = perf_counter()
    made = _fill_postgresql(database, moves) if kind == "postgresql" else _fill_sqlite(database, moves)
    print(f"   {kind}: {made:,} moves written in {perf_counter() - started:.0f} s", flush=True)
    with serving(database, stage.folder / "gunicorn.log") as served:
        yield Ledger(served=served, token=token, moves=made)


def _fill_postgresql(database: Database, moves: int) -> int:
    with psycopg.connect(database.libpq_url) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys are not looked up: all there is comes from here
        each = _postings_each(moves, connection.execute(_PLACES).fetchone())
        numbers = f"generate_series(1, {each}) AS n (i)"
        for statement in _statements(
            numbers, day=f"(date '{FIRST_DAY}' + n.i % {DAYS})", digest=r"'\x00'::bytea", instant="timestamptz '2026-01-01 00:00:00+00'", each=each, lots=f"generate_series(1, {LOTS}) AS n (i)"
        ):
            connection.execute(statement)
        made = connection.execute("SELECT count(*) FROM move").fetchone()
    with psycopg.connect(database.libpq_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return int(made[0]) if made else 0


def _fill_sqlite(database: Database, moves: int) -> int:
    path = database.url.removeprefix("sqlite:///")
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")  # only while it is filled: the service sets its own
        connection.execute("PRAGMA cache_size=-400000")
        each = _postings_each(moves, connection.execute(_PLACES).fetchone())
        for statement in _statements(_counted(each), day=f"date('{FIRST_DAY}', (n.i % {DAYS}) || ' days')", digest="x'00'", instant="'2026-01-01 00:00:00.000000'", each=each, lots=_counted(LOTS)):
            connection.execute(statement)
        connection.execute("ANALYZE")
        made = int(connection.execute("SELECT count(*) FROM move").fetchone()[0])
        connection.execute("PRAGMA journal_mode=WAL")
    return made


_PLACES = "SELECT count(*) FROM place WHERE kind <> 'virtual'"


def _postings_each(moves: int, places: tuple[int] | None) -> int:
    return max(1, round(moves / ((places[0] if places else 1) * LOTS)))


def _counted(many: int) -> str:
    return f"(WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < {many}) SELECT i FROM counted) AS n"


def _statements(numbers: str, *, day: str, digest: str, instant: str, each: int, lots: str) -> Iterable[str]:
    """Give what fills a ledger: at every place so many postings, each putting one unit on each of its shelves."""
    physical = "place AS p WHERE p.kind <> 'virtual'"
    yield f"INSERT INTO lot (product_id, number, expires_on) SELECT (SELECT min(id) FROM product WHERE lot_required), 'B' || n.i, '2031-01-31' FROM {lots}"
    yield f"INSERT INTO request (account_id, key, digest, status, body, recorded_at) SELECT min(id), 'long-ledger', {digest}, 201, {digest}, {instant} FROM account"
    yield f"""
        INSERT INTO posting (place_id, number, epoch_id, kind, occurred_on, recorded_at, recorded_by, role, request_key, previous_digest, digest)
        SELECT p.id, n.i, (SELECT max(id) FROM epoch), 'receipt', {day}, {instant}, (SELECT min(id) FROM account), 'depot', 'long-ledger', {digest}, {digest}
        FROM {numbers}, {physical} ORDER BY p.id, n.i"""
    yield """
        INSERT INTO move (place_id, number, line, lot_id, from_place_id, to_place_id, units, occurred_on, expires_on)
        SELECT o.place_id, o.number, l.id, l.id, -1, o.place_id, 1, o.occurred_on, l.expires_on FROM posting AS o, lot AS l ORDER BY o.place_id, l.id, o.number"""
    yield f"INSERT INTO stock (place_id, lot_id, on_hand, held, last_moved_on) SELECT p.id, l.id, {each}, 0, '2026-01-01' FROM lot AS l, {physical}"
    yield f"INSERT INTO journal (place_id, last_number, last_digest, last_recorded_at) SELECT p.id, {each}, {digest}, {instant} FROM {physical}"


def _timed(ask: object) -> float:
    started = perf_counter()
    ask()  # type: ignore[operator]
    return perf_counter() - started
