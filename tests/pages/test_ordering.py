"""Ordering for a place: from what is known, in whole packs; nothing typed is lost, nothing is asked for twice."""

from datetime import timedelta

import pytest

from supply import clock
from tests.integration.ordering import BUS, SPRAY, approved, counted, done, draft, shipped, stocked, submitted

NEW = f"/places/{BUS}/orders/new"
ORDERS = f"/places/{BUS}/orders"


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def in_use(birk):
    """A bus that has sprays, used one a day for a month, and never counted."""
    since = clock.today() - timedelta(days=30)
    birk.receive(units=40, place=BUS, lot="H1", expires_on="2031-01-31", on=since.isoformat())
    birk.hand_out(30, place=BUS, on=since.isoformat())
    return birk


def field(page, product=SPRAY, part="packs"):
    """Give the name of a product's field on the form for an order."""
    row = page.html.split(f'aria-label="Packs of {product}')[0].rsplit(' name="', 1)[1].split('"')[0]
    return row.rsplit("-", 1)[0] + f"-{part}"


def order_of(who, page):
    number = page.location.split("/orders/")[1].split("?")[0].split("/")[0]
    return who.get(f"/orders/{number}").json


SPRAYS = "Nyxoid nasal spray 1.8 mg"


def test_the_form_starts_from_what_is_known_and_proposes_whole_packs(in_use, reader):
    page = reader("birk").open(NEW)

    text = page.text
    assert "Packs of 2" not in page.wrong
    assert "never counted" in text
    assert "That takes a reason." in text
    assert page.form(NEW)[field(page, SPRAYS)] not in {"", "0"}
    assert "packs = " in text


def test_an_order_is_drafted_in_whole_packs_and_shown_in_units(birk, reader):
    at = reader("birk")
    page = at.open(NEW)

    sent = at.send(page, NEW, **{field(page, SPRAYS): "3"}, do="save")
    done_ = at.follow(sent)

    order = order_of(birk, sent)
    assert (order["state"], [(line["product"], line["requested"]) for line in order["lines"]]) == ("draft", [(SPRAY, 6)])
    assert "Saved as a draft." in done_.text
    assert "3 packs = 6 spray" in done_.text
    assert "Go on with the draft" in done_.text


def test_a_form_sent_twice_places_one_order(birk, reader):
    at = reader("birk")
    page = at.open(NEW)

    first, second = (at.send(page, NEW, **{field(page, SPRAYS): "3"}, do="submit") for _ in range(2))

    assert first.location.split("?")[0] == second.location.split("?")[0]
    assert "done once" in at.follow(second).text
    assert len(birk.get("/orders", place=BUS).json) == 1


def test_what_takes_a_reason_is_said_beside_the_reason_and_what_was_typed_stays(in_use, reader):
    at = reader("birk")
    page = at.open(NEW)
    name = field(page, SPRAYS)

    refused = at.send(page, NEW, **{name: "7"}, emergency="true", do="submit")
    placed = at.send(refused, NEW, reason="many asked for it", do="submit")

    assert refused.status == 409
    assert "The last count is too old" in refused.wrong["reason"]
    assert (refused.form(NEW)[name], refused.form(NEW)["emergency"]) == ("7", "true")
    order = order_of(in_use, placed)
    assert (order["state"], order["emergency"], order["reason"], order["lines"][0]["requested"]) == ("submitted", True, "many asked for it", 14)


def test_reckoning_again_orders_nothing_and_says_how_long_it_lasts(in_use, reader):
    at = reader("birk")
    page = at.open(NEW)

    looked = at.send(page, NEW, **{field(page, SPRAYS): "900"}, do="look")

    assert looked.status == 200
    assert "900 packs = 1,800 spray" in looked.text
    assert "Lasts longer than the maximum: say why." in looked.text
    assert in_use.get("/orders", place=BUS).json == []


@pytest.mark.parametrize(
    ("text", "said"), [("two", "Write a whole number"), ("-1", "Write a whole number"), ("٢", "Write a whole number"), ("", "Write how many packs of at least one product."), ("0", "Write how many")]
)
def test_what_cannot_be_right_is_said_where_it_stands(birk, reader, text, said):
    at = reader("birk")
    page = at.open(NEW)
    name = field(page, SPRAYS)

    refused = at.send(page, NEW, **{name: text}, do="save")

    assert refused.status == 422
    assert said in refused.wrong[name if text.strip("0") else "lines"]
    assert birk.get("/orders", place=BUS).json == []


def test_a_draft_is_changed_and_placed(birk, reader):
    order = draft(birk)
    path = f"/orders/{order['number']}/draft"
    at = reader("birk")
    page = at.open(path)

    saved = at.send(page, path, **{field(page, SPRAYS): "4"}, reason="soon", do="save")
    again = at.open(path)
    placed = at.send(again, path, reason="", do="submit")

    assert page.form(path)[field(page, SPRAYS)] == "10"
    assert "Saved." in at.follow(saved).text
    assert again.form(path)[field(again, SPRAYS)] == "4"
    now = order_of(birk, placed)
    assert (now["state"], now["reason"], now["lines"][0]["requested"]) == ("submitted", None, 8)


def test_who_saw_an_earlier_version_reads_what_it_is_now_and_keeps_what_was_typed(birk, reader):
    order = draft(birk)
    path = f"/orders/{order['number']}/draft"
    at = reader("birk")
    page = at.open(path)
    name = field(page, SPRAYS)
    changed = at.send(at.open(path), path, **{name: "5"}, do="save")

    late = at.send(page, path, **{name: "9"}, do="save")
    then = at.send(late, path, do="save")

    assert changed.status == 303
    assert late.status == 412
    assert "now it is version 2, and draft" in late.text
    assert late.form(path)[name] == "9"
    assert then.status == 303
    assert order_of(birk, then)["lines"][0]["requested"] == 18


def test_the_list_has_open_orders_first_with_age_and_mark_and_measures_the_closed_ones(alma, birk, erik, reader):
    stocked(alma)
    sent = shipped(birk, erik, alma, [(SPRAY, 10)])
    over = done(birk, sent, "receive", counted(sent))
    waits = submitted(birk, emergency=True, reason="not counted yet")

    page = reader("birk").open(ORDERS)

    text = page.text
    assert text.index(waits["number"]) < text.index("Orders that are over") < text.index(over["number"])
    assert "Waits for approval Emergency" in text
    assert "(today)" in text
    assert "0 days from ordering to arrival" in text
    assert "100 % of what was asked for arrived: 10 of 10 units" in text


def test_the_same_is_ordered_again_and_repeats_until_it_is_ended(birk, reader):
    order = submitted(birk)
    at = reader("birk")
    page = at.open(f"/orders/{order['number']}")

    copy = at.send(page, f"/orders/{order['number']}/duplicate")
    path = f"/orders/{order['number']}/repeat"
    listed = at.follow(at.send(at.open(path), path, months="3"))
    action = next(action for action, _ in listed.forms if action.endswith("/end"))
    ended = at.follow(at.send(listed, action))

    assert order_of(birk, copy)["copy_of"] == order["number"]
    assert "Every 3 months" in listed.text
    assert "20 × Nyxoid" in listed.text
    assert "It repeats no more." in ended.text
    assert "Every 3 months" not in ended.text


def test_a_place_borrows_from_another_and_gives_back_to_the_depot(birk, dina, reader):
    birk.receive(units=10, place="oslo-servicepoint", lot="L1", expires_on="2031-01-31")
    birk.receive(units=10, place=BUS, lot="L1", expires_on="2031-01-31")
    at = reader("birk")
    loan, back = at.open(f"{NEW}?kind=loan"), at.open(f"{NEW}?kind=return")

    nowhere = at.send(loan, NEW, **{field(loan, SPRAYS): "2"}, do="submit")
    lent = at.send(nowhere, NEW, other="oslo-servicepoint", do="submit")
    given = at.send(back, NEW, **{field(back, SPRAYS): "1"}, do="submit")

    assert nowhere.wrong["other"] == "Choose a place."
    assert [(order["kind"], order["place"], order["supplied_by"]) for order in (order_of(birk, lent), order_of(birk, given))] == [
        ("loan", BUS, "oslo-servicepoint"),
        ("return", "osl-depot", BUS),
    ]
    assert order_of(birk, given)["state"] == "approved"


def test_an_order_is_cancelled_by_who_asked_and_by_nobody_who_only_looks(alma, birk, erik, reader):
    stocked(alma)
    order = approved(birk, erik)
    path = f"/orders/{order['number']}/cancel"
    at = reader("birk")

    looked = reader("cato").open(path)
    over = at.follow(at.send(at.open(path), path, reason="not needed"))

    assert looked.status == 403
    assert "Cancelled." in over.text
    assert "Reason: not needed" in over.text
    assert alma.get(f"/orders/{order['number']}").json["state"] == "cancelled"


@pytest.mark.parametrize(("name", "path", "status"), [("alma", NEW, 403), ("cato", NEW, 403), ("cato", ORDERS, 200), ("dina", NEW, 404), ("dina", ORDERS, 404), ("frida", ORDERS, 403)])
def test_only_who_records_at_a_place_orders_for_it(app, reader, name, path, status):
    assert reader(name).open(path).status == status


def test_an_order_is_shown_to_both_sides_and_to_nobody_else(birk, reader):
    order = draft(birk)

    seen = {name: reader(name).open(f"/orders/{order['number']}").status for name in ("alma", "birk", "cato", "dina", "erik", "frida")}

    assert seen == {"alma": 200, "birk": 200, "cato": 200, "dina": 404, "erik": 200, "frida": 403}
    assert "Go on with the draft" not in reader("alma").open(f"/orders/{order['number']}").text


@pytest.mark.parametrize("language", ["nb", "nn"])
def test_every_page_speaks_the_readers_language(birk, reader, language):
    order = submitted(birk)
    at = reader("birk", language)

    texts = [at.open(path).text for path in (NEW, ORDERS, "/orders", f"/orders/{order['number']}", f"/orders/{order['number']}/repeat")]

    for text in texts:
        assert not {"Orders", "Waiting", "Waits", "Proposal", "Reason", "Sent", "Approved"} & set(text.split())


def test_at_a_depot_in_ones_municipality_one_does_not_read_what_others_send_there(gro, reader):
    gro.receive(units=10, place="asker-servicepoint", lot="A1", expires_on="2031-01-31", on=clock.today().isoformat())
    theirs = done(gro, draft(gro, [(SPRAY, 4)], place="osl-depot", supplied_by="asker-servicepoint", kind="return"), "submit")

    pages = {name: reader(name).open("/places/osl-depot/orders").text for name in ("birk", "alma", "cato")}

    assert {name: theirs["number"] in text for name, text in pages.items()} == {"birk": False, "alma": True, "cato": True}


def test_a_place_lends_to_another_in_its_own_name_and_has_decided_by_that(birk, reader):
    birk.receive(units=40, place=BUS, lot="H1", expires_on="2031-01-31", on=clock.today().isoformat())
    at, lend = reader("birk"), f"{NEW}?kind=lend"
    page = at.open(lend)

    nobody = at.send(page, NEW, **{field(page, SPRAYS): "5"}, do="submit")
    sent = at.send(page, NEW, **{field(page, SPRAYS): "5", "other": "oslo-servicepoint"}, do="submit")

    assert nobody.wrong["other"] == "Choose a place."
    order = order_of(birk, sent)
    assert (order["kind"], order["place"], order["supplied_by"], order["state"]) == ("loan", "oslo-servicepoint", BUS, "approved")
    assert order["lines"][0]["held"] == 10
