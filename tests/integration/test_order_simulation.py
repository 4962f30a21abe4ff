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
SMALL = ("--municipalities", "12", "--days", "300", "--seeds", "4", "--tuned-seeds", "")


@pytest.fixture
def flask(app: Flask):
    """Run a command of the service."""
    return lambda *words: _run(app, *words)


@pytest.fixture
def of_the_house(sqlite_home: Home):
    """Run a command of the service with the defaults it is delivered with, on SQLite alone: a play reads places and products before it begins, and nothing of it is reckoned by the database."""
    sqlite_home.put_back()
    said = tomllib.loads((ROOT / "config/defaults.toml").read_text())
    app = create_app(settings_for(sqlite_home.url, reorder=said["reorder"], reorder_days_needed=said["reorder_days_needed"]))
    with app.app_context():
        yield lambda *words: _run(app, *words)
        db.session.remove()
        db.engine.dispose()


def _run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=words)
    db.session.rollback()
    return result


def test_ours_gives_more_of_what_is_asked_for_with_no_more_stock_and_less_waste(of_the_house):
    result = of_the_house("orders", "simulate", *SMALL)

    against_plain = next(line for line in result.stdout.splitlines() if line.startswith("Ours against plain:"))
    assert result.exit_code == 0, result.output
    assert "Held out: 2025-02-01 to 2025-11-27, seeds 4" in result.stdout
    assert (against_plain.count(": yes"), against_plain.count(": NO")) == (4, 0)
    assert against_plain.endswith(". BETTER")


def test_a_machine_reads_the_same_and_what_was_tuned_on_is_told_first(flask):
    result = flask("orders", "simulate", "--municipalities", "1", "--days", "28", "--seeds", "1", "--tuned-seeds", "2", "--json")

    tuned, held_out = json.loads(result.stdout)
    assert (tuned["trial"], tuned["judged"], tuned["seeds"]) == ("Tuned on", ["2025-01-04", "2025-01-31"], [2])
    assert (held_out["trial"], held_out["judged"], held_out["seeds"]) == ("Held out", ["2025-02-01", "2025-02-28"], [1])
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
