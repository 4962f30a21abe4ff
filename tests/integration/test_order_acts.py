"""What each act on an order takes and refuses, what it leaves in the timeline, and who is told."""

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import select

from orders.rules.inputs import reckoned_again
from orders.service import standing
from orders.service.hand import By
from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import db, in_one_transaction
from supply.notices.models import Notice
from supply.reference.models import Place
from tests.conftest import settings_for
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, act, amended, approved, counted, done, draft, line, refused, shipped, stocked, submitted

CLINIC, BERGEN, SANDNES, STAVANGER = "oslo-servicepoint", "bergen-outreach", "sandnes-servicepoint", "stavanger-servicepoint"
TODAY = clock.today()
LATE = "2031-01-31"
ALL_THERE_IS = {"reason": "all there is"}


def in_days(days):
    """Travel to noon so many days from today."""
    return time_machine.travel(datetime.combine(TODAY + timedelta(days=days), time(11), tzinfo=UTC), tick=False)


def expiring(days):
    return (TODAY + timedelta(days=days)).isoformat()


def shelf(who, place=DEPOT):
    return {row["lot"]["number"]: (row["on_hand"], row["held"]) for row in who.get("/stock", place=place, limit=500).json}


def facts(order, what):
    """Give what the timeline says of the last time something was done."""
    return [event["facts"] for event in order["events"] if event["act"] == what][-1]


def held(order, what="approve"):
    return [(one["lot"], one["units"]) for one in facts(order, what)["held"]]


def now(who, order):
    return who.get(f"/orders/{order['number']}").json


def told(session, order):
    """Give which places are told what of an order."""
    session.rollback()
    rows = session.execute(select(Place.code, Notice.kind, Notice.facts).join(Place, Place.id == Notice.place_id).order_by(Notice.id))
    return [(place, kind) for place, kind, said in rows if said.get("order") == order["number"]]


def line_of(units, product=SPRAY, **more):
    return {"product": product, "units": units, **more}


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def somebody(app, caller):
    """Give somebody with grants of their own."""

    def make(name, *grants):
        def work(session):
            account = auth.service_account(session, name, grants=grants, now=clock.now())
            return auth.add_key(session, account, now=clock.now())

        token = in_one_transaction(work)
        db.session.remove()
        return type(caller("alma"))(app.test_client(), token, name)

    return make


# A draft.


def test_a_draft_is_amended_and_what_is_not_said_stays(birk):
    order = draft(birk, [(SPRAY, 20), (SYRINGE, 100)], emergency=True, reason="the festival")

    lines = amended(birk, order, {"lines": [line_of(40)]}).json
    calm = amended(birk, lines, {"emergency": False}).json
    said = amended(birk, calm, {"reason": "the fair"}).json

    assert [(one["product"], one["requested"]) for one in lines["lines"]] == [(SPRAY, 40)]
    assert [(one["emergency"], one["reason"], len(one["lines"])) for one in (lines, calm, said)] == [(True, "the festival", 1), (False, "the festival", 1), (False, "the fair", 1)]
    assert (said["version"], [event["act"] for event in said["events"]]) == (4, ["draft", "amend", "amend", "amend"])


def test_what_is_refused_leaves_the_draft_as_it_was(birk):
    order = draft(birk, [(SPRAY, 20), (SYRINGE, 100)])

    refused(amended(birk, order, {"lines": [line_of(40), line_of(2, "nothing-like-it")]}), "missing", 404)
    refused(amended(birk, order, {"lines": [line_of(21)]}), "not-whole-packs", 422)
    refused(amended(birk, order, {"lines": [line_of(40)]}, **{"If-Match": '"7"'}), "version-differs", 412)

    assert now(birk, order) == order


def test_the_same_is_drafted_again_under_a_number_of_its_own(birk, dina):
    order = draft(birk, [(SPRAY, 20), (SYRINGE, 100)], emergency=True, reason="once only")

    again = act(birk, order, "duplicate")

    assert again.status_code == 201
    assert (again.json["number"] != order["number"], again.json["copy_of"], again.json["state"]) == (True, order["number"], "draft")
    assert [(one["product"], one["requested"]) for one in again.json["lines"]] == [(SPRAY, 20), (SYRINGE, 100)]
    assert (again.json["emergency"], again.json["reason"]) == (False, None)
    refused(act(dina, order, "duplicate"), "missing", 404)


@pytest.mark.parametrize(("units", "lower", "higher"), [(21, 20, 22), (1, 2, 2), (99, 98, 100)])
def test_what_is_not_whole_packs_is_refused_with_the_nearest_numbers_that_are(birk, units, lower, higher):
    answer = birk.post("/orders", {"place": BUS, "lines": [line_of(units)]})

    told = refused(answer, "not-whole-packs", 422)
    assert (told["product"], told["pack"], told["lower"], told["higher"], told["at"]) == (SPRAY, 2, lower, higher, "lines.0.units")


def test_packs_are_ordered_as_packs(birk):
    answer = birk.post("/orders", {"place": BUS, "lines": [{"product": SPRAY, "packs": 7}]})

    assert (answer.json["lines"][0]["requested"], answer.json["lines"][0]["pack"]) == (14, 2)


@pytest.mark.parametrize(
    ("lines", "code", "status", "at"),
    [
        ([line_of(2), line_of(4)], "ordered-twice", 422, "lines.1.product"),
        ([line_of(2), line_of(4, "nothing-like-it")], "missing", 404, "lines.1.product"),
        ([], "values-are-wrong", 422, None),
        ([line_of(2, packs=1)], "values-are-wrong", 422, None),
        ([{"product": SPRAY}], "values-are-wrong", 422, None),
    ],
    ids=["twice", "unknown", "nothing", "units and packs", "neither"],
)
def test_a_draft_that_cannot_be_is_refused_and_spends_no_number(birk, lines, code, status, at):
    answer = birk.post("/orders", {"place": BUS, "lines": lines})

    assert refused(answer, code, status).get("at") == at
    assert draft(birk)["number"] == f"0301-{TODAY.year}-0001"


def test_who_gives_must_be_somebody_who_may(birk, gro):
    for more in (
        {"supplied_by": CLINIC},
        {"supplied_by": DEPOT, "kind": "loan"},
        {"supplied_by": BUS, "kind": "loan"},
        {"supplied_by": CLINIC, "kind": "return"},
        {"supplied_by": DEPOT, "kind": "supply"},
        {"kind": "supply"},
    ):
        refused(birk.post("/orders", {"place": BUS, "lines": [line_of(2)], **more}), "not-a-giver", 422)
    for more in ({"supplied_by": "transit"}, {"supplied_by": "nowhere"}, {"place": "supplier"}, {"place": BERGEN}):
        refused(birk.post("/orders", {"place": BUS, "lines": [line_of(2)], **more}), "missing", 404)
    refused(gro.post("/orders", {"place": DEPOT, "lines": [line_of(2)]}), "no-depot")


def test_numbers_follow_each_other_in_a_municipality_and_a_year(birk, dina, alma):
    numbers = [draft(birk)["number"] for _ in range(2)]
    refused(birk.post("/orders", {"place": BUS, "lines": [line_of(3)]}), "not-whole-packs", 422)
    refused(birk.post("/orders", {"place": BERGEN, "lines": [line_of(2)]}), "missing", 404)
    numbers += [draft(birk, place=CLINIC)["number"], draft(alma, place=DEPOT, kind="supply")["number"], draft(dina, place=BERGEN)["number"]]
    with in_days(400):
        numbers += [draft(birk)["number"], draft(birk)["number"], draft(dina, place=BERGEN)["number"]]
    year, later = TODAY.year, (TODAY + timedelta(days=400)).year

    assert numbers == [*(f"0301-{year}-000{nth}" for nth in (1, 2, 3, 4)), f"4601-{year}-0001", f"0301-{later}-0001", f"0301-{later}-0002", f"4601-{later}-0001"]


# Submitting.


def count(who, units, place=BUS):
    answer = who.post("/counts", {"place": place, "occurred_on": clock.today().isoformat(), "lines": [line_of(units, lot="A1")]})
    assert answer.status_code == 201, answer.text


def test_what_was_known_when_it_was_submitted_stays_as_it_was(birk, alma):
    birk.receive(units=30, lot="A1", expires_on=LATE, place=BUS, on=expiring(-20))
    assert birk.hand_out(8, place=BUS, on=expiring(-10)).status_code == 201
    count(birk, 22)
    submitted(birk, [(SPRAY, 4)])

    order = submitted(birk, [(SPRAY, 20)], reason="the festival")
    known = line(order)["known"]
    assert birk.hand_out(10, place=BUS, on=TODAY.isoformat()).status_code == 201
    birk.receive(units=50, lot="B2", expires_on=LATE, place=BUS, on=TODAY.isoformat())
    count(birk, 12)

    assert line(now(birk, order))["known"] == known
    assert {name: known[name] for name in ("on_hand", "usable", "on_order", "used", "counted_on", "needs_reason")} == {
        "on_hand": 22,
        "usable": 22,
        "on_order": 4,
        "used": 8,
        "counted_on": TODAY.isoformat(),
        "needs_reason": ["more_than_maximum"],
    }
    assert known["months_after"] > known["months_max"] == 3
    assert (reckoned_again(known["inputs"]).units, known["inputs"]["position"]["on_order"]) == (known["proposal"], 4)


def test_much_takes_a_reason_and_with_one_it_is_asked_for(birk):
    birk.receive(units=12, lot="A1", expires_on=LATE, place=BUS, on=expiring(-20))
    assert birk.hand_out(6, place=BUS, on=expiring(-10)).status_code == 201
    count(birk, 6)
    much = draft(birk, [(SYRINGE, 100), (SPRAY, 200)])

    said = refused(act(birk, much, "submit"), "reason-needed")
    asked = done(birk, amended(birk, much, {"reason": "the festival"}).json, "submit")

    assert (said["needs"], said["product"], said["at"]) == ("more_than_maximum", SPRAY, "reason")
    assert (asked["state"], facts(asked, "submit")["reason"]) == ("submitted", "the festival")
    assert [line(asked, product)["known"]["needs_reason"] for product in (SPRAY, SYRINGE)] == [["more_than_maximum"], []]
    done(birk, asked, "cancel")
    assert submitted(birk, [(SPRAY, 2)])["state"] == "submitted"


def test_a_place_that_has_not_counted_for_long_says_why_it_orders_all_the_same(birk):
    birk.receive(units=12, lot="A1", expires_on=LATE, place=BUS, on=expiring(-20))

    assert refused(act(birk, draft(birk), "submit"), "reason-needed")["needs"] == "count_too_old"
    count(birk, 12)
    assert submitted(birk)["state"] == "submitted"
    with in_days(90):
        assert submitted(birk)["state"] == "submitted"
    with in_days(91):
        assert refused(act(birk, draft(birk), "submit"), "reason-needed")["needs"] == "count_too_old"
        assert submitted(birk, reason="the count is tomorrow")["state"] == "submitted"


def test_an_emergency_comes_first_where_there_is_not_a_pack_for_each(alma, birk, erik, session):
    stocked(alma, units=2)
    usual, urgent = submitted(birk, [(SPRAY, 10)]), submitted(birk, [(SPRAY, 10)], place=CLINIC, emergency=True)

    assert refused(act(erik, usual, "approve", {"lines": [line_of(2)]}), "reason-needed")["fair"] == 0
    given = done(erik, urgent, "approve", {"lines": [line_of(2)]})

    assert (given["emergency"], facts(given, "approve")["lines"][0]["fair"], held(given)) == (True, 2, [("A1", 2)])
    session.rollback()
    assert {notice.facts["emergency"] for notice in session.scalars(select(Notice)) if notice.facts["order"] == urgent["number"]} == {True}


# Deciding.


def test_what_is_refused_goes_back_to_its_author_with_the_reason_and_its_history(birk, erik, session):
    order = submitted(birk, [(SPRAY, 20)])

    back = done(erik, order, "refuse", {"reason": "count first"})
    again = done(birk, amended(birk, back, {"lines": [line_of(10)]}).json, "submit")

    assert (back["state"], back["submitted_at"], facts(back, "refuse")) == ("draft", None, {"reason": "count first"})
    assert [event["act"] for event in again["events"]] == ["draft", "submit", "refuse", "amend", "submit"]
    assert [event["role"] for event in again["events"]] == ["municipality", "municipality", "approver", "municipality", "municipality"]
    assert told(session, order) == [(BUS, "order-submit"), (BUS, "order-refuse"), (BUS, "order-submit")]
    refused(act(erik, again, "refuse", {}), "values-are-wrong", 422)


def test_less_is_approved_without_a_reason_and_more_with_one(alma, birk, erik):
    stocked(alma)
    less = approved(birk, erik, [(SPRAY, 20), (SYRINGE, 100)], {"lines": [line_of(12), line_of(0, SYRINGE)]})
    more = submitted(birk, [(SPRAY, 20)])

    said = refused(act(erik, more, "approve", {"lines": [line_of(30)], "reason": "there is plenty"}), "reason-needed")
    given = done(erik, more, "approve", {"lines": [line_of(30, reason="a new team")]})

    assert [(one["requested"], one["approved"], one["held"]) for one in less["lines"]] == [(20, 12, 12), (100, 0, 0)]
    assert (said["needs"], said["product"], said["at"]) == ("more_than_requested", SPRAY, "lines.0.reason")
    assert (line(given)["approved"], line(given)["held"], line(given)["reason"]) == (30, 30, "a new team")
    assert facts(given, "approve")["lines"] == [{"product": SPRAY, "requested": 20, "approved": 30, "fair": 20, "reason": "a new team"}]


def test_a_pack_that_must_be_broken_is_approved_with_a_reason_unless_loose_units_were_asked_for(alma, birk, erik):
    stocked(alma)
    order = submitted(birk, [(SPRAY, 20)])
    given_back = draft(birk, [(SPRAY, 3)], place=DEPOT, supplied_by=BUS, kind="return")

    said = refused(act(erik, order, "approve", {"lines": [line_of(11)], "reason": "that is all"}), "reason-needed")
    broken = done(erik, order, "approve", {"lines": [line_of(11, reason="one pack was open")]})

    assert (said["needs"], said["product"], said["at"]) == ("not_whole_packs", SPRAY, "lines.0.reason")
    assert (line(broken)["approved"], line(broken)["reason"]) == (11, "one pack was open")
    assert done(birk, given_back, "submit")["state"] == "approved"


def test_what_is_approved_must_stand_on_the_order_once_and_be_something(birk, erik):
    order = submitted(birk)

    refused(act(erik, order, "approve", {"lines": [line_of(0)]}), "nothing-approved", 422)
    refused(act(erik, order, "approve", {"lines": [line_of(2, SYRINGE)]}), "not-on-order", 422)
    refused(act(erik, order, "approve", {"lines": [line_of(2), line_of(4)]}), "ordered-twice", 422)

    assert now(birk, order) == order


def test_more_than_a_fair_share_takes_a_reason_that_the_timeline_keeps(alma, birk, erik):
    stocked(alma, units=40)
    first, second = submitted(birk, [(SPRAY, 40)]), submitted(birk, [(SPRAY, 40)], place=CLINIC)

    said = refused(act(erik, first, "approve"), "reason-needed")
    refused(act(erik, first, "approve", {"lines": [line_of(22)]}), "reason-needed")
    fair = done(erik, second, "approve", {"lines": [line_of(20)]})
    more = done(erik, first, "approve", {"lines": [line_of(24)], "reason": "the festival"})

    assert (said["needs"], said["fair"]) == ("more_than_fair", 20)
    assert (facts(fair, "approve")["lines"][0]["fair"], held(fair)) == (20, [("A1", 20)])
    assert facts(more, "approve")["reason"] == "the festival"
    assert facts(more, "approve")["lines"] == [{"product": SPRAY, "requested": 40, "approved": 24, "fair": 20, "reason": None}]
    assert (held(more), facts(more, "approve")["short"]) == ([("A1", 20)], [{"product": SPRAY, "units": 4}])


def test_who_uses_three_times_as_much_is_proposed_three_times_as_much(alma, birk, erik):
    for place, units in ((BUS, 30), (CLINIC, 10)):
        birk.receive(units=units, lot="OLD", expires_on=LATE, place=place, on=expiring(-20))
        assert birk.hand_out(units, place=place, on=expiring(-10)).status_code == 201
    stocked(alma, units=40)
    much, little = submitted(birk, [(SPRAY, 80)], reason="much"), submitted(birk, [(SPRAY, 80)], place=CLINIC, reason="much")

    assert [refused(act(erik, order, "approve"), "reason-needed")["fair"] for order in (much, little)] == [30, 10]


def test_what_does_not_last_long_enough_is_not_shared_out(alma, birk, erik):
    stocked(alma, lot="SHORT", units=100, expires_on=expiring(100))
    stocked(alma, lot="LONG", units=20)
    first = submitted(birk, [(SPRAY, 20)])
    submitted(birk, [(SPRAY, 20)], place=CLINIC)

    assert refused(act(erik, first, "approve"), "reason-needed")["fair"] == 10


def test_what_has_come_goes_first_to_who_has_less_held(alma, birk, erik):
    stocked(alma, units=10)
    first, second = (approved(birk, erik, [(SPRAY, 40)], ALL_THERE_IS, place=place) for place in (BUS, CLINIC))
    stocked(alma, lot="B2", units=10)

    assert alma.post("/allocations", {"place": DEPOT}).json == {"orders": 2}

    assert [(line(order)["held"], line(now(alma, order))["held"]) for order in (first, second)] == [(10, 12), (0, 8)]  # a pack for each first


# Allocation.


def test_lots_that_are_passed_over_are_named_with_the_reason(alma, birk, erik):
    stocked(alma, lot="EXPIRED", units=10, expires_on=expiring(1))
    stocked(alma, lot="SHORT", units=10, expires_on=expiring(184))
    stocked(alma, lot="FROZEN", units=10, expires_on=expiring(300))
    stocked(alma, lot="JUST", units=10, expires_on=expiring(187))
    stocked(alma, lot="GOOD", units=10)
    assert alma.post(f"/lots/{SPRAY}/FROZEN/quarantine", {"reason": "too_warm", "place": DEPOT}).status_code == 200
    with in_days(2):
        approved(birk, erik, [(SPRAY, 10)])
        order = approved(birk, erik, [(SPRAY, 20)], ALL_THERE_IS)

    assert held(order) == [("GOOD", 10)]
    assert facts(order, "approve")["short"] == [{"product": SPRAY, "units": 10}]
    assert [(one["lot"], one["why"]) for one in facts(order, "approve")["passed"]] == [("EXPIRED", "expired"), ("SHORT", "too_short"), ("JUST", "held"), ("FROZEN", "blocked")]


@pytest.mark.parametrize("what", ["too short", "expired"])
def test_what_has_become_too_old_since_it_was_held_is_stopped_and_another_lot_is_held(alma, birk, erik, what):
    stocked(alma, lot="SOON", units=20, expires_on=expiring(190))
    stocked(alma, lot="LATE", units=20)
    order = approved(birk, erik)

    with in_days(10 if what == "too short" else 200):
        stopped = refused(act(alma, order, "ship"), "lot-not-usable")
        unchanged = now(alma, order)
        again = done(alma, order, "allocate")
        sent = done(alma, again, "ship")

    assert (held(order), stopped["lot"], unchanged) == ([("SOON", 20)], "SOON", order)
    assert (held(again, "allocate"), facts(again, "allocate")["passed"][0]["why"]) == ([("LATE", 20)], "too_short" if what == "too short" else "expired")
    assert [parcel["lot"]["number"] for parcel in sent["shipments"][0]["lines"]] == ["LATE"]
    assert shelf(alma) == {"SOON": (20, 0)}


@pytest.mark.parametrize("where", [{"place": DEPOT}, {}], ids=["at the depot", "everywhere"])
def test_what_is_in_quarantine_since_it_was_held_is_not_sent_and_another_lot_is_held(alma, gro, birk, erik, where):
    stocked(alma, lot="SOON", units=20, expires_on="2030-01-31")
    stocked(alma, lot="LATE", units=20)
    order = approved(birk, erik)

    assert gro.post(f"/lots/{SPRAY}/SOON/quarantine", {"reason": "too_warm", **where}).status_code == 200
    after = now(alma, order)
    refused(act(alma, after, "ship"), "nothing-to-ship")
    refused(act(alma, after, "ship", {"lines": [line_of(20, lot="SOON", reason="it looks fine")]}), "lot-blocked")
    again = done(alma, after, "allocate")

    assert (line(after)["held"], line(after)["short"]) == (0, 20)
    assert (held(again, "allocate"), done(alma, again, "ship")["state"]) == ([("LATE", 20)], "shipped")


def test_what_expired_is_let_go_when_all_open_orders_are_allocated(alma, birk, erik):
    stocked(alma, lot="SOON", units=20, expires_on=expiring(190))
    order = approved(birk, erik)

    with in_days(10):
        stocked(alma, lot="LATE", units=20)
        assert alma.post("/allocations", {"place": DEPOT}).json == {"orders": 1}
        assert shelf(alma) == {"SOON": (20, 0), "LATE": (20, 20)}
        assert done(alma, now(alma, order), "ship")["state"] == "shipped"


# Sending.


def test_a_lot_that_is_not_held_is_sent_with_a_reason_and_the_one_that_was_held_is_free(alma, birk, erik):
    stocked(alma, lot="FIRST", units=20, expires_on="2030-01-31")
    stocked(alma, lot="LAST", units=20)
    order = approved(birk, erik, [(SPRAY, 20)])
    instead = line_of(12, lot="LAST")

    said = refused(act(alma, order, "ship", {"lines": [instead]}), "reason-needed")
    refused(act(alma, order, "ship", {"lines": [line_of(8, lot="FIRST"), instead]}), "reason-needed")
    sent = done(alma, order, "ship", {"lines": [line_of(4, lot="FIRST"), instead | {"reason": "the box was open"}]})

    assert (said["needs"], said["lot"], said["at"]) == ("not_held", "LAST", "lines.0.reason")
    assert facts(sent, "ship")["lines"] == [
        {"product": SPRAY, "lot": "FIRST", "units": 4, "reason": None},
        {"product": SPRAY, "lot": "LAST", "units": 12, "reason": "the box was open"},
    ]
    assert (sent["state"], line(sent)["shipped"], line(sent)["held"]) == ("partly_shipped", 16, 4)
    assert shelf(alma) == {"FIRST": (16, 4), "LAST": (8, 0)}


def test_no_more_is_sent_than_was_approved_and_nothing_that_was_not_ordered(alma, birk, erik):
    stocked(alma)
    order = approved(birk, erik, [(SPRAY, 20)])

    said = refused(act(alma, order, "ship", {"lines": [line_of(20, lot="A1"), line_of(2, lot="A1", reason="a gift")]}), "more-than-due")
    refused(act(alma, order, "ship", {"lines": [line_of(2, SYRINGE, lot="A1")]}), "not-on-order", 422)

    assert (said["due"], said["units"]) == (20, 22)
    assert now(alma, order) == order


def test_what_is_held_for_another_order_is_not_sent_on_this_one(alma, birk, erik):
    stocked(alma, units=30)
    order = approved(birk, erik, [(SPRAY, 10)])
    theirs = approved(birk, erik, [(SPRAY, 20)], place=CLINIC)
    stocked(alma, lot="B2", units=10)
    other = approved(birk, erik, [(SPRAY, 10)])

    said = refused(act(alma, other, "ship", {"lines": [line_of(10, lot="A1", reason="it lies nearer")]}), "not-enough-stock")

    assert (said["available"], shelf(alma)) == (0, {"A1": (30, 30), "B2": (10, 10)})
    assert (now(alma, order), now(alma, theirs)) == (order, theirs)


def test_several_orders_travel_in_one_shipment_and_are_counted_in_together(alma, birk, erik):
    stocked(alma)
    stocked(alma, lot="S1", product=SYRINGE)
    one, two = approved(birk, erik, [(SPRAY, 20), (SYRINGE, 10)]), approved(birk, erik, [(SPRAY, 6)])
    elsewhere = approved(birk, erik, [(SPRAY, 6)], place=CLINIC)

    def with_(other, version=None):
        return {"together": [{"number": other["number"], "version": version or other["version"]}]}

    refused(act(alma, one, "ship", with_(elsewhere)), "not-together", 422)
    refused(act(alma, one, "ship", with_(two, 1)), "version-differs", 412)
    first = done(alma, one, "ship", with_(two))
    second = now(alma, two)
    arrived = done(birk, first, "receive", counted(first, A1={"accepted": 22, "missing": 4}))

    (shipment,) = first["shipments"]
    assert second["shipments"] == [shipment]
    assert [(parcel["order"], parcel["lot"]["number"], parcel["sent"]) for parcel in shipment["lines"]] == [(one["number"], "A1", 20), (one["number"], "S1", 10), (two["number"], "A1", 6)]
    assert (shelf(alma), birk.on_hand(BUS)) == ({"A1": (74, 6), "S1": (90, 0)}, {"A1": 22, "S1": 10})
    assert (arrived["state"], now(alma, two)["state"], line(now(alma, two))["arrived"]) == ("closed", "received", 2)

    lost = done(birk, now(birk, two), "settle", {"lines": [line_of(4, lot="A1", outcome="lost")]})
    assert (lost["state"], now(alma, one)["state"]) == ("closed", "closed")


def test_an_order_that_is_named_as_its_own_companion_is_sent_once(alma, birk, erik):
    stocked(alma)
    order, other = approved(birk, erik), approved(birk, erik, [(SPRAY, 6)])
    twice = [{"number": one["number"], "version": one["version"]} for one in (order, other, other)]

    sent = done(alma, order, "ship", {"together": twice})

    assert [(parcel["order"], parcel["sent"]) for parcel in sent["shipments"][0]["lines"]] == [(order["number"], 20), (other["number"], 6)]
    assert shelf(alma) == {"A1": (74, 0)}


def test_of_two_shipments_the_one_that_is_counted_is_named(alma, birk, erik):
    stocked(alma)
    half = done(alma, approved(birk, erik), "ship", {"lines": [line_of(10, lot="A1")]})
    sent = done(alma, half, "ship")
    first, second = (shipment["number"] for shipment in sent["shipments"])
    lines = [{"product": SPRAY, "lot": "A1", "accepted": 10}]

    said = refused(act(birk, sent, "receive", {"lines": lines}), "which-shipment", 422)
    refused(act(birk, sent, "receive", {"shipment": "osl-depot-2001-0001", "lines": lines}), "no-such-shipment", 422)
    one = done(birk, sent, "receive", {"shipment": second, "lines": lines})
    refused(act(birk, one, "receive", {"shipment": second, "lines": lines}), "counted-in")
    refused(act(birk, one, "settle", {"shipment": first, "lines": [line_of(1, lot="A1", outcome="lost")]}), "not-counted-in")
    both = done(birk, one, "receive", {"lines": lines})

    assert said["shipments"] == f"{first}, {second}"
    assert [half["state"], sent["state"], one["state"], both["state"]] == ["partly_shipped", "shipped", "shipped", "closed"]
    assert first < second


@pytest.mark.parametrize(("counts", "state"), [({}, "closed"), ({"accepted": 8, "missing": 2}, "received"), (None, "shipped")], ids=["all arrived", "some are missing", "not counted"])
def test_a_back_order_that_is_cancelled_leaves_what_was_sent_as_it_is(alma, birk, erik, counts, state):
    stocked(alma, units=10)
    order = done(alma, approved(birk, erik, [(SPRAY, 16)], ALL_THERE_IS), "ship")
    order = order if counts is None else done(birk, order, "receive", counted(order, A1=counts))
    stocked(alma, lot="B2", units=6)
    order = done(alma, order, "allocate")

    over = done(birk, order, "cancel", {"reason": "bought elsewhere"})

    assert (order["state"], line(order)["held"], over["state"]) == ("partly_shipped", 6, state)
    assert (line(over)["cancelled"], line(over)["short"], line(over)["held"]) == (6, 0, 0)
    assert shelf(alma) == {"B2": (6, 0)}


def test_what_has_neither_lot_nor_expiry_is_ordered_sent_and_counted_too(alma, birk, erik):
    assert alma.post("/receipts", {"place": DEPOT, "occurred_on": TODAY.isoformat(), "lines": [line_of(500, "cooker")]}).status_code == 201
    sent = shipped(birk, erik, alma, [("cooker", 100)])

    arrived = done(birk, sent, "receive", counted(sent))

    assert (arrived["state"], birk.on_hand(BUS), alma.on_hand(DEPOT)) == ("closed", {"-": 100}, {"-": 400})


def test_what_came_of_nothing_that_was_sent_is_refused(alma, birk, erik):
    stocked(alma)
    sent = shipped(birk, erik, alma, [(SPRAY, 10)])
    good = counted(sent)["lines"]

    for lines, code in (
        ([{"product": SPRAY, "lot": "A1", "accepted": 11}], "arrived-otherwise"),
        ([*good, *good], "lot-counted-twice"),
        ([*good, {"product": SPRAY, "lot": "B2", "accepted": 1}], "not-sent"),
        ([{"product": SPRAY, "lot": "B2", "accepted": 0, "surplus": 1, "expires_on": LATE, "reason": "other"}], "lot-left-out"),
        ([{"product": SPRAY, "lot": "A1", "accepted": 9, "rejected": 1}], "why-not-accepted"),
        ([{"product": SPRAY, "lot": "A1", "accepted": 10, "surplus": 1}], "why-not-accepted"),
    ):
        refused(act(birk, sent, "receive", {"lines": lines}), code, 422)

    assert now(birk, sent) == sent


def test_what_was_sent_counted_or_settled_is_not_corrected_in_the_journal(alma, birk, erik):
    stocked(alma)
    sent = shipped(birk, erik, alma)
    arrived = done(birk, sent, "receive", counted(sent, A1={"accepted": 18, "missing": 2}))
    settled = done(birk, arrived, "settle", {"lines": [line_of(1, lot="A1", outcome="found")]})
    postings = [(DEPOT, alma, sent["shipments"][0]["posting"]), (BUS, birk, facts(arrived, "receive")["posting"]), (BUS, birk, facts(settled, "settle")["postings"][0]["posting"])]

    for place, who, number in postings:
        refused(who.post("/corrections", {"journal": place, "number": number, "reason": "mistyped"}), "is-of-a-shipment")

    assert now(birk, settled) == settled


# Loans, returns, and what comes from a supplier.


@pytest.fixture
def lenders(somebody, gro):
    """Whoever records in Sandnes, where 60 lie, and in Stavanger, where none do."""
    gro.receive(units=60, lot="A1", expires_on=LATE, place=SANDNES, on=TODAY.isoformat())
    return tuple(somebody(name, auth.NewGrant(role=Role.MUNICIPALITY, municipality=number)) for name, number in (("sandnes", "1108"), ("stavanger", "1103")))


def lent(who):
    return draft(who, [(SPRAY, 40)], place=STAVANGER, supplied_by=SANDNES, kind="loan")


def test_sandnes_lends_stavanger_forty_and_has_decided_by_offering_it(lenders, session):
    sandnes, stavanger = lenders

    offered = done(sandnes, lent(sandnes), "submit")
    sent = done(sandnes, offered, "ship")
    over = done(stavanger, sent, "receive", counted(sent))

    assert (offered["state"], line(offered)["approved"], held(offered, "submit")) == ("approved", 40, [("A1", 40)])
    assert (over["state"], sandnes.on_hand(SANDNES), stavanger.on_hand(STAVANGER)) == ("closed", {"A1": 20}, {"A1": 40})
    assert told(session, offered)[:2] == [(STAVANGER, "order-submit"), (STAVANGER, "order-ship")]


def test_what_stavanger_asks_of_sandnes_sandnes_decides(lenders, erik, session):
    sandnes, stavanger = lenders
    asked = done(stavanger, lent(stavanger), "submit")

    refused(act(stavanger, asked, "approve"), "not-your-order", 403)
    refused(act(erik, asked, "approve"), "missing", 404)
    given = done(sandnes, asked, "approve", {"lines": [line_of(30)]})

    assert (asked["state"], given["state"], held(given)) == ("submitted", "approved", [("A1", 30)])
    assert told(session, asked)[0] == (SANDNES, "order-submit")
    assert sandnes.get("/orders", supplied_by=SANDNES).json[0]["number"] == asked["number"]


def test_who_lends_does_not_count_for_who_borrows_not_even_that_nothing_came(lenders):
    sandnes, stavanger = lenders
    sent = done(sandnes, done(sandnes, lent(sandnes), "submit"), "ship")
    none_came = counted(sent, A1={"accepted": 0, "missing": 40})

    refused(act(sandnes, sent, "receive", none_came), "not-your-order", 403)

    back = done(sandnes, done(stavanger, sent, "receive", none_came), "settle", {"lines": [line_of(40, lot="A1", outcome="returned")]})
    assert (back["state"], sandnes.on_hand(SANDNES), stavanger.on_hand(STAVANGER)) == ("closed", {"A1": 60}, {})


def returned(who, units=10, **more):
    return draft(who, [(SPRAY, units)], place=DEPOT, supplied_by=BUS, kind="return", **more)


def test_a_place_sends_back_what_it_has_too_much_of_and_what_has_expired(alma, birk):
    birk.receive(units=6, lot="OLD", expires_on=expiring(1), place=BUS, on=TODAY.isoformat())
    birk.receive(units=20, lot="NEW", expires_on=LATE, place=BUS, on=TODAY.isoformat())
    with in_days(2):
        held_ones = done(birk, returned(birk), "submit")
        sent = done(birk, held_ones, "ship")
        over = done(alma, sent, "receive", counted(sent))

    assert (held_ones["state"], held(held_ones, "submit")) == ("approved", [("OLD", 6), ("NEW", 4)])
    assert (over["state"], birk.on_hand(BUS), alma.on_hand(DEPOT)) == ("closed", {"NEW": 16}, {"OLD": 6, "NEW": 4})


def test_a_depot_asks_for_expired_units_and_who_has_them_decides(alma, birk, session):
    birk.receive(units=10, lot="OLD", expires_on=expiring(1), place=BUS, on=TODAY.isoformat())
    with in_days(2):
        asked = done(alma, returned(alma), "submit")
        refused(act(alma, asked, "approve"), "not-your-order", 403)
        given = done(birk, asked, "approve")
        sent = done(birk, given, "ship")

    assert (asked["state"], held(given), sent["state"]) == ("submitted", [("OLD", 10)], "shipped")
    assert told(session, asked)[0] == (BUS, "order-submit")


def test_loose_units_go_back_while_what_is_ordered_comes_in_whole_packs(birk):
    refused(birk.post("/orders", {"place": BUS, "lines": [{"product": SPRAY, "units": 3}]}), "not-whole-packs", 422)

    assert line(returned(birk, units=3))["requested"] == 3


def test_a_return_waits_for_what_comes_back_to_a_place_later(alma, birk):
    birk.receive(units=4, lot="OLD", expires_on=expiring(1), place=BUS, on=TODAY.isoformat())
    with in_days(2):
        order = done(birk, returned(birk), "submit")
        birk.receive(units=6, lot="OLD", expires_on=expiring(1), place=BUS, on=expiring(1))
        assert birk.post("/allocations", {"place": BUS}).json == {"orders": 1}
        assert line(now(birk, order))["held"] == 10


def delivery(*lines):
    return {"lines": [{"product": SPRAY, "lot": lot, "accepted": units, "expires_on": LATE, **more} for lot, units, more in lines]}


def supplies(alma, erik, units=100):
    return done(erik, submitted(alma, [(SPRAY, units)], place=DEPOT, kind="supply", reason="the count is tomorrow"), "approve")


def test_a_suppliers_order_of_which_some_came_is_closed_when_the_rest_is_cancelled(alma, erik):
    part = done(alma, supplies(alma, erik), "receive", delivery(("A1", 60, {})))

    over = done(alma, part, "cancel", {"reason": "sold out"})

    assert (over["state"], line(over)["arrived"], line(over)["cancelled"]) == ("closed", 60, 40)
    assert done(alma, supplies(alma, erik), "cancel")["state"] == "cancelled"


def test_a_suppliers_order_is_closed_by_the_receipts_that_name_it(alma, erik, session):
    order = supplies(alma, erik)

    part = done(alma, order, "receive", delivery(("A1", 60, {}), ("B2", 10, {"rejected": 5, "reason": "damaged"})))
    rest = done(alma, part, "receive", delivery(("C3", 30, {})))

    assert (order["supplied_by"], part["state"], line(part)["arrived"]) == (None, "approved", 70)
    assert (rest["state"], line(rest)["arrived"], rest["shipments"]) == ("closed", 100, [])
    assert alma.on_hand(DEPOT) == {"A1": 60, "B2": 10, "C3": 30}
    posting = alma.get(f"/journals/{DEPOT}/{facts(rest, 'receive')['posting']}").json
    assert (posting["kind"], posting["document"]) == ("receipt", order["number"])
    refused(act(alma, rest, "receive", delivery(("D4", 2, {}))), "wrong-state")


def test_a_supplier_who_sends_more_closes_the_order_and_so_does_who_cancels_what_is_left(alma, erik):
    more = done(alma, supplies(alma, erik, 10), "receive", delivery(("A1", 12, {})))
    less = done(alma, done(alma, supplies(alma, erik, 10), "receive", delivery(("B2", 4, {}))), "cancel", {"reason": "sold out"})

    assert (more["state"], line(more)["arrived"], alma.on_hand(DEPOT)) == ("closed", 10, {"A1": 12, "B2": 4})
    assert (less["state"], line(less)["arrived"], line(less)["cancelled"]) == ("closed", 4, 6)


def plainly_received(alma, order, units, lot="A1", **more):
    body = {"place": DEPOT, "occurred_on": TODAY.isoformat(), "document": order["number"], "lines": [{"product": SPRAY, "lot": lot, "units": units, "expires_on": LATE} | more]}
    answer = alma.post("/receipts", body | ({"supplier": "Firm"} if lot == "A1" else {}))
    assert answer.status_code == 201, answer.text
    return answer.json["number"]


def corrected(alma, number):
    answer = alma.post("/corrections", {"journal": DEPOT, "number": number, "reason": "mistyped"})
    assert answer.status_code == 201, answer.text


def test_a_plain_receipt_that_bears_the_number_of_a_suppliers_order_counts_for_it(alma, erik):
    order = supplies(alma, erik)

    plainly_received(alma, order, 65, damaged=5)
    part = now(alma, order)
    rest = done(alma, part, "receive", delivery(("B2", 30, {})))
    plainly_received(alma, order, 10, lot="C3")
    over = now(alma, order)

    assert (part["state"], line(part)["arrived"], part["version"]) == ("approved", 60, order["version"] + 1)
    assert facts(part, "receive")["lines"][0]["accepted"] == 60
    assert (line(rest)["arrived"], over["state"], line(over)["arrived"]) == (90, "closed", 100)
    plainly_received(alma, order, 5, lot="D4")
    assert now(alma, order) == over


def test_a_correction_of_a_suppliers_receipt_lowers_what_has_arrived_and_the_order_goes_on(alma, erik):
    order = supplies(alma, erik)
    first = plainly_received(alma, order, 40)
    done(alma, now(alma, order), "receive", delivery(("B2", 80, {})))
    closed = now(alma, order)

    corrected(alma, first)
    again = now(alma, order)
    corrected(alma, facts(closed, "receive")["posting"])
    none = now(alma, order)
    over = done(alma, none, "receive", delivery(("C3", 100, {})))

    assert (closed["state"], line(closed)["arrived"]) == ("closed", 100)
    assert (again["state"], line(again)["arrived"], facts(again, "correct")["corrects"]) == ("approved", 80, first)
    assert (none["state"], line(none)["arrived"], over["state"]) == ("approved", 0, "closed")
    assert [event["version"] for event in over["events"]] == list(range(over["events"][0]["version"], over["version"] + 1))


def test_an_order_that_somebody_ended_stays_ended_when_a_receipt_of_it_is_corrected(alma, erik):
    order = supplies(alma, erik)
    first = plainly_received(alma, order, 40)
    over = done(alma, now(alma, order), "cancel", {"reason": "sold out"})

    corrected(alma, first)

    assert (over["state"], now(alma, order)["state"], line(now(alma, order))["arrived"]) == ("closed", "closed", 0)


def test_a_receipt_elsewhere_or_of_something_else_counts_for_no_order(alma, erik, birk):
    order = supplies(alma, erik)
    body = {"place": BUS, "occurred_on": TODAY.isoformat(), "document": order["number"], "lines": [{"product": SPRAY, "lot": "A1", "units": 5, "expires_on": LATE}]}

    number = birk.post("/receipts", body).json["number"]
    assert birk.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"}).status_code == 201
    plainly_received(alma, order, 5, product=SYRINGE, lot="S1")

    assert now(alma, order) == order


def test_a_delivery_of_nothing_or_of_something_else_is_refused(alma, erik):
    order = supplies(alma, erik)

    for body, code in ((delivery(("A1", 0, {})), "nothing-entered"), ({"lines": [{"product": SYRINGE, "lot": "S1", "accepted": 1, "expires_on": LATE}]}, "not-on-order")):
        refused(act(alma, order, "receive", body), code, 422)

    assert now(alma, order) == order


def test_nobody_decides_on_what_they_drafted_or_submitted_themselves(somebody, birk):
    grants = (auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301"), auth.NewGrant(role=Role.APPROVER, municipality="0301"))
    one, other = somebody("one", *grants), somebody("other", *grants)
    drafted, handed_in = done(birk, draft(one), "submit"), done(one, draft(birk), "submit")

    for order in (drafted, handed_in):
        for what, body in (("approve", {}), ("refuse", {"reason": "count first"})):
            refused(act(one, order, what, body), "own-order", 403)
        assert done(other, order, "approve", ALL_THERE_IS)["state"] == "approved"


# Orders that repeat.


def drafted(app, person):
    """Do what the timer does; gives the numbers that were drafted."""

    def work(session):
        return [order.number for order in standing.draft_due(session, by=By(person=person, now=clock.now(), key="the timer", settings=settings_for("sqlite://")))]

    numbers = in_one_transaction(work)
    db.session.rollback()
    return numbers


def test_an_order_that_repeats_is_drafted_once_for_each_day_that_has_come(app, birk, dina, person, session):
    order = draft(birk, [(SPRAY, 20), (SYRINGE, 100)])
    body = {"months": 1, "starts_on": expiring(10)}
    refused(act(dina, order, "repeat", body), "missing", 404)
    assert act(birk, order, "repeat", body).status_code == 201
    anybody = person("alma")

    before = drafted(app, anybody)
    days = []
    for day in (10, 10, 11, 45, 45, 400):
        with in_days(day):
            days.append(drafted(app, anybody))

    assert before == []
    assert [len(numbers) for numbers in days] == [1, 0, 0, 1, 0, 1]
    again = birk.get(f"/orders/{days[0][0]}").json
    assert (again["state"], [(one["product"], one["requested"]) for one in again["lines"]]) == ("draft", [(SPRAY, 20), (SYRINGE, 100)])
    assert told(session, {"number": days[0][0]}) == [(BUS, "order-draft")]


# Who is told.


def test_whoever_must_act_next_is_told(alma, birk, erik, session):
    stocked(alma)

    sent = shipped(birk, erik, alma)
    arrived = done(birk, sent, "receive", counted(sent, A1={"accepted": 18, "missing": 2}))
    done(birk, arrived, "settle", {"lines": [line_of(2, lot="A1", outcome="lost")]})

    assert told(session, sent) == [
        (BUS, "order-submit"),
        (DEPOT, "order-approve"),
        (BUS, "order-approve"),
        (BUS, "order-ship"),
        (DEPOT, "order-receive"),
        (DEPOT, "order-settle"),
        (BUS, "order-settle"),
    ]


def test_who_sent_too_much_is_told_of_it(alma, birk, erik, session):
    stocked(alma)
    sent = shipped(birk, erik, alma)

    done(birk, sent, "receive", counted(sent, A1={"accepted": 20, "surplus": 2, "reason": "other"}))

    session.rollback()
    said = session.execute(select(Place.code, Notice.facts).join(Place, Place.id == Notice.place_id).where(Notice.kind == "surplus")).one()
    assert tuple(said) == (DEPOT, {"shipment": sent["shipments"][0]["number"], "lines": [{"product": SPRAY, "lot": "A1", "units": 2}]})


def test_what_is_refused_is_told_to_nobody(alma, birk, erik, session):
    stocked(alma)
    order = submitted(birk)
    before = told(session, order)

    refused(act(birk, order, "approve"), "not-your-order", 403)
    refused(act(alma, order, "ship"), "wrong-state")

    assert told(session, order) == before == [(BUS, "order-submit")]
