"""What has been counted is closed: nothing is entered before the day of a lot's last count, and nothing of before it is undone."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from supply import clock

SPRAY, BUS, CLINIC = "naloxone-nyxoid", "oslo-outreach", "oslo-servicepoint"
DAY = {ago: (clock.today() - timedelta(days=ago)).isoformat() for ago in range(10)}
COUNTED = 3


def found(place, units, *, ago=COUNTED, lot="A1", **more):
    return {"place": place, "occurred_on": DAY[ago], "lines": [{"product": SPRAY, "lot": lot, "units": units, **more}]}


@pytest.fixture
def counted(ada):
    """Twenty arrived, three were handed out before the count, two on its day before it, one on its day after it."""
    for place in (BUS, CLINIC):
        ada.receive(units=20, place=place, lot="A1", expires_on="2031-01-31", on=DAY[8])
    ada.hand_out(3, place=BUS, on=DAY[5])
    ada.hand_out(2, place=BUS, on=DAY[COUNTED])
    assert ada.post("/counts", found(BUS, 15)).json["number"] == 4
    ada.hand_out(1, place=BUS, on=DAY[COUNTED])
    return ada


def acts(ago):
    line = {"product": SPRAY, "lot": "A1", "units": 1}
    return {
        "receipts": {"place": BUS, "occurred_on": DAY[ago], "lines": [line | {"expires_on": "2031-01-31"}]},
        "handouts": {"place": BUS, "occurred_on": DAY[ago], "lines": [line]},
        "returns": {"place": BUS, "occurred_on": DAY[ago], "reason": "unused", "lines": [line]},
        "supplier-returns": {"place": BUS, "occurred_on": DAY[ago], "reason": "damaged", "lines": [line]},
        "disposals": {"place": BUS, "occurred_on": DAY[ago], "reason": "damaged", "lines": [line]},
        "transfers": {"place": BUS, "to": CLINIC, "occurred_on": DAY[ago], "lines": [line]},
    }


def test_nothing_is_entered_before_the_day_of_the_count(counted):
    for act, body in acts(COUNTED + 1).items():
        answer = counted.post(f"/{act}", body)
        assert (answer.status_code, answer.json["code"], answer.json["counted_on"]) == (409, "closed-by-count", DAY[COUNTED]), act

    assert counted.on_hand(BUS)["A1"] == 14


def test_what_happened_on_the_day_of_the_count_and_is_entered_later_comes_after_it(counted):
    for act, body in acts(COUNTED).items():
        assert counted.post(f"/{act}", body).status_code == 201, act


def test_nothing_is_moved_to_a_counted_shelf_before_its_count(counted):
    line = {"product": SPRAY, "lot": "A1", "units": 1}

    answers = [counted.post("/transfers", {"place": CLINIC, "to": BUS, "occurred_on": DAY[ago], "lines": [line]}) for ago in (COUNTED + 1, COUNTED)]

    assert [answer.status_code for answer in answers] == [409, 201]
    assert answers[0].json["code"] == "closed-by-count"


def test_a_hand_out_without_a_lot_number_before_the_count_is_told_of_the_count(counted):
    answer = counted.hand_out(1, place=BUS, on=DAY[COUNTED + 1])

    assert (answer.status_code, answer.json["code"], answer.json["lot"]) == (409, "closed-by-count", "A1")


def test_another_lot_of_the_same_place_is_not_closed(counted):
    counted.receive(units=5, place=BUS, lot="C1", expires_on="2031-09-30", on=DAY[7])

    answer = counted.hand_out(2, place=BUS, on=DAY[6])

    assert answer.status_code == 201
    assert answer.json["moves"][0]["lot"]["number"] == "C1"


@pytest.mark.parametrize(("number", "code"), [(1, "closed-by-count"), (2, "closed-by-count"), (3, "closed-by-count"), (5, None)])
def test_what_was_entered_before_the_count_is_not_undone_and_what_came_after_is(counted, number, code):
    answer = counted.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"})

    assert (answer.status_code, answer.json.get("code")) == ((409, code) if code else (201, None))


def test_a_transfer_is_not_undone_after_either_place_was_counted(ada):
    ada.receive(units=20, place=BUS, lot="A1", expires_on="2031-01-31", on=DAY[8])
    moved = ada.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": DAY[5], "lines": [{"product": SPRAY, "units": 4}]}).json
    assert ada.post("/counts", found(CLINIC, 4)).status_code == 201

    answer = ada.post("/corrections", {"journal": BUS, "number": moved["number"], "reason": "mistyped"})

    assert (answer.status_code, answer.json["code"]) == (409, "closed-by-count")


def test_a_forgotten_hand_out_before_the_count_is_entered_as_what_became_of_the_lost(ada):
    ada.receive(units=20, place=BUS, lot="A1", expires_on="2031-01-31", on=DAY[8])
    assert ada.post("/counts", found(BUS, 18)).status_code == 201
    forgotten = ada.hand_out(2, place=BUS, on=DAY[COUNTED + 1])
    line = {"product": SPRAY, "lot": "A1", "units": 2, "from": "lost", "to": "people", "occasion": "first_time"}

    answer = ada.post("/reclassifications", {"place": BUS, "occurred_on": DAY[COUNTED + 1], "reason": "handed_out_not_lost", "lines": [line]})
    too_many = ada.post("/reclassifications", {"place": BUS, "occurred_on": DAY[COUNTED + 1], "reason": "handed_out_not_lost", "lines": [line | {"units": 1}]})

    assert (forgotten.status_code, forgotten.json["code"]) == (409, "closed-by-count")
    assert answer.status_code == 201
    assert (too_many.status_code, too_many.json["code"]) == (409, "not-enough-stock")
    assert ada.on_hand(BUS)["A1"] == 18


def test_the_count_is_remembered_by_what_is_entered_after_it(counted, owner):
    counted.hand_out(1, place=BUS, on=DAY[0])

    with owner.connect() as connection:
        query = text("SELECT s.counted_on, s.counted_by FROM stock s JOIN lot l ON l.id = s.lot_id JOIN place p ON p.id = s.place_id WHERE p.code = :place AND l.number = 'A1'")
        assert [str(value) for value in connection.execute(query, {"place": BUS}).one()] == [DAY[COUNTED], "4"]
