"""Many at once: the last unit goes to one, a key has one effect, nobody is told 500, and a reader misses nothing."""

import json
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from supply import clock
from supply.db import db
from supply.settings import ROOT
from tests.integration.at_once import all_at_once, codes

SPRAY = "naloxone-nyxoid"
TODAY = clock.today().isoformat()
BUS, CLINIC = "oslo-outreach", "oslo-servicepoint"


def test_of_twelve_who_want_the_last_unit_one_gets_it(callers):
    many = callers(12)
    many[0].receive(units=1, place=BUS, on=TODAY)

    answers = all_at_once(*(lambda one=one: one.hand_out(1, place=BUS, on=TODAY) for one in many))

    assert codes(answers) == {201: 1, "not-enough-stock": 11}
    assert many[0].on_hand(BUS) == {}


def test_of_twelve_who_want_five_units_by_lot_five_get_one(callers):
    many = callers(12)
    many[0].receive(units=5, place=BUS, lot="A1", on=TODAY)

    answers = all_at_once(*(lambda one=one: one.hand_out(1, place=BUS, on=TODAY, lot="A1") for one in many))

    assert codes(answers) == {201: 5, "not-enough-stock": 7}


def test_the_lot_that_expires_first_is_emptied_before_the_next_is_touched_however_many_ask(callers):
    many = callers(12)
    many[0].receive(units=6, place=BUS, lot="SOONER", expires_on="2027-06-30", on=TODAY)
    many[0].receive(units=60, place=BUS, lot="LATER", expires_on="2029-06-30", on=TODAY)

    answers = all_at_once(*(lambda one=one: one.hand_out(1, place=BUS, on=TODAY) for one in many))

    assert Counter(answer.json["moves"][0]["lot"]["number"] for answer in answers) == {"SOONER": 6, "LATER": 6}


def test_the_same_key_from_eight_threads_has_one_effect_and_one_answer_byte_for_byte(callers):
    many = callers(8)
    many[0].receive(units=100, place=BUS, on=TODAY)

    answers = all_at_once(*(lambda one=one: one.post("/handouts", handout(3), key="the-same-key") for one in many))

    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert Counter(answer.headers.get("Idempotent-Replayed") for answer in answers) == {None: 1, "true": 7}
    assert many[0].on_hand(BUS) == {"A1": 97}


def test_a_refusal_under_the_same_key_from_eight_threads_is_one_refusal(callers):
    many = callers(8)
    many[0].receive(units=2, place=BUS, on=TODAY)

    answers = all_at_once(*(lambda one=one: one.post("/handouts", handout(3), key="the-same-key") for one in many))

    assert {(answer.status_code, answer.data) for answer in answers} == {(409, answers[0].data)}


def test_the_same_key_with_different_contents_at_once_is_one_act_and_a_refusal(callers):
    many = callers(8)
    many[0].receive(units=100, place=BUS, on=TODAY)

    answers = all_at_once(*(lambda nth=nth, one=one: one.post("/handouts", handout(1 + nth), key="the-same-key") for nth, one in enumerate(many)))

    assert codes(answers) == {201: 1, "key-used-for-another": 7}


def test_two_corrections_of_one_posting_are_one_correction(callers):
    many = callers(4)
    many[0].receive(units=9, place=BUS, on=TODAY)
    number = many[0].hand_out(4, place=BUS, on=TODAY).json["number"]

    answers = all_at_once(*(lambda one=one: one.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"}) for one in many))

    assert codes(answers) == {201: 1, "already-corrected": 3}
    assert many[0].on_hand(BUS) == {"A1": 9}


def test_a_receipt_is_corrected_or_its_units_are_handed_out_never_both(callers):
    giver, corrector = callers(2)
    for _ in range(4):
        number = giver.receive(units=1, place=BUS, on=TODAY)["number"]

        answers = all_at_once(
            lambda: giver.hand_out(1, place=BUS, on=TODAY),
            lambda number=number: corrector.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"}),
        )

        assert codes(answers) == {201: 1, "not-enough-stock": 1}
        assert giver.on_hand(BUS) == {}


def test_a_new_lot_that_arrives_at_two_places_at_once_has_one_expiry(callers):
    many = callers(6)
    places = [BUS, CLINIC, "osl-depot", "oslo-servicepoint-2", "oslo-servicepoint-3", "oslo-prison"]
    years = [2028, 2029] * 3

    answers = all_at_once(*(lambda one=one, place=place, year=year: one.post("/receipts", receipt(place, [("NEW", f"{year}-01-31")])) for one, place, year in zip(many, places, years, strict=True)))

    assert codes(answers) == {201: 3, "lot-differs": 3}


def test_new_lots_received_in_opposite_order_do_not_wait_for_each_other_for_ever(callers):
    many = callers(6)
    places = [BUS, CLINIC, "osl-depot", "oslo-servicepoint-2", "oslo-servicepoint-3", "oslo-prison"]
    lots = [(f"N{nth}", "2028-01-31") for nth in range(40)]

    answers = all_at_once(*(lambda one=one, place=place, turned=turned: one.post("/receipts", receipt(place, lots[::turned])) for one, place, turned in zip(many, places, [1, -1] * 3, strict=True)))

    assert codes(answers) == {201: 6}


def test_hand_outs_that_name_lots_in_opposite_order_do_not_wait_for_each_other_for_ever(callers):
    many = callers(8)
    for lot in ("A", "B", "C"):
        many[0].receive(units=500, place=BUS, lot=lot, on=TODAY)
    lines = [{"product": SPRAY, "lot": lot, "units": 1} for lot in ("A", "B", "C")]

    def often(one, turned):
        return [one.post("/handouts", {"place": BUS, "occurred_on": TODAY, "lines": lines[::turned]}) for _ in range(6)]

    answers = all_at_once(*(lambda one=one, turned=turned: often(one, turned) for one, turned in zip(many, [1, -1] * 4, strict=True)))

    assert codes(chain(*answers)) == {201: 48}
    assert many[0].on_hand(BUS) == {"A": 452, "B": 452, "C": 452}


def test_transfers_there_and_back_do_not_wait_for_each_other_for_ever(callers):
    many = callers(8)
    for place in (BUS, CLINIC):
        many[0].receive(units=500, place=place, on=TODAY)

    def often(one, place, to):
        return [one.post("/transfers", {"place": place, "to": to, "occurred_on": TODAY, "lines": [{"product": SPRAY, "units": 2}]}) for _ in range(6)]

    answers = all_at_once(*(lambda one=one, way=way: often(one, *way) for one, way in zip(many, [(BUS, CLINIC), (CLINIC, BUS)] * 4, strict=True)))

    assert codes(chain(*answers)) == {201: 48}
    assert (many[0].on_hand(BUS), many[0].on_hand(CLINIC)) == ({"A1": 500}, {"A1": 500})


def test_the_first_transfers_of_places_without_journals_do_not_wait_for_each_other_for_ever(callers):
    many = callers(4)
    ways = [(BUS, CLINIC), (CLINIC, BUS)] * 2

    answers = all_at_once(
        *(
            lambda one=one, way=way: one.post("/transfers", {"place": way[0], "to": way[1], "occurred_on": TODAY, "lines": [{"product": SPRAY, "units": 2}]})
            for one, way in zip(many, ways, strict=True)
        )
    )

    assert codes(answers) == {"not-enough-stock": 4}


def test_a_reader_that_pages_beside_sixteen_writers_misses_nothing(callers):
    *writers, reader = callers(17)
    writers[0].receive(units=1000, place=BUS, on=TODAY)
    finished = threading.Event()

    def write(one):
        return [one.hand_out(1, place=BUS, on=TODAY) for _ in range(6)]

    def read_on():
        """Follow the journal: ask for what comes after the last mark, and keep the mark until there is more."""
        seen, after = [], None
        while True:
            over = finished.is_set()
            answer = reader.get(f"/journals/{BUS}", limit=7, **({"after": after} if after else {}))
            seen += [one["number"] for one in answer.json if not seen or one["number"] > seen[-1]]
            link = answer.headers.get("Link")
            after = parse_qs(urlsplit(link.split(">")[0].lstrip("<")).query)["after"][0] if link else after
            if over and not link:
                return seen

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read_on)
        answers = all_at_once(*(lambda one=one: write(one) for one in writers))
        finished.set()
        seen = reading.result(timeout=60)

    assert codes(chain(*answers)) == {201: 96}
    assert seen == list(range(1, 98))


def test_a_reader_does_not_wait_for_a_writer(callers, owner):
    (reader,) = callers()
    reader.receive(units=8, place=BUS, on=TODAY)
    taken = "UPDATE stock SET on_hand = on_hand - 1"

    with owner.connect() as writer:
        writer.execute(text("UPDATE journal SET last_number = last_number"))
        writer.execute(text(taken))
        begun = clock.now()
        found, read = reader.on_hand(BUS), reader.get(f"/journals/{BUS}")
        waited = clock.now() - begun
        writer.rollback()

    assert found == {"A1": 8}
    assert read.status_code == 200
    assert waited.total_seconds() < 2


@pytest.fixture
def impatient(app, owner, monkeypatch):
    """Let the service wait for its turn a fifth of a second (SQLite: a second), no longer."""
    db.engine.dispose()
    if owner.dialect.name == "postgresql":
        with owner.begin() as connection:
            connection.execute(text("ALTER DATABASE live SET lock_timeout = 200"))
    else:
        monkeypatch.setitem(app.extensions, "settings", replace(app.extensions["settings"], busy_seconds=1))


@pytest.mark.usefixtures("impatient")
def test_a_writer_that_waits_too_long_is_told_to_come_again_and_nothing_is_entered(callers, owner, monkeypatch):
    (one,) = callers()
    one.receive(units=8, place=BUS, on=TODAY)
    monkeypatch.setattr("supply.db.TRIES", 1)

    with owner.connect() as writer:
        writer.execute(text("UPDATE journal SET last_number = last_number"))
        answer = one.post("/handouts", handout(1), key="come-again-later")
        writer.rollback()
    again = one.post("/handouts", handout(1), key="come-again-later")

    assert (answer.status_code, answer.json["code"], answer.headers["Retry-After"]) == (503, "busy", "2")
    assert again.status_code == 201
    assert one.on_hand(BUS) == {"A1": 7}


TWIN = """
import json, sys
from tests.conftest import settings_for
from wsgi import create_app
url, token, own = sys.argv[1:]
client = create_app(settings_for(url)).test_client()
def ask(key, body):
    answer = client.post("/api/v1/handouts", json=body, headers={"Authorization": "Bearer " + token, "Idempotency-Key": key})
    return [answer.status_code, answer.text]
print("ready", flush=True)
for line in sys.stdin:
    key, body, times = json.loads(line)
    print(json.dumps([ask(f"{key or own}-{nth:06}", body) for nth in range(times)]), flush=True)
"""


def test_two_processes_do_what_one_would(callers, home, key_of_all):
    (one,) = callers()
    one.receive(units=30, place=BUS, on=TODAY)
    twins = [subprocess.Popen([sys.executable, "-c", TWIN, home.url, key_of_all, f"process{nth}"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for nth in (1, 2)]
    assert [twin.stdout.readline() for twin in twins] == ["ready\n"] * 2

    def both(key, *, times):
        for twin in twins:
            twin.stdin.write(json.dumps([key, handout(1), times]) + "\n")
            twin.stdin.flush()
        return [[tuple(answer) for answer in json.loads(twin.stdout.readline())] for twin in twins]

    first, second = both("the-same-key", times=15)
    one_by_one = both(None, times=12)
    for twin in twins:
        twin.communicate(timeout=30)

    assert first == second
    assert Counter(status for status, _ in first) == {201: 15}
    assert Counter(status for status, _ in chain(*one_by_one)) == {201: 15, 409: 9}
    assert one.on_hand(BUS) == {}


def handout(units):
    return {"place": BUS, "occurred_on": TODAY, "lines": [{"product": SPRAY, "units": units}]}


def receipt(place, lots):
    return {"place": place, "occurred_on": TODAY, "lines": [{"product": SPRAY, "lot": lot, "expires_on": expires_on, "units": 3} for lot, expires_on in lots]}


def test_those_recorded_together_are_each_told_in_their_own_words(callers):
    many = callers(12)
    many[0].receive(units=6, place=BUS, on=TODAY)
    tongues = ["nb", "nn", "en"] * 4

    answers = all_at_once(*(lambda one=one, tongue=tongue: one.post("/handouts", handout(1), Accept_Language=tongue) for one, tongue in zip(many, tongues, strict=True)))

    assert codes(answers) == {201: 6, "not-enough-stock": 6}
    titles = {"nb": "Det er ikke nok på hyllen.", "nn": "Det er ikkje nok på hylla.", "en": "There is not enough on the shelf."}
    refused = [(tongue, answer.json["title"]) for tongue, answer in zip(tongues, answers, strict=True) if answer.status_code == 409]
    assert all(titles[tongue] == title for tongue, title in refused), refused
