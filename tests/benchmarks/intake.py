"""E: an import against a COPY of the rows it makes; all or nothing; and how fast a ledger is verified."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from statistics import median
from time import perf_counter

import psycopg
from figures import Check, Row, at_least, at_most
from stage import Database, Stage

COLUMNS = ("kind", "place", "occurred_on", "product", "lot", "expires_on", "units", "occasion", "reason", "key")
PLACES = ("osl-depot", "rog-depot", "mor-depot", "nor-depot")
LOTS = 200
COPIED = ("request", "posting", "move")
READ_BEFORE = ("epoch", "account", "place", "product", "lot")
SCAN = """
    SELECT o.place_id, o.number, o.kind, o.occurred_on, o.recorded_at, o.recorded_by, o.role, o.previous_digest, o.digest,
           m.line, m.lot_id, m.from_place_id, m.to_place_id, m.units, m.expires_on, m.occasion, m.recipient
    FROM posting AS o JOIN move AS m ON m.place_id = o.place_id AND m.number = o.number ORDER BY o.place_id, o.number, m.line
"""


def against_copy(stage: Stage, *, lines: int, lines_a_posting: int, rounds: int) -> Iterable[Row]:
    """E: import a file, and COPY the posting, move and request rows it made into a twin with the same indexes and constraints."""
    empty = stage.postgresql()
    file = stage.folder / "moves.csv"
    _write(file, lines, lines_a_posting)
    imports, copies, verified, scans = [], [], [], []
    for _ in range(rounds):
        database = stage.postgresql(template=empty)
        imports.append(_timed_import(database, file))
        copies.append(_timed_copy(stage, database, empty))
        verified.append(_moves_verified_a_second(database))
        scans.append(_moves_read_a_second(database))
        in_order = database.is_in_order()
        stage.drop(database)
    print(f"   import {median(imports):.1f} s, COPY {median(copies):.1f} s; verify {median(verified):,.0f}, bare reading {median(scans):,.0f} moves a second", flush=True)
    how = f"{lines:,} lines, {lines_a_posting} a posting"
    yield at_most(f"E  import ÷ COPY, {how}", 10, [ours / bare for ours, bare in zip(imports, copies, strict=True)])
    yield Check(name="E  verify after the import", holds=in_order, found="in order" if in_order else "not in order")
    yield at_least(f"E  verify, {how}", 100_000, verified, "moves/s")
    yield at_least("   (verify ÷ bare reading of the rows)", 0, [ours / bare for ours, bare in zip(verified, scans, strict=True)])
    yield _all_or_nothing(stage, empty, file)


def _write(path: Path, lines: int, lines_a_posting: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, delimiter=";")
        rows.writerow(COLUMNS)
        for nth in range(lines):
            posting = nth // lines_a_posting
            place, lot, day = PLACES[posting % len(PLACES)], nth % LOTS, posting // len(PLACES) % 28 + 1
            rows.writerow(("receipt", place, f"2026-{posting % 10 + 1:02}-{day:02}", "naloxone-nyxoid", f"L{lot:04}", f"203{lot % 10}-06-30", nth % 90 + 1, "", "", f"file-{posting:08}"))


def _timed_import(database: Database, file: Path) -> float:
    started = perf_counter()
    database.flask("inventory", "import", str(file))
    return perf_counter() - started


def _timed_copy(stage: Stage, database: Database, empty: Database) -> float:
    """COPY the finished rows out, untimed, and into an emptied twin, timed up to the commit."""
    twin = stage.postgresql(template=empty)
    with psycopg.connect(database.libpq_url) as source, psycopg.connect(twin.libpq_url) as target:
        target.execute("SET session_replication_role = replica")
        for table in READ_BEFORE:
            target.execute(f"DELETE FROM {table}")
            _copy_into(target, table, _copy_of(source, table))
        target.commit()
        target.execute("SET session_replication_role = origin")
        target.commit()
        finished = {table: _copy_of(source, table) for table in COPIED}
        started = perf_counter()
        for table, rows in finished.items():
            _copy_into(target, table, rows)
        target.commit()
        seconds = perf_counter() - started
    stage.drop(twin)
    return seconds


def _copy_of(source: psycopg.Connection, table: str) -> list[bytes]:
    with source.cursor().copy(f"COPY {table} TO STDOUT") as rows:
        return [bytes(part) for part in rows]


def _copy_into(target: psycopg.Connection, table: str, rows: list[bytes]) -> None:
    with target.cursor().copy(f"COPY {table} FROM STDIN") as into:
        for part in rows:
            into.write(part)


def _moves_verified_a_second(database: Database) -> float:
    """Run `flask inventory verify` and take the time it says it took: the interpreter's start is not verification."""
    said = json.loads(database.flask("inventory", "verify", "--json").stdout)
    ((seconds,),) = database.rows("SELECT extract(epoch FROM finished_at - started_at) FROM verify_run ORDER BY id DESC LIMIT 1")
    return float(said["moves"]) / float(seconds)


def _moves_read_a_second(database: Database) -> float:
    with psycopg.connect(database.libpq_url) as connection, connection.cursor(name="scan") as cursor:
        cursor.itersize = 5_000
        started = perf_counter()
        read = sum(1 for _ in cursor.execute(SCAN))
        return read / (perf_counter() - started)


def _all_or_nothing(stage: Stage, empty: Database, file: Path) -> Row:
    """Spoil two rows of the file: both are to be named, and nothing entered."""
    rows = file.read_text(encoding="utf-8").splitlines()[:2_001]
    for nth in (700, 1_500):
        rows[nth] = rows[nth].replace("naloxone-nyxoid", "no-such-product")
    spoilt = stage.folder / "spoilt.csv"
    spoilt.write_text("\n".join(rows), encoding="utf-8")
    database = stage.postgresql(template=empty)
    done = database.flask("inventory", "import", str(spoilt), check=False)
    ((entered,),) = database.rows("SELECT count(*) FROM posting")
    named = all(f"row {nth + 1}" in done.stderr for nth in (700, 1_500))
    stage.drop(database)
    return Check(name="E  two bad rows: both named, nothing entered", holds=done.returncode == 1 and named and entered == 0, found=f"exit {done.returncode}, named {named}, {entered} entered")
