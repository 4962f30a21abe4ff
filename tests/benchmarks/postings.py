"""Receipts of one line over HTTP against the yardstick, on both databases; and batches of a hundred."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count

import psycopg
from figures import Check, Row, at_least, at_most, ratios
from load import Load, drive, post
from stage import Database, Served, Stage, body, make_key, serving, serving_yardstick

PLACE, PRODUCT, LOT = "osl-depot", "naloxone-nyxoid", "HOT1"
EXPIRES_ON = "2031-01-31"
BATCH = 100
CLIENTS = 8
WARM_UP = 60


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much is asked in a round, and of how many postings the sums are compared."""

    rounds: int = 5
    alone: int = 300
    together: int = 800
    total: int = 10_000

    @classmethod
    def quick(cls) -> "Size":
        """Give small sizes."""
        return cls(alone=120, together=320, total=1_500)


@dataclass(kw_only=True)
class Pair:
    """The service and the yardstick side by side, and what was posted to the service."""

    database: Database
    ours: Served
    bare: Served
    token: str
    posted: int = 0
    failed: int = 0
    numbers: Iterator[int] = field(default_factory=count)

    def post_ours(self, many: int, *, clients: int) -> Load:
        """Post receipts of one unit of the hot lot."""
        load = drive(self.ours.port, [self._receipt(number) for number in self._next(many)], clients=clients)
        self._count(load)
        return load

    def post_bare(self, many: int, *, clients: int) -> Load:
        """Post movements of one unit of one lot."""
        questions = [post("/movements", body({"key": f"bench-{number:08}", "lot": 1, "from": 1, "to": 2, "units": 1}), {"Idempotency-Key": f"bench-{number:08}"}) for number in self._next(many)]
        load = drive(self.bare.port, questions, clients=clients)
        if set(load.statuses) != {201}:
            raise RuntimeError(f"the yardstick answered {load.statuses}")
        return load

    def post_batches(self, many: int) -> Load:
        """Post batches of a hundred receipts, one after the other."""
        load = drive(self.ours.port, [self._batch(self._next(BATCH)) for _ in range(many)], clients=1)
        self._count(load, each=BATCH)
        return load

    def units_on_hand(self) -> int:
        """Give what the service says lies there of the hot lot."""
        query = "SELECT s.on_hand FROM stock s JOIN place p ON p.id = s.place_id JOIN lot l ON l.id = s.lot_id WHERE p.code = :place AND l.number = :lot"
        return int(self.database.rows(query, place=PLACE, lot=LOT)[0][0])

    def _next(self, many: int) -> list[int]:
        return [next(self.numbers) for _ in range(many)]

    def _count(self, load: Load, *, each: int = 1) -> None:
        done = sum(times for status, times in load.statuses.items() if status in {200, 201})
        self.posted += done * each
        self.failed += sum(load.statuses.values()) - done

    def _receipt(self, number: int) -> bytes:
        return post("/api/v1/receipts", body(_receipt(number)), {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"bench-{number:08}"})

    def _batch(self, numbers: Sequence[int]) -> bytes:
        postings = [{"kind": "receipt", "key": f"bench-{number:08}", "body": _receipt(number)} for number in numbers]
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": f"batch-{numbers[0]:08}"}
        return post("/api/v1/postings/batch", body({"postings": postings}), headers)


def on_postgresql(stage: Stage, size: Size) -> Iterable[Row]:
    """A: receipts of one line on PostgreSQL against the yardstick; all share one lot."""
    with _pair(stage, "postgresql") as pair:
        alone, bare_alone, together, bare_together = _rounds(pair, size)
        if pair.posted < size.total:
            pair.post_ours(size.total - pair.posted, clients=CLIENTS)
        yield at_least("A  rate ÷ bare, one client", 0.5, ratios(alone, bare_alone, lambda load: load.rate))
        yield at_least("A  rate ÷ bare, eight clients", 0.5, ratios(together, bare_together, lambda load: load.rate))
        yield at_most("A  p95 ÷ bare, one client", 2.5, ratios(alone, bare_alone, lambda load: load.percentile(95)))
        yield at_most("A  p95 ÷ bare, eight clients", 2.5, ratios(together, bare_together, lambda load: load.percentile(95)))
        yield at_least("A  eight clients ÷ one", 1.5, ratios(together, alone, lambda load: load.rate))
        yield at_least("   (bare: eight clients ÷ one)", 0, ratios(bare_together, bare_alone, lambda load: load.rate))
        yield from _sums("A", pair)
        yield at_most("F  memory of a worker after load", 110, pair.ours.workers_rss_mib(), "MiB")


def on_sqlite(stage: Stage, size: Size) -> Iterable[Row]:
    """C: the same on SQLite with synchronous=FULL."""
    with _pair(stage, "sqlite") as pair:
        alone, bare_alone, together, bare_together = _rounds(pair, size)
        yield at_least("C  rate ÷ bare, one client", 0.5, ratios(alone, bare_alone, lambda load: load.rate))
        yield at_least("C  rate ÷ bare, eight clients", 0.5, ratios(together, bare_together, lambda load: load.rate))
        yield at_least("C  eight clients ÷ one", 0.8, ratios(together, alone, lambda load: load.rate))
        yield at_least("   (bare: eight clients ÷ one)", 0, ratios(bare_together, bare_alone, lambda load: load.rate))
        yield from _sums("C", pair)


def in_batches(stage: Stage, size: Size) -> Iterable[Row]:
    """B: a hundred receipts in one request against as many requests."""
    for kind in ("postgresql", "sqlite"):
        with _pair(stage, kind) as pair:
            pair.post_batches(2)
            batches, singles = [], []
            for _ in range(size.rounds):
                batches.append(pair.post_batches(max(3, size.alone // 30)))
                singles.append(pair.post_ours(size.alone, clients=1))
            yield at_least(f"B  units in batches ÷ singly, {kind}", 12, [BATCH * many.rate / one.rate for many, one in zip(batches, singles, strict=True)])
            yield from _sums("B", pair)


def _rounds(pair: Pair, size: Size) -> tuple[list[Load], list[Load], list[Load], list[Load]]:
    alone, bare_alone, together, bare_together = [], [], [], []
    for _ in range(size.rounds):
        alone.append(pair.post_ours(size.alone, clients=1))
        bare_alone.append(pair.post_bare(size.alone, clients=1))
        together.append(pair.post_ours(size.together, clients=CLIENTS))
        bare_together.append(pair.post_bare(size.together, clients=CLIENTS))
    for name, ours, bare in (("one client", alone, bare_alone), ("eight clients", together, bare_together)):
        print(f"   {name}: ours {_rates(ours)}, bare {_rates(bare)} a second", flush=True)
    return alone, bare_alone, together, bare_together


def _rates(loads: Iterable[Load]) -> str:
    return " ".join(f"{load.rate:.0f}" for load in loads)


def _sums(letter: str, pair: Pair) -> Iterable[Row]:
    on_hand = pair.units_on_hand()
    yield Check(name=f"{letter}  {pair.posted} postings of one lot, none refused", holds=pair.failed == 0, found=f"{pair.failed} failed")
    yield Check(name=f"{letter}  units on hand are those posted", holds=on_hand == pair.posted, found=f"{on_hand}")
    yield Check(name=f"{letter}  verify afterwards", holds=pair.database.is_in_order(), found="in order")


@contextmanager
def _pair(stage: Stage, kind: str) -> Iterator[Pair]:
    database = stage.new(kind)
    log = stage.folder / "gunicorn.log"
    bare_database = _bare_postgresql(stage) if kind == "postgresql" else _bare_sqlite(stage)
    with serving(database, log) as ours, serving_yardstick(bare_database, log) as bare:
        pair = Pair(database=database, ours=ours, bare=bare, token=make_key(database, place=PLACE))
        pair.post_ours(1, clients=1)
        pair.post_ours(WARM_UP, clients=CLIENTS)
        pair.post_bare(WARM_UP, clients=CLIENTS)
        yield pair


def _receipt(number: int) -> dict[str, object]:
    line = {"product": PRODUCT, "lot": LOT, "expires_on": EXPIRES_ON, "units": 1}
    return {"place": PLACE, "occurred_on": date.today().isoformat(), "supplier": "wholesaler", "document": f"DN-{number}", "lines": [line]}


_TABLES = (
    "CREATE TABLE movement (key varchar(80) PRIMARY KEY, lot int NOT NULL, origin int NOT NULL, target int NOT NULL, units int NOT NULL CHECK (units > 0))",
    "CREATE TABLE balance (place int, lot int, units bigint NOT NULL CHECK (units >= 0), PRIMARY KEY (place, lot))",
    "INSERT INTO balance VALUES (1, 1, 1000000000), (2, 1, 0)",
)


def _bare_postgresql(stage: Stage) -> str:
    url = stage.libpq_url(stage.empty_postgresql())
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in _TABLES:
            connection.execute(statement)
    return url


def _bare_sqlite(stage: Stage) -> str:
    path = str(stage.folder / "yardstick.sqlite")
    with sqlite3.connect(path, isolation_level=None) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("DROP TABLE IF EXISTS movement")
        connection.execute("DROP TABLE IF EXISTS balance")
        for statement in _TABLES:
            connection.execute(statement)
    return path
