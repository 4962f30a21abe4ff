"""Rules of ordering as they are said and hold: for a place, a municipality under any number it had, the nation; taken back; and reckoned with."""

import pytest
import time_machine

from tests.integration.ordering import BUS, SPRAY, refused
from tests.integration.proposing import NOW, kept, lives, reckon

DRAMMEN = "drammen-servicepoint"


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def frida(caller):
    return caller("frida")


def say(who, area, about="*", **said):
    return who.post("/reorder-rules", {"area": area, "about": about, "said": said})


def lead(who, place=BUS, product=SPRAY):
    holds = who.get("/reorder-rules/at", place=place, product=product).json
    return holds["lead_days"], holds["said_for"]["lead_days"]["scope"]


def test_what_was_said_for_a_municipality_holds_for_what_it_became(frida, gro):
    assert say(frida, "0602", lead_days=11).status_code == 201  # Drammen until 2020, when it merged; renumbered in 2024

    assert lead(gro, DRAMMEN) == (11, "municipality")
    assert lead(gro) == (5, "house")


def test_an_empty_saying_takes_back_what_was_said(birk):
    say(birk, BUS, lead_days=3)
    said = lead(birk)

    say(birk, BUS)

    assert (said, lead(birk)) == ((3, "place"), (5, "house"))


def test_what_is_said_again_stands_in_place_of_all_that_was_said_before_of_the_same(birk):
    say(birk, BUS, lead_days=3, cover_days=50)
    say(birk, BUS, cover_days=40)

    holds = birk.get("/reorder-rules/at", place=BUS, product=SPRAY).json
    assert (holds["lead_days"], holds["cover_days"]) == (5, 40)


def test_a_place_speaks_for_itself_a_municipality_for_its_own_and_an_administrator_for_all(alma, birk, dina, cato, frida):
    assert say(birk, BUS, lead_days=3).status_code == say(birk, "0301", lead_days=4).status_code == 201
    assert say(alma, "osl-depot", lead_days=20).status_code == 201
    assert say(frida, "NO", lead_days=6).status_code == 201
    refused(say(alma, BUS, lead_days=1), "not-your-area", 403)
    refused(say(birk, "NO", lead_days=1), "not-your-area", 403)
    refused(say(dina, "0301", lead_days=1), "not-your-area", 403)
    refused(say(dina, BUS, lead_days=1), "missing", 404)
    refused(say(cato, "NO", lead_days=1), "forbidden", 403)
    assert lead(birk) == (3, "place")


def test_what_would_leave_some_maximum_below_its_minimum_is_refused_wherever_it_reaches(birk, frida):
    say(birk, BUS, SPRAY, months_min=2.5)

    refused(say(frida, "NO", months_max=2), "months-crossed", 422)
    assert say(frida, "4601", months_max=2).status_code == 201


def test_a_rule_changes_what_is_proposed_and_stands_in_its_inputs(app, birk):
    lives(birk)
    reckon(app)
    before = kept()[0].units

    say(birk, BUS, "group:naloxone", cover_days=40)
    found = reckon(app)

    (one,) = kept()
    assert (found.changed, found.new) == (1, 0)
    assert one.units > before
    assert (one.inputs["policy"]["cover_days"], one.inputs["policy"]["said_for"]["cover_days"]) == (40, "place")


def test_a_product_somebody_spoke_of_is_reckoned_though_nothing_of_it_was_ever_there(app, birk):
    say(birk, BUS, SPRAY, default_monthly=20)

    reckon(app)

    (one,) = kept()
    assert (one.inputs["demand"]["basis"], one.inputs["usable"]) == ("default", 0)


def test_the_command_reckons_and_prints_why_in_a_sentence(app, birk):
    lives(birk)

    said, again = (app.test_cli_runner().invoke(args=["orders", "propose", BUS]) for _ in range(2))
    nowhere = app.test_cli_runner().invoke(args=["orders", "propose", "nowhere"])

    assert said.exit_code == 0, said.output
    assert said.output == again.output
    assert said.output.startswith(f"{BUS}: {SPRAY}: Uses 1.9 a day, 46 usable, 5 days to delivery: ")
    assert len(kept()) == 1
    assert nowhere.exit_code == 1
