"""Deciding on orders and sending them: the fair share is proposed, the right lot is confirmed, the wrong one refused."""

import re
from html import unescape

import pytest

from orders.queries import boards
from supply import clock
from tests.integration.ordering import DEPOT, SPRAY, SYRINGE, approved, done, draft, line, shipped, stocked, submitted

TO_SEND = f"/places/{DEPOT}/to-send"
NYXOID = "]d2010506057149000117{expiry}10{lot}"


@pytest.fixture
def erik(caller):
    return caller("erik")


def label(lot, expiry="310131"):
    return NYXOID.format(expiry=expiry, lot=lot)


def now(who, order):
    return who.get(f"/orders/{order['number']}").json


def picked(page, lot):
    """Give the name of the field beside a lot to be picked."""
    return page.html.split(f", lot {lot}")[-2 if page.html.count(f", lot {lot}") > 1 else 0].rsplit(' name="', 1)[1].split('"')[0]


def test_what_waits_for_a_decision_is_listed_for_who_decides_alone(birk, reader):
    order = submitted(birk)

    listed = {name: reader(name).open("/orders").text for name in ("erik", "birk", "cato")}

    assert "To decide" in listed["erik"]
    assert order["number"] in listed["erik"]
    assert order["number"] not in listed["birk"] + listed["cato"]
    assert "1 to decide on" in reader("erik").open("/").text
    assert "Nothing waits for you." in listed["cato"]


def test_the_decision_shows_what_was_known_what_there_is_and_who_else_asks_and_proposes_a_fair_share(alma, birk, reader):
    stocked(alma, units=20)
    order, other = submitted(birk, [(SPRAY, 20)]), submitted(birk, [(SPRAY, 20)], place="oslo-servicepoint")
    path = f"/orders/{order['number']}/decide"

    page = reader("erik").open(path)

    assert "Free at Depot Oslo (eksempel) 20" in page.text
    assert f"Others ask for 20: {other['number']} (20)" in page.text
    assert "Fair share 10 – everybody is filled up to" in page.text
    assert "0 on hand, 0 on order; 0 used" in page.text
    assert page.form(path)["lines-1-units"] == "10"


def test_an_order_is_approved_line_by_line_and_more_than_was_asked_for_takes_a_reason(alma, birk, reader):
    stocked(alma)
    order = submitted(birk, [(SPRAY, 20), (SYRINGE, 100)])
    path = f"/orders/{order['number']}/decide"
    at = reader("erik")

    refused = at.send(at.open(path), path, lines__1__units="30", lines__2__units="0", do="approve")
    approved_ = at.follow(at.send(refused, path, lines__1__reason="the box holds thirty", do="approve"))

    assert refused.status == 409
    assert refused.wrong["lines-1-reason"].startswith("More is approved than was asked for.")
    assert "30 of 20 × Nyxoid nasal spray 1.8 mg, fair share 20" in approved_.text
    assert "the box holds thirty" in approved_.text
    assert "Held: 30 × Nyxoid nasal spray 1.8 mg, lot A1" in approved_.text
    assert [one["approved"] for one in now(birk, order)["lines"]] == [30, 0]


def test_more_than_a_fair_share_takes_a_reason_beside_the_whole(alma, birk, reader):
    stocked(alma, units=4)
    order = submitted(birk, [(SPRAY, 20)])
    path = f"/orders/{order['number']}/decide"
    at = reader("erik")

    refused = at.send(at.open(path), path, lines__1__units="20", do="approve")
    page = at.follow(at.send(refused, path, reason="the rest when it comes", do="approve"))

    assert "More is approved than a fair share" in refused.wrong["reason"]
    assert "Short: 16 × Nyxoid nasal spray 1.8 mg" in page.text


def test_a_refusal_takes_a_reason_and_gives_the_order_back(birk, reader):
    order = submitted(birk)
    path = f"/orders/{order['number']}/decide"
    at = reader("erik")

    silent = at.send(at.open(path), path, do="refuse")
    page = at.follow(at.send(silent, path, reason="count first", do="refuse"))

    assert silent.wrong["reason"].startswith("Write why you refuse it")
    assert "Refused and given back" in page.text
    assert "Reason: count first" in reader("birk").open(f"/orders/{order['number']}").text
    assert now(birk, order)["state"] == "draft"


def test_who_decides_too_late_reads_the_present_state_and_keeps_what_was_typed(alma, birk, reader):
    stocked(alma)
    order = submitted(birk)
    path = f"/orders/{order['number']}/decide"
    at = reader("erik")
    page = at.open(path)
    done(birk, order, "cancel")

    late = at.send(page, path, lines__1__units="4", do="approve")

    assert late.status == 412
    assert "now it is version 3, and cancelled" in late.text
    assert late.form(path)["lines-1-units"] == "4"
    assert "This cannot be done now" in at.open(path).text


def test_why_each_lot_was_passed_over_is_said(alma, birk, erik, reader):
    stocked(alma, lot="SOON", units=50, expires_on=clock.today().isoformat())
    stocked(alma, lot="LONG", units=5)
    order = approved(birk, erik, [(SPRAY, 20)], {"reason": "all there is"})

    page = reader("alma").open(f"/orders/{order['number']}")

    assert "Held: 5 × Nyxoid nasal spray 1.8 mg, lot LONG" in page.text
    assert "Passed over: Nyxoid nasal spray 1.8 mg, lot SOON" in page.text
    assert "expires too soon after it arrives" in page.text


def test_nobody_who_only_looks_decides_or_sends(alma, birk, erik, reader):
    stocked(alma)
    waits, held = submitted(birk), approved(birk, erik)

    decide = {name: reader(name).open(f"/orders/{waits['number']}/decide").status for name in ("alma", "birk", "cato", "dina", "erik")}
    pick = {name: reader(name).open(f"/orders/{held['number']}/picking").status for name in ("alma", "birk", "cato", "dina", "erik")}
    board = {name: reader(name).open(TO_SEND).status for name in ("alma", "birk", "cato", "erik")}

    assert decide == {"alma": 403, "birk": 403, "cato": 403, "dina": 404, "erik": 200}
    assert pick == {"alma": 200, "birk": 403, "cato": 403, "dina": 404, "erik": 403}
    assert board == {"alma": 200, "birk": 403, "cato": 403, "erik": 403}


def test_the_board_shows_what_is_held_and_short_and_holds_what_has_come_for_all(alma, birk, erik, reader):
    stocked(alma, units=4)
    order = approved(birk, erik, [(SPRAY, 20)], {"reason": "the rest when it comes"})
    at = reader("alma")

    before = at.open(TO_SEND)
    stocked(alma, lot="B2", units=100)
    after = at.follow(at.send(before, TO_SEND))
    nothing = at.follow(at.send(after, TO_SEND))

    assert "Held: 4 · short: 16, for today" in before.text
    assert "Something was held for 1 order." in after.text
    assert "Held: 20" in after.text
    assert "Nothing more could be held" in nothing.text
    assert line(now(alma, order))["held"] == 20


def test_a_board_that_is_not_all_says_so_and_leads_to_the_rest(alma, birk, erik, reader, monkeypatch):
    monkeypatch.setattr(boards, "OPEN", 2)
    stocked(alma)
    sent = [approved(birk, erik, [(SPRAY, 2)])["number"] for _ in range(3)]
    asked = [submitted(birk, [(SPRAY, 2)])["number"] for _ in range(3)]

    for who, path, name, orders in (("alma", TO_SEND, "send", sent), ("alma", TO_SEND, "decide", asked), ("alma", "/orders", "send", sent), ("erik", "/orders", "decide", asked)):
        at = reader(who)
        first = at.open(path)
        rest = at.open(unescape(re.search(rf'rel="next" href="([^"]*[?]{name}=[^"]*)"', first.html)[1]))

        assert "2 of 3 are shown." in first.text
        assert [number in first.text for number in orders] == [True, True, False]
        assert "1 of 3 are shown. To the beginning" in rest.text
        assert orders[2] in rest.text
    place = reader("birk").open("/places/oslo-outreach/orders")
    assert "2 of 6 are shown." in place.text
    assert "3 to decide on" in reader("erik").open("/").text
    assert "To be sent from here (6)" in reader("alma").open(f"/places/{DEPOT}/orders").text


def test_a_scan_confirms_the_right_lot_and_what_is_confirmed_is_sent(alma, birk, erik, reader):
    stocked(alma, lot="A1", units=10)
    stocked(alma, lot="B2", units=10, expires_on="2032-01-31")
    order = approved(birk, erik, [(SPRAY, 20)])
    path = f"/orders/{order['number']}/picking"
    at = reader("alma")

    nothing = at.send(at.open(path), path, do="confirmed")
    scanned = at.send(nothing, path, scan=label("A1"), do="scan")
    sent = at.follow(at.send(scanned, path, do="confirmed"))

    assert nothing.wrong["lines"].startswith("Nothing is confirmed yet.")
    assert "Right lot: Nyxoid nasal spray 1.8 mg, lot A1. Take 10." in scanned.text
    assert "Partly sent" in sent.text
    part = now(alma, order)
    assert [(one["lot"]["number"], one["sent"]) for one in part["shipments"][0]["lines"]] == [("A1", 10)]
    assert line(part)["held"] == 10


def test_a_wrong_a_blocked_and_an_expired_lot_are_refused_with_a_sentence(alma, gro, birk, erik, reader):
    stocked(alma, lot="OLD", units=50, expires_on=clock.today().isoformat())
    stocked(alma, lot="BAD", units=50)
    stocked(alma, lot="A1", units=50)
    assert alma.post(f"/lots/{SPRAY}/BAD/quarantine", {"place": DEPOT, "reason": "too_warm"}).status_code == 200
    stocked(alma, lot="C3", units=50, expires_on="2033-01-31")
    order = approved(birk, erik, [(SPRAY, 20)])
    path = f"/orders/{order['number']}/picking"
    at = reader("alma")
    page = at.open(path)
    today = clock.today().strftime("%y%m%d")

    said = {lot: at.send(page, path, scan=label(lot, expiry), do="scan").wrong["scan"] for lot, expiry in (("OLD", today), ("BAD", "310131"), ("C3", "330131"), ("A1", "300131"))}
    unread = at.send(page, path, scan="what is this", do="scan")
    other = at.send(page, path, scan=f"91{SYRINGE}", do="scan")

    assert "expires too soon" in said["OLD"]
    assert "is in quarantine and may not leave" in said["BAD"]
    assert "is not held for this order. To be picked: A1." in said["C3"]
    assert "The label says 31 Jan 2030, and lot A1 is known to expire on 31 Jan 2031." in said["A1"]
    assert unread.status == 422
    assert "scan" in other.wrong
    assert now(alma, order)["state"] == "approved"


def test_all_that_is_held_travels_with_another_order_of_the_place(alma, birk, erik, reader):
    stocked(alma)
    first, second = approved(birk, erik, [(SPRAY, 10)]), approved(birk, erik, [(SPRAY, 6)])
    path = f"/orders/{first['number']}/picking"
    at = reader("alma")
    begun = at.send(at.open(path), f"/orders/{first['number']}/begin-picking")
    page = at.follow(begun)
    box = page.html.split(f'value="{second["number"]}"')[0].rsplit(' name="', 1)[1].split('"')[0]

    sent = at.follow(at.send(page, path, **{box: second["number"]}, do="all"))
    gone = at.open(path)

    assert "The order is being picked." in page.text
    assert f"for order {second['number']}" in sent.text
    assert [now(alma, order)["state"] for order in (first, second)] == ["shipped", "shipped"]
    assert now(alma, first)["shipments"][0]["number"] == now(alma, second)["shipments"][0]["number"]
    assert "This cannot be done now" in gone.text


def test_who_presses_send_after_a_count_took_some_of_it_reads_what_is_left_and_sends_nothing(alma, birk, erik, reader):
    stocked(alma, lot="A1", units=10)
    stocked(alma, lot="B2", units=10, expires_on="2032-01-31")
    order = approved(birk, erik, [(SPRAY, 20)])
    path = f"/orders/{order['number']}/picking"
    at = reader("alma")

    page = at.open(path)
    counted = {"place": DEPOT, "occurred_on": clock.today().isoformat(), "lines": [{"product": SPRAY, "lot": "A1", "units": 4}]}
    assert alma.post("/counts", counted).status_code == 201
    refused = at.send(page, path, do="all")

    assert refused.status == 412
    assert now(alma, order)["state"] == "approved"
    assert "A count, a disposal or a quarantine took what was held" in at.open(f"/orders/{order['number']}").text
    assert at.follow(at.send(at.open(path), path, do="all")).status == 200
    assert [(parcel["lot"]["number"], parcel["sent"]) for parcel in now(alma, order)["shipments"][0]["lines"]] == [("B2", 10)]


def test_who_picks_is_told_where_a_pack_must_be_broken(alma, birk, erik, reader):
    stocked(alma, lot="A1", units=3)
    stocked(alma, lot="B2", units=4, expires_on="2032-01-31")
    order = approved(birk, erik, [(SPRAY, 6)])

    page = reader("alma").open(f"/orders/{order['number']}/picking")

    assert "3 not whole packs" in page.text
    assert page.text.count("not whole packs") == 2
    assert [hold["lot"] for hold in now(alma, order)["events"][-1]["facts"]["held"]] == ["A1", "B2"]


def test_another_lot_than_the_one_held_takes_a_reason(alma, birk, erik, reader):
    stocked(alma, lot="A1", units=10)
    order = approved(birk, erik, [(SPRAY, 10)])
    stocked(alma, lot="B2", units=10, expires_on="2032-01-31")
    path = f"/orders/{order['number']}/picking"
    at = reader("alma")
    other = {"lines__0__product": SPRAY, "lines__0__lot": "B2", "lines__0__units": "10"}

    refused = at.send(at.open(path), path, **other, do="confirmed")
    sent = at.send(refused, path, **other, lines__0__reason="A1 was wet", do="confirmed")

    assert refused.wrong["lines-0-reason"].startswith("Another lot is sent than the one that is held.")
    assert sent.status == 303
    assert "A1 was wet" in at.follow(sent).text


def test_what_was_sent_already_is_not_sent_twice(alma, birk, erik, reader):
    stocked(alma)
    order = approved(birk, erik, [(SPRAY, 10)])
    path = f"/orders/{order['number']}/picking"
    at = reader("alma")
    page = at.open(path)
    done(alma, order, "ship")

    late = at.send(page, path, do="all")

    assert late.status == 412
    assert "and sent" in late.text
    assert alma.on_hand()["A1"] == 90


def test_a_loan_is_decided_on_by_the_place_that_gives(gro, birk, reader):
    gro.receive(units=10, place="oslo-pharmacy", lot="L1", expires_on="2031-01-31", on=clock.today().isoformat())
    order = done(birk, draft(birk, [(SPRAY, 4)], kind="loan", supplied_by="oslo-pharmacy"), "submit")
    path = f"/orders/{order['number']}/decide"
    at = reader("gro")

    listed, elsewhere, form = at.open("/orders"), reader("erik").open(path), reader("birk").open("/places/oslo-outreach/orders/new?kind=loan")
    page = at.follow(at.send(at.open(path), path, do="approve"))

    assert order["state"] == "submitted"
    assert f"To decide {order['number']}" in listed.text
    assert elsewhere.status == 403
    assert "Approved." in page.text
    assert "Pick and send" in page.text
    assert 'value="oslo-pharmacy"' in form.html
    assert 'value="osl-depot"' not in form.html


def test_what_one_lends_to_oneself_is_decided_on_by_asking(birk, reader):
    birk.receive(units=10, place="oslo-servicepoint", lot="L1", expires_on="2031-01-31", on=clock.today().isoformat())
    order = done(birk, draft(birk, [(SPRAY, 4)], kind="loan", supplied_by="oslo-servicepoint"), "submit")

    page = reader("birk").open(f"/orders/{order['number']}")

    assert order["state"] == "approved"
    assert "Pick and send" in page.text


def test_a_shipment_shows_its_lots_and_leads_to_what_is_printed(alma, birk, erik, reader):
    stocked(alma)
    order = shipped(birk, erik, alma)

    page = reader("birk").open(f"/orders/{order['number']}")

    number = order["shipments"][0]["number"]
    assert f"Shipment {number}" in page.text
    assert f'href="/shipments/{number}.pdf"' in page.html
    assert "not counted in yet" in page.text
