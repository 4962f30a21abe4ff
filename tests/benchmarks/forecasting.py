"""I: what every place of a country will be asked for of every product, from a year of weeks, against the bare SQL that reads the figures it needs."""

import datetime as dt
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from time import perf_counter
from typing import Any

import nightly
import numpy as np
import psycopg
from figures import Check, Row, Shown, at_most
from stage import ROOT, Database, Stage

sys.path.insert(0, str(ROOT))

from orders.rules.forecast import METHODS, forecast, quantiles

PLACES = nightly.MUNICIPALITIES * nightly.PLACES_EACH
PRODUCTS, WEEKS = nightly.PRODUCTS, 52
BEGAN = dt.date(2025, 11, 3)
ENDED = BEGAN + dt.timedelta(weeks=WEEKS)
PEOPLE = -3
DAYS_AHEAD, SERVICE_LEVEL = 21, 0.95


def of_a_country(stage: Stage, *, rounds: int) -> Iterable[Row]:
    """I: 357 municipalities × 3 places × 20 products, 52 weeks, on both databases: reading, forecasting and how much covers three weeks, against reading alone."""
    for kind in ("postgresql", "sqlite"):
        database = _filled(stage, kind)
        ratios, seconds = [], []
        for _ in range(rounds):
            bare, rows = _timed_reading(database)
            ours, reckoned, found = _timed_forecast(database)
            ratios.append(ours / bare)
            seconds.append(reckoned)
            print(f"   {kind}: ours {ours:.2f} s, of which arrays, forecast and quantiles {reckoned:.2f} s; bare reading of {len(rows):,} sums {bare:.2f} s", flush=True)
        yield at_most(f"I  forecast ÷ bare SQL that reads its figures, {kind}", 5, ratios)
        yield Shown(name=f"I  forecast of {PLACES * PRODUCTS:,} series without reading, {kind}", rounds=seconds, unit="s")
        methods = ", ".join(f"{METHODS[code]} {many:,}" for code, many in enumerate(np.bincount(found[0].method, minlength=len(METHODS))))
        yield Check(name=f"I  every series forecast and covered, {kind}", holds=bool((found[1] > 0).mean() > 0.9 and np.isfinite(found[0].rate_a_day).all()), found=methods)


def _timed_reading(database: Database) -> tuple[float, list[Any]]:
    started = perf_counter()
    rows = _read(database)
    return perf_counter() - started, rows


def _timed_forecast(database: Database) -> tuple[float, float, Any]:
    """Give the seconds of it all, those after reading, and what was found."""
    started = perf_counter()
    rows = _read(database)
    read_at = perf_counter()
    weekly, days = _series(rows)
    forecasts = forecast(weekly, days)
    found = forecasts, quantiles(forecasts, DAYS_AHEAD, SERVICE_LEVEL)
    return perf_counter() - started, perf_counter() - read_at, found


def _read(database: Database) -> list[Any]:
    """Read place, product, week and units: handed out, and asked for in vain. The one place to put the service's own reader in its stead."""
    if database.owner_url.startswith("sqlite"):
        with closing(sqlite3.connect(database.owner_url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(_sums("sqlite")).fetchall()
    with psycopg.connect(database.libpq_url) as connection:
        return connection.execute(_sums("postgresql").encode()).fetchall()


def _sums(kind: str) -> str:
    def week(of: str) -> str:
        return f"({of}.occurred_on - date '{BEGAN}') / 7" if kind == "postgresql" else f"CAST((julianday({of}.occurred_on) - julianday('{BEGAN}')) / 7 AS integer)"

    def within(of: str) -> str:
        return f"{of}.occurred_on >= '{BEGAN}' AND {of}.occurred_on < '{ENDED}'"

    return f"""
        SELECT m.from_place_id, l.product_id, {week("m")}, sum(m.units) FROM move AS m JOIN lot AS l ON l.id = m.lot_id
        WHERE m.to_place_id = {PEOPLE} AND {within("m")} GROUP BY 1, 2, 3
        UNION ALL SELECT t.place_id, t.product_id, {week("t")}, sum(t.units) FROM tally AS t WHERE t.what = 'unmet' AND {within("t")} GROUP BY 1, 2, 3"""


def _series(rows: list[Any]) -> tuple[Any, Any]:
    """Lay sums out as [series, weeks]. Here every day counts, but for a week now and then of which nothing is known or only three days are."""
    place, product, week, units = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=len(rows) * 4).reshape(-1, 4).T
    at = (_rank(place) * PRODUCTS + _rank(product)) * WEEKS + week
    weekly = np.bincount(at, weights=units, minlength=PLACES * PRODUCTS * WEEKS).reshape(-1, WEEKS)
    days = np.full(weekly.shape, 7.0)
    days.flat[::29] = 0
    days.flat[::31] = 3
    return weekly, days


def _rank(ids: Any) -> Any:
    """Give each id its place among all."""
    there = np.zeros(ids.max() + 1, dtype=np.int64)
    there[ids] = 1
    return (np.cumsum(there) - 1)[ids]


def _filled(stage: Stage, kind: str) -> Database:
    database = stage.new(kind)
    started = perf_counter()
    nightly.run(database, [*_statements(kind)], quick=True)
    print(f"   {kind}: {database.rows('SELECT count(*) FROM move')[0][0]:,} moves written in {perf_counter() - started:.0f} s", flush=True)
    return database


def _statements(kind: str) -> Iterator[str]:
    """Give what fills a year: product by product from one asked for every week to one asked for every twentieth, one to five at a time; one week in fifty somebody asked in vain. Made up, the same each time."""
    counted = nightly.counted_rows(kind)
    yes, no = ("true", "false") if kind == "postgresql" else ("1", "0")
    yield f"INSERT INTO place (code, name, kind, municipality, example) SELECT 'bench-' || n.i, 'made up', 'service_point', '0301', {yes} FROM {counted(PLACES)}"
    columns, words = "name_nb, name_nn, name_en, product_group, unit_nb, unit_nn, unit_en", "'made up', 'made up', 'made up', 'other', 'unit', 'unit', 'unit'"
    yield f"INSERT INTO product (code, {columns}, lot_required, expiry_required) SELECT 'bench-' || n.i, {words}, {yes}, {no} FROM {counted(PRODUCTS)}"
    yield "INSERT INTO lot (product_id, number) SELECT p.id, 'B' || substr(p.code, 7) FROM product AS p WHERE p.code LIKE 'bench-%'"
    series = f"place AS p, lot AS l, {counted(WEEKS)} WHERE p.code LIKE 'bench-%' AND l.number LIKE 'B%'"
    nth = "CAST(substr(l.number, 2) AS integer)"
    scattered = "((p.id * 7919 + l.id * 6151 + n.i * n.i * 3571 + n.i * p.id * 977) % 10007)"
    day = f"date '{BEGAN}' + ((n.i - 1) * 7 + {scattered} % 7)" if kind == "postgresql" else f"date('{BEGAN}', ((n.i - 1) * 7 + {scattered} % 7) || ' days')"
    yield f"""
        INSERT INTO move (place_id, number, line, lot_id, from_place_id, to_place_id, units, occurred_on)
        SELECT p.id, l.id * 100 + n.i, 1, l.id, p.id, {PEOPLE}, 1 + {scattered} % 5, {day} FROM {series} AND {scattered} % 100 < {nth} * 5"""
    yield f"""
        INSERT INTO tally (place_id, number, line, product_id, what, units, occurred_on)
        SELECT p.id, l.id * 100 + n.i, 2, l.product_id, 'unmet', 1 + {scattered} % 3, {day} FROM {series} AND {scattered} % 50 = 7"""
