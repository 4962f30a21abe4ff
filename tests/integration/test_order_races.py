"""Orders acted on by many at once: one legal end each time, the others are told where it stands, and nothing is held for ever.

Each race is run as many rounds as FORSYN_RACE_ROUNDS says. In every other one people say which version they saw; in the rest they do not look, and the states and the numbers alone decide:
so acts whoever counts another order in along with their own.
"""

import os
from itertools import count

import pytest

from inventory.service import checks
from orders.api import acts
from supply import clock
from supply.db import in_one_snapshot
from tests.integration.at_once import all_at_once, codes
from tests.integration.order_promises import assert_promises_kept
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, act, approved, counted, done, draft, etag, line, shipped, stocked, submitted

ROUNDS = int(os.environ.get("FORSYN_RACE_ROUNDS", "2"))
CLINIC = "oslo-servicepoint"
WHY = {"reason": "all there is"}
TOLD_THE_STATE = {"version-differs", "wrong-state"}


@pytest.fixture
def people(app, home, caller):
    """Give somebody by name, as often as asked: each a client and keys of their own."""
    somebody, names = type(caller("alma")), count()
    return lambda name, many=1: [somebody(app.test_client(), home.tokens[name], f"{name}{next(names)}") for _ in range(many)]


@pytest.fixture
def erik(people):
    return people("erik")[0]


@pytest.fixture
def rounds(app, monkeypatch):
    """Give the rounds by number, and whether in it people say which version they saw: in every other one they do.

    After each what orders promise is asserted, and every so often that the ledger is in order (after the last it is asserted anyway).
    """
    del app
    seen = acts.version_seen

    def through():
        for nth in range(ROUNDS):
            look = nth % 2 == 0
            monkeypatch.setattr(acts, "version_seen", seen if look else lambda: None)
            yield nth, look
            in_one_snapshot(assert_promises_kept)
            if nth % 20 == 0:
                assert in_one_snapshot(checks.verify).failure is None

    return through


def race(*doing):
    """Do acts on one order at the same moment; gives how the one ended that was done. The others were told where the order then stood, or what was in their way."""
    answers = all_at_once(*doing)
    won = [answer.json for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code != 200]
    assert len(won) == 1, codes(answers)
    for answer in lost:
        assert answer.status_code in {409, 412}, answer.text
        if answer.json["code"] in TOLD_THE_STATE:
            assert (answer.json["number"], answer.json["state"], answer.json["version"]) == (won[0]["number"], won[0]["state"], won[0]["version"])
    return won[0], [answer.json["code"] for answer in lost]


def at(who, order, what, body=None):
    """Give an act to be done later, on an order as it was last seen."""
    return lambda: act(who, order, what, body)


def now(who, order):
    return who.get(f"/orders/{order['number']}").json


def rows(who, place=DEPOT):
    return {row["lot"]["number"]: row for row in who.get("/stock", place=place, limit=500).json}


def held(order):
    return sum(one["held"] for one in order["lines"])


def ended(who, order):
    """See to it that an order stands in nobody's way any more."""
    latest = now(who, order)
    if "cancel" in latest["acts"]:
        latest = done(who, latest, "cancel")
    return latest


# One order, two people.


def test_an_order_is_cancelled_or_sent_never_both_and_never_neither(people, alma, birk, erik, rounds):
    (shipper,) = people("alma")
    stocked(alma, units=10_000)
    on_hand = 10_000
    for nth, look in rounds():
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)
        canceller = (birk, alma)[nth // 2 % 2]

        order, why_not = race(at(canceller, order, "cancel"), at(shipper, order, "ship"))

        assert (why_not, order["state"] in {"shipped", "cancelled"}) == (["version-differs" if look else "wrong-state"], True)
        on_hand -= 20 if order["state"] == "shipped" else 0
        assert (rows(alma)["A1"]["on_hand"], rows(alma)["A1"]["held"], held(order)) == (on_hand, 0, 0)
        assert line(order)["shipped"] + line(order)["cancelled"] == 20


def test_an_order_is_sent_once(people, alma, birk, erik, rounds):
    first, second, third = people("alma", 3)
    stocked(alma, units=10_000)
    for nth, look in rounds():
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)

        order, why_not = race(*(at(one, order, "ship") for one in (first, second, third)))

        assert why_not == ["version-differs" if look else "wrong-state"] * 2
        assert (order["state"], len(order["shipments"]), rows(alma)["A1"]["on_hand"]) == ("shipped", 1, 10_000 - 20 * (nth + 1))


def test_two_who_send_more_than_half_do_not_send_more_than_all(people, alma, birk, erik, rounds):
    first, second = people("alma", 2)
    stocked(alma, units=10_000)
    for _, look in rounds():
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)
        most = {"lines": [{"product": SPRAY, "lot": "A1", "units": 12, "reason": "they lay on top"}]}

        order, why_not = race(at(first, order, "ship", most), at(second, order, "ship", most))

        assert why_not == ["version-differs" if look else "more-than-due"]
        assert (order["state"], line(order)["shipped"], line(order)["held"]) == ("partly_shipped", 12, 8)
        ended(birk, order)


def test_two_halves_sent_at_once_are_the_whole_or_one_half(people, alma, birk, erik, rounds):
    first, second = people("alma", 2)
    stocked(alma, units=10_000)
    for _, look in rounds():
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)
        half = {"lines": [{"product": SPRAY, "lot": "A1", "units": 10}]}

        answers = all_at_once(at(first, order, "ship", half), at(second, order, "ship", half))

        assert codes(answers) == ({200: 1, "version-differs": 1} if look else {200: 2})
        order = now(birk, order)
        assert (order["state"], line(order)["shipped"], line(order)["held"]) == (("partly_shipped", 10, 10) if look else ("shipped", 20, 0))
        ended(birk, order)


@pytest.mark.parametrize("missing", [0, 6], ids=["whole", "in part"])
def test_a_shipment_is_counted_in_once(people, alma, birk, erik, missing, rounds):
    first, second = people("birk", 2)
    stocked(alma, units=10_000)
    for nth, look in rounds():
        order = shipped(birk, erik, alma, [(SPRAY, 20)], **WHY)
        count_of_it = counted(order, A1={"accepted": 20 - missing, "missing": missing})

        order, why_not = race(at(first, order, "receive", count_of_it), at(second, order, "receive", count_of_it))

        assert why_not == ["version-differs" if look else "wrong-state"]
        assert order["state"] == ("received" if missing else "closed")
        assert birk.on_hand(BUS) == {"A1": (20 - missing) * (nth + 1)}


def test_a_part_of_an_order_is_counted_in_once_while_the_rest_is_still_to_be_sent(people, alma, birk, erik, rounds):
    first, second = people("birk", 2)
    (shipper,) = people("alma")
    stocked(alma, units=10_000)
    for nth, look in rounds():
        order = done(alma, approved(birk, erik, [(SPRAY, 20)], WHY, **WHY), "ship", {"lines": [{"product": SPRAY, "lot": "A1", "units": 12}]})
        count_of_it = counted(order)

        if look:
            order, why_not = race(at(first, order, "receive", count_of_it), at(second, order, "receive", count_of_it))
            assert why_not == ["version-differs"]
        else:
            *arrivals, rest = all_at_once(at(first, order, "receive", count_of_it), at(second, order, "receive", count_of_it), at(shipper, order, "ship"))
            assert codes(arrivals) == {200: 1, "counted-in": 1}
            assert rest.status_code == 200
            order = now(birk, order)
        assert (order["state"], line(order)["arrived"], birk.on_hand(BUS)) == ("partly_shipped" if look else "shipped", 12, {"A1": 12 * (nth + 1)})
        ended(birk, order)


def test_an_order_is_approved_or_cancelled_and_nothing_is_held_for_one_that_was_cancelled(people, alma, birk, erik, rounds):
    stocked(alma, units=10_000)
    for _, look in rounds():
        order = submitted(birk, [(SPRAY, 20)], **WHY)

        answers = all_at_once(at(erik, order, "approve", WHY), at(birk, order, "cancel"))

        decided, over = answers
        order = now(birk, order)
        assert codes(answers) in ([{200: 1, "version-differs": 1}] if look else [{200: 1, "wrong-state": 1}, {200: 2}])
        assert order["state"] == ("cancelled" if over.status_code == 200 else "approved")
        assert decided.status_code == 200 or (decided.json["state"], decided.json["version"]) == ("cancelled", order["version"])
        assert held(order) == (0 if over.status_code == 200 else 20)
        ended(birk, order)


def test_an_order_is_approved_once_or_given_back(people, alma, birk, erik, rounds):
    (other,) = people("erik")
    stocked(alma, units=10_000)
    for _, look in rounds():
        order = submitted(birk, [(SPRAY, 20)], **WHY)

        order, why_not = race(at(erik, order, "approve", WHY), at(other, order, "refuse", {"reason": "count first"}))

        assert why_not == ["version-differs" if look else "wrong-state"]
        assert (order["state"], held(order)) in {("approved", 20), ("draft", 0)}
        ended(birk, order)


def test_a_draft_is_submitted_once(people, birk, rounds):
    many = people("birk", 3)
    for _, look in rounds():
        order = draft(birk, [(SPRAY, 20)], **WHY)

        order, why_not = race(*(at(one, order, "submit") for one in many))

        assert why_not == ["version-differs" if look else "wrong-state"] * 2
        assert [event["act"] for event in order["events"]] == ["draft", "submit"]
        ended(birk, order)


def test_of_two_who_amend_a_draft_one_is_told_that_the_other_did(people, birk, rounds):
    many = people("birk", 3)
    for _, look in rounds():
        order = draft(birk, [(SPRAY, 20)], **WHY)

        def amend(one, units, order=order):
            headers = {"Authorization": f"Bearer {one.token}", "Idempotency-Key": f"{one.name}-{order['number']}", "If-Match": etag(order)}
            with one.client.application.app_context():
                return one.client.patch(f"/api/v1/orders/{order['number']}", json={"lines": [{"product": SPRAY, "units": units}, {"product": SYRINGE, "units": 100}]}, headers=headers)

        answers = all_at_once(*(lambda one=one, units=units: amend(one, units) for one, units in zip(many, (22, 24, 26), strict=True)))

        assert codes(answers) == ({200: 1, "version-differs": 2} if look else {200: 3})
        last = max((answer.json for answer in answers if answer.status_code == 200), key=lambda order: order["version"])
        order = now(birk, order)
        assert (order["lines"], order["version"], len(order["lines"])) == (last["lines"], 2 if look else 4, 2)
        assert all(answer.json["version"] == 2 for answer in answers if answer.status_code == 412)
        ended(birk, order)


@pytest.mark.parametrize("units", [4, 6], ids=["in part", "whole"])
def test_what_is_missing_is_settled_once(people, alma, birk, erik, units, rounds):
    (sender,), (receiver,) = people("alma"), people("birk")
    stocked(alma, units=10_000)
    for _, look in rounds():
        order = shipped(birk, erik, alma, [(SPRAY, 20)], **WHY)
        order = done(birk, order, "receive", counted(order, A1={"accepted": 14, "missing": 6}))
        before = {place: rows(alma, place)["A1"]["on_hand"] for place in (DEPOT, BUS)}

        def said(outcome):
            return {"lines": [{"product": SPRAY, "lot": "A1", "units": units, "outcome": outcome}]}

        order, why_not = race(at(sender, order, "settle", said("returned")), at(receiver, order, "settle", said("found")))

        assert why_not == ["version-differs" if look else "wrong-state" if units == 6 else "more-than-unsettled"]
        (parcel,) = order["shipments"][0]["lines"]
        assert (parcel["unsettled"], order["state"]) == (6 - units, "closed" if units == 6 else "received")
        found = line(order)["arrived"] == 14 + units
        assert {place: rows(alma, place)["A1"]["on_hand"] - there for place, there in before.items()} == {DEPOT: 0 if found else units, BUS: units if found else 0}


# Several orders, and what lies on the shelf.


def test_units_that_suffice_for_one_order_are_held_for_one(people, alma, birk, rounds):
    deciders, shippers = people("erik", 4), people("alma", 4)
    for nth, _ in rounds():
        stocked(alma, units=50, lot=f"L{nth}")
        orders = [submitted(birk, [(SPRAY, 20)], **WHY) for _ in deciders]

        answers = all_at_once(*(at(one, order, "approve", WHY) for one, order in zip(deciders, orders, strict=True)))
        assert codes(answers) == {200: 4}
        assert sorted(held(answer.json) for answer in answers) == [0, 10, 20, 20]
        in_one_snapshot(assert_promises_kept)

        sent = all_at_once(*(at(one, answer.json, "ship") for one, answer in zip(shippers, answers, strict=True)))
        assert codes(sent) == {200: 3, "nothing-to-ship": 1}
        assert rows(alma).get(f"L{nth}", {"on_hand": 0})["on_hand"] == 0
        for order in orders:
            ended(birk, order)


def test_units_are_handed_out_or_held_never_both(people, alma, birk, erik, rounds):
    (giver,) = people("alma")
    for nth, _ in rounds():
        stocked(alma, units=20, lot=f"L{nth}")
        order = submitted(birk, [(SPRAY, 20)], **WHY)

        decided, given = all_at_once(at(erik, order, "approve", WHY), lambda nth=nth: giver.hand_out(15, lot=f"L{nth}", on=clock.today().isoformat()))

        assert decided.status_code == 200
        assert (given.status_code, held(decided.json)) in {(201, 5), (409, 20)}
        assert given.status_code == 201 or given.json["code"] == "not-enough-stock"
        if held(done(alma, decided.json, "ship")) == 0:
            ended(birk, order)


def test_orders_of_two_places_that_lend_to_each_other_do_not_wait_for_each_other_for_ever(callers, rounds):
    ada, *many = callers(5)
    lots = ["N1", "N2", "N3"]
    for place in (BUS, CLINIC):
        for lot in lots:
            ada.receive(SPRAY, 20_000, lot=lot, place=place, expires_on="2031-01-31", on=clock.today().isoformat())
    for _, _ in rounds():
        ways = [(BUS, CLINIC), (CLINIC, BUS)] * 2
        products = [(SPRAY, 20), (SYRINGE, 100)]
        orders = [done(ada, draft(ada, products[:: 1 if nth % 2 else -1], place=to, supplied_by=giver, kind="loan", **WHY), "submit") for nth, (giver, to) in enumerate(ways)]

        sent = all_at_once(*(at(one, order, "ship") for one, order in zip(many, orders, strict=True)))
        assert codes(sent) == {200: 4}
        arrived = all_at_once(*(at(one, answer.json, "receive", counted(answer.json)) for one, answer in zip(many, sent, strict=True)))
        assert codes(arrived) == {200: 4}
        over = all_at_once(*(at(one, answer.json, "cancel") for one, answer in zip(many, arrived, strict=True)))
        assert {answer.json["state"] for answer in over} == {"closed"}


def test_a_loan_is_offered_and_taken_from_the_last_units_of_a_place_by_one_of_two(callers, rounds):
    ada, first, second = callers(3)
    for nth, _ in rounds():
        for giver in (BUS, CLINIC):
            ada.receive(SPRAY, 20, lot=f"L{nth}", place=giver, expires_on="2031-01-31", on=clock.today().isoformat())
        orders = {giver: [draft(ada, [(SPRAY, 20)], place=to, supplied_by=giver, kind="loan", **WHY) for to in (DEPOT, "oslo-servicepoint-2")] for giver in (BUS, CLINIC)}

        both = [at(one, order, "submit") for one, order in zip((first, second) * 2, [*orders[BUS], *reversed(orders[CLINIC])], strict=True)]
        answers = all_at_once(*both)

        assert codes(answers) == {200: 4}
        for giver in (BUS, CLINIC):
            assert sorted(held(answer.json) for answer in answers if answer.json["supplied_by"] == giver) == [0, 20]
        for answer in answers:
            if held(answer.json):
                done(ada, answer.json, "ship")
            else:
                ended(ada, answer.json)


def test_orders_that_travel_together_are_counted_in_once_whichever_is_named(people, alma, birk, erik, rounds):
    first, second = people("birk", 2)
    stocked(alma, units=10_000)
    for nth, look in rounds():
        one, other = (approved(birk, erik, [(SPRAY, 20)], WHY, **WHY) for _ in range(2))
        done(alma, one, "ship", {"together": [{"number": other["number"], "version": other["version"]}]})
        one, other = now(birk, one), now(birk, other)

        answers = all_at_once(at(first, one, "receive", counted(one)), at(second, other, "receive", counted(other)))

        assert codes(answers) == {200: 1, "version-differs" if look else "wrong-state": 1}
        assert [now(birk, order)["state"] for order in (one, other)] == ["closed", "closed"]
        assert birk.on_hand(BUS) == {"A1": 40 * (nth + 1)}


def test_orders_sent_together_in_opposite_order_do_not_wait_for_each_other_for_ever(people, alma, birk, erik, rounds):
    first, second = people("alma", 2)
    stocked(alma, units=10_000)
    for _, _ in rounds():
        one, other = (approved(birk, erik, [(SPRAY, 20)], WHY, **WHY) for _ in range(2))

        def along(order):
            return {"together": [{"number": order["number"], "version": order["version"]}]}

        answers = all_at_once(at(first, one, "ship", along(other)), at(second, other, "ship", along(one)))

        assert codes(answers) in [{200: 1, "version-differs": 1}, {200: 1, "wrong-state": 1}]
        assert [now(birk, order)["state"] for order in (one, other)] == ["shipped", "shipped"]


def test_what_has_come_is_held_once_for_a_back_order_whoever_looks(people, alma, birk, erik, rounds):
    one, everybody, receiver = people("alma", 3)
    for nth, look in rounds():
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)

        answers = all_at_once(
            at(one, order, "allocate"),
            lambda: everybody.post("/allocations", {"place": DEPOT}),
            lambda nth=nth: receiver.receive(SPRAY, 14, lot=f"L{nth}", expires_on="2031-01-31", on=clock.today().isoformat()),
        )

        assert answers[0].status_code == 200 or (look and answers[0].json["code"] == "version-differs"), answers[0].text
        assert answers[1].status_code == 200, answers[1].text
        assert held(now(birk, order)) in {0, 14}
        all_at_once(*(lambda one=one: one.post("/allocations", {"place": DEPOT}) for one in (one, everybody)))
        order = now(birk, order)
        assert (held(order), line(order)["short"]) == (14, 6)
        order = done(alma, order, "ship")
        ended(birk, order)


def test_what_has_come_is_shared_out_though_an_order_is_cancelled_meanwhile(people, alma, birk, erik, rounds):
    (everybody,) = people("alma")
    for nth, _ in rounds():
        kept, given_up = (approved(birk, erik, [(SPRAY, 20)], WHY, **WHY) for _ in range(2))
        stocked(alma, units=40, lot=f"L{nth}")

        over, shared = all_at_once(lambda order=given_up: cancelled_whatever_it_is(birk, order), lambda: everybody.post("/allocations", {"place": DEPOT}))

        assert (over["state"], held(over)) == ("cancelled", 0)
        assert shared.status_code == 200, shared.text
        assert held(now(birk, kept)) == 20
        done(alma, now(birk, kept), "ship")
        assert alma.hand_out(20, lot=f"L{nth}", on=clock.today().isoformat()).status_code == 201


def cancelled_whatever_it_is(who, order):
    """Cancel an order, again if somebody was first."""
    while (answer := act(who, order, "cancel")).status_code == 412:
        order = now(who, order)
    assert answer.status_code == 200, answer.text
    return answer.json


# A lot that is blocked, and facts.


@pytest.mark.parametrize("what", ["approve", "allocate"])
def test_nothing_is_held_of_a_lot_that_is_blocked_meanwhile(people, alma, birk, erik, gro, what, rounds):
    (holder,) = people("alma")
    for nth, _ in rounds():
        stocked(alma, units=20, lot=f"B{nth}", expires_on="2030-01-31")
        order = submitted(birk, [(SPRAY, 20)], **WHY)
        if what == "allocate":
            gro.post(f"/lots/{SPRAY}/B{nth}/quarantine", {"reason": "frozen"})
            order = done(erik, order, "approve", WHY)
            gro.post(f"/lots/{SPRAY}/B{nth}/release", {"reason": "other"})

        decided, blocked = all_at_once(
            at(erik if what == "approve" else holder, order, what, WHY if what == "approve" else {}),
            lambda nth=nth: gro.post(f"/lots/{SPRAY}/B{nth}/quarantine", {"reason": "frozen"}),
        )

        assert (decided.status_code, blocked.status_code) == (200, 200), (decided.text, blocked.text)
        assert held(decided.json) in {0, 20}
        assert (held(now(birk, order)), rows(alma)[f"B{nth}"]["held"]) == (0, 0)
        assert act(alma, now(birk, order), "ship").json["code"] == "nothing-to-ship"
        ended(birk, order)


def test_a_lot_that_is_blocked_meanwhile_was_sent_before_or_stays(people, alma, birk, erik, gro, rounds):
    (shipper,) = people("alma")
    for nth, look in rounds():
        stocked(alma, units=20, lot=f"B{nth}", expires_on="2030-01-31")
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)

        sent, blocked = all_at_once(at(shipper, order, "ship"), lambda nth=nth: gro.post(f"/lots/{SPRAY}/B{nth}/quarantine", {"reason": "frozen"}))

        assert blocked.status_code == 200
        assert (sent.status_code, sent.json.get("code")) in {(200, None), (412, "version-differs") if look else (409, "nothing-to-ship")}
        there = rows(alma).get(f"B{nth}", {"on_hand": 0, "held": 0})
        assert (there["on_hand"], there["held"]) == (0 if sent.status_code == 200 else 20, 0)
        ended(birk, order)


def test_what_is_destroyed_meanwhile_was_sent_before_or_is_not_sent(people, alma, birk, erik, rounds):
    shipper, destroyer = people("alma", 2)
    for nth, look in rounds():
        stocked(alma, units=20, lot=f"L{nth}")
        order = approved(birk, erik, [(SPRAY, 20)], WHY, **WHY)
        disposal = {"place": DEPOT, "occurred_on": clock.today().isoformat(), "reason": "damaged", "lines": [{"product": SPRAY, "lot": f"L{nth}", "units": 20}]}

        sent, destroyed = all_at_once(at(shipper, order, "ship"), lambda disposal=disposal: destroyer.post("/disposals", disposal))

        assert (sent.status_code, destroyed.status_code) in {(200, 409), (412 if look else 409, 201)}, (sent.text, destroyed.text)
        assert sent.status_code == 200 or sent.json["code"] == ("version-differs" if look else "nothing-to-ship")
        ended(birk, order)
