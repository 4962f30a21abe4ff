"""The house's rule of ordering, played beside the plain one: better on months and seeds it was not tuned on."""

import json
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from supply import clock
from supply.db import db
from tests.conftest import Home, settings_for
from wsgi import create_app

ROOT = Path(__file__).parents[2]
SMALL = ("--municipalities", "8", "--seeds", "31")


@pytest.fixture
def flask(app: Flask):
    """Run a command of the service."""
    return lambda *words: _run(app, *words)


@pytest.fixture
def of_the_house(sqlite_home: Home):
    """Run a command of the service with the defaults it is delivered with, on SQLite alone: a play reads places and products before it begins, and nothing of it is reckoned by the database."""
    sqlite_home.put_back()
    said = tomllib.loads((ROOT / "config/defaults.toml").read_text())
    app = create_app(settings_for(sqlite_home.url, reorder=said["reorder"], reorder_at_depots=said["reorder_at_depots"], reorder_days_needed=said["reorder_days_needed"]))
    with app.app_context():
        yield lambda *words: _run(app, *words)
        db.session.remove()
        db.engine.dispose()


def _run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=words)
    db.session.rollback()
    return result


def test_ours_gives_more_of_what_is_asked_for_with_no_more_stock_and_less_waste(of_the_house):
    """On a part of the network, for one of the seeds the defaults were judged by: docs/decisions/030 has all of it."""
    result = of_the_house("orders", "simulate", *SMALL)

    told = "higher fill rate: yes; higher fill rate of naloxone: yes; no more stock: yes; less waste: yes. BETTER"
    assert "Held out: 2026-02-01 to 2027-01-31, seeds 31" in result.stdout
    assert [line for line in result.stdout.splitlines() if line.startswith("Ours against")] == [f"Ours against plain: {told}", f"Ours against plain, strong: {told}"], result.output
    assert result.exit_code == 0


def test_it_ends_with_one_where_ours_is_not_better(of_the_house):
    result = of_the_house("orders", "simulate", "--municipalities", "1", "--days", "28", "--seeds", "1", "--months", "12")

    assert "no more stock: yes" in result.stdout
    assert "NOT BETTER" in result.stdout
    assert result.exit_code == 1


def test_a_machine_reads_the_same_and_what_was_tuned_on_is_told_first(flask):
    result = flask("orders", "simulate", "--municipalities", "1", "--days", "28", "--seeds", "1", "--tuned-seeds", "2", "--json")

    tuned, held_out = json.loads(result.stdout)
    assert (tuned["trial"], tuned["judged"], tuned["seeds"]) == ("Tuned on", ["2026-01-04", "2026-01-31"], [2])
    assert (held_out["trial"], held_out["judged"], held_out["seeds"]) == ("Held out", ["2026-02-01", "2026-02-28"], [1])
    assert [outcome["rule"] for outcome in held_out["outcomes"]] == ["plain", "plain, strong", "ours"]
    assert len({outcome["all"]["demanded"] for outcome in held_out["outcomes"]}) == 1
    assert result.exit_code == (0 if held_out["holds"] else 1)


def test_the_ledgers_own_past_is_played(flask, ada):
    today = clock.today()
    ada.receive(units=500, place="oslo-outreach", on=(today - timedelta(days=200)).isoformat())
    for days in (150, 100, 20, 10):
        ada.hand_out(6, place="oslo-outreach", on=(today - timedelta(days=days)).isoformat())

    result = flask("orders", "simulate", "--past", "--days", "30", "--seeds", "4", "--json")

    (played,) = json.loads(result.stdout)
    assert (played["trial"], played["judged"]) == ("Past", [(today - timedelta(days=30)).isoformat(), (today - timedelta(days=1)).isoformat()])
    assert [outcome["naloxone"]["demanded"] for outcome in played["outcomes"]] == [12, 12, 12]
