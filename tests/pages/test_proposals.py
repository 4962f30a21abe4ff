"""What should be ordered, as people read it: one sentence each, one tap, and why nothing; how places order."""

import re

import pytest
import time_machine
from sqlalchemy import update

from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.integration.ordering import BUS, SPRAY
from tests.integration.proposing import NOW, TODAY, kept, lives, reckon

PATH = f"/places/{BUS}/proposals"
SPRAYS = "Nyxoid nasal spray 1.8 mg"


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bus(app, birk):
    lives(birk)
    reckon(app)
    return birk


def test_what_to_order_now_is_one_sentence_with_all_that_it_was_reckoned_from(bus, reader):
    page = reader("birk").open(PATH)

    (one,) = kept()
    assert re.search(rf"Uses 1\.9 a day, 46 usable, 5 days to delivery: {one.units} = {one.units // 2} packs, lasts to \d+ \w+ \d+", page.text), page.text
    assert "Runs out 14 Dec 2026" in page.text
    assert "Never counted: count now" in page.text
    assert f"product={SPRAY}&amp;from=2026-08-01&amp;to=2026-11-19" in page.html


@pytest.mark.parametrize(("language", "said"), [("nb", "dager til levering"), ("nn", "dagar til levering")])
def test_the_sentence_is_told_in_each_language(bus, reader, language, said):
    page = reader("birk", language).open(PATH)

    assert said in page.text


def test_one_tap_makes_the_draft_of_all_and_leads_to_it(bus, reader):
    at = reader("birk")
    page = at.open(PATH)

    sent = at.send(page, PATH, do="accept")
    there = at.follow(sent)

    (one,) = kept()
    assert sent.location.startswith(f"/orders/{one.order_number}/draft")
    assert f"{one.units // 2}" in [value for name, value in there.form(f"/orders/{one.order_number}/draft").items() if name.endswith("-packs")]


def test_a_page_sent_twice_makes_one_draft(bus, reader):
    at = reader("birk")
    page = at.open(PATH)

    first, second = (at.send(page, PATH, do="accept") for _ in range(2))

    assert first.location == second.location
    assert len(bus.get("/orders", place=BUS).json) == 1


def test_only_what_is_ticked_is_ordered(app, bus, birk, reader):
    lives(birk, product="acid", units=1100, a_week=99, lot="S1")
    reckon(app)
    at = reader("birk")
    page = at.open(PATH)
    spray, acid = (one for one in sorted(kept(), key=lambda one: one.product_id))

    fields = {name: value for name, value in page.form(PATH).items() if not name.startswith("tick-")}
    page.forms = [(PATH, fields)]
    nothing = at.send(page, PATH, do="accept")
    nothing.forms = [(path, {name: value for name, value in named.items() if not name.startswith("tick-")}) for path, named in nothing.forms]
    sent = at.send(nothing, PATH, **{f"tick-{acid.id}": "true"}, do="accept")

    assert nothing.status == 422
    assert "Tick at least one product." in nothing.text
    assert sent.status == 303
    assert [one.state for one in (kept(id=spray.id)[0], kept(id=acid.id)[0])] == ["open", "accepted"]


def test_declining_takes_a_reason_and_says_so_beside_the_field(bus, reader):
    at = reader("birk")
    page = at.open(PATH)
    (one,) = kept()

    without = at.send(page, PATH, decline=str(one.id))
    with_it = at.send(without, PATH, decline=str(one.id), **{f"reason-{one.id}": "the bus is in the garage"})
    after = at.follow(with_it)

    assert (without.status, without.wrong) == (422, {f"reason-{one.id}": "This must be filled in."})
    assert "Declined until 4 Dec 2026." in after.text
    assert kept()[0].reason == "the bus is in the garage"


def test_of_what_nothing_is_proposed_it_is_said_why(app, bus, birk, reader):
    birk.receive("acid", 100, lot="S1", place=BUS, on="2026-09-01")
    birk.receive("naloxone-ventizolve", 10, lot="N1", place=BUS, on="2026-11-15")
    birk.hand_out(1, "naloxone-ventizolve", place=BUS, on="2026-11-16")
    at = reader("birk")
    at.follow(at.send(at.open(PATH), PATH, do="accept"))

    text = at.open(PATH).text

    assert "Nothing is used of it." in text
    assert "Too little is known: 5 of 14 days with stock." in text
    assert "A draft waits:" in text


def test_what_has_changed_since_is_said_and_reckoned_again_in_one_tap(bus, birk, reader):
    birk.hand_out(20, place=BUS, on=TODAY)
    at = reader("birk")
    page = at.open(PATH)
    before = kept()[0].units

    after = at.follow(at.send(page, PATH, do="reckon"))

    assert "Of 1 product another number is needed." in page.text
    assert "Reckoned with what lies here now." in after.text
    assert "has changed since" not in after.text
    assert kept()[0].units > before


def test_a_place_that_no_depot_serves_is_told_on_the_page(app, bus, reader):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BUS).values(served_by_id=None)))
    at = reader("birk")

    refused = at.send(at.open(PATH), PATH, do="accept")

    assert refused.status == 409
    assert "Nobody is named who supplies" in refused.text


def test_all_places_in_one_tap_and_the_drafts_that_wait_are_listed(app, bus, gro, reader):
    lives(gro, place="bergen-servicepoint")
    reckon(app, "bergen-servicepoint")
    at = reader("gro")

    page = at.open("/proposals")
    done = at.follow(at.send(page, "/proposals", do="accept"))

    assert "Drafts that wait" in done.text
    assert "The drafts are made." in done.text
    assert len(gro.get("/orders", state="draft").json) == 2
    assert "Nothing should be ordered." in done.text


def test_the_front_page_says_how_many_products_should_be_ordered(bus, reader):
    for path in ("/", "/orders", f"/places/{BUS}/orders"):
        assert "1 product should be ordered" in reader("birk").open(path).text


def test_who_may_only_look_sees_the_sentence_and_no_button(bus, reader):
    for name in ("cato", "erik", "alma"):
        page = reader(name).open(PATH)
        assert page.status == 200
        assert "46 usable" in page.text
        assert "Make the order" not in page.text
    assert reader("dina").open(PATH).status == 404
    assert "46 usable" not in reader("dina").open("/proposals").text
    assert "46 usable" in reader("cato").open("/proposals").text


def test_what_if_shows_both_and_works_without_a_script(bus, reader):
    at = reader("birk")
    path = f"{PATH}/{SPRAY}"

    plain = at.open(path)
    tried = at.open(f"{path}?lead_days=30&cover_days=14&service_level=0.99")
    wrong = at.open(f"{path}?lead_days=soon")

    assert "With these" not in plain.text
    assert ("With these" in tried.text, "30 days to delivery" in tried.text, "5 days to delivery" in tried.text) == (True, True, True)
    assert tried.form(path)["lead_days"] == "30"
    assert wrong.status == 422
    assert wrong.wrong["lead_days"] == "Write a whole number, digits only."
    assert at.open(f"{PATH}/nothing").status == 404


def test_what_if_names_each_lot_and_why_it_does_not_count(bus, birk, reader):
    birk.receive(units=9, lot="OLD", place=BUS, expires_on="2026-11-19", on="2026-09-01")
    birk.receive(units=300, lot="SOON", place=BUS, expires_on="2026-11-24", on="2026-09-01")

    text = reader("birk").open(f"{PATH}/{SPRAY}").text

    assert "expires before it can be used" in text
    assert re.search(r"OLD .*? 9 0 expired", text)
    assert "the configuration, all products" in text
    assert "154 used on 80 of 111 days" in text


def test_a_rule_is_said_on_the_page_and_its_number_of_places_looked_atfirst(bus, reader):
    at = reader("birk")
    page = at.open(f"/reorder-rules?area={BUS}&about={SPRAY}")

    looked = at.send(page, "/reorder-rules", do="look", **{"said-lead_days": "9", "said-service_level": "0,97", "said-season-7": "1,5"})
    said = at.send(looked, "/reorder-rules", do="say", **{"said-weekday-1": "true", "reason": "the boat comes on Tuesdays"})
    after = at.follow(said)
    again = at.open(f"/reorder-rules?area={BUS}&about={SPRAY}")

    assert "This reaches 1 place" in looked.text
    assert "Said. It holds from the next reckoning on." in after.text
    assert "the boat comes on Tuesdays" in after.text
    (rule,) = bus.get("/reorder-rules", area=BUS).json
    assert rule["said"] == {"lead_days": 9, "service_level": 0.97, "order_weekdays": [1], "season": {"7": 1.5}}
    assert again.form("/reorder-rules")["said-lead_days"] == "9"
    assert "July × 1.5" in again.text


def test_what_cannot_be_said_is_told_beside_the_field(bus, reader):
    at = reader("birk")
    page = at.open(f"/reorder-rules?area={BUS}&about=*")

    wrong = at.send(page, "/reorder-rules", do="say", **{"said-lead_days": "soon", "said-service_level": "1", "said-season-3": "0"})
    crossed = at.send(wrong, "/reorder-rules", do="say", **{"said-lead_days": "", "said-service_level": "", "said-season-3": "", "said-months_min": "9"})
    others = at.send(page, "/reorder-rules", do="say", area="4601", **{"said-lead_days": "3"})

    assert {"said-lead_days", "said-service_level", "said-season-3"} <= set(wrong.wrong)
    assert wrong.form("/reorder-rules")["said-lead_days"] == "soon"
    assert "The maximum months must be the minimum months or more." in crossed.text
    assert others.status == 403


def test_the_rules_are_read_by_all_and_set_by_those_who_may(bus, reader):
    for name in ("cato", "erik", "frida", "alma"):
        page = reader(name).open("/reorder-rules")
        assert page.status == 200
        assert ("Say something" in page.text) == (name in {"frida", "alma"})
    assert "nation" in reader("frida").open("/reorder-rules?area=NO&about=group:naloxone").text


def test_the_order_form_starts_from_what_is_proposed(bus, reader):
    (one,) = kept()

    page = reader("birk").open(f"/places/{BUS}/orders/new")

    assert str(one.units // 2) in [value for name, value in page.form(f"/places/{BUS}/orders/new").items() if name.endswith("-packs")]


def test_forms_that_name_what_is_none_are_refused_and_do_nothing(bus, reader):
    at = reader("birk")
    page = at.open(PATH)

    for fields in ({"decline": "99999999999"}, {"decline": "-1"}, {"proposals-0-x": "1", "do": "accept"}, {"tick-x": "1", "do": "accept"}):
        page.forms = [(path, {name: value for name, value in named.items() if not name.startswith("tick-")}) for path, named in page.forms]
        assert at.send(page, PATH, **fields).status == 422, fields

    assert [one.state for one in kept()] == ["open"]
