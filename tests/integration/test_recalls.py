"""A recall freezes a lot everywhere, lists every place that ever had a unit, and follows each until it has answered."""

import pytest

from tests.integration.recalling import BUS, CLINIC, DEPOT, GTIN, SPRAY, answered, assert_nothing_is_unexplained, lot_at, now, place_of, recalled, refused, today


@pytest.fixture
def spread(ada, alma, birk):
    """Forty of lot A1 at the bus, of which seven were handed out and two came back, and ten at the clinic, all handed out."""
    ada.receive(SPRAY, 40, lot="A1", place=BUS, expires_on="2031-01-31")
    ada.receive(SPRAY, 10, lot="A1", place=CLINIC, expires_on="2031-01-31")
    assert ada.hand_out(7, place=BUS, on=today()).status_code == 201
    assert ada.hand_out(10, place=CLINIC, on=today()).status_code == 201
    assert ada.post("/returns", {"place": BUS, "occurred_on": today(), "reason": "unused", "lines": [{"product": SPRAY, "lot": "A1", "units": 2}]}).status_code == 201
    return ada


def test_a_recall_freezes_a_lot_everywhere_and_lists_who_had_it(spread, gro, session):
    recall = recalled(gro, gtin=GTIN, product=None) if False else recalled(gro)

    assert recall["number"].startswith("R-")
    assert {one["place"]: one["listed"]["on_hand"] for one in recall["places"]} == {BUS: 35, CLINIC: 0}
    assert lot_at(recall, BUS)["handed_out"] == 7
    refused(spread.hand_out(1, place=BUS, on=today()), "not-enough-stock")
    refused(spread.hand_out(1, place=BUS, on=today(), lot="A1"), "lot-blocked")
    session.rollback()
    assert_nothing_is_unexplained(session, recall)


def test_a_place_answers_and_what_it_did_is_entered(spread, gro, birk, session):
    recall = recalled(gro)

    place = answered(birk, recall, BUS, ("A1", 34, 30, 4))

    assert (place["state"], place["on_hand"], place["answers"][0]["lines"][0]["expected"]) == ("answered", 0, 35)
    after = now(gro, recall)
    assert (after["sums"][0]["destroyed"], after["sums"][0]["returned"], after["sums"][0]["lost"]) == (30, 4, 1)
    assert place_of(now(birk, recall), DEPOT) is None
    session.rollback()
    assert_nothing_is_unexplained(session, after)
