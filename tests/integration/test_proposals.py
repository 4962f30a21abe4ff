"""What places should order: reckoned at night and on demand, accepted into drafts, declined with a reason; on both databases."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from orders.models import Order, Proposal
from orders.rules.inputs import reckoned_again, written
from orders.service import proposals
from supply.db import db, in_one_transaction, reading
from supply.reference.models import Place
from tests.integration.at_once import all_at_once, codes
from tests.integration.clockwork import at, notices
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, act, approved, done, refused, stocked, submitted
from tests.integration.proposing import NOW, TODAY, kept, lives, overnight, reckon

WHY = {"reason": "all that is needed"}


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def bus(birk):
    """A bus that hands out two sprays a day and has 46 left."""
    lives(birk)
    return birk


def test_at_night_what_a_place_uses_up_is_proposed_with_all_that_led_to_it_and_its_people_are_told(app, bus):
    overnight(app)

    (proposal,) = kept()
    assert (proposal.state, proposal.units % proposal.pack, proposal.inputs["usable"]) == ("open", 0, 46)
    assert proposal.inputs["demand"] | {"variance": ""} == proposal.inputs["demand"] | {"variance": "", "units": 154, "basis": "measured"}
    again = reckoned_again(proposal.inputs)
    assert (again.units, again.runs_out_on) == (proposal.units, proposal.runs_out_on)
    assert written(again).items() <= (proposal.inputs | {"policy": written(again)["policy"]}).items()
    assert {notice.facts["products"] for notice in notices("order-proposals")} == {1}


def test_run_twice_it_proposes_nothing_new(app, bus):
    first = reckon(app)
    told, before = len(notices("order-proposals")), [(one.id, one.units, one.inputs) for one in kept()]

    again = reckon(app)

    assert (first.new, again.new, again.changed, again.over) == (1, 0, 0, 0)
    assert [(one.id, one.units, one.inputs) for one in kept()] == before
    assert len(notices("order-proposals")) == told


def test_on_demand_somebody_reckons_for_their_own_place(bus, birk):
    answer = birk.post("/proposals/reckon", {"place": BUS})

    assert (answer.status_code, answer.json) == (200, {"new": 1, "changed": 0, "over": 0})
    assert len(kept()) == 1


def test_an_open_order_counts_and_so_does_a_parcel_in_transit(app, bus, alma, erik):
    reckon(app)
    units = kept()[0].units
    stocked(alma, units=units)

    asked = submitted(bus, [(SPRAY, units)], **WHY)
    while_asked = reckon(app)
    sent = done(alma, done(erik, asked, "approve", WHY), "ship")
    while_sent = reckon(app)

    assert (while_asked.over, while_asked.new, while_sent.new) == (1, 0, 0)
    assert sent["state"] == "shipped"
    (row,) = bus.get("/proposals/at", place=BUS, product=SPRAY).json
    assert (row["because"], row["inputs"]["position"]["on_order"], row["inputs"]["position"]["in_transit"]) == ("enough", units, units)


def test_a_draft_made_of_a_proposal_counts_so_that_nothing_new_is_proposed_while_it_waits(app, bus):
    reckon(app)

    made = bus.post("/proposals/accept", {"place": BUS}).json["orders"]

    assert [(one["place"], one["kind"]) for one in made] == [(BUS, "order")]
    assert reckon(app).new == 0
    assert bus.get("/proposals/at", place=BUS, product=SPRAY).json[0]["because"] == "draft_waits"
    assert reckon(app, now=at("2026-11-28")).new == 1, "a draft that nobody sends keeps no shelf from being seen"


def test_what_is_accepted_becomes_a_draft_and_keeps_its_inputs(app, bus):
    reckon(app)
    (before,) = kept()
    facts, units = before.inputs, before.units

    (made,) = bus.post("/proposals/accept", {"proposals": [before.id]}).json["orders"]
    bus.hand_out(40, place=BUS, on=TODAY)
    reckon(app)

    first = kept()[0]
    assert (first.state, first.order_number, first.inputs, first.units) == ("accepted", made["number"], facts, units)
    order = bus.get(f"/orders/{made['number']}").json
    assert (order["state"], [(line["product"], line["requested"]) for line in order["lines"]]) == ("draft", [(SPRAY, units)])


def test_what_is_declined_is_quiet_until_the_next_order_is_due(app, bus):
    reckon(app)
    (one,) = kept()

    answer = bus.post(f"/proposals/{one.id}/decline", {"reason": "the bus is in the garage"})
    quiet = reckon(app)

    assert (answer.status_code, answer.json["state"], answer.json["reason"]) == (200, "declined", "the bus is in the garage")
    assert quiet.new == 0
    (row,) = bus.get("/proposals/at", place=BUS, product=SPRAY).json
    assert (row["because"], row["quiet_until"]) == ("declined", "2026-12-04")
    assert reckon(app, now=at("2026-12-04")).new == 1
    assert [kept_one.state for kept_one in kept()] == ["declined", "open"]


def test_what_was_declined_is_proposed_again_when_it_would_run_out_before_a_delivery(app, bus):
    reckon(app)
    bus.post(f"/proposals/{kept()[0].id}/decline", {"reason": "not yet"})

    bus.hand_out(40, place=BUS, on=TODAY)

    assert reckon(app).new == 1


def test_what_has_expired_does_not_count(app, birk):
    lives(birk, units=154)
    birk.receive(units=500, lot="OLD", place=BUS, expires_on="2026-11-19", on="2026-09-01")

    reckon(app)

    (one,) = kept()
    assert (one.inputs["usable"], one.runs_out_on.isoformat()) == (0, "2026-11-21")


def test_runs_at_the_same_moment_make_one_proposal(app, bus):
    def run():
        with app.app_context():
            return reckon(app)

    made = all_at_once(*[run] * 4)

    assert sum(one.new for one in made) == 1
    assert len(kept()) == 1


def test_accepted_at_the_same_moment_by_several_it_becomes_one_order(app, bus, callers, caller):
    reckon(app)
    (one,) = kept()
    people = callers(4)

    answers = all_at_once(*[lambda who=who: who.post("/proposals/accept", {"proposals": [one.id]}) for who in people])

    assert codes(answers) == {200: 1, "nothing-proposed": 3}
    db.session.rollback()
    assert len(reading().scalars(select(Order)).all()) == 1


def test_killed_in_the_middle_of_a_run_what_was_done_stands_and_the_next_run_does_the_rest(app, bus, gro, monkeypatch):
    lives(gro, place="bergen-servicepoint")
    monkeypatch.setattr("orders.jobs.PLACES_AT_ONCE", 1)
    real = proposals.reckon

    def killed(session, places, **more):
        found = real(session, places, **more)
        if places[0].code == BUS:
            raise KeyboardInterrupt
        return found

    with monkeypatch.context() as patched:
        patched.setattr(proposals, "reckon", killed)
        with pytest.raises(KeyboardInterrupt):
            overnight(app)
    assert kept() == [], "what was not committed is not there"

    overnight(app, NOW + timedelta(days=1))

    assert (len(kept()), len(kept(place="bergen-servicepoint"))) == (1, 1)


def test_a_depots_proposal_becomes_an_order_to_a_supplier(app, bus, alma):
    reckon(app, DEPOT)

    (one,) = kept(place=DEPOT)
    (made,) = alma.post("/proposals/accept", {"place": DEPOT}).json["orders"]

    assert one.inputs["demand"]["units"] == 154, "a depot needs what the places do that it serves"
    assert (made["kind"], made["place"]) == ("supply", DEPOT)


def test_what_a_depot_has_yet_to_send_is_not_there_any_more(app, bus, alma, erik):
    stocked(alma, units=100)
    reckon(app, DEPOT)
    assert kept(place=DEPOT, state="open") == []

    approved(bus, erik, [(SPRAY, 90)], WHY, **WHY)
    reckon(app, DEPOT)

    assert [one.inputs["usable"] for one in kept(place=DEPOT, state="open")] == [10]


def test_a_place_that_no_depot_serves_is_told_so(app, bus):
    reckon(app)
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BUS).values(served_by_id=None)))

    answer = bus.post("/proposals/accept", {"place": BUS})

    assert "depot" in refused(answer, "no-depot")["detail"]
    assert [one.state for one in kept()] == ["open"]


def test_another_municipality_sees_and_does_nothing(app, bus, dina):
    reckon(app)
    (one,) = kept()

    assert dina.get("/proposals").json == []
    refused(dina.get("/proposals/at", place=BUS), "missing", 404)
    refused(dina.post("/proposals/accept", {"proposals": [one.id]}), "missing", 404)
    refused(dina.post("/proposals/accept", {"place": BUS}), "missing", 404)
    refused(dina.post("/proposals/reckon", {"place": BUS}), "missing", 404)
    refused(dina.post(f"/proposals/{one.id}/decline", {"reason": "no"}), "missing", 404)
    assert [proposal.state for proposal in kept()] == ["open"]


def test_the_directorate_sees_and_cannot_change(app, bus, cato):
    reckon(app)
    (one,) = kept()

    assert [row["id"] for row in cato.get("/proposals", municipality="0301").json] == [one.id]
    refused(cato.post("/proposals/accept", {"proposals": [one.id]}), "forbidden", 403)
    refused(cato.post(f"/proposals/{one.id}/decline", {"reason": "no"}), "forbidden", 403)


def test_a_depot_reads_what_the_places_it_serves_should_order_and_does_not_decide_on_it(app, bus, alma):
    reckon(app)
    (one,) = kept()

    assert [row["id"] for row in alma.get("/proposals", place=BUS).json] == [one.id]
    refused(alma.post("/proposals/accept", {"proposals": [one.id]}), "not-your-place", 403)


def test_a_place_that_was_not_counted_for_long_is_asked_to_count_first(app, bus):
    reckon(app)
    before = bus.get("/proposals", place=BUS).json[0]

    bus.post("/counts", {"place": BUS, "occurred_on": TODAY, "lines": [{"product": SPRAY, "lot": "L1", "units": 46}]})
    reckon(app)
    after = bus.get("/proposals", place=BUS).json[0]

    assert (before["count_first"], before["inputs"]["counted_on"]) == (True, None)
    assert (after["count_first"], after["inputs"]["counted_on"], after["id"]) == (False, TODAY, before["id"])


def test_when_a_place_closes_nothing_is_proposed_there_any_more(app, bus):
    reckon(app)
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BUS).values(closed_on=NOW.date() - timedelta(days=1))))

    overnight(app)

    assert [one.state for one in kept()] == ["over"]
    refused(bus.post("/proposals/reckon", {"place": BUS}), "place-closed", 409)


def test_why_nothing_is_proposed_is_said_of_each_product(app, bus):
    bus.receive(SYRINGE, 100, lot="S1", place=BUS, on="2026-09-01")
    bus.receive("naloxone-ventizolve", 10, lot="N1", place=BUS, on="2026-11-15")

    because = {row["product"]: row["because"] for row in bus.get("/proposals/at", place=BUS).json}

    assert because[SPRAY] is None
    assert because[SYRINGE] == "not_used"


def test_what_if_is_reckoned_and_changes_nothing(app, bus):
    reckon(app)
    before = kept()[0].units

    (same,) = bus.get("/proposals/at", place=BUS, product=SPRAY).json
    (more,) = bus.get("/proposals/at", place=BUS, product=SPRAY, lead_days="30", cover_days="30", service_level="0.99").json

    assert same["units"] == before < more["units"]
    assert (more["inputs"]["policy"]["lead_days"], more["inputs"]["policy"]["service_level"]) == (30, "0.99")
    assert kept()[0].units == before


def test_a_list_is_read_part_by_part_with_the_emptiest_shelf_first(app, bus, birk):
    lives(birk, product=SYRINGE, units=1100, a_week=100, lot="S1")
    lives(birk, product="naloxone-ventizolve", units=300, a_week=20, lot="N1")
    reckon(app)

    whole = birk.get("/proposals").json
    first = birk.get("/proposals", limit=1)
    after = first.headers["Link"].split("after=")[1].split(">")[0].split("&")[0]
    rest = birk.get("/proposals", limit=2, after=after).json

    assert len(whole) >= 2
    assert [row["runs_out_on"] for row in whole] == sorted(row["runs_out_on"] for row in whole)
    assert [row["id"] for row in [*first.json, *rest]] == [row["id"] for row in whole][:3]


def test_once_is_once_also_for_what_is_accepted(app, bus):
    reckon(app)

    first, again = (bus.post("/proposals/accept", {"place": BUS}, key="the-very-same-key") for _ in range(2))

    assert (first.data, again.headers["Idempotent-Replayed"]) == (again.data, "true")
    db.session.rollback()
    assert len(reading().scalars(select(Proposal)).all()) == 1


def test_an_order_that_was_made_of_a_proposal_goes_its_way(app, bus, alma, erik):
    stocked(alma, units=500)
    reckon(app)
    (made,) = bus.post("/proposals/accept", {"place": BUS}).json["orders"]
    order = bus.get(f"/orders/{made['number']}").json

    sent = act(bus, order, "submit")

    assert refused(sent, "reason-needed")["needs"] == "count_too_old"
