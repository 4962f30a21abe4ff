"""Clocks: they go back, they skip an hour and repeat one, and the year turns in Oslo before it does in UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from inventory.service import checks
from supply import clock
from supply.db import db, in_one_snapshot
from tests.integration.monthly import each_month

SPRAY, BUS = "naloxone-nyxoid", "oslo-outreach"


def receipt(day, units=5):
    return {"place": BUS, "occurred_on": str(day), "lines": [{"product": SPRAY, "lot": "A1", "expires_on": "2031-01-31", "units": units}]}


def recorded(ada):
    return [(one["number"], one["recorded_at"]) for one in ada.get(f"/journals/{BUS}").json]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=2), timedelta(days=400)])
def test_a_clock_set_back_never_makes_a_later_posting_earlier(ada, back):
    noon = datetime(2027, 6, 15, 12, tzinfo=UTC)
    day = (noon - back - timedelta(days=1)).date()

    for instant in (noon, noon - back, noon - back + timedelta(seconds=5), noon + timedelta(days=400)):
        with time_machine.travel(instant, tick=False):
            assert ada.post("/receipts", receipt(day)).status_code == 201

    instants = ["2027-06-15T12:00:00.000000Z"] * 3 + ["2028-07-19T12:00:00.000000Z"]
    assert recorded(ada) == list(enumerate(instants, start=1))
    assert in_one_snapshot(checks.verify).failure is None


def test_a_clock_set_back_does_not_let_the_future_in(ada):
    with time_machine.travel(datetime(2027, 6, 15, 12, tzinfo=UTC), tick=False):
        assert ada.post("/receipts", receipt("2027-06-15")).status_code == 201
    with time_machine.travel(datetime(2027, 6, 13, 12, tzinfo=UTC), tick=False):
        answer = ada.post("/receipts", receipt("2027-06-14"))

    assert (answer.status_code, answer.json["code"], answer.json["today"]) == (422, "in-the-future", "2027-06-13")


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-12-31T22:59:59Z", "2026-12-31"),
        ("2026-12-31T23:00:00Z", "2027-01-01"),
        ("2026-12-31T23:30:00Z", "2027-01-01"),
        ("2027-03-27T22:59:59Z", "2027-03-27"),
        ("2027-03-27T23:00:00Z", "2027-03-28"),
        ("2027-03-28T00:59:59Z", "2027-03-28"),
        ("2027-03-28T01:00:00Z", "2027-03-28"),
        ("2027-03-28T21:59:59Z", "2027-03-28"),
        ("2027-03-28T22:00:00Z", "2027-03-29"),
        ("2027-10-30T21:59:59Z", "2027-10-30"),
        ("2027-10-30T22:00:00Z", "2027-10-31"),
        ("2027-10-31T00:30:00Z", "2027-10-31"),
        ("2027-10-31T01:30:00Z", "2027-10-31"),
        ("2027-10-31T22:59:59Z", "2027-10-31"),
        ("2027-10-31T23:00:00Z", "2027-11-01"),
    ],
)
def test_the_day_is_the_one_in_oslo(instant, day):
    assert clock.day_of(datetime.fromisoformat(instant)) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("instant", "today"),
    [
        ("2026-12-31T23:30:00+00:00", "2027-01-01"),
        ("2027-03-27T23:30:00+00:00", "2027-03-28"),
        ("2027-03-28T01:30:00+00:00", "2027-03-28"),
        ("2027-10-31T00:30:00+00:00", "2027-10-31"),
        ("2027-10-31T01:30:00+00:00", "2027-10-31"),
    ],
    ids=["new year's eve", "before the night of summer time", "in it", "before the night of winter time", "in it, the hour again"],
)
def test_today_in_oslo_is_accepted_and_tomorrow_is_the_future(ada, instant, today):
    tomorrow = date.fromisoformat(today) + timedelta(days=1)

    with time_machine.travel(datetime.fromisoformat(instant), tick=False):
        accepted = ada.post("/receipts", receipt(today))
        refused = ada.post("/receipts", receipt(tomorrow))

    assert accepted.status_code == 201
    assert (accepted.json["occurred_on"], accepted.json["recorded_at"]) == (today, instant.replace("+00:00", ".000000Z"))
    assert (refused.status_code, refused.json["code"]) == (422, "in-the-future")


def test_a_posting_half_an_hour_before_midnight_utc_counts_in_oslos_new_year(ada):
    with time_machine.travel(datetime(2026, 12, 31, 23, 30, tzinfo=UTC), tick=False):
        ada.post("/receipts", receipt("2027-01-01", units=7))

    with db.engine.connect() as connection:
        assert [(str(one.month), one.units) for one in each_month(connection)] == [("2027-01-01", 7)]


def test_postings_in_the_hour_that_comes_twice_keep_their_order(ada):
    for instant in ("2027-10-31T00:30:00+00:00", "2027-10-31T01:30:00+00:00"):
        with time_machine.travel(datetime.fromisoformat(instant), tick=False):
            ada.post("/receipts", receipt("2027-10-31"))

    assert recorded(ada) == [(1, "2027-10-31T00:30:00.000000Z"), (2, "2027-10-31T01:30:00.000000Z")]


def test_a_lot_is_usable_through_its_expiry_day_in_oslo(ada):
    with time_machine.travel(datetime(2027, 1, 1, 12, tzinfo=UTC), tick=False):
        ada.receive(units=5, place=BUS, lot="A1", expires_on="2027-01-31", on="2027-01-01")

    answers = []
    for instant, day in (("2027-01-31T22:59:00+00:00", "2027-01-31"), ("2027-01-31T23:00:00+00:00", "2027-02-01"), ("2027-01-31T23:00:00+00:00", "2027-01-31")):
        with time_machine.travel(datetime.fromisoformat(instant), tick=False):
            answers.append(ada.hand_out(1, place=BUS, on=day))

    assert [answer.status_code for answer in answers] == [201, 409, 201]
    assert (answers[1].json["code"], answers[1].json["available"], answers[1].json["unusable"]) == ("not-enough-stock", 0, 4)


def test_the_month_and_the_ledgers_first_day_are_asked_of_the_day_not_of_the_instant(ada):
    accepted = ada.post("/receipts", receipt("2018-01-01"))
    before_the_place = ada.post("/receipts", receipt("2017-12-31"))
    before_the_ledger = ada.post("/receipts", receipt("2013-12-31"))

    assert accepted.status_code == 201
    assert (before_the_place.status_code, before_the_place.json["code"]) == (409, "place-closed")
    assert (before_the_ledger.status_code, before_the_ledger.json["code"]) == (422, "too-long-ago")
