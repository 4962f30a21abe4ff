"""Many acts in one book, and shelves that were emptied before: what an act has to know of those around it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from supply import clock
from supply.auth.models import AccessEntry

SPRAY = "naloxone-nyxoid"
TODAY = clock.today()
DAY = {ago: (TODAY - timedelta(days=ago)).isoformat() for ago in range(10)}
BUS, CLINIC = "oslo-outreach", "oslo-servicepoint"


def receipt(lot, expires_on="2029-01-31", *, place=BUS, units=5, on=0, **more):
    return {"place": place, "occurred_on": DAY[on], "lines": [{"product": SPRAY, "lot": lot, "expires_on": expires_on, "units": units}], **more}


def transfer(place, to, units, *, on=0):
    return {"place": place, "to": to, "occurred_on": DAY[on], "lines": [{"product": SPRAY, "units": units}]}


def batch(*acts):
    return {"postings": [{"kind": kind, "key": f"{kind}-{nth:08}", "body": body} for nth, (kind, body) in enumerate(acts)]}


def test_units_that_come_back_to_an_emptied_shelf_on_an_earlier_day_do_not_hide_what_happened_since(ada, session):
    ada.receive(units=5, place=BUS, lot="A1", expires_on="2029-01-31", on=DAY[9])
    ada.receive(units=5, place=CLINIC, lot="A1", expires_on="2029-01-31", on=DAY[9])
    assert ada.hand_out(5, place=BUS, on=DAY[2]).status_code == 201

    assert ada.post("/transfers", transfer(CLINIC, BUS, 4, on=6)).status_code == 201

    last = session.execute(text("SELECT s.last_moved_on FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = :code"), {"code": BUS}).scalar_one()
    assert str(last) == DAY[2]


def test_units_that_come_back_to_an_emptied_and_counted_shelf_are_not_dated_before_its_count(ada):
    ada.receive(units=5, place=BUS, lot="A1", expires_on="2029-01-31", on=DAY[9])
    ada.receive(units=5, place=CLINIC, lot="A1", expires_on="2029-01-31", on=DAY[9])
    assert ada.hand_out(5, place=BUS, on=DAY[5]).status_code == 201
    assert ada.post("/counts", {"place": BUS, "occurred_on": DAY[4], "lines": [{"product": SPRAY, "lot": "A1", "units": 0}]}).status_code == 201

    answer = ada.post("/transfers", transfer(CLINIC, BUS, 4, on=6))

    assert (answer.status_code, answer.json["code"]) == (409, "closed-by-count")


def test_a_new_lot_that_was_refused_in_a_batch_leaves_nothing_behind_for_the_next(ada):
    ada.receive(units=5, place=BUS, lot="KNOWN", expires_on="2029-01-31", on=DAY[9])
    refused = receipt("NEW", "2028-01-31")
    refused["lines"].append({"product": SPRAY, "lot": "KNOWN", "expires_on": "2030-12-31", "units": 1})

    answer = ada.post(
        "/postings/batch?each=true",
        batch(("receipt", refused), ("receipt", receipt("NEW", "2029-06-30")), ("handout", {"place": BUS, "occurred_on": DAY[0], "lines": [{"product": SPRAY, "units": 7}]})),
    )

    assert answer.status_code == 200, answer.text
    assert [one["status"] for one in answer.json["postings"]] == [409, 201, 201]
    assert ada.on_hand(BUS) == {"NEW": 3}
    assert [lot["expires_on"] for lot in ada.get("/lots", product=SPRAY, number="NEW").json] == ["2029-06-30"]


def test_a_delivery_note_that_stands_twice_in_a_batch_is_asked_about(ada):
    once = receipt("A1", supplier="Firm", document="D1")

    answer = ada.post("/postings/batch?each=true", batch(("receipt", once), ("receipt", once), ("receipt", once | {"confirm_duplicate": True})))

    assert [one["status"] for one in answer.json["postings"]] == [201, 409, 201]
    assert answer.json["postings"][1]["body"]["code"] == "looks-like-a-repeat"


def test_an_act_that_is_refused_leaves_neither_a_bar_code_nor_a_word_in_the_log(ada, session):
    once = receipt("A1", supplier="Firm", document="D1")
    ada.receive("swab", 5, place=BUS, lot="S1", expires_on="2029-01-31", on=DAY[2])
    refused = once | {"confirm_duplicate": True, "lines": [once["lines"][0] | {"gtin": "05060571490001"}, {"product": "swab", "lot": "S1", "units": 1, "expires_on": "2030-01-31"}]}

    answer = ada.post("/postings/batch?each=true", batch(("receipt", once), ("receipt", refused), ("receipt", receipt("A1"))))

    assert [one["status"] for one in answer.json["postings"]] == [201, 409, 201], answer.text
    assert ada.get("/lots", product=SPRAY, number="A1").json[0]["gtins"] == []
    assert session.scalar(select(func.count()).select_from(AccessEntry).where(AccessEntry.outcome == "overridden")) == 0


def test_a_batch_of_which_one_is_refused_enters_none_and_spends_only_its_own_key(ada):
    refused = batch(("receipt", receipt("A1")), ("handout", {"place": BUS, "occurred_on": DAY[0], "lines": [{"product": SPRAY, "units": 6}]}))

    first = ada.post("/postings/batch", refused, key="the-batch-itself")
    again = ada.post("/postings/batch", refused, key="the-batch-itself")
    alone = ada.post("/receipts", receipt("A1"), key=refused["postings"][0]["key"])

    assert (first.status_code, first.json["code"], first.json["index"]) == (409, "batch-refused", 1)
    assert again.data == first.data
    assert (alone.status_code, alone.headers.get("Idempotent-Replayed")) == (201, None)
    assert ada.on_hand(BUS) == {"A1": 5}


@pytest.mark.parametrize("each", [True, False])
def test_acts_of_one_batch_see_what_those_before_them_did(ada, each):
    acts = [
        ("receipt", receipt("A1", units=5, on=3)),
        ("handout", {"place": BUS, "occurred_on": DAY[3], "lines": [{"product": SPRAY, "units": 2}]}),
        ("transfer", transfer(BUS, CLINIC, 3, on=1)),
        ("handout", {"place": CLINIC, "occurred_on": DAY[0], "lines": [{"product": SPRAY, "lot": "A1", "units": 3}]}),
        ("reclassification", {"place": CLINIC, "occurred_on": DAY[0], "reason": "other", "lines": [{"product": SPRAY, "lot": "A1", "units": 3, "from": "people", "to": "lost"}]}),
    ]

    answer = ada.post(f"/postings/batch?each={'true' if each else 'false'}", batch(*acts))

    assert [one["status"] for one in answer.json["postings"]] == [201] * 5, answer.text
    assert (ada.on_hand(BUS), ada.on_hand(CLINIC)) == ({}, {})


def test_a_back_dated_act_in_a_batch_cannot_take_what_an_act_before_it_took_later(ada):
    ada.receive(units=5, place=BUS, lot="A1", expires_on="2029-01-31", on=DAY[9])
    handouts = [("handout", {"place": BUS, "occurred_on": DAY[ago], "lines": [{"product": SPRAY, "lot": "A1", "units": units}]}) for ago, units in ((1, 4), (5, 2), (5, 1))]

    answer = ada.post("/postings/batch?each=true", batch(*handouts))

    assert [one["status"] for one in answer.json["postings"]] == [201, 409, 201]
