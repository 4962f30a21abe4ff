"""What an operator does about what expires and is recalled, from the command line."""

import json

import pytest

from tests.integration.clockwork import at, look
from tests.integration.ordering import SPRAY

NOTICE = {"product": SPRAY, "class": 1, "lots": [{"lot": "A1"}], "document": "DMP 2026/17", "authority": "DMP", "reason": "The valve may stick."}


@pytest.fixture
def invoke(app):
    return lambda *words, said=None: app.test_cli_runner().invoke(args=["expiry", *words], input=None if said is None else json.dumps(said))


def test_a_recall_from_a_file_freezes_the_lot_once_and_a_dry_run_nothing(invoke, alma, gro):
    alma.receive(SPRAY, 40, on="2026-11-01")

    tried = invoke("recall", "-", "--dry-run", said=NOTICE)
    before = alma.hand_out(1, on="2026-11-26").status_code
    done, again = invoke("recall", "-", said=NOTICE), invoke("recall", "-", said=NOTICE)

    assert tried.output == "Would be R-2026-0001; places to answer: 1. Nothing was done.\n"
    assert before == 201
    assert done.output == "R-2026-0001; places to answer: 1.\n"
    assert alma.hand_out(1, on="2026-11-26").status_code == 409
    assert again.exit_code == 1
    assert "recalled already" in again.output
    assert gro.get("/recalls/R-2026-0001").json["state"] == "open"


@pytest.mark.parametrize("said", [{}, NOTICE | {"class": 4}, NOTICE | {"lots": []}, NOTICE | {"more": 1}])
def test_a_file_that_says_something_wrong_is_refused_with_the_field(invoke, said):
    answer = invoke("recall", "-", said=said)

    assert answer.exit_code == 1
    assert answer.output.startswith("Error: {")


def test_what_is_no_json_is_refused(app):
    answer = app.test_cli_runner().invoke(args=["expiry", "recall", "-"], input="{")

    assert (answer.exit_code, "is no JSON" in answer.output) == (1, True)


def test_alerts_and_waste_are_summed_by_area(invoke, app, alma):
    alma.receive(SPRAY, 40, expires_on="2027-01-10", on="2026-11-01")
    alma.receive(SPRAY, 7, lot="OLD", expires_on="2026-11-20", on="2026-11-01")
    look(app, "alerts", at("2026-11-26"))

    assert invoke("alerts").output == "expiry       open       2  in hand       0\n"
    assert invoke("alerts", "--area", "46").output == ""
    assert invoke("waste", "--area", "03").output.split() == [SPRAY, "would", "be", "wasted", "40", "expired", "7", "blocked", "0"]
    assert invoke("waste", "--area", "oslo").exit_code == 2
