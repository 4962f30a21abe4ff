"""An order from wish to counted parcel: what each act does to the stock, and what it leaves for the next."""

import pytest

from inventory.service import checks
from supply.db import in_one_snapshot
from tests.integration.order_promises import assert_promises_kept
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, act, approved, counted, done, draft, line, refused, shipped, stocked, submitted


@pytest.fixture
def erik(caller):
    return caller("erik")


def shelf(who, place=DEPOT):
    return {row["lot"]["number"]: (row["on_hand"], row["held"]) for row in who.get("/stock", place=place, limit=500).json}


def test_an_order_goes_from_wish_to_counted_parcel(alma, birk, erik):
    stocked(alma)

    wish = draft(birk, [(SPRAY, 20)])
    asked = done(birk, wish, "submit")
    held = done(erik, asked, "approve")
    at_the_shelf = shelf(alma)
    picking = done(alma, held, "pick")
    sent = done(alma, picking, "ship")
    arrived = done(birk, sent, "receive", counted(sent))

    assert [order["state"] for order in (wish, asked, held, picking, sent, arrived)] == ["draft", "submitted", "approved", "picking", "shipped", "closed"]
    assert at_the_shelf == {"A1": (100, 20)}
    assert shelf(alma) == {"A1": (80, 0)}
    assert birk.on_hand(BUS) == {"A1": 20}
    assert [event["act"] for event in arrived["events"]] == ["draft", "submit", "approve", "pick", "ship", "receive"]
    assert in_one_snapshot(checks.verify).failure is None


def test_what_is_missing_or_damaged_stays_under_way_until_it_is_settled(alma, birk, erik):
    stocked(alma)
    sent = shipped(birk, erik, alma, [(SPRAY, 10)])

    wrong = act(birk, sent, "receive", counted(sent, A1={"accepted": 5, "rejected": 3, "reason": "damaged"}))
    arrived = done(birk, sent, "receive", counted(sent, A1={"accepted": 5, "rejected": 3, "missing": 2, "reason": "damaged"}))
    (parcel,) = arrived["shipments"][0]["lines"]

    refused(wrong, "arrived-otherwise", 422)
    assert (birk.on_hand(BUS), parcel["unsettled"], arrived["state"]) == ({"A1": 5}, 5, "received")

    found = done(birk, arrived, "settle", {"lines": [{"product": SPRAY, "lot": "A1", "units": 1, "outcome": "found"}]})
    lost = done(birk, found, "settle", {"lines": [{"product": SPRAY, "lot": "A1", "units": 1, "outcome": "lost"}]})
    refused(act(birk, lost, "settle", {"lines": [{"product": SPRAY, "lot": "A1", "units": 1, "outcome": "returned"}]}), "whose-outcome", 403)
    refused(act(alma, lost, "settle", {"lines": [{"product": SPRAY, "lot": "A1", "units": 4, "outcome": "returned"}]}), "more-than-unsettled")
    over = done(alma, lost, "settle", {"lines": [{"product": SPRAY, "lot": "A1", "units": 3, "outcome": "returned"}]})

    assert over["state"] == "closed"
    assert (birk.on_hand(BUS), shelf(alma)) == ({"A1": 6}, {"A1": (93, 0)})
    assert in_one_snapshot(checks.verify).failure is None


def test_what_came_besides_is_found_and_whoever_sent_it_is_told(alma, birk, erik):
    stocked(alma)
    sent = shipped(birk, erik, alma, [(SPRAY, 10)])
    besides = {"product": SPRAY, "lot": "OTHER", "accepted": 0, "surplus": 2, "expires_on": "2030-01-31", "reason": "wrong_lot"}
    body = counted(sent, A1={"accepted": 8, "missing": 2})

    arrived = done(birk, sent, "receive", body | {"lines": [*body["lines"], besides]})

    assert birk.on_hand(BUS) == {"A1": 8, "OTHER": 2}
    assert arrived["state"] == "received"


def test_of_lots_of_30_6_and_2_fifty_get_38_by_expiry_and_12_are_a_back_order(alma, birk, erik):
    for lot, units, expires_on in (("LAST", 2, "2033-01-31"), ("FIRST", 30, "2031-01-31"), ("NEXT", 6, "2032-01-31")):
        stocked(alma, lot=lot, units=units, expires_on=expires_on)

    order = approved(birk, erik, [(SPRAY, 50)], {"reason": "all there is"})

    assert (line(order)["held"], line(order)["short"]) == (38, 12)
    held = next(event for event in order["events"] if event["act"] == "approve")["facts"]["held"]
    assert [(one["lot"], one["units"]) for one in held] == [("FIRST", 30), ("NEXT", 6), ("LAST", 2)]


def test_the_back_order_is_held_and_sent_when_stock_has_come(alma, birk, erik):
    stocked(alma, units=10)
    part = done(alma, approved(birk, erik, [(SPRAY, 16)], {"reason": "all there is"}), "ship")
    refused(act(alma, part, "ship"), "nothing-to-ship")

    stocked(alma, lot="B2", units=30)
    answer = alma.post("/allocations", {"place": DEPOT})
    again = alma.get(f"/orders/{part['number']}").json
    rest = done(alma, again, "ship")

    assert (part["state"], line(part)["short"]) == ("partly_shipped", 6)
    assert answer.json == {"orders": 1}
    assert (rest["state"], len(rest["shipments"]), line(rest)["shipped"]) == ("shipped", 2, 16)


def test_a_lot_that_is_not_held_is_sent_with_a_reason_and_what_was_held_instead_stays_held_as_far_as_it_is_due(alma, birk, erik):
    stocked(alma)
    held = approved(birk, erik)
    stocked(alma, lot="B2", units=30, expires_on="2032-01-31")
    other = {"product": SPRAY, "lot": "B2", "units": 6}

    refused(act(alma, held, "ship", {"lines": [other]}), "reason-needed")
    part = done(alma, held, "ship", {"lines": [other | {"reason": "the box at hand"}]})

    assert shelf(alma) == {"A1": (100, 14), "B2": (24, 0)}
    assert (part["state"], line(part)["held"], line(part)["short"]) == ("partly_shipped", 14, 0)
    assert done(alma, part, "ship")["state"] == "shipped"
    assert shelf(alma) == {"A1": (86, 0), "B2": (24, 0)}


def test_a_cancelled_order_gives_back_what_was_held(alma, birk, erik):
    stocked(alma)
    order = approved(birk, erik)

    over = done(birk, order, "cancel", {"reason": "not needed"})

    assert over["state"] == "cancelled"
    assert shelf(alma) == {"A1": (100, 0)}
    refused(act(alma, over, "ship"), "wrong-state")


def test_who_saw_an_earlier_version_is_told_what_the_order_is_now(alma, birk, erik):
    stocked(alma)
    asked = submitted(birk)
    done(erik, asked, "approve")

    late = act(birk, asked, "cancel")
    silent = birk.post(f"/orders/{asked['number']}/cancel", {})

    told = refused(late, "version-differs", 412)
    assert (told["state"], told["version"], told["seen"]) == ("approved", 3, 2)
    refused(silent, "version-needed", 428)


def test_nobody_approves_their_own_order_and_only_who_covers_the_municipality_does(alma, birk, dina, erik):
    asked = submitted(birk)

    refused(act(birk, asked, "approve"), "not-your-order", 403)
    refused(act(alma, asked, "approve"), "not-your-order", 403)
    refused(act(dina, asked, "approve"), "missing", 404)
    assert done(erik, asked, "refuse", {"reason": "count first"})["state"] == "draft"


def test_another_lot_than_the_one_held_is_sent_with_a_reason_and_the_one_held_is_free_again(alma, birk, erik):
    stocked(alma, lot="HELD")
    stocked(alma, lot="NEAR", expires_on="2032-01-31")
    order = approved(birk, erik, [(SPRAY, 20)])
    near = {"product": SPRAY, "lot": "NEAR", "units": 12}

    refused(act(alma, order, "ship", {"lines": [near]}), "reason-needed")
    order = done(alma, order, "ship", {"lines": [near | {"reason": "it lay on top"}]})

    assert (order["state"], line(order)["shipped"], line(order)["held"]) == ("partly_shipped", 12, 8)
    assert shelf(alma) == {"HELD": (100, 8), "NEAR": (88, 0)}
    in_one_snapshot(assert_promises_kept)


def test_one_of_two_products_is_sent_and_the_other_stays_held(alma, birk, erik):
    stocked(alma)
    stocked(alma, lot="S1", product=SYRINGE, units=200)
    order = approved(birk, erik, [(SPRAY, 20), (SYRINGE, 100)])

    order = done(alma, order, "ship", {"lines": [{"product": SPRAY, "lot": "A1", "units": 20}]})

    assert (order["state"], line(order)["shipped"], line(order, SYRINGE)["held"]) == ("partly_shipped", 20, 100)
    assert shelf(alma) == {"A1": (80, 0), "S1": (200, 100)}
    in_one_snapshot(assert_promises_kept)


def test_an_order_that_is_to_travel_with_itself_is_sent_once(alma, birk, erik):
    stocked(alma)
    order = approved(birk, erik)

    order = done(alma, order, "ship", {"together": [{"number": order["number"], "version": order["version"]}]})

    assert (order["state"], line(order)["shipped"], shelf(alma)) == ("shipped", 20, {"A1": (80, 0)})
    in_one_snapshot(assert_promises_kept)
