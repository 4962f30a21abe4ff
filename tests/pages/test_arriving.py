"""Counting shipments in and settling what is missing: line by line, found by its label, seen by both sides until it is settled."""

import pytest

from supply import clock
from tests.integration.ordering import BUS, DEPOT, SPRAY, counted, done, shipped, stocked

ORDERS = f"/places/{BUS}/orders"
A1, OTHER = "]d201050605714900011731013110A1", "]d201050605714900011730013110OTHER"


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def sent(alma, birk, erik):
    """An order of which ten units of a lot are in a shipment."""
    stocked(alma)
    return shipped(birk, erik, alma, [(SPRAY, 10)])


def path(order, what="receive"):
    return f"/orders/{order['number']}/{what}"


def now(who, order):
    return who.get(f"/orders/{order['number']}").json


def test_what_is_on_its_way_is_offered_to_be_counted_to_who_receives_it(sent, reader):
    number = sent["shipments"][0]["number"]

    texts = {name: reader(name).open("/orders").text for name in ("birk", "alma")}

    assert f"Count in {number}" in texts["birk"]
    assert number not in texts["alma"]
    assert f"Count in {number}" in reader("birk").open(ORDERS).text
    assert "1 shipment to count in" in reader("birk").open("/").text


def test_a_shipment_is_counted_in_line_by_line_once(sent, birk, reader):
    at = reader("birk")
    page = at.open(path(sent))

    first, second = (at.send(page, path(sent), lines__1__accepted="10", do="record") for _ in range(2))

    assert page.form(path(sent))["lines-1-accepted"] == ""
    assert first.status == second.status == 303
    assert "Counted in. It was sent more than once and done once." in at.follow(second).text
    assert birk.on_hand(BUS) == {"A1": 10}
    assert now(birk, sent)["state"] == "closed"


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"lines__1__accepted": "5", "lines__1__missing": "4"}, "lines-1-accepted", "10 of lot A1 were sent, and accepted, rejected and missing are 9 together."),
        ({"lines__1__accepted": ""}, "lines-1-accepted", "This must be filled in."),
        ({"lines__1__accepted": "8", "lines__1__rejected": "2"}, "lines-1-reason", "Choose a reason for lot A1: damaged, wrong lot"),
        ({"lines__1__accepted": "ten"}, "lines-1-accepted", "Write a whole number"),
        ({"lines__1__accepted": "10", "lines__0__product": SPRAY, "lines__0__lot": "X9", "lines__0__surplus": "2"}, "lines-0-reason", "Choose a reason for lot X9"),
    ],
)
def test_what_does_not_add_up_is_said_beside_its_line_and_stays_written(sent, birk, reader, fields, field, said):
    at = reader("birk")

    refused = at.send(at.open(path(sent)), path(sent), **fields, do="record")

    assert refused.status == 422
    assert said in refused.wrong[field]
    assert {name.replace("__", "-"): text for name, text in fields.items()}.items() <= refused.form(path(sent)).items()
    assert birk.on_hand(BUS) == {}


def test_a_scan_leads_to_the_line_of_its_lot_and_what_was_not_sent_gets_one_of_its_own(sent, birk, reader):
    at = reader("birk")

    found = at.send(at.open(path(sent)), path(sent), scan=A1, do="find")
    besides = at.send(found, path(sent), lines__1__accepted="10", scan=OTHER, do="find")
    done_ = at.send(besides, path(sent), lines__0__surplus="2", lines__0__reason="wrong_lot", do="record")

    assert "The lot is in this shipment." in found.text
    assert 'aria-label="Accepted of Nyxoid nasal spray 1.8 mg, A1" autofocus' in found.html
    assert "This lot was not sent." in besides.text
    assert (besides.form(path(sent))["lines-0-lot"], besides.form(path(sent))["lines-0-expires_on"], besides.form(path(sent))["lines-1-accepted"]) == ("OTHER", "2030-01-31", "10")
    assert done_.status == 303, done_.text
    assert birk.on_hand(BUS) == {"A1": 10, "OTHER": 2}


def test_a_discrepancy_stands_on_both_sides_with_its_age_until_it_is_settled(sent, alma, birk, reader):
    body = counted(sent, A1={"accepted": 5, "rejected": 3, "missing": 2, "reason": "damaged"})
    done(birk, sent, "receive", body)
    number = sent["shipments"][0]["number"]
    receiver, sender = reader("birk"), reader("alma")

    boards = [receiver.open(ORDERS), sender.open(f"/places/{DEPOT}/orders"), sender.open(f"/places/{DEPOT}/to-send"), sender.open("/orders")]
    fronts = [receiver.open("/"), sender.open("/")]
    page = receiver.open(path(sent, "settle"))
    over = sender.open(path(sent, "settle"))

    for board in boards:
        assert f"{number} Depot Oslo (eksempel) → Oppsøkende team Oslo (eksempel)" in board.text
        assert "Damaged 5 3 2 today" in board.text.replace("· ", "")
    for front in fronts:
        assert "1 shipment with open discrepancies" in front.text
    assert "Found here after all" in page.text
    assert 'value="returned"' not in page.html
    assert "Came back to the sender" in over.text

    lost = receiver.follow(receiver.send(page, path(sent, "settle"), lines__1__units="2", lines__1__outcome="lost"))
    more = sender.send(sender.open(path(sent, "settle")), path(sent, "settle"), lines__1__units="4", lines__1__outcome="returned")
    back = sender.follow(sender.send(more, path(sent, "settle"), lines__1__units="3"))

    assert "Settled." in lost.text
    assert "3 are open in shipment" in more.wrong["lines-1-units"]
    assert "Closed" in back.text
    assert "3 × Nyxoid nasal spray 1.8 mg, lot A1 : Came back to the sender" in back.text.replace("A1:", "A1 :")
    assert number not in receiver.open("/orders").text
    assert alma.on_hand() == {"A1": 93}


def test_settling_asks_how_many_and_what_became_of_them(sent, birk, reader):
    done(birk, sent, "receive", counted(sent, A1={"accepted": 5, "missing": 5}))
    at = reader("birk")
    page = at.open(path(sent, "settle"))

    nothing = at.send(page, path(sent, "settle"))
    no_outcome = at.send(nothing, path(sent, "settle"), lines__1__units="5")

    assert nothing.wrong["lines"].startswith("Write how many of at least one lot")
    assert no_outcome.wrong["lines-1-outcome"] == "This must be filled in."
    assert no_outcome.form(path(sent, "settle"))["lines-1-units"] == "5"


def test_a_shipment_that_somebody_counted_meanwhile_is_not_counted_twice(sent, birk, reader):
    at = reader("birk")
    page = at.open(path(sent))
    done(birk, sent, "receive", counted(sent))

    late = at.send(page, path(sent), lines__1__accepted="9", lines__1__missing="1", do="record")

    assert late.status == 412
    assert "and closed" in late.text
    assert late.form(path(sent))["lines-1-accepted"] == "9"
    assert birk.on_hand(BUS) == {"A1": 10}


def test_a_suppliers_delivery_fills_a_depots_own_order(gro, alma, caller, reader):
    order = gro.post("/orders", {"place": DEPOT, "kind": "supply", "lines": [{"product": SPRAY, "units": 20}, {"product": "cooker", "units": 10}]}).json
    order = done(gro, order, "submit")
    assert order["state"] == "submitted"
    order = done(caller("erik"), order, "approve")
    at = reader("alma")
    page = at.open(path(order))

    nothing = at.send(page, path(order), do="record")
    scanned = at.send(nothing, path(order), scan=A1, do="find")
    part = at.follow(at.send(scanned, path(order), lines__1__accepted="12", lines__2__accepted="10", do="record"))
    rest = at.send(at.open(path(order)), path(order), lines__1__lot="B2", lines__1__expires_on="2032-01-31", lines__1__accepted="8", do="record")

    assert nothing.wrong["lines"] == "Write how many came of at least one lot."
    assert (scanned.form(path(order))["lines-1-lot"], scanned.form(path(order))["lines-1-expires_on"]) == ("A1", "2031-01-31")
    assert "Approved" in part.text
    assert rest.status == 303, rest.text
    assert now(alma, order)["state"] == "closed"
    assert alma.on_hand() == {"A1": 12, "-": 10, "B2": 8}


def test_two_like_deliveries_on_one_order_are_two(gro, alma, caller, reader):
    order = done(gro, gro.post("/orders", {"place": DEPOT, "kind": "supply", "lines": [{"product": SPRAY, "units": 20}]}).json, "submit")
    order = done(caller("erik"), order, "approve")
    at = reader("alma")

    for _ in range(2):
        page = at.open(path(order))
        came = at.send(page, path(order), lines__1__lot="A1", lines__1__expires_on="2031-01-31", lines__1__accepted="10", do="record")
        assert came.status == 303, came.text

    assert now(alma, order)["state"] == "closed"
    assert alma.on_hand() == {"A1": 20}


def test_only_who_records_where_it_arrives_counts_it_in(sent, birk, reader):
    receive = {name: reader(name).open(path(sent)).status for name in ("alma", "birk", "cato", "dina", "erik")}
    done(birk, sent, "receive", counted(sent, A1={"accepted": 5, "missing": 5}))
    settle = {name: reader(name).open(path(sent, "settle")).status for name in ("alma", "birk", "cato", "dina", "erik")}

    assert receive == {"alma": 403, "birk": 200, "cato": 403, "dina": 404, "erik": 403}
    assert settle == {"alma": 200, "birk": 200, "cato": 403, "dina": 404, "erik": 403}


def test_what_was_sent_and_counted_stands_in_the_journals_in_words(sent, birk, reader):
    done(birk, sent, "receive", counted(sent))

    assert "Arrived on an order" in reader("birk").open(f"/places/{BUS}/journal").text
    assert "Sent on an order" in reader("alma").open(f"/places/{DEPOT}/journal").text
    assert clock.today().isoformat()[:4] in sent["number"]
