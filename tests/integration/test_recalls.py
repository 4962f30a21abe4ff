"""A recall freezes a lot everywhere, lists every place that ever had a unit, and follows each until it has answered."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from expiry.jobs.recalls import REMINDERS
from expiry.models import RecallPlace
from inventory.models import LotEvent, Posting
from supply import clock
from supply.auth.models import AccessEntry, Account
from supply.db import in_one_transaction
from supply.jobs.service import Run, run_once, try_out
from supply.notices.models import Notice
from supply.reference.models import Place
from tests.integration.at_once import all_at_once
from tests.integration.ordering import act, approved, counted, done, shipped
from tests.integration.promises import held
from tests.integration.recalling import BUS, CLINIC, DEPOT, GTIN, SET, SPRAY, SYRINGE, answer, answered, assert_nothing_is_unexplained, lot_at, notice, now, place_of, recalled, refused, today

LATE = "2031-01-31"
LAST_WEEK = (clock.today() - timedelta(days=7)).isoformat()


@pytest.fixture
def spread(ada):
    """Forty of lot A1 at the bus, of which seven were handed out and two came back, and ten at the clinic, all handed out; all a week ago."""
    ada.receive(SPRAY, 40, lot="A1", place=BUS, expires_on=LATE, on=LAST_WEEK)
    ada.receive(SPRAY, 10, lot="A1", place=CLINIC, expires_on=LATE, on=LAST_WEEK)
    assert ada.hand_out(7, place=BUS, on=LAST_WEEK).status_code == 201
    assert ada.hand_out(10, place=CLINIC, on=LAST_WEEK).status_code == 201
    assert ada.post("/returns", {"place": BUS, "occurred_on": LAST_WEEK, "reason": "unused", "lines": [{"product": SPRAY, "lot": "A1", "units": 2}]}).status_code == 201
    return ada


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def settled(session):
    """Give a way to assert that a recall explains every unit, and that the ledger is in order."""

    def check(recall, **more):
        session.rollback()
        assert_nothing_is_unexplained(session, recall, **more)
        session.rollback()

    return check


def line(units=1, **more):
    return {"product": SPRAY, "lot": "A1", "units": units, **more}


def told(session, kind, *, drill=False):
    session.rollback()
    rows = session.execute(select(Place.code, Notice.facts).join(Place, Place.id == Notice.place_id).where(Notice.kind == kind).order_by(Notice.id)).all()
    session.rollback()
    return {code: facts for code, facts in rows if facts.get("drill", drill) is drill}


def events(who, lot="A1", product=SPRAY):
    return [event["kind"] for event in who.get(f"/lots/{product}/{lot}/events").json["events"]]


def pack(who, units, *, on=LAST_WEEK, place=BUS):
    """Pack full kits of what is there; gives the number of their lot."""
    packed = who.post("/assemblies", {"place": place, "occurred_on": on, "kit": SET, "units": units})
    assert packed.status_code == 201, packed.text
    return packed.json["moves"][-1]["lot"]["number"]


def with_parts(who, *, place=BUS, units=20, on=LAST_WEEK):
    lines = [{"product": product, "lot": f"P-{product}", "expires_on": LATE, "units": units} for product in (SYRINGE, "swab", "acid", "filter")]
    received = who.post("/receipts", {"place": place, "occurred_on": on, "lines": [*lines, {"product": "cooker", "units": units}]})
    assert received.status_code == 201, received.text


# What a recall freezes.


def test_it_freezes_the_lot_and_lists_who_holds_it_and_who_held_it(spread, gro, settled):
    recall = recalled(gro, product=None, gtin=GTIN)

    assert (recall["number"], recall["class"], recall["product"], recall["state"], recall["drill"]) == (f"R-{clock.today().year}-0001", 1, SPRAY, "open", False)
    assert {one["place"]: (one["listed"]["on_hand"], one["must_answer"], one["state"]) for one in recall["places"]} == {BUS: (35, True, "waiting"), CLINIC: (0, True, "waiting")}
    assert {name: lot_at(recall, BUS)[name] for name in ("received", "handed_out", "taken_back", "on_hand")} == {"received": 40, "handed_out": 7, "taken_back": 2, "on_hand": 35}
    assert {name: recall["sums"][0][name] for name in ("received", "on_hand", "handed_out", "unexplained")} == {"received": 50, "on_hand": 35, "handed_out": 15, "unexplained": 0}
    settled(recall)


@pytest.mark.parametrize("on", [today(), LAST_WEEK])
def test_nothing_of_it_leaves_any_more_however_far_back_it_is_dated(spread, gro, on, settled):
    with_parts(spread)
    recall = recalled(gro)

    refused(spread.hand_out(1, place=BUS, on=on, lot="A1"), "lot-blocked")
    refused(spread.hand_out(1, place=BUS, on=on), "not-enough-stock")
    refused(spread.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": on, "lines": [line()]}), "lot-blocked")
    assert now(gro, recall)["sums"] == recall["sums"]
    settled(recall)


def test_it_may_be_gathered_at_a_depot_of_the_same_owner_from_the_day_of_the_recall_on_and_is_asked_for_there(spread, gro, settled):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == DEPOT).values(owner="0301")))
    recall = recalled(gro)
    back = {"place": BUS, "to": DEPOT, "lines": [line(35)]}

    said = refused(spread.post("/transfers", back | {"occurred_on": LAST_WEEK}), "recalled-since")
    between = place_of(now(gro, recall), BUS)["on_hand"]
    gathered = spread.post("/transfers", back | {"occurred_on": today()})

    assert (said["at"], said["occurred_on"], between) == ("lines.0.lot", LAST_WEEK, 35)
    assert gathered.status_code == 201, gathered.text
    after = now(gro, recall)
    assert {code: (place_of(after, code)["on_hand"], place_of(after, code)["must_answer"], place_of(after, code)["state"]) for code in (BUS, DEPOT)} == {
        BUS: (0, True, "waiting"),
        DEPOT: (35, True, "waiting"),
    }
    refused(spread.hand_out(1, place=DEPOT, on=today(), lot="A1"), "lot-blocked")
    refused(spread.post("/transfers", back | {"place": DEPOT, "to": BUS, "occurred_on": today()}), "lot-blocked")
    settled(after)


def test_what_was_let_free_may_be_gathered_on_an_earlier_day_as_before(spread, gro):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == DEPOT).values(owner="0301")))
    recall = recalled(gro)
    back = {"place": BUS, "to": DEPOT, "occurred_on": LAST_WEEK, "lines": [line(5)]}
    assert gro.post(f"/recalls/{recall['number']}/lift", {"reason": "wrong lot"}).status_code == 200

    assert spread.post("/transfers", back).status_code == 201


def test_kits_with_a_recalled_part_are_gathered_by_the_same_rule(spread, gro, settled):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == DEPOT).values(owner="0301")))
    with_parts(spread)
    kits = pack(spread, 3)
    recall = recalled(gro, f"P-{SYRINGE}", product=SYRINGE)
    back = {"place": BUS, "to": DEPOT, "lines": [{"product": SET, "lot": kits, "units": 3}]}

    refused(spread.post("/transfers", back | {"occurred_on": LAST_WEEK}), "recalled-since")
    assert spread.post("/transfers", back | {"occurred_on": today()}).status_code == 201
    assert place_of(now(gro, recall), DEPOT)["in_kits"] == 3
    settled(now(gro, recall), product=SYRINGE)


@pytest.mark.parametrize("on", [today(), LAST_WEEK])
def test_a_recalled_part_goes_into_no_kit_and_its_kits_stay(spread, gro, on, settled):
    with_parts(spread)
    kits = pack(spread, 3)
    assert spread.post("/handouts", {"place": BUS, "occurred_on": LAST_WEEK, "lines": [{"product": SET, "units": 1}]}).status_code == 201

    recall = recalled(gro, f"P-{SYRINGE}", product=SYRINGE)

    refused(spread.post("/assemblies", {"place": BUS, "occurred_on": on, "kit": SET, "units": 1}), "not-enough-stock")
    refused(spread.post("/handouts", {"place": BUS, "occurred_on": on, "lines": [{"product": SET, "units": 1, "lot": kits}]}), "lot-blocked")
    assert place_of(recall, BUS)["listed"] | {"on_hand": 17, "in_kits": 2} == place_of(recall, BUS)["listed"]
    assert (recall["sums"][0]["in_kits"], recall["sums"][0]["kits"]["on_hand"], recall["sums"][0]["kits"]["handed_out"]) == (3, 2, 1)
    assert (lot_at(recall, BUS, kits)["kit"], lot_at(recall, BUS, kits)["each"]) == (True, 1)
    assert events(gro, kits, SET) == ["recall"]
    settled(recall, product=SYRINGE)


def test_what_left_it_in_kits_to_a_place_that_never_had_it_loose_is_listed(spread, gro, settled):
    with_parts(spread)
    kits = pack(spread, 3)
    assert spread.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": LAST_WEEK, "lines": [{"product": SET, "lot": kits, "units": 2}]}).status_code == 201

    recall = recalled(gro, f"P-{SYRINGE}", product=SYRINGE)

    assert place_of(recall, CLINIC)["listed"] | {"on_hand": 0, "in_kits": 2} == place_of(recall, CLINIC)["listed"]
    settled(recall, product=SYRINGE)


def test_recalled_units_leave_as_destroyed_or_returned_or_counted_and_a_kit_can_be_opened(spread, gro, settled):
    with_parts(spread)
    kits = pack(spread, 3)
    recall = recalled(gro, f"P-{SYRINGE}", product=SYRINGE)
    at = {"place": BUS, "occurred_on": today()}
    lines = [{"product": SYRINGE, "lot": f"P-{SYRINGE}", "units": 1}]

    assert spread.post("/unpackings", at | {"kit": SET, "lot": kits, "units": 1}).status_code == 201
    assert spread.post("/disposals", at | {"reason": "recalled", "lines": lines}).status_code == 201
    assert spread.post("/supplier-returns", at | {"reason": "recalled", "lines": lines}).status_code == 201
    assert spread.post("/counts", at | {"lines": [{"product": SYRINGE, "lot": f"P-{SYRINGE}", "units": 15}]}).status_code == 201
    gone = now(gro, recall)["sums"][0]
    assert (gone["destroyed"], gone["returned"], gone["lost"], gone["on_hand"], gone["in_kits"]) == (1, 1, 1, 15, 2)
    settled(now(gro, recall), product=SYRINGE)


def test_a_hand_out_that_was_forgotten_is_told_as_what_the_count_missed(spread, gro, settled):
    recall = recalled(gro)
    answered(spread, recall, BUS, ("A1", 33, 33))

    told = spread.post("/reclassifications", {"place": BUS, "occurred_on": today(), "reason": "handed_out_not_lost", "lines": [line(2, **{"from": "lost", "to": "people"})]})

    assert told.status_code == 201, told.text
    gone = now(gro, recall)["sums"][0]
    assert (gone["handed_out"], gone["lost"], gone["destroyed"], gone["unexplained"]) == (17, 0, 33, 0)
    settled(now(gro, recall))


def test_every_hold_on_it_ends_and_who_waits_is_told(alma, birk, erik, gro, session, settled):
    alma.receive(SPRAY, 30, lot="A1", expires_on=LATE, on=today())
    order = approved(birk, erik, [(SPRAY, 20)])

    recall = recalled(gro)

    assert (place_of(recall, DEPOT)["listed"]["on_hand"], place_of(recall, DEPOT)["listed"]["held"]) == (30, 20)
    assert held(session) == ([], 0)
    assert told(session, "hold-released")[DEPOT]["document"] == order["number"]
    asked = {"lines": [{"product": SPRAY, "lot": "A1", "units": 20, "reason": "it waits"}]}
    refused(act(alma, order, "ship", asked), "version-differs", 412)
    refused(act(alma, alma.get(f"/orders/{order['number']}").json, "ship", asked), "lot-blocked")
    settled(recall)


def test_what_is_on_its_way_arrives_blocked_and_its_receiver_is_asked(alma, birk, erik, gro, settled):
    alma.receive(SPRAY, 30, lot="A1", expires_on=LATE, on=today())
    order = shipped(birk, erik, alma, [(SPRAY, 20)])

    recall = recalled(gro)
    before = place_of(recall, BUS)
    arrived = done(birk, order, "receive", counted(order))

    assert (before["listed"]["in_transit"], before["in_transit"], before["must_answer"], recall["sums"][0]["in_transit"]) == (20, 20, True, 20)
    assert arrived["state"] == "closed"
    refused(birk.hand_out(1, place=BUS, on=today(), lot="A1"), "lot-blocked")
    assert (now(gro, recall)["sums"][0]["in_transit"], place_of(now(gro, recall), BUS)["on_hand"]) == (0, 20)
    settled(now(gro, recall))


def test_a_lot_that_nobody_has_seen_arrives_blocked(ada, gro, settled):
    missing = gro.post("/recalls", notice("NEW"))
    recall = recalled(gro, ("NEW", LATE))
    ada.receive(SPRAY, 10, lot="NEW", expires_on=LATE, place=BUS, on=today())

    assert (missing.status_code, missing.json["code"], missing.json["at"]) == (422, "expiry-needed", "lots.0.expires_on")
    assert (recall["lots"], recall["places"]) == ([{"lot": "NEW", "expires_on": LATE, "known": False}], [])
    refused(ada.hand_out(1, place=BUS, on=today(), lot="NEW"), "lot-blocked")
    assert (place_of(now(gro, recall), BUS)["must_answer"], place_of(now(gro, recall), BUS)["listed"]) == (True, None)
    settled(now(gro, recall))


def test_an_expiry_that_is_not_the_one_known_is_refused_with_both(spread, gro):
    said = refused(gro.post("/recalls", notice(("A1", "2030-01-31"))), "lot-differs")

    assert (said["known"], said["stated"]) == (LATE, "2030-01-31")


def test_a_lot_is_recalled_once_at_a_time(spread, gro):
    recall = recalled(gro)

    said = refused(gro.post("/recalls", notice("A1")), "recalled-already")
    drill = recalled(gro, "A1", drill=True)

    assert said["number"] == recall["number"]
    assert drill["drill"]


def test_the_same_lot_twice_on_a_notice_is_refused(spread, gro):
    refused(gro.post("/recalls", notice("A1", "A1")), "lot-twice", 422)


def test_products_without_lots_can_be_recalled_whole(ada, gro, settled):
    ada.receive("cooker", 12, lot=None, expires_on=None, place=BUS, on=today())

    recall = recalled(gro, "-", product="cooker")

    refused(ada.hand_out(1, "cooker", place=BUS, on=today()), "lot-blocked")
    assert place_of(recall, BUS)["on_hand"] == 12
    settled(recall, product="cooker")


# Quarantine and recall, side by side.


def test_what_is_in_quarantine_is_recalled_too_and_released_stays_recalled(spread, gro):
    assert gro.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "suspected_defect"}).status_code == 200
    recall = recalled(gro)
    both = gro.get("/lots", product=SPRAY, number="A1").json[0]

    assert gro.post(f"/lots/{SPRAY}/A1/release", {"reason": "mistake"}).status_code == 200

    assert (both["quarantined"], both["recalled"]) == (True, True)
    assert gro.get("/lots", product=SPRAY, number="A1").json[0] | {"quarantined": False, "recalled": True} == gro.get("/lots", product=SPRAY, number="A1").json[0]
    refused(spread.hand_out(1, place=BUS, on=today(), lot="A1"), "lot-blocked")
    assert gro.post(f"/recalls/{recall['number']}/lift", {"reason": "wrong lot"}).status_code == 200
    assert spread.hand_out(1, place=BUS, on=today(), lot="A1").status_code == 201


def test_a_lifted_recall_leaves_the_quarantine_in_force(spread, gro):
    recall = recalled(gro)
    assert gro.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "suspected_defect"}).status_code == 200

    lifted = gro.post(f"/recalls/{recall['number']}/lift", {"reason": "wrong lot"}).json

    assert (lifted["state"], lifted["lifted_because"]) == ("lifted", "wrong lot")
    refused(spread.hand_out(1, place=BUS, on=today(), lot="A1"), "lot-blocked")
    assert events(gro) == ["recall", "quarantine", "lift"]


def test_lifting_revives_nothing_that_has_expired(ada, gro, session):
    ada.receive(SPRAY, 10, lot="OLD", expires_on=LAST_WEEK, place=BUS, on=LAST_WEEK)
    recall = recalled(gro, "OLD")

    assert gro.post(f"/recalls/{recall['number']}/lift", {"reason": "wrong lot"}).status_code == 200

    refused(ada.hand_out(1, place=BUS, on=today(), lot="OLD"), "lot-not-usable")
    assert list(told(session, "recall-lifted")) == [BUS]


def test_a_lot_that_was_let_free_can_be_recalled_again(spread, gro):
    recall = recalled(gro)
    assert gro.post(f"/recalls/{recall['number']}/lift", {"reason": "wrong lot"}).status_code == 200

    again = recalled(gro)

    refused(gro.post(f"/recalls/{recall['number']}/lift", {"reason": "once more"}), "nothing-to-lift")
    refused(spread.hand_out(1, place=BUS, on=today(), lot="A1"), "lot-blocked")
    assert again["number"] != recall["number"]


def test_two_recalled_parts_of_a_kit_are_lifted_one_by_one(spread, gro):
    with_parts(spread)
    kits = pack(spread, 2)
    first, second = recalled(gro, f"P-{SYRINGE}", product=SYRINGE), recalled(gro, "P-swab", product="swab")
    give = {"place": BUS, "occurred_on": today(), "lines": [{"product": SET, "units": 1, "lot": kits}]}

    assert gro.post(f"/recalls/{first['number']}/lift", {"reason": "wrong lot"}).status_code == 200
    refused(spread.post("/handouts", give), "lot-blocked")
    assert gro.post(f"/recalls/{second['number']}/lift", {"reason": "wrong lot"}).status_code == 200
    assert spread.post("/handouts", give).status_code == 201


# What places answer.


def test_an_answer_is_a_count_a_disposal_and_a_return_under_the_recalls_number(spread, gro, birk, session, settled):
    recall = recalled(gro)

    place = answered(birk, recall, BUS, ("A1", 34, 30, 4), note="two bags and the car")

    assert (place["state"], place["on_hand"], place["number"], place["drill"]) == ("answered", 0, recall["number"], False)
    assert place["answers"][0]["lines"] == [{"product": SPRAY, "lot": "A1", "expected": 35, "found": 34, "destroyed": 30, "returned": 4}]
    session.rollback()
    entered = session.scalars(
        select(Posting).where(Posting.number.in_(place["answers"][0]["postings"])).join(Place, (Place.id == Posting.place_id) & (Place.code == BUS)).order_by(Posting.number)
    ).all()
    assert [(one.kind, one.reason, one.document) for one in entered] == [("count", None, None), ("disposal", "recalled", recall["number"]), ("supplier_return", "recalled", recall["number"])]
    after = now(gro, recall)
    assert (after["sums"][0]["destroyed"], after["sums"][0]["returned"], after["sums"][0]["lost"], after["progress"]["answered"]) == (30, 4, 1, 1)
    settled(after)


def test_more_destroyed_and_returned_than_found_is_refused_and_nothing_is_entered(spread, gro, birk):
    recall = recalled(gro)

    said = refused(answer(birk, recall, BUS, ("A1", 10, 6, 5)), "more-than-found", 422)

    assert said["at"] == "lines.0.found"
    assert place_of(now(gro, recall), BUS)["answers"] == []


def test_a_refusal_of_the_ledger_is_said_of_the_line_of_the_answer(spread, gro, birk):
    recall = recalled(gro, "A1", ("B1", LATE))

    said = refused(answer(birk, recall, BUS, ("B1", 3), ("A1", 35), seen=999), "seen-ahead", 422)
    other = refused(answer(birk, recall, BUS, ("A1", 35), ("NOBODYS", 1)), "not-of-the-recall")

    assert (said["at"], other["at"]) == ("seen", "lines.1.lot")
    assert place_of(now(gro, recall), BUS)["answers"] == []


def test_a_later_answer_adds_to_the_earlier_ones(spread, gro, birk, settled):
    recall = recalled(gro)

    first = answered(birk, recall, BUS, ("A1", 35, 5))
    second = answered(birk, recall, BUS, ("A1", 30, 0, 10), kept_apart=True)
    third = answered(birk, recall, BUS, ("A1", 20, 20))

    assert [one["state"] for one in (first, second, third)] == ["partly", "answered", "answered"]
    assert len(third["answers"]) == 3
    gone = now(gro, recall)["sums"][0]
    assert (gone["destroyed"], gone["returned"], gone["on_hand"]) == (25, 10, 0)
    settled(now(gro, recall))


def test_a_place_has_answered_when_it_has_looked_for_every_lot_it_had(spread, gro, birk):
    spread.receive(SPRAY, 4, lot="B1", place=BUS, expires_on=LATE, on=today())
    recall = recalled(gro, "A1", "B1")

    assert answered(birk, recall, BUS, ("A1", 35, 35))["state"] == "partly"
    assert answered(birk, recall, BUS, ("B1", 0))["state"] == "answered"


def test_none_found_is_an_answer(spread, gro, birk):
    recall = recalled(gro)

    assert answered(birk, recall, CLINIC, ("A1", 0))["state"] == "answered"


def test_kits_with_the_lot_are_lines_of_their_own(spread, gro, birk, settled):
    with_parts(spread)
    kits = pack(spread, 3)
    recall = recalled(gro, f"P-{SYRINGE}", product=SYRINGE)

    partly = answered(birk, recall, BUS, (f"P-{SYRINGE}", 17, 17))
    whole = answered(birk, recall, BUS, {"product": SET, "lot": kits, "found": 3, "destroyed": 3})

    assert (partly["state"], whole["state"]) == ("partly", "answered")
    gone = now(gro, recall)["sums"][0]
    assert (gone["destroyed"], gone["in_kits"], gone["kits"]["destroyed"], gone["unexplained"]) == (17, 3, 3, 0)
    settled(now(gro, recall), product=SYRINGE)


def test_a_box_that_the_book_did_not_know_is_counted_in(spread, gro, alma, settled):
    recall = recalled(gro)

    place = answered(alma, recall, DEPOT, ("A1", 6, 6))

    assert place["answers"][0]["lines"][0] | {"expected": 0, "found": 6} == place["answers"][0]["lines"][0]
    assert (now(gro, recall)["sums"][0]["lost"], now(gro, recall)["sums"][0]["destroyed"], now(gro, recall)["sums"][0]["unexplained"]) == (-6, 6, 0)
    settled(now(gro, recall))


def test_units_that_come_after_the_answer_ask_anew(spread, gro, birk, app):
    recall = recalled(gro)
    answered(birk, recall, CLINIC, ("A1", 0))
    assert spread.post("/returns", {"place": CLINIC, "occurred_on": today(), "reason": "unused", "lines": [line(2)]}).status_code == 201

    before = place_of(now(gro, recall), CLINIC)["state"]
    ended = run_once(REMINDERS, app.extensions["settings"], due_at=clock.now())

    assert (before, ended.facts) == ("partly", {"asked_anew": 1})


def test_as_many_as_were_kept_apart_that_come_when_those_are_destroyed_are_not_answered_for(spread, gro, birk, app):
    recall = recalled(gro)
    answered(birk, recall, CLINIC, ("A1", 0))
    answered(birk, recall, BUS, ("A1", 35, 33), kept_apart=True)
    run_once(REMINDERS, app.extensions["settings"], due_at=clock.now())
    assert spread.post("/disposals", {"place": BUS, "occurred_on": today(), "reason": "recalled", "lines": [line(2)]}).status_code == 201
    assert place_of(now(gro, recall), BUS)["state"] == "answered"
    assert spread.post("/returns", {"place": BUS, "occurred_on": today(), "reason": "unused", "lines": [line(2)]}).status_code == 201

    before = place_of(now(gro, recall), BUS)
    ended = run_once(REMINDERS, app.extensions["settings"], due_at=clock.now() + timedelta(seconds=1))
    after = answered(birk, recall, BUS, ("A1", 2), kept_apart=True)

    assert (before["state"], before["on_hand"], ended.facts, after["state"]) == ("partly", 2, {"asked_anew": 1}, "answered")


def test_times_to_the_first_and_the_last_answer_are_told(spread, gro, birk):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        recall = recalled(gro)
    with time_machine.travel(start + timedelta(minutes=90), tick=False):
        answered(birk, recall, CLINIC, ("A1", 0))
        first = now(gro, recall)["progress"]
    with time_machine.travel(start + timedelta(minutes=400), tick=False):
        answered(birk, recall, BUS, ("A1", 35, 35))
        last = now(gro, recall)["progress"]

    assert (first["asked"], first["answered"], first["minutes_to_first"], first["minutes_to_last"]) == (2, 1, 90, None)
    assert (last["answered"], last["minutes_to_first"], last["minutes_to_last"]) == (2, 90, 400)


# Raising the class.


GRAVER = {"class": 1, "document": "DMP 26/99", "authority": "DMP", "reason": "Two were hurt."}


def raised(who, recall, **changes):
    return who.post(f"/recalls/{recall['number']}/raise", GRAVER | changes)


def test_a_recall_that_turns_out_graver_shortens_what_is_left_to_answer_and_tells_everybody_again(spread, gro, birk, session):
    start = clock.now()
    with time_machine.travel(start, tick=False):
        recall = recalled(gro, **{"class": 3})
        answered(birk, recall, CLINIC, ("A1", 0))
    with time_machine.travel(start + timedelta(hours=10), tick=False):
        after = raised(gro, recall).json

    assert (recall["class"], recall["answer_hours"], after["class"], after["answer_hours"]) == (3, 120, 1, 24)
    (row,) = after["raised"]
    assert (row["class_before"], row["class"], row["document"], row["reason"]) == (3, 1, "DMP 26/99", "Two were hurt.")
    assert place_of(after, BUS)["listed"]["due_at"] == clock.instant_text(start + timedelta(hours=34))
    assert place_of(after, CLINIC)["state"] == "answered"
    facts = told(session, "recall-raised")
    assert {code: (one["class"], one.get("due_at")) for code, one in facts.items()} == {BUS: (1, clock.instant_text(start + timedelta(hours=34))), CLINIC: (1, None)}
    logged = session.scalars(select(AccessEntry.act).where(AccessEntry.subject == recall["number"]).order_by(AccessEntry.id)).all()
    session.rollback()
    assert logged == ["open a recall", "raise a recall"]


def test_after_it_was_raised_a_place_is_reminded_by_the_new_time(spread, gro, birk, app, session):
    start, settings = clock.now(), app.extensions["settings"]
    recall = recalled(gro, **{"class": 3})
    answered(birk, recall, CLINIC, ("A1", 0))
    counts = []
    for hours in (121, 122, 123, 145, 146, 147):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            if hours == 122:
                assert raised(gro, recall).status_code == 200
            run_once(REMINDERS, settings, due_at=clock.now())
        session.rollback()
        counts.append(len(session.scalars(select(Notice).where(Notice.kind == "recall-reminder")).all()))

    assert counts == [1, 1, 1, 2, 2, 2]


def test_a_deadline_is_never_longer_than_it_was(spread, gro):
    recall = recalled(gro, **{"class": 2, "answer_hours": 12})

    after = raised(gro, recall, answer_hours=48).json

    assert (after["class"], after["answer_hours"]) == (1, 12)
    assert place_of(after, BUS)["listed"]["due_at"] == place_of(recall, BUS)["listed"]["due_at"]


@pytest.mark.parametrize(("level", "to"), [(1, 1), (2, 2), (1, 2)])
def test_a_class_is_never_lowered(spread, gro, level, to):
    recall = recalled(gro, **{"class": level})

    said = refused(raised(gro, recall, **{"class": to}), "not-graver", 422)

    assert (said["known"], said["at"]) == (level, "class")
    assert now(gro, recall) | {"progress": None} == recall | {"progress": None}


def test_a_class_is_raised_step_by_step_and_in_a_drill_too(spread, gro, session):
    drill = recalled(gro, drill=True, **{"class": 3})

    assert [raised(gro, drill, **{"class": level}).status_code for level in (2, 1)] == [200, 200]

    assert [(one["class_before"], one["class"]) for one in now(gro, drill)["raised"]] == [(3, 2), (2, 1)]
    assert (told(session, "recall-raised"), set(told(session, "recall-raised", drill=True))) == ({}, {BUS, CLINIC})


def test_who_may_not_recall_raises_no_class_and_what_is_over_is_not_raised(spread, gro, alma):
    recall = recalled(gro, **{"class": 3})

    refused(raised(alma, recall), "recalls-are-national", 403)
    assert gro.post(f"/recalls/{recall['number']}/close", {"reason": "enough"}).status_code == 200
    refused(raised(gro, recall), "recall-ended")
    assert now(gro, recall)["raised"] == []


# Drills.


def test_a_drill_freezes_nothing_enters_nothing_and_says_so(spread, gro, birk, session, settled):
    before = birk.get("/stock", place=BUS).data

    drill = recalled(gro, "A1", ("UNSEEN", LATE), drill=True)
    given = answered(birk, drill, BUS, ("A1", 30, 30), ("UNSEEN", 0))

    assert (drill["drill"], given["drill"], given["state"], given["answers"][0]["postings"]) == (True, True, "answered", [])
    assert birk.get("/stock", place=BUS).data == before
    assert spread.hand_out(1, place=BUS, on=today(), lot="A1").status_code == 201
    assert gro.get("/lots", product=SPRAY, number="UNSEEN").json == []
    session.rollback()
    assert session.scalars(select(LotEvent)).all() == []
    assert (told(session, "recall"), BUS in told(session, "recall", drill=True)) == ({}, True)
    refused(gro.post(f"/recalls/{drill['number']}/lift", {"reason": "enough"}), "nothing-to-lift")
    settled(now(gro, drill))


# Ending it.


def test_it_is_closed_when_all_have_answered_or_somebody_says_why_not(spread, gro, birk, session):
    recall = recalled(gro)

    said = refused(gro.post(f"/recalls/{recall['number']}/close", {}), "not-all-answered")
    closed = gro.post(f"/recalls/{recall['number']}/close", {"reason": "the clinic is gone"})

    assert said["waiting"] == 2
    assert (closed.json["state"], closed.json["closed_because"]) == ("closed", "the clinic is gone")
    refused(answer(birk, recall, BUS, ("A1", 35, 35)), "recall-ended")
    refused(spread.hand_out(1, place=BUS, on=today(), lot="A1"), "lot-blocked")
    session.rollback()
    logged = [(one.act, one.outcome, one.subject) for one in session.scalars(select(AccessEntry).where(AccessEntry.subject == recall["number"]).order_by(AccessEntry.id))]
    assert logged == [("open a recall", "done", recall["number"]), ("close a recall", "overridden", recall["number"])]


def test_it_is_closed_without_a_word_when_all_have_answered(spread, gro, birk):
    recall = recalled(gro)
    answered(birk, recall, CLINIC, ("A1", 0))
    answered(birk, recall, BUS, ("A1", 35, 35))

    assert gro.post(f"/recalls/{recall['number']}/close", {}).json["state"] == "closed"


# Telling and reminding.


def test_who_works_at_a_place_and_can_be_told_is_a_person_with_an_account_of_their_own_there(spread, gro, caller, alma, session):
    alma.receive(SPRAY, 3, lot="A1", place=DEPOT, expires_on=LATE, on=today())
    with_account = lambda recall: {one["place"]: one["has_accounts"] for one in recall["places"]}  # noqa: E731

    before = with_account(recalled(gro))
    in_one_transaction(lambda session: session.execute(update(Account).where(Account.name == "Birk Kommune").values(active=False)))
    after = with_account(recalled(gro, drill=True))

    assert before == {BUS: True, CLINIC: True, DEPOT: True}
    assert after == {BUS: False, CLINIC: False, DEPOT: True}


def test_every_place_is_told_in_the_same_transaction_and_by_class(spread, gro, session):
    recall = recalled(gro)
    drill = recalled(gro, drill=True)

    assert {place: (facts["number"], facts["units"]) for place, facts in told(session, "recall").items()} == {BUS: (recall["number"], 35), CLINIC: (recall["number"], 0)}
    assert {facts["number"] for facts in told(session, "recall", drill=True).values()} == {drill["number"]}


def test_who_has_not_answered_is_reminded_once_for_each_time_it_was_due(spread, gro, birk, app, session):
    start, settings = clock.now(), app.extensions["settings"]
    recall = recalled(gro)
    answered(birk, recall, CLINIC, ("A1", 0))

    counts = []
    for hours in (23, 25, 25.5, 49, 49, 400, 401):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            run_once(REMINDERS, settings, due_at=clock.now() + timedelta(seconds=len(counts)))
        session.rollback()
        counts.append(len(session.scalars(select(Notice).where(Notice.kind == "recall-reminder")).all()))

    assert counts == [0, 1, 1, 2, 2, 3, 3]
    assert list(told(session, "recall-reminder")) == [BUS]


def test_eight_who_remind_at_once_remind_once(spread, gro, app, session):
    recalled(gro)
    settings = app.extensions["settings"]
    spread.receive(SPRAY, 3, lot="A1", place="oslo-prison", expires_on=LATE, on=today())

    def remind():
        with app.app_context():
            return REMINDERS.work(_run(settings))

    all_at_once(*[remind] * 8)

    assert sorted(told(session, "recall-reminder")) == sorted([BUS, CLINIC])
    session.rollback()
    assert len(session.scalars(select(Notice).where(Notice.kind.in_(["recall-reminder", "recall"]))).all()) == 5
    assert len(session.scalars(select(RecallPlace)).all()) == 3


def _run(settings):
    late = clock.now() + timedelta(hours=30)
    return Run(job="recall-reminders", due_at=late, now=late, settings=settings)


def test_a_reminder_that_is_tried_out_reminds_nobody(spread, gro, app, session):
    recalled(gro)
    with time_machine.travel(clock.now() + timedelta(hours=30), tick=False):
        assert try_out(REMINDERS, app.extensions["settings"]) == {"reminded": 2}

    assert told(session, "recall-reminder") == {}


# What fresh eyes found.


@pytest.mark.parametrize(("lot", "code"), [("a-1", "written-otherwise"), ("A 1", "not-one-lot"), ("A1, A2", "not-one-lot"), ("A1 ", "not-one-lot")])
def test_a_lot_that_is_only_written_otherwise_than_the_one_on_the_shelf_is_not_frozen_in_its_place(spread, gro, lot, code):
    refused(gro.post("/recalls", notice(lots=[{"lot": lot, "expires_on": LATE}])), code, 422)


def test_where_both_are_meant_both_are_named(spread, gro):
    assert gro.post("/recalls", notice(lots=[{"lot": "A1"}, {"lot": "a-1", "expires_on": LATE}])).status_code == 201


def test_a_closed_place_answers_what_it_still_has(spread, gro, birk, session):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BUS).values(closed_on=clock.today() - timedelta(days=1))))
    recall = recalled(gro)

    answer = birk.post(f"/recalls/{recall['number']}/answers", {"place": BUS, "lines": [{"lot": "A1", "found": 35, "destroyed": 35}]})

    assert answer.status_code in {200, 201}, answer.text
    assert place_of(now(gro, recall), BUS)["state"] == "answered"


def test_a_closed_place_counts_what_is_left_and_takes_in_nothing(spread, ada):
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BUS).values(closed_on=clock.today() - timedelta(days=1))))
    at = {"place": BUS, "occurred_on": today()}

    assert ada.post("/counts", at | {"lines": [line(30)]}).status_code == 201
    refused(ada.post("/receipts", at | {"lines": [line(1)]}), "place-closed")
    refused(ada.hand_out(1, place=BUS, on=today()), "place-closed")
    assert ada.on_hand(BUS) == {"A1": 30}


def test_who_is_asked_anew_has_as_long_to_answer_as_at_first_and_is_told_so(spread, gro, birk, app, session):
    start, settings = clock.now(), app.extensions["settings"]
    recall = recalled(gro)
    answered(birk, recall, CLINIC, ("A1", 0))
    counts = []
    for hours in (30, 53, 55):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            if hours == 30:
                assert spread.post("/returns", {"place": CLINIC, "occurred_on": today(), "reason": "unused", "lines": [line(2)]}).status_code == 201
            run_once(REMINDERS, settings, due_at=clock.now())
        session.rollback()
        rows = session.execute(select(Notice.kind).join(Place, Place.id == Notice.place_id).where(Place.code == CLINIC).order_by(Notice.id)).scalars().all()
        counts.append([kind for kind in rows if kind.startswith("recall")])
        session.rollback()

    assert counts == [["recall", "recall"], ["recall", "recall"], ["recall", "recall", "recall-reminder"]]
    assert told(session, "recall")[CLINIC]["due_at"] == clock.instant_text(start + timedelta(hours=54))


def test_a_delivery_with_damage_that_was_undone_was_never_received_nor_returned(alma, gro, settled):
    body = {"place": DEPOT, "occurred_on": today(), "lines": [{"product": SPRAY, "lot": "A1", "expires_on": LATE, "units": 10, "damaged": 2}]}
    number = alma.post("/receipts", body).json["number"]
    alma.receive(SPRAY, 5, lot="A1", expires_on=LATE, on=today())
    assert alma.post("/corrections", {"journal": DEPOT, "number": number, "reason": "mistyped"}).status_code == 201

    (sums,) = recalled(gro)["sums"]

    assert (sums["received"], sums["returned"], sums["destroyed"], sums["on_hand"], sums["unexplained"]) == (5, 0, 0, 5, 0)
