"""H: the alerts of a whole country brought to what is so in one night, against the same work in bare set SQL; and with a long ledger against a short one."""

import datetime as dt
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from time import perf_counter

import psycopg
from figures import Check, Row, at_most
from stage import ROOT, Database, Stage, make_key

MUNICIPALITIES, PLACES_EACH, PRODUCTS, LOTS = 357, 3, 20, 4
COLUMNS = tuple(f"m{month:02}" for month in range(1, 13))
SHORT = 100_000
LINES_A_POSTING = 4
SINCE_DAYS, LOW_DAYS, COUNT_DAYS = 90, 21, 90
BANDS = (0, 30, 90)
HISTORY_DAYS = 730


def of_a_country(stage: Stage, *, moves: int, rounds: int) -> Iterable[Row]:
    """H: 357 municipalities × 3 places × 20 products × 4 lots, on both databases: the first night, and a night on which little is new."""
    for kind in ("postgresql", "sqlite"):
        short, long = (filled(stage, kind, many) for many in (SHORT, moves))
        first, later, growth = [], [], []
        raised = 0
        for _ in range(rounds):
            ours = _nights(short)
            raised = _count(short)
            bare = _bare_nights(short)
            first.append(ours[0] / bare[0])
            later.append(ours[1] / bare[1])
            longer = _nights(long)
            growth.append(median([longer[1] / ours[1], longer[0] / ours[0]]))
            print(f"   {kind}: ours {ours[0]:.2f} s and {ours[1]:.2f} s, bare {bare[0]:.2f} s and {bare[1]:.2f} s, {moves:,} moves {longer[0]:.2f} s and {longer[1]:.2f} s", flush=True)
        yield at_most(f"H  first night ÷ bare set SQL, {kind}", 5, first)
        yield at_most(f"H  a later night ÷ bare set SQL, {kind}", 5, later)
        yield at_most(f"H  nights with {moves:,} ÷ {SHORT:,} moves, {kind}", 1.2, growth)
        yield Check(name=f"H  as many alerts as bare SQL raises, {kind}", holds=raised == _count(short) > 0, found=f"{raised:,}")


def filled(stage: Stage, kind: str, moves: int) -> Database:
    database = stage.new(kind)
    make_key(database, place=None, role="directorate")
    started = perf_counter()
    each = max(1, round(moves / (MUNICIPALITIES * PLACES_EACH * PRODUCTS * LOTS)))
    run(database, [*_statements(kind, each)], quick=True)
    print(f"   {kind}: {each * MUNICIPALITIES * PLACES_EACH * PRODUCTS * LOTS:,} moves written in {perf_counter() - started:.0f} s", flush=True)
    return database


def _statements(kind: str, each: int) -> Iterable[str]:
    """Give what fills a ledger: each shelf has so many hand-outs, so that all of the last four months have some; an older ledger goes further back.

    A third of the products are out, a third are low, and no place has been counted, whatever the length: what is to be raised is the same.
    """
    counted = counted_rows(kind)
    today = dt.datetime.now(dt.UTC).date()

    def back(days: str) -> str:
        return f"(date '{today}' - {days})" if kind == "postgresql" else f"date('{today}', (-({days})) || ' days')"

    part_of_day = "extract({0} FROM m.occurred_on)::integer" if kind == "postgresql" else "CAST(strftime('{1}', m.occurred_on) AS integer)"
    year, month = part_of_day.format("year", "%Y"), part_of_day.format("month", "%m")
    nothing, instant = (r"'\x00'::bytea", "now()") if kind == "postgresql" else ("x'00'", "'2026-01-01 00:00:00.000000'")
    yes, no = ("true", "false") if kind == "postgresql" else ("1", "0")
    yield f"INSERT INTO place (code, name, kind, municipality, example) SELECT 'bench-' || n.i, 'made up', 'service_point', '0301', {yes} FROM {counted(MUNICIPALITIES * PLACES_EACH)}"
    words = "'made up', 'made up', 'made up', 'other', 'unit', 'unit', 'unit'"
    columns = "name_nb, name_nn, name_en, product_group, unit_nb, unit_nn, unit_en"
    yield f"INSERT INTO product (code, {columns}, lot_required, expiry_required) SELECT 'bench-' || n.i, {words}, {yes}, {no} FROM {counted(PRODUCTS)}"
    yield f"INSERT INTO lot (product_id, number, expires_on) SELECT p.id, 'B' || n.i, {back('((-150) * n.i + 140)')} FROM product AS p, {counted(LOTS)} WHERE p.code LIKE 'bench-%'"
    shelves = "place AS p, lot AS l WHERE p.code LIKE 'bench-%' AND l.number LIKE 'B%'"
    yield f"INSERT INTO stock (place_id, lot_id, on_hand, held, last_moved_on) SELECT p.id, l.id, CASE (p.id + l.product_id) % 3 WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 90 END, 0, '2026-01-01' FROM {shelves}"
    yield f"INSERT INTO request (account_id, key, digest, status, body, recorded_at) SELECT min(id), 'long-ledger', {nothing}, 201, {nothing}, {instant} FROM account"
    number = f"((l.id * {each} + n.i) / {LINES_A_POSTING} + 1)"
    day = back(f"((CAST(substr(l.number, 2) AS integer) - 1) * 30 + 1 + (n.i - 1) * 6) % {HISTORY_DAYS}")
    yield f"""
        INSERT INTO move (place_id, number, line, lot_id, from_place_id, to_place_id, units, occurred_on)
        SELECT p.id, {number}, l.id * {each} + n.i, l.id, p.id, -3, 1, {day} FROM {counted(each)}, {shelves}"""
    yield f"""
        INSERT INTO posting (place_id, number, epoch_id, kind, occurred_on, recorded_at, recorded_by, role, request_key, previous_digest, digest)
        SELECT place_id, number, (SELECT max(id) FROM epoch), 'handout', CASE number WHEN 1 THEN {back("200")} ELSE min(occurred_on) END, {instant}, (SELECT min(id) FROM account), 'depot', 'long-ledger', {nothing}, {nothing}
        FROM move GROUP BY place_id, number"""
    yield f"""
        INSERT INTO posting (place_id, number, epoch_id, kind, occurred_on, recorded_at, recorded_by, role, request_key, previous_digest, digest)
        SELECT p.id, 1, (SELECT max(id) FROM epoch), 'handout', {back("200")}, {instant}, (SELECT min(id) FROM account), 'depot', 'long-ledger', {nothing}, {nothing}
        FROM place AS p WHERE p.code LIKE 'bench-%' AND NOT EXISTS (SELECT 1 FROM posting AS o WHERE o.place_id = p.id AND o.number = 1)"""
    yield f"INSERT INTO journal (place_id, last_number, last_digest, last_recorded_at) SELECT place_id, max(number), {nothing}, {instant} FROM posting GROUP BY place_id"
    yield f"""
        INSERT INTO month_totals (place_id, product_id, kit_version, flow, occasion, recipient, year, {", ".join(COLUMNS)})
        SELECT m.place_id, l.product_id, 0, 'to_people', 'unknown', 'unknown', {year}, {", ".join(f"max(CASE WHEN {month} = {nth} THEN 10 END)" for nth in range(1, 13))}
        FROM move AS m JOIN lot AS l ON l.id = m.lot_id GROUP BY m.place_id, l.product_id, {year} ORDER BY {year}, m.place_id, l.product_id"""  # as they come in the course of time


def counted_rows(kind: str) -> Callable[[int], str]:
    if kind == "postgresql":
        return lambda many: f"generate_series(1, {many}) AS n (i)"
    return lambda many: f"(WITH RECURSIVE counted (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM counted WHERE i < {many}) SELECT i FROM counted) AS n"


def run(database: Database, statements: Sequence[str], *, quick: bool = False) -> float:
    """Run statements as the owner, in one transaction each as the job does; gives the seconds they took. `quick` is for filling alone: nothing is looked up or waited for."""
    if database.owner_url.startswith("sqlite"):
        with sqlite3.connect(database.owner_url.removeprefix("sqlite:///"), isolation_level=None) as connection:
            connection.execute(f"PRAGMA journal_mode={'OFF' if quick else 'WAL'}")
            connection.execute(f"PRAGMA synchronous={'OFF' if quick else 'FULL'}")
            started = perf_counter()
            for statement in statements:
                connection.execute(statement)
            took = perf_counter() - started
            if quick:
                connection.execute("ANALYZE")
                connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        return took
    with psycopg.connect(database.libpq_url, autocommit=True) as connection:
        if quick:
            connection.execute("SET session_replication_role = replica")
        started = perf_counter()
        for statement in statements:
            connection.execute(statement)
        took = perf_counter() - started
        if quick:
            connection.execute("VACUUM ANALYZE")
    return took


def _nights(database: Database) -> tuple[float, float]:
    """Let the job bring the alerts to what is so, twice; gives the seconds each took. The table is emptied first."""
    run(database, _EMPTY)
    os.environ.update(database.environment | {"FORSYN_ENVIRONMENT": "development"})
    sys.path.insert(0, str(ROOT))
    from supply import clock
    from supply.db import db
    from supply.jobs.service import run_once
    from wsgi import create_app

    app = create_app()
    with app.app_context():

        def night() -> float:
            started = perf_counter()
            ended = run_once(app.extensions["jobs"]["alerts"], app.extensions["settings"], due_at=clock.now())
            if ended is None or ended.error:
                raise RuntimeError(f"the job did not run: {ended}")
            return perf_counter() - started

        took = night(), night()
        db.session.remove()
        db.engine.dispose()
    return took


def _bare_nights(database: Database) -> tuple[float, float]:
    """Do the same work in bare set SQL, twice."""
    run(database, _EMPTY)
    work = _bare("sqlite" if database.owner_url.startswith("sqlite") else "postgresql")
    return run(database, work), run(database, work)


_EMPTY = ("DELETE FROM notice", "DELETE FROM alert", "DELETE FROM job_run")


def _bare(kind: str) -> list[str]:
    """Give the work in bare SQL: of each kind what is over ended, what is new raised."""
    today = dt.datetime.now(dt.UTC).date()
    months = today.year * 12 + today.month - 1 - 3
    since = dt.date(months // 12, months % 12 + 1, 1)
    days = (today - since).days + 1
    recent = [dt.date((months + nth) // 12, (months + nth) % 12 + 1, 1) for nth in range(4)]
    used = " + ".join(f"CASE WHEN t.year = {month.year} THEN coalesce(t.{COLUMNS[month.month - 1]}, 0) ELSE 0 END" for month in recent)
    case = " ".join(f"WHEN l.expires_on <= '{today + dt.timedelta(days=band)}' THEN {band}" for band in BANDS)
    now = "now()" if kind == "postgresql" else "'2026-01-01 00:00:00.000000'"
    expiring = f"""
        SELECT s.place_id, s.place_id || '/' || s.lot_id || '/' || CASE {case} END AS subject, l.expires_on AS about_on, l.product_id, s.lot_id, CASE {case} END AS band, s.on_hand AS units
        FROM stock AS s JOIN lot AS l ON l.id = s.lot_id WHERE s.on_hand > 0 AND l.expires_on <= '{today + dt.timedelta(days=max(BANDS))}'"""
    level = f"""
        SELECT u.place_id, u.product_id, u.units AS used, coalesce(f.units, 0) AS usable FROM
        (SELECT t.place_id, t.product_id, sum({used}) AS units FROM month_totals AS t JOIN place AS p ON p.id = t.place_id
         WHERE t.year >= {since.year} AND (t.flow IN ('to_people', 'unmet') OR (t.flow = 'to_transit' AND p.kind = 'depot')) GROUP BY t.place_id, t.product_id HAVING sum({used}) > 0) AS u
        LEFT JOIN (SELECT s.place_id, l.product_id, sum(s.on_hand) AS units FROM stock AS s JOIN lot AS l ON l.id = s.lot_id
         WHERE s.on_hand > 0 AND l.blocks + s.blocks = 0 AND (l.expires_on IS NULL OR l.expires_on >= '{today}') GROUP BY s.place_id, l.product_id) AS f
        ON f.place_id = u.place_id AND f.product_id = u.product_id"""
    old = f"""
        SELECT c.place_id, CAST(c.place_id AS varchar) AS subject, count(*) AS units FROM
        (SELECT s.place_id, l.product_id, coalesce(max(s.counted_on), min(j.day)) AS day FROM stock AS s JOIN lot AS l ON l.id = s.lot_id
         JOIN (SELECT place_id, (SELECT occurred_on FROM posting AS o WHERE o.place_id = journal.place_id AND o.number = 1) AS day FROM journal) AS j ON j.place_id = s.place_id
         WHERE s.on_hand > 0 GROUP BY s.place_id, l.product_id) AS c WHERE c.day < '{today - dt.timedelta(days=COUNT_DAYS)}' GROUP BY c.place_id"""
    parts = []
    for name, found in (
        ("expiry", expiring),
        (
            "low_stock",
            f"SELECT place_id, place_id || '/' || product_id AS subject, '{today}' AS about_on, product_id, usable AS units FROM ({level}) AS w WHERE usable > 0 AND usable * {days} < used * {LOW_DAYS}",
        ),
        ("stock_out", f"SELECT place_id, place_id || '/' || product_id AS subject, '{today}' AS about_on, product_id, usable AS units FROM ({level}) AS w WHERE usable = 0"),
        ("count_old", f"SELECT place_id, subject, '{today}' AS about_on, units FROM ({old}) AS w"),
    ):
        columns = {"expiry": "place_id, subject, about_on, product_id, lot_id, band, units", "count_old": "place_id, subject, about_on, units"}.get(
            name, "place_id, subject, about_on, product_id, units"
        )
        cast = columns.replace("about_on", "CAST(about_on AS date)") if kind == "postgresql" else columns
        parts.append(f"UPDATE alert SET settled_at = {now} WHERE kind = '{name}' AND settled_at IS NULL AND subject NOT IN (SELECT subject FROM ({found}) AS x)")
        parts.append(f"INSERT INTO alert (kind, raised_at, {columns}) SELECT '{name}', {now}, {cast} FROM ({found}) AS x WHERE true ON CONFLICT DO NOTHING")
    return parts


def _count(database: Database) -> int:
    return int(database.rows("SELECT count(*) FROM alert")[0][0])
