"""What is held for an order and taken by a fact: the order is not what it was, and whoever saw it before does not send less unawares."""

import pytest

from supply import clock
from tests.integration.ordering import DEPOT, SPRAY, act, approved, done, line, refused, stocked

TODAY = clock.today().isoformat()


@pytest.fixture
def erik(caller):
    return caller("erik")


def count(who, units):
    return who.post("/counts", {"place": DEPOT, "occurred_on": TODAY, "lines": [{"product": SPRAY, "lot": "A1", "units": units}]})


def destroy(who, units):
    return who.post("/disposals", {"place": DEPOT, "occurred_on": TODAY, "reason": "damaged", "lines": [{"product": SPRAY, "lot": "A1", "units": units}]})


def quarantine(who, _units):
    return who.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "too_warm", "place": DEPOT})


FACTS = [pytest.param(count, 19, "count", id="count"), pytest.param(destroy, 1, "disposal", id="disposal"), pytest.param(quarantine, 0, "quarantine", id="quarantine")]


@pytest.mark.parametrize(("fact", "units", "because"), FACTS)
def test_who_saw_more_held_than_is_left_is_told_before_anything_is_sent(alma, birk, erik, fact, units, because):
    stocked(alma, units=20)
    seen = approved(birk, erik)

    assert fact(alma, units).status_code in {200, 201}

    refused(act(alma, seen, "ship"), "version-differs", 412)
    now = alma.get(f"/orders/{seen['number']}").json
    assert (line(now)["held"], now["state"], now["version"]) == (0, "approved", seen["version"] + 1)
    assert [(event["version"], event["act"]) for event in now["events"]][-1] == (now["version"], "release")
    assert now["events"][-1]["facts"] == {"let_go": [{"product": SPRAY, "lot": "A1", "units": 20, "because": because}]}


def test_each_order_of_which_something_was_taken_changes_and_no_other(alma, birk, erik):
    stocked(alma, units=30)
    first, second, third = (approved(birk, erik, [(SPRAY, 10)]) for _ in range(3))

    assert destroy(alma, 12).status_code == 201

    now = [alma.get(f"/orders/{order['number']}").json for order in (first, second, third)]
    assert [one["version"] - before["version"] for one, before in zip(now, (first, second, third), strict=True)] == [0, 1, 1]
    assert done(alma, first, "ship")["state"] == "shipped"


def test_a_fact_that_leaves_enough_for_what_is_held_changes_no_order(alma, birk, erik):
    stocked(alma, units=30)
    order = approved(birk, erik)

    assert count(alma, 25).status_code == 201

    assert done(alma, order, "ship")["state"] == "shipped"
