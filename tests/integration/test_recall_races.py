"""A recall against everybody who would take a unit of the lot at the same moment: whoever is first stands in its trace, whoever comes later is refused.

Each race is run as many rounds as FORSYN_RACE_ROUNDS says, each with a lot of its own.
"""

import os
from itertools import count

import pytest

from inventory.service import checks
from supply.db import db, in_one_snapshot
from tests.integration.at_once import all_at_once, codes
from tests.integration.ordering import approved, shipped, submitted
from tests.integration.recalling import BUS, CLINIC, DEPOT, SET, SPRAY, SYRINGE, assert_nothing_is_unexplained, lot_at, notice, now, place_of, today

ROUNDS = int(os.environ.get("FORSYN_RACE_ROUNDS", "2"))
LATE = "2031-01-31"
WHY = {"reason": "all there is"}


@pytest.fixture
def people(app, home, caller):
    """Give somebody by name, as often as asked: each a client and keys of their own."""
    somebody, names = type(caller("alma")), count()
    return lambda name, many=1: [somebody(app.test_client(), home.tokens[name], f"{name}{next(names)}") for _ in range(many)]


@pytest.fixture
def rounds(app):
    """Give the rounds by number and lot; every so often and at the end it is asserted that the ledger is in order."""
    del app

    def through():
        for nth in range(ROUNDS):
            yield nth, f"L{nth:04}"
            if nth % 20 == 0:
                assert in_one_snapshot(checks.verify).failure is None

    return through


def open_it(who, lot, product=SPRAY, **more):
    return lambda: who.post("/recalls", notice((lot, LATE), product=product, **more))


def the_recall(answers):
    """Give the recall among the answers; it always succeeds."""
    found = next(one for one in answers if one.request.path.endswith("/recalls"))
    assert found.status_code == 201, found.text
    return found.json


def closes(gro, recall, product=SPRAY):
    """Assert that what the recall said when it committed is still so: nothing has left since; and that nothing is unexplained."""
    latest = now(gro, recall)
    assert latest["sums"] == recall["sums"]
    in_one_snapshot(lambda session: assert_nothing_is_unexplained(session, latest, product=product))
    return latest


def test_a_hand_out_is_before_it_and_in_its_trace_or_refused(ada, callers, gro, rounds):
    takers = callers(6)
    for _, lot in rounds():
        ada.receive(SPRAY, 100, lot=lot, place=BUS, expires_on=LATE, on=today())

        answers = all_at_once(open_it(gro, lot), *(lambda one=one, lot=lot: one.hand_out(2, place=BUS, on=today(), lot=lot) for one in takers))

        recall, given = the_recall(answers), sum(2 for one in answers[1:] if one.status_code == 201)
        assert set(codes(answers[1:])) <= {201, "lot-blocked"}
        assert (lot_at(recall, BUS, lot)["handed_out"], lot_at(recall, BUS, lot)["on_hand"]) == (given, 100 - given)
        closes(gro, recall)


def test_a_batch_of_many_is_wholly_before_it_or_not_there(ada, callers, gro, rounds):
    (taker,) = callers(1)
    for nth, lot in rounds():
        ada.receive(SPRAY, 100, lot=lot, place=BUS, expires_on=LATE, on=today())
        body = {"place": BUS, "occurred_on": today(), "lines": [{"product": SPRAY, "units": 1, "lot": lot}]}
        batch = {"postings": [{"kind": "handout", "key": f"batch-{nth}-{one:03}", "body": body} for one in range(30)]}

        answers = all_at_once(open_it(gro, lot), lambda batch=batch: taker.post("/postings/batch", batch))

        recall = the_recall(answers)
        assert lot_at(recall, BUS, lot)["handed_out"] == (30 if answers[1].status_code == 200 else 0), answers[1].text
        closes(gro, recall)


def test_a_transfer_is_before_it_and_both_places_are_listed_or_refused(ada, callers, gro, rounds):
    movers = callers(4)
    for _, lot in rounds():
        ada.receive(SPRAY, 40, lot=lot, place=BUS, expires_on=LATE, on=today())
        body = {"place": BUS, "to": CLINIC, "occurred_on": today(), "lines": [{"product": SPRAY, "lot": lot, "units": 3}]}

        answers = all_at_once(open_it(gro, lot), *(lambda one=one, body=body: one.post("/transfers", body) for one in movers))

        recall, moved = the_recall(answers), sum(3 for one in answers[1:] if one.status_code == 201)
        assert set(codes(answers[1:])) <= {201, "lot-blocked"}
        assert (place_of(recall, CLINIC) is not None, lot_at(recall, BUS, lot)["on_hand"]) == (moved > 0, 40 - moved)
        closes(gro, recall)


def test_a_shipment_is_before_it_and_on_its_way_or_stopped(alma, birk, caller, people, gro, rounds):
    erik, (shipper,) = caller("erik"), people("alma")
    for _, lot in rounds():
        alma.receive(SPRAY, 20, lot=lot, expires_on=LATE, on=today())
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)

        answers = all_at_once(open_it(gro, lot), lambda order=order: shipper.post(f"/orders/{order['number']}/ship", {}, If_Match=f'"{order["version"]}"'))

        recall, sent = the_recall(answers), answers[1].status_code == 200
        assert sent or answers[1].json["code"] in {"lot-blocked", "nothing-to-ship", "version-differs"}, answers[1].text
        assert (recall["sums"][0]["in_transit"], place_of(recall, DEPOT)["listed"]["held"]) == ((20, 0) if sent else (0, 20))
        assert (place_of(recall, BUS) is not None) == sent
        latest = closes(gro, recall)
        if not sent:
            found = shipper.get(f"/orders/{order['number']}").json
            assert (found["lines"][0]["held"], place_of(latest, DEPOT)["on_hand"]) == (0, 20)
            assert shipper.post(f"/orders/{order['number']}/cancel", WHY, If_Match=f'"{found["version"]}"').status_code == 200


def test_what_is_allocated_at_the_same_moment_is_let_go_or_never_held(alma, birk, caller, people, gro, rounds):
    erik, (other,) = caller("erik"), people("erik")
    for _, lot in rounds():
        alma.receive(SPRAY, 20, lot=lot, expires_on=LATE, on=today())
        order = submitted(birk, [(SPRAY, 20)], **WHY)

        answers = all_at_once(open_it(gro, lot), lambda order=order: other.post(f"/orders/{order['number']}/approve", WHY, If_Match=f'"{order["version"]}"'))

        recall = the_recall(answers)
        assert answers[1].status_code == 200, answers[1].text
        stands = erik.get(f"/orders/{order['number']}").json
        held = {row["lot"]["number"]: row["held"] for row in alma.get("/stock", place=DEPOT, product=SPRAY, limit=500).json}
        assert (stands["lines"][0]["held"], held[lot]) == (0, 0)
        closes(gro, recall)
        assert alma.post(f"/orders/{order['number']}/cancel", WHY, If_Match=f'"{stands["version"]}"').status_code == 200


def test_kits_are_packed_before_it_and_blocked_or_not_packed(ada, callers, gro, rounds):
    packers = callers(3)
    lines = [{"product": product, "lot": f"P-{product}", "expires_on": LATE, "units": 100_000} for product in ("swab", "acid", "filter")]
    assert ada.post("/receipts", {"place": BUS, "occurred_on": today(), "lines": [*lines, {"product": "cooker", "units": 100_000}]}).status_code == 201
    for _, lot in rounds():
        ada.receive(SYRINGE, 50, lot=lot, place=BUS, expires_on=LATE, on=today())
        body = {"place": BUS, "occurred_on": today(), "kit": SET, "units": 5}

        answers = all_at_once(open_it(gro, lot, SYRINGE), *(lambda one=one, body=body: one.post("/assemblies", body) for one in packers))

        recall, packed = the_recall(answers), sum(5 for one in answers[1:] if one.status_code == 201)
        assert set(codes(answers[1:])) <= {201, "not-enough-stock"}
        assert (recall["sums"][0]["in_kits"], recall["sums"][0]["on_hand"], recall["sums"][0]["kits"]["on_hand"]) == (packed, 50 - packed, packed)
        given = ada.post("/handouts", {"place": BUS, "occurred_on": today(), "lines": [{"product": SET, "units": 1}]})
        assert (given.status_code, given.json["code"]) == (409, "not-enough-stock")
        closes(gro, recall, SYRINGE)


def test_a_lot_that_arrives_at_the_same_moment_lies_there_blocked(ada, callers, gro, rounds):
    receivers = callers(3)
    for _, lot in rounds():
        body = {"place": BUS, "occurred_on": today(), "lines": [{"product": SPRAY, "lot": lot, "expires_on": LATE, "units": 10}]}

        answers = all_at_once(open_it(gro, lot), *(lambda one=one, body=body: one.post("/receipts", body) for one in receivers))

        recall = the_recall(answers)
        assert set(codes(answers[1:])) == {201}
        refused = ada.hand_out(1, place=BUS, on=today(), lot=lot)
        latest = now(gro, recall)
        assert (refused.status_code, refused.json["code"], place_of(latest, BUS)["on_hand"], latest["sums"][0]["received"]) == (409, "lot-blocked", 30, 30)
        in_one_snapshot(lambda session, latest=latest: assert_nothing_is_unexplained(session, latest))


def test_one_of_many_who_recall_a_lot_at_once_does(ada, people, rounds):
    callers = people("gro", 4)
    for _, lot in rounds():
        ada.receive(SPRAY, 40, lot=lot, place=BUS, expires_on=LATE, on=today())

        answers = all_at_once(*(open_it(one, lot) for one in callers))

        assert codes(answers) == {201: 1, "recalled-already": 3}
        assert [event["kind"] for event in callers[0].get(f"/lots/{SPRAY}/{lot}/events").json["events"]] == ["recall"]
        assert sum(1 for one in callers[0].get("/recalls", limit=500).json if one["lots"][0]["lot"] == lot) == 1
        db.session.rollback()


def test_an_answer_is_before_the_end_or_refused(ada, birk, people, gro, rounds):
    (other,) = people("gro")
    for nth, lot in rounds():
        ada.receive(SPRAY, 40, lot=lot, place=BUS, expires_on=LATE, on=today())
        number = the_recall([open_it(gro, lot)()])["number"]
        end = ("close", "lift")[nth % 2]

        answers = all_at_once(
            lambda number=number, end=end: other.post(f"/recalls/{number}/{end}", {"reason": "enough"}),
            lambda number=number, lot=lot: birk.post(f"/recalls/{number}/answers", {"place": BUS, "lines": [{"lot": lot, "found": 40, "destroyed": 40}]}),
        )

        latest = gro.get(f"/recalls/{number}").json
        assert answers[0].status_code == 200, answers[0].text
        assert (answers[1].status_code, answers[1].json.get("code")) in {(201, None), (409, "recall-ended")}
        assert latest["sums"][0]["destroyed"] == (40 if answers[1].status_code == 201 else 0)
        in_one_snapshot(lambda session, latest=latest: assert_nothing_is_unexplained(session, latest))


def test_what_a_shipment_brings_at_the_same_moment_is_blocked_where_it_arrives(alma, birk, caller, people, gro, rounds):
    erik, (receiver,) = caller("erik"), people("birk")
    for _, lot in rounds():
        alma.receive(SPRAY, 20, lot=lot, expires_on=LATE, on=today())
        order = shipped(birk, erik, alma, [(SPRAY, 20)], **WHY)
        body = {"lines": [{"product": SPRAY, "lot": lot, "accepted": 20}]}

        answers = all_at_once(open_it(gro, lot), lambda order=order, body=body: receiver.post(f"/orders/{order['number']}/receive", body, If_Match=f'"{order["version"]}"'))

        recall = the_recall(answers)
        assert answers[1].status_code == 200, answers[1].text
        latest = now(gro, recall)
        assert (place_of(latest, BUS)["on_hand"], latest["sums"][0]["in_transit"], place_of(recall, BUS)["must_answer"]) == (20, 0, True)
        assert birk.hand_out(1, place=BUS, on=today(), lot=lot).json["code"] == "lot-blocked"
        in_one_snapshot(lambda session, latest=latest: assert_nothing_is_unexplained(session, latest))
