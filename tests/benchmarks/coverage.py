"""J: the national figures for twelve months, against one reading of all moves, and with a long ledger against a shorter one."""

import datetime as dt
import gc
import os
import sqlite3
import sys
from collections.abc import Iterable
from dataclasses import replace
from statistics import median
from time import perf_counter

import psycopg
from figures import Check, Row, Shown, at_most
from nightly import COLUMNS, MUNICIPALITIES, filled, run
from stage import ROOT, Database, Stage

SHORTER = 10
"""The long ledger has so many times the moves of the other."""
MONTHS = 24
PEOPLE = -3
"""The key of the place that stands for people (supply.reference.models.VIRTUAL)."""


def of_national_figures(stage: Stage, *, moves: int, rounds: int) -> Iterable[Row]:
    """J: all indicators of the country for the last twelve months, on both databases; both ledgers have something in every month at every place."""
    for kind in ("postgresql", "sqlite"):
        shorter, long = (_with_every_month(filled(stage, kind, many)) for many in (moves // SHORTER, moves))
        against_scan, growth, both, sums = [], [], [], []
        for _ in range(rounds):
            ours, less = _national(long), _national(shorter)
            scanned, counted = _scan(long)
            against_scan.append(ours / scanned)
            growth.append(ours / less)
            both.append(_national(long, compared=True) / scanned)
            sums.append(counted)
            print(f"   {kind}: ours {ours:.2f} s, with a tenth of the moves {less:.2f} s, a scan {scanned:.2f} s", flush=True)
        yield at_most(f"J  national figures ÷ a scan of {moves:,} moves, {kind}", 0.1, against_scan)
        yield at_most(f"J  national figures with {moves:,} ÷ {moves // SHORTER:,} moves, {kind}", 1.3, growth)
        yield Shown(name=f"J  with the twelve months before beside them ÷ that scan, {kind}", rounds=both)
        yield Check(name=f"J  the scan finds moves, {kind}", holds=min(sums) > 0, found=f"{sums[0]:,}")


def _with_every_month(database: Database) -> Database:
    """Let every place have handed out every product in every month of two years: the totals are as many, however long the ledger."""
    today = dt.datetime.now(dt.UTC).date()
    months = {(today.replace(day=1) - dt.timedelta(days=30 * back)).replace(day=1) for back in range(MONTHS)}
    rows = [
        f"""
        INSERT INTO month_totals (place_id, product_id, kit_version, flow, occasion, recipient, year, {", ".join(COLUMNS)})
        SELECT p.id, r.id, 0, 'to_people', 'unknown', 'unknown', {year}, {", ".join("10" if dt.date(year, month, 1) in months else "NULL" for month in range(1, 13))}
        FROM place AS p, product AS r WHERE p.code LIKE 'bench-%' AND r.code LIKE 'bench-%' ORDER BY p.id, r.id"""
        for year in sorted({month.year for month in months})
    ]
    spread = f"""
        UPDATE place SET municipality = (SELECT o.number FROM (SELECT number, row_number() OVER (ORDER BY number) AS nth FROM municipality WHERE valid_to IS NULL) AS o WHERE o.nth = place.id % {MUNICIPALITIES} + 1)
        WHERE code LIKE 'bench-%'"""
    run(database, [spread, "UPDATE product SET product_group = 'syringe' WHERE code LIKE 'bench-%'", "DELETE FROM month_totals", *rows], quick=True)
    return database


def _national(database: Database, *, compared: bool = False) -> float:
    """Give the seconds that the national edition takes: the middle of three. Compared with the period before it reckons two windows."""
    os.environ.update(database.environment | {"FORSYN_ENVIRONMENT": "development"})
    sys.path.insert(0, str(ROOT))
    from supply import clock
    from supply.coverage.cli.group import OPERATOR
    from supply.coverage.queries.edition import edition
    from supply.coverage.rules.asked import Wanted
    from supply.db import db, in_one_snapshot
    from wsgi import create_app

    app = create_app()
    with app.app_context():

        def once() -> float:
            started = perf_counter()
            today = clock.today()
            asked = replace(Wanted().asked(today), compared=compared, gaps=False)
            in_one_snapshot(lambda session: edition(session, asked, by=OPERATOR, ledger=app.extensions["coverage_ledger"], today=today))
            return perf_counter() - started

        once()
        gc.collect()
        gc.freeze()  # as a worker does when it begins to serve (config/gunicorn.py)
        took = median([once(), once(), once()])
        db.session.remove()
        db.engine.dispose()
    return took


def _scan(database: Database) -> tuple[float, int]:
    """Give the seconds that one reading of all moves takes, with the units by where they went: the middle of three, warm like ours; and how many units people got."""
    query = "SELECT CASE WHEN to_place_id < 0 THEN to_place_id ELSE 0 END AS flow, sum(units) FROM move GROUP BY 1"
    is_sqlite = database.owner_url.startswith("sqlite")
    connection = sqlite3.connect(database.owner_url.removeprefix("sqlite:///")) if is_sqlite else psycopg.connect(database.libpq_url)
    took = []
    for _ in range(3):
        started = perf_counter()
        rows = connection.execute(query).fetchall()
        took.append(perf_counter() - started)
    connection.close()
    return median(took), int(dict(rows)[PEOPLE])
