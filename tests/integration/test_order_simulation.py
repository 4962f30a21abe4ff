"""The house's rule of ordering, played beside the plain one: better on months and seeds it was not tuned on."""

import json
from datetime import timedelta

import pytest
from flask import Flask

from supply import clock
from supply.db import db

SMALL = ("--municipalities", "12", "--days", "300", "--seeds", "1", "--tuned-seeds", "")


@pytest.fixture
def flask(app: Flask):
    """Run a command of the service."""

    def run(*words: str):
        result = app.test_cli_runner().invoke(args=words)
        db.session.rollback()
        return result

    return run


def test_ours_gives_more_of_what_is_asked_for_with_no_more_stock_and_less_waste(flask):
    result = flask("orders", "simulate", *SMALL)

    against_strong = next(line for line in result.stdout.splitlines() if line.startswith("Ours against plain, strong"))
    assert result.exit_code == 0, result.output
    assert "Held out: 2025-02-01 to 2025-11-27, seeds 1" in result.stdout
    assert against_strong.count(": yes") == 4
    assert "NO" not in against_strong


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
