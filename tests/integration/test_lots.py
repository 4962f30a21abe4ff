"""What happens to a lot: quarantine lets nothing out, an authority gives another expiry, and what was in force on a day stays what it was."""

import itertools
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from inventory import queries
from inventory.models import KitLotPart, LotEvent
from inventory.service import checks
from supply import clock
from supply.auth import queries as accounts
from supply.db import in_one_snapshot, in_one_transaction
from supply.reference.models import KitPart, Place, Product
from tests.integration.at_once import all_at_once, codes
from tests.integration.monthly import each_month
from tests.integration.promises import held, notices

SPRAY, SWAB, ACID, SET = "naloxone-nyxoid", "swab", "acid", "set"
BUS, CLINIC, PRISON, STORE = "oslo-outreach", "oslo-servicepoint", "oslo-prison", "oslo-store"
TODAY = clock.today()
DAY = {ago: (TODAY - timedelta(days=ago)).isoformat() for ago in range(-1, 30)}
SOON, LATE = "2031-01-31", "2032-01-31"


@pytest.fixture(autouse=True)
def known(app):
    """A store of the municipality, which is a depot, and a set of one swab and one sachet of acid."""

    def work(session):
        session.add(Place(code=STORE, name="Store", kind="depot", owner="0301", municipality="0301", example=False))
        kit = Product(code=SET, group="kit", lot_required=True, expiry_required=True, **dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "x"))
        session.add(kit)
        session.flush()
        for part in (SWAB, ACID):
            part_id = session.scalar(select(Product.id).where(Product.code == part))
            session.add(KitPart(kit_id=kit.id, version=1, part_id=part_id, units=1, starts_on=date(2018, 1, 1)))

    in_one_transaction(work)


def act(who, what, *, product=SPRAY, lot="A1", **body):
    """Block a lot, let it out or give it another expiry; gives the events."""
    usual = {"quarantine": {"reason": "too_warm"}, "release": {"reason": "examined"}, "redate": {"document": "N-1", "authority": "DMP"}}[what]
    answer = who.post(f"/lots/{product}/{lot}/{what}", usual | body)
    assert answer.status_code == 200, answer.text
    return answer.json["events"]


def refused(answer, code, status=409):
    assert (answer.status_code, answer.json.get("code")) == (status, code), answer.text
    return answer.json


def line(units=1, *, product=SPRAY, lot="A1", **more):
    return {"product": product, "lot": lot, "units": units, **more}


def at(place, *lines, ago=0, **more):
    return {"place": place, "occurred_on": DAY[ago], "lines": list(lines), **more}


def pack(who, units, *, place=BUS, ago=0):
    """Pack sets; gives the number of their lot."""
    answer = who.post("/assemblies", {"place": place, "occurred_on": DAY[ago], "kit": SET, "units": units})
    assert answer.status_code == 201, answer.text
    return answer.json["moves"][-1]["lot"]["number"]


def events(who, product=SPRAY, lot="A1"):
    return who.get(f"/lots/{product}/{lot}/events").json["events"]


def rows(who, place, **query):
    return {row["lot"]["number"]: row for row in who.get("/stock", place=place, limit=500, **query).json}


def usable(who, place=BUS, **query):
    return {number: row["usable"] for number, row in rows(who, place, **query).items()}


@pytest.fixture
def stocked(ada):
    """Twenty of A1 at three places for nine days; swabs and acid at the bus."""
    for place in (BUS, CLINIC, STORE):
        ada.receive(units=20, place=place, expires_on=LATE, on=DAY[9])
    for part in (SWAB, ACID):
        ada.receive(part, 20, place=BUS, lot="P1", expires_on=LATE, on=DAY[9])
    return ada


# Quarantine.


def leaving(place=BUS, lot="A1", *, to=CLINIC):
    """Give the acts by which units leave for use, by what each is refused with when the lot is blocked."""
    return [
        ("handouts", at(place, line(lot=lot)), "lot-blocked"),
        ("handouts", at(place, {"product": SPRAY, "units": 1}), "not-enough-stock"),
        ("transfers", at(place, line(lot=lot), to=to), "lot-blocked"),
        ("transfers", at(place, {"product": SPRAY, "units": 1}, to=to), "not-enough-stock"),
    ]


def test_a_lot_in_quarantine_leaves_no_shelf_for_use_anywhere(stocked):
    act(stocked, "quarantine")

    for place, to in ((BUS, CLINIC), (CLINIC, BUS), (STORE, BUS)):
        for what, body, code in leaving(place, to=to):
            said = refused(stocked.post(f"/{what}", body), code)
            assert said.get("unusable", 20) == 20
        assert rows(stocked, place)["A1"]["on_hand"] == 20
        assert usable(stocked, place)["A1"] is False


def test_a_lot_in_quarantine_is_destroyed_sent_back_counted_stored_and_corrected(stocked):
    handed_out = stocked.hand_out(2, place=BUS, on=DAY[1]).json["number"]
    act(stocked, "quarantine")

    for what, body in (
        ("disposals", at(BUS, line(2), reason="damaged")),
        ("supplier-returns", at(BUS, line(3), reason="recalled")),
        ("transfers", at(BUS, line(4), to=STORE)),
        ("returns", at(BUS, line(1), reason="unused")),
        ("receipts", at(BUS, line(5, expires_on=LATE))),
        ("corrections", {"journal": BUS, "number": handed_out, "reason": "mistyped"}),
        ("counts", at(BUS, line(15))),
    ):
        assert stocked.post(f"/{what}", body).status_code == 201, what

    assert (rows(stocked, BUS)["A1"]["on_hand"], rows(stocked, STORE)["A1"]["on_hand"]) == (15, 24)


def test_a_quarantine_at_one_place_holds_there_alone(stocked):
    act(stocked, "quarantine", place=BUS)

    for what, body, code in leaving(BUS):
        refused(stocked.post(f"/{what}", body), code)
    for place, to in ((CLINIC, PRISON), (STORE, CLINIC)):
        for what, body, _ in leaving(place, to=to):
            assert stocked.post(f"/{what}", body).status_code == 201, (place, what)
    assert stocked.post("/transfers", at(CLINIC, line(1), to=BUS)).status_code == 201, "in it goes"
    assert [usable(stocked, place)["A1"] for place in (BUS, CLINIC, STORE, PRISON)] == [False, True, True, True]


def test_another_lot_is_handed_out_in_its_place(stocked):
    stocked.receive(units=5, place=BUS, lot="B1", expires_on="2033-01-31", on=DAY[9])
    act(stocked, "quarantine")

    answer = stocked.hand_out(5, place=BUS, on=DAY[0])

    assert [(move["lot"]["number"], move["units"]) for move in answer.json["moves"]] == [("B1", 5)]


def test_a_lot_of_the_same_number_of_another_product_is_another_lot(stocked):
    stocked.receive("naloxone-ventizolve", 5, place=BUS, lot="A1", expires_on=LATE, on=DAY[9])
    act(stocked, "quarantine")

    assert stocked.hand_out(5, "naloxone-ventizolve", place=BUS, on=DAY[0], lot="A1").status_code == 201


def test_a_part_in_quarantine_goes_into_no_kit(stocked):
    act(stocked, "quarantine", product=SWAB, lot="P1")
    parts = [line(1, product=part, lot="P1") for part in (SWAB, ACID)]

    assert refused(stocked.post("/assemblies", {"place": BUS, "occurred_on": DAY[0], "kit": SET, "units": 1}), "not-enough-stock")["unusable"] == 20
    refused(stocked.post("/assemblies", {"place": BUS, "occurred_on": DAY[0], "kit": SET, "units": 1, "parts": parts}), "lot-blocked")
    refused(stocked.post("/handouts", at(BUS, {"product": SET, "units": 1, "assemble": True})), "not-enough-stock")


def test_every_kit_with_a_part_in_quarantine_is_in_quarantine_wherever_it_lies(stocked):
    kits = pack(stocked, 6)
    stocked.post("/transfers", at(BUS, line(2, product=SET, lot=kits), to=CLINIC))
    stocked.receive(SWAB, 9, place=BUS, lot="P2", expires_on=SOON, on=DAY[9])
    others = pack(stocked, 3)

    act(stocked, "quarantine", product=SWAB, lot="P1")

    for place, number in ((BUS, kits), (CLINIC, kits)):
        refused(stocked.post("/handouts", at(place, line(product=SET, lot=number))), "lot-blocked")
    assert stocked.post("/handouts", at(BUS, line(3, product=SET, lot=others))).status_code == 201
    assert [(event["kind"], event["follows_a_part"], event["place"]) for event in events(stocked, SET, kits)] == [("quarantine", True, None)]
    assert events(stocked, SET, others) == []


def test_a_kit_is_free_again_when_its_part_is_unless_another_part_or_the_kit_itself_is_blocked(stocked):
    kits = pack(stocked, 6)
    free = []

    def look():
        free.append(usable(stocked)[kits])

    for what, product, lot in (
        ("quarantine", SWAB, "P1"),
        ("quarantine", ACID, "P1"),
        ("quarantine", SET, kits),
        ("release", SWAB, "P1"),
        ("release", SET, kits),
        ("release", ACID, "P1"),
    ):
        act(stocked, what, product=product, lot=lot)
        look()

    assert free == [False] * 5 + [True]
    assert stocked.hand_out(6, SET, place=BUS, on=DAY[0]).status_code == 201


def test_kits_that_were_packed_earlier_of_what_is_blocked_now_do_not_leave_either(stocked):
    """The packing of yesterday is entered today, after the quarantine: the part was free then, and now it is in kits."""
    act(stocked, "quarantine", product=SWAB, lot="P1")

    stocked.post("/assemblies", {"place": BUS, "occurred_on": DAY[1], "kit": SET, "units": 2})

    assert stocked.hand_out(1, SET, place=BUS, on=DAY[0]).status_code == 409
    assert not any(usable(stocked)[number] for number in rows(stocked, BUS, product=SET))


def test_kits_packed_after_a_release_are_free_and_follow_the_next_quarantine(stocked):
    before = pack(stocked, 1)
    act(stocked, "quarantine", product=SWAB, lot="P1")
    act(stocked, "release", product=SWAB, lot="P1")
    after = pack(stocked, 1)
    assert usable(stocked) == {"A1": True, "P1": True, before: True, after: True}

    act(stocked, "quarantine", product=SWAB, lot="P1")

    assert (usable(stocked)[before], usable(stocked)[after]) == (False, False)
    act(stocked, "release", product=SWAB, lot="P1")
    assert (usable(stocked)[before], usable(stocked)[after]) == (True, True)


def test_a_released_lot_leaves_again(stocked):
    act(stocked, "quarantine")
    act(stocked, "release")

    for what, body, _ in leaving():
        assert stocked.post(f"/{what}", body).status_code == 201
    assert [event["kind"] for event in events(stocked)] == ["quarantine", "release"]


def test_a_release_brings_no_expired_lot_back(ada):
    ada.receive(units=5, place=BUS, lot="OLD", expires_on=DAY[1], on=DAY[9])
    act(ada, "quarantine", lot="OLD")
    act(ada, "release", lot="OLD")

    assert usable(ada) == {"OLD": False}
    refused(ada.hand_out(1, place=BUS, on=DAY[0], lot="OLD"), "lot-not-usable")


def test_a_lot_is_blocked_once_everywhere_and_once_at_each_place(stocked):
    for where in ({}, {"place": BUS}, {"place": CLINIC}):
        act(stocked, "quarantine", **where)
        refused(stocked.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "frozen"} | where), "blocked-already")

    for where, still_blocked in (({}, [False, False, True]), ({"place": BUS}, [True, False, True]), ({"place": CLINIC}, [True, True, True])):
        act(stocked, "release", **where)
        refused(stocked.post(f"/lots/{SPRAY}/A1/release", {"reason": "mistake"} | where), "nothing-to-release")
        assert [usable(stocked, place)["A1"] for place in (BUS, CLINIC, STORE)] == still_blocked


def test_a_quarantine_of_a_part_is_released_at_the_part_not_at_the_kit(stocked):
    kits = pack(stocked, 2)
    act(stocked, "quarantine", product=SWAB, lot="P1")

    refused(stocked.post(f"/lots/{SET}/{kits}/release", {"reason": "mistake"}), "nothing-to-release")


def test_a_lot_may_be_blocked_at_a_place_before_it_arrives_there(stocked):
    act(stocked, "quarantine", place=PRISON)

    stocked.receive(units=5, place=PRISON, expires_on=LATE, on=DAY[4])

    assert in_one_snapshot(checks.verify).failure is None
    assert usable(stocked, PRISON) == {"A1": False}
    refused(stocked.hand_out(1, place=PRISON, on=DAY[0], lot="A1"), "lot-blocked")
    act(stocked, "release", place=PRISON)
    assert stocked.hand_out(5, place=PRISON, on=DAY[0]).status_code == 201


def test_what_left_before_the_day_of_the_quarantine_and_is_entered_later_left(stocked):
    act(stocked, "quarantine")

    assert stocked.hand_out(2, place=BUS, on=DAY[1]).status_code == 201
    assert stocked.post("/transfers", at(BUS, line(3), to=CLINIC, ago=2)).status_code == 201
    refused(stocked.hand_out(2, place=BUS, on=DAY[0]), "not-enough-stock")


def test_a_quarantine_sent_twice_is_one_also_when_it_was_lifted_meanwhile(stocked):
    first = stocked.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "frozen"}, key="blocked-only-once")
    act(stocked, "release")

    again = stocked.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "frozen"}, key="blocked-only-once")

    assert (again.status_code, again.data) == (200, first.data)
    assert usable(stocked)["A1"] is True
    assert [event["kind"] for event in events(stocked)] == ["quarantine", "release"]


# What was promised of it.


def test_a_quarantine_ends_every_promise_of_the_lot_and_of_kits_with_it_and_tells_the_places(stocked, hold, session):
    kits = pack(stocked, 8)
    hold(3, 4, lot=kits)
    hold(2, place=CLINIC)
    act(stocked, "quarantine", product=SWAB, lot="P1")

    assert held(session) == (["order 1"], 2)
    assert notices(session) == [(BUS, "hold-released", "order 1", kits, 3), (BUS, "hold-released", "order 2", kits, 4)]

    act(stocked, "quarantine")

    assert held(session) == ([], 0)
    assert notices(session)[2:] == [(CLINIC, "hold-released", "order 1", "A1", 2)]
    assert set(session.execute(text("SELECT ended_because FROM hold")).scalars()) == {"quarantine"}


def test_a_quarantine_at_one_place_ends_the_promises_there(stocked, hold, session):
    hold(3)
    hold(2, place=CLINIC)

    act(stocked, "quarantine", place=CLINIC)

    assert held(session) == (["order 1"], 3)
    assert [place for place, *_ in notices(session)] == [CLINIC]


# Another expiry.


@pytest.fixture
def redated(ada):
    """A lot that was to expire four days ago got another year three days ago, after some of it was handed out; another is good for long."""

    def on(ago, what):
        noon = datetime.combine(TODAY - timedelta(days=ago), time(12), tzinfo=UTC)
        with time_machine.travel(noon, tick=False):
            return what()

    on(9, lambda: ada.receive(units=20, place=BUS, lot="OLD", expires_on=DAY[4], on=DAY[9]))
    on(8, lambda: ada.hand_out(2, place=BUS, on=DAY[8]))
    on(3, lambda: act(ada, "redate", lot="OLD", expires_on=SOON))
    return ada


def test_a_lot_with_another_expiry_is_usable_from_the_day_of_the_notice_on(redated):
    assert [redated.hand_out(1, place=BUS, on=DAY[ago]).status_code for ago in (0, 3, 4)] == [201, 201, 201]


def test_what_is_entered_later_for_a_day_before_the_notice_asks_the_expiry_of_that_day(ada):
    ada.receive(units=20, place=BUS, lot="OLD", expires_on=DAY[6], on=DAY[9])
    act(ada, "redate", lot="OLD", expires_on=SOON)

    on_each_day = {ago: ada.hand_out(1, place=BUS, on=DAY[ago], lot="OLD") for ago in (7, 6, 5, 1, 0)}

    assert {ago: answer.status_code for ago, answer in on_each_day.items()} == {7: 201, 6: 201, 5: 409, 1: 409, 0: 201}
    assert refused(on_each_day[5], "lot-not-usable")["expires_on"] == DAY[6]
    assert {ago: usable(ada, on=DAY[ago])["OLD"] for ago in (7, 6, 5, 1, 0)} == {7: True, 6: True, 5: False, 1: False, 0: True}


def test_the_stock_of_a_past_day_shows_the_expiry_of_that_day(redated):
    shown = {ago: rows(redated, BUS, on=DAY[ago])["OLD"]["lot"]["expires_on"] for ago in (9, 5, 4, 3, 0)}

    assert shown == {9: DAY[4], 5: DAY[4], 4: DAY[4], 3: SOON, 0: SOON}
    assert rows(redated, BUS)["OLD"]["lot"]["expires_on"] == SOON


def test_what_was_recorded_keeps_the_expiry_it_was_recorded_with(redated):
    redated.hand_out(3, place=BUS, on=DAY[0])

    shown = [posting["moves"][0]["lot"]["expires_on"] for posting in redated.get(f"/journals/{BUS}").json]

    assert shown == [DAY[4], DAY[4], SOON]


def test_what_was_recorded_before_the_notice_is_corrected_after_it(redated):
    answer = redated.post("/corrections", {"journal": BUS, "number": 2, "reason": "mistyped"})

    assert answer.status_code == 201, answer.text
    assert rows(redated, BUS)["OLD"]["on_hand"] == 20


def test_a_delivery_after_the_notice_shows_the_old_expiry_or_the_new_and_has_the_one_in_force(redated):
    old, new, other = (redated.post("/receipts", at(BUS, line(5, lot="OLD", expires_on=expires_on))) for expires_on in (DAY[4], SOON, LATE))

    assert [answer.json["moves"][0]["lot"]["expires_on"] for answer in (old, new)] == [SOON, SOON]
    assert refused(other, "lot-differs")["known"] == SOON


def test_a_shorter_expiry_holds_from_the_day_of_the_notice(stocked):
    act(stocked, "redate", expires_on=DAY[1])

    assert {ago: stocked.hand_out(1, place=BUS, on=DAY[ago], lot="A1").status_code for ago in (2, 1, 0)} == {2: 201, 1: 201, 0: 409}
    assert usable(stocked)["A1"] is False


def test_one_expiry_after_another_leaves_each_day_the_one_it_had(stocked):
    for ago, expires_on in ((8, DAY[6]), (5, DAY[2]), (3, SOON)):
        with time_machine.travel(datetime.combine(TODAY - timedelta(days=ago), time(12), tzinfo=UTC), tick=False):
            act(stocked, "redate", expires_on=expires_on)

    shown = {ago: (rows(stocked, BUS, on=DAY[ago])["A1"]["lot"]["expires_on"], usable(stocked, on=DAY[ago])["A1"]) for ago in range(9, -1, -1)}

    assert shown == {
        9: (LATE, True),
        8: (DAY[6], True),
        7: (DAY[6], True),
        6: (DAY[6], True),
        5: (DAY[2], True),
        4: (DAY[2], True),
        3: (SOON, True),
        2: (SOON, True),
        1: (SOON, True),
        0: (SOON, True),
    }


def test_a_lot_that_has_that_expiry_already_is_refused(stocked):
    said = refused(stocked.post(f"/lots/{SPRAY}/A1/redate", {"expires_on": LATE, "document": "N-1", "authority": "DMP"}), "same-expiry")

    assert (said["lot"], said["known"], said["at"]) == ("A1", LATE, "lots.0.expires_on")


def campaign(*lots, **more):
    return {"document": "N-7", "authority": "DMP", "lots": [{"product": product, "lot": lot, "expires_on": expires_on} for product, lot, expires_on in lots]} | more


def test_a_campaign_gives_all_its_lots_another_expiry(stocked):
    answer = stocked.post("/lots/redatings", campaign((SPRAY, "A1", SOON), (SWAB, "P1", "2033-01-31"), (ACID, "P1", "2034-01-31")))

    assert answer.status_code == 200, answer.text
    assert [(event["product"], event["lot"], event["expires_before"], event["expires_after"]) for event in answer.json["events"]] == [
        (SPRAY, "A1", LATE, SOON),
        (SWAB, "P1", LATE, "2033-01-31"),
        (ACID, "P1", LATE, "2034-01-31"),
    ]
    assert {row["product"]: row["expires_on"] for row in stocked.get("/lots").json} == {SPRAY: SOON, SWAB: "2033-01-31", ACID: "2034-01-31"}


@pytest.mark.parametrize(
    ("last", "code", "status"),
    [((SPRAY, "NOBODYS", SOON), "missing", 404), ((ACID, "P1", LATE), "same-expiry", 409), ((SPRAY, "A1", "2035-01-31"), "lot-twice", 422)],
)
def test_a_campaign_in_which_one_lot_is_refused_changes_none(stocked, last, code, status):
    said = refused(stocked.post("/lots/redatings", campaign((SPRAY, "A1", SOON), (SWAB, "P1", SOON), last)), code, status)

    assert said["at"].startswith("lots.2.")
    assert {row["expires_on"] for row in stocked.get("/lots").json} == {LATE}
    assert events(stocked) == []


def test_kits_expire_with_their_earliest_part_as_before(stocked):
    kits = pack(stocked, 3)

    def expires_on():
        return rows(stocked, BUS)[kits]["lot"]["expires_on"]

    shown = [expires_on()]
    for product, day in ((SWAB, SOON), (SWAB, "2033-01-31"), (ACID, "2034-01-31"), (ACID, DAY[1])):
        act(stocked, "redate", product=product, lot="P1", expires_on=day)
        shown.append(expires_on())

    assert shown == [LATE, SOON, LATE, "2033-01-31", DAY[1]]
    refused(stocked.hand_out(1, SET, place=BUS, on=DAY[0]), "not-enough-stock")
    told = events(stocked, SET, kits)
    assert [(event["expires_before"], event["expires_after"], event["follows_a_part"]) for event in told] == [(*pair, True) for pair in itertools.pairwise(shown)]


def test_an_event_of_a_kit_says_which_of_its_parts_it_follows(ada, session):
    """Many lots in one campaign, in no order: each kit's event points at that of a part it holds."""
    for nth in range(12):
        ada.receive(SWAB, 1, place=BUS, lot=f"S{nth}", expires_on=f"2031-{nth + 1:02}-28", on=DAY[9])
        ada.receive(ACID, 1, place=BUS, lot=f"S{nth}", expires_on="2035-01-31", on=DAY[9])
        pack(ada, 1)
    order = [7, 2, 11, 0, 9, 4, 1, 10, 3, 8, 5, 6]

    answer = ada.post("/lots/redatings", campaign(*((SWAB, f"S{nth}", f"2032-{nth + 1:02}-28") for nth in order)))

    assert answer.status_code == 200, answer.text
    session.rollback()
    following = session.execute(select(LotEvent.lot_id, LotEvent.because_of_id).where(LotEvent.because_of_id.is_not(None))).all()
    parts = {(kit_id, part_id) for kit_id, part_id in session.execute(select(KitLotPart.kit_lot_id, KitLotPart.part_lot_id))}
    lots = dict(session.execute(select(LotEvent.id, LotEvent.lot_id)).all())
    assert len(following) == 12
    assert [kit_id for kit_id, because_of in following if (kit_id, lots[because_of]) not in parts] == []


def test_a_kit_that_was_packed_here_expires_as_its_parts_say_and_not_otherwise(stocked):
    kits = pack(stocked, 3)

    answer = stocked.post(f"/lots/{SET}/{kits}/redate", {"expires_on": "2040-01-31", "document": "N-1", "authority": "DMP"})

    assert answer.status_code in {409, 422}, answer.text
    assert rows(stocked, BUS)[kits]["lot"]["expires_on"] == LATE


@pytest.fixture
def ahead(stocked):
    """A clock that was two days ahead when lot AHEAD was put in quarantine, and was put right since."""
    stocked.receive(units=5, place=BUS, lot="AHEAD", expires_on=LATE, on=DAY[9])
    with time_machine.travel(datetime.combine(TODAY + timedelta(days=2), time(12), tzinfo=UTC), tick=False):
        act(stocked, "quarantine", lot="AHEAD")
    return stocked


def test_a_clock_that_was_ahead_for_a_while_leaves_the_books_in_order(ahead):
    act(ahead, "quarantine", place=BUS)
    act(ahead, "release", lot="AHEAD")
    act(ahead, "redate", lot="AHEAD", expires_on=SOON)

    assert in_one_snapshot(checks.verify).failure is None
    assert usable(ahead) == {"A1": False, "AHEAD": True, "P1": True}
    assert ahead.hand_out(1, place=BUS, on=DAY[0], lot="AHEAD").status_code == 201


def test_what_was_blocked_by_a_clock_that_was_ahead_is_blocked_now(ahead):
    refused(ahead.hand_out(1, place=BUS, on=DAY[0], lot="AHEAD"), "lot-blocked")
    assert usable(ahead)["AHEAD"] is False


def test_a_quarantine_holds_at_once_also_after_the_clock_was_put_back(ahead):
    act(ahead, "quarantine")

    refused(ahead.hand_out(1, place=BUS, on=DAY[0], lot="A1"), "lot-blocked")
    assert usable(ahead)["A1"] is False


def test_another_expiry_holds_at_once_also_after_the_clock_was_put_back(ahead):
    act(ahead, "redate", expires_on=DAY[1])

    refused(ahead.hand_out(1, place=BUS, on=DAY[0], lot="A1"), "lot-not-usable")
    assert usable(ahead)["A1"] is False


def test_what_has_no_expiry_is_given_none(stocked):
    stocked.receive("cooker", 5, place=BUS, lot=None, expires_on=None, on=DAY[9])

    answer = stocked.post("/lots/cooker/-/redate", {"expires_on": DAY[1], "document": "N-1", "authority": "DMP"})

    assert answer.status_code in {409, 422}, answer.text
    assert stocked.hand_out(5, "cooker", place=BUS, on=DAY[0]).status_code == 201


def test_kits_that_were_bought_are_given_another_expiry(stocked):
    stocked.receive(SET, 3, place=BUS, lot="READY1", expires_on=LATE, on=DAY[8])

    act(stocked, "redate", product=SET, lot="READY1", expires_on=SOON)

    assert rows(stocked, BUS)["READY1"]["lot"]["expires_on"] == SOON


def test_a_part_blocked_at_a_place_blocks_the_kits_that_lie_there_and_is_packed_into_no_others(stocked):
    kits = pack(stocked, 2)
    act(stocked, "quarantine", product=SWAB, lot="P1", place=BUS)

    said = [
        stocked.post(f"/{what}", {"place": BUS, "occurred_on": DAY[1], **body})
        for what, body in (("assemblies", {"kit": SET, "units": 1}), ("handouts", {"lines": [{"product": SET, "units": 3, "assemble": True}]}))
    ]

    assert [(answer.json["code"], answer.json["unusable"]) for answer in said] == [("not-enough-stock", 18), ("not-enough-stock", 18)]
    assert usable(stocked)[kits] is False
    act(stocked, "release", product=SWAB, lot="P1", place=BUS)
    assert usable(stocked)[kits] is True
    assert in_one_snapshot(checks.verify).failure is None


def test_kits_dated_before_a_quarantine_are_packed_of_another_lot_that_is_free(stocked):
    stocked.receive(SWAB, 3, place=BUS, lot="P2", expires_on=LATE, on=DAY[9])
    act(stocked, "quarantine", product=SWAB, lot="P1")

    answer = stocked.post("/assemblies", {"place": BUS, "occurred_on": DAY[1], "kit": SET, "units": 3})

    assert answer.status_code == 201, answer.text
    assert {move["lot"]["number"] for move in answer.json["moves"] if move["lot"]["product"] == SWAB} == {"P2"}


def test_what_left_before_another_expiry_was_given_is_picked_by_the_one_it_had(stocked):
    stocked.receive(units=5, place=BUS, lot="B2", expires_on=SOON, on=DAY[9])
    act(stocked, "redate", lot="B2", expires_on="2033-01-31")

    then, now = (stocked.hand_out(1, place=BUS, on=DAY[ago]) for ago in (1, 0))

    assert [answer.json["moves"][0]["lot"]["number"] for answer in (then, now)] == ["B2", "A1"]


def test_a_lot_that_is_blocked_where_it_never_lay_and_arrives_there_the_day_before_leaves_the_books_in_order(stocked):
    act(stocked, "quarantine", place=PRISON)

    stocked.receive(units=5, place=PRISON, expires_on=LATE, on=DAY[1])

    assert in_one_snapshot(checks.verify).failure is None


# One rule, asked of the database and in memory.


EVENINGS = range(7, -1, -1)
happenings = st.lists(
    st.tuples(
        st.sampled_from(EVENINGS),
        st.one_of(
            st.tuples(st.sampled_from(["quarantine", "quarantine", "release"]), st.sampled_from([None, BUS, CLINIC])),
            st.tuples(st.just("redate"), st.sampled_from([DAY[ago] for ago in (8, 6, 4, 2, 1, 0)])),
            st.tuples(st.sampled_from(["recall", "lift"]), st.none()),
        ),
    ),
    max_size=9,
).map(lambda happened: sorted(happened, key=lambda one: -one[0]))


class Fate:
    """A lot looked at in the evening of every day: what was in force then."""

    def __init__(self, expires_on):
        self.expires_on, self.blocked, self.evenings, self.recalled = expires_on, set(), {}, False

    def take_in(self, what, value):
        match what:
            case "redate":
                self.expires_on = value
            case "quarantine":
                self.blocked.add(value)
            case "release":
                self.blocked.discard(value)
            case "recall" | "lift":
                self.recalled = what == "recall"

    def fall_asleep(self, ago):
        self.evenings |= {(ago, place): (self.expires_on, not (self.recalled or self.blocked & {None, place}) and DAY[ago] <= self.expires_on) for place in (BUS, CLINIC)}
        if self.recalled:  # what is recalled now may be used on no day
            self.seen = {key: (expires_on, False) for key, (expires_on, _) in self.evenings.items()}
        else:
            self.seen = self.evenings


def befall(who, number, what, value):
    """Ask for something to happen to a lot; tells whether it did."""
    if what == "recall":
        return who.post("/recalls", {"class": 2, "product": SPRAY, "lots": [{"lot": number}], "document": "N", "authority": "A", "reason": "it may be"}).status_code == 201
    if what == "lift":
        opened = next((one["number"] for one in who.get("/recalls", state="open").json if one["lots"][0]["lot"] == number), "R-2000-0001")
        return who.post(f"/recalls/{opened}/lift", {"reason": "it is not"}).status_code == 200
    body = {"expires_on": value, "document": "N", "authority": "A"} if what == "redate" else {"reason": "other"} | ({"place": value} if value else {})
    return who.post(f"/lots/{SPRAY}/{number}/{what}", body).status_code == 200


def in_lists(who, number, **query):
    """Give what the list of the stock says of a lot: expiry and whether it is usable, by place."""
    found = [row for row in who.get("/stock", product=SPRAY, limit=500, **query).json if row["lot"]["number"] == number]
    return {row["place"]: (row["lot"]["expires_on"], row["usable"]) for row in found}


def in_memory(session, person, number):
    """Give what Shelf.is_usable says of each evening, as an act on that day would ask it."""
    found = {}
    for ago in EVENINGS:
        opening = queries.opening(session, queries.Named(places=[BUS, CLINIC], products=[SPRAY], lots=[number]), person)
        places = {locked.place.id: locked.place.code for locked in opening.places}
        for shelf in (shelf for shelf in opening.shelves if shelf.lot.number == number):
            day = TODAY - timedelta(days=ago)
            if not shelf.lot.knows(day):
                shelf.lot.events = tuple(queries.events_of(session, shelf.lot.id))
            found[ago, places[shelf.place_id]] = (shelf.lot.expiry(day).isoformat(), shelf.is_usable(day))
    return found


def test_the_database_and_the_rule_agree_on_what_was_usable_in_the_evening_of_every_day(ada, key_of_all):
    examples = iter(range(10_000))
    person = in_one_transaction(lambda session: accounts.find_by_key(session, key_of_all, today=clock.today()))

    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(expires_on=st.sampled_from([DAY[9], DAY[5], DAY[3], LATE]), happened=happenings)
    def agree(expires_on, happened):
        number, fate = f"H{next(examples)}", Fate(expires_on)
        for place in (BUS, CLINIC):
            ada.receive(units=1, place=place, lot=number, expires_on=expires_on, on=DAY[9])
        for ago in EVENINGS:
            with time_machine.travel(datetime.combine(TODAY - timedelta(days=ago), time(12), tzinfo=UTC), tick=False):
                for what, value in [one for day, one in happened if day == ago]:
                    if befall(ada, number, what, value):
                        fate.take_in(what, value)
            fate.fall_asleep(ago)

        by_day = {(ago, place): said for ago in EVENINGS for place, said in in_lists(ada, number, on=DAY[ago]).items()}
        narrowed = {(ago, place): said for ago in EVENINGS for place, said in in_lists(ada, number, on=DAY[ago], usable="true").items()}
        now, remembered = in_lists(ada, number), in_one_transaction(lambda session: in_memory(session, person, number))
        for place in (BUS, CLINIC):  # so that the lists stay short
            ada.post("/disposals", at(place, line(lot=number), reason="other"))

        assert by_day == fate.seen
        assert narrowed == {key: said for key, said in fate.seen.items() if said[1]}
        assert now == {place: fate.seen[0, place] for place in (BUS, CLINIC)}
        assert remembered == fate.seen

    agree()


# Many at once.


def test_after_a_quarantine_was_answered_nothing_of_the_lot_leaves(callers):
    *many, blocker = callers(9)
    for place in (BUS, CLINIC):
        blocker.receive(units=5_000, place=place, expires_on=LATE, on=DAY[9])
    answered = threading.Event()

    def on_hand():
        return {place: rows(blocker, place)["A1"]["on_hand"] for place in (BUS, CLINIC)}

    def hand_out_until_well_after(one, place):
        said = {False: [], True: []}
        while len(said[True]) < 3:
            said[answered.is_set()].append(one.hand_out(1, place=place, on=DAY[0], lot="A1"))
        return said

    with ThreadPoolExecutor(8) as pool:
        working = [pool.submit(hand_out_until_well_after, one, (BUS, CLINIC)[nth % 2]) for nth, one in enumerate(many)]
        while sum(on_hand().values()) > 10_000 - 20:
            pass
        act(blocker, "quarantine")
        left = on_hand()
        answered.set()
        said = [one.result(timeout=60) for one in working]

    before, after = (codes(answer for one in said for answer in one[late]) for late in (False, True))
    assert after == {"lot-blocked": 24}
    assert set(before) <= {201, "lot-blocked"}
    assert on_hand() == left
    assert sum(left.values()) == 10_000 - before[201]


def test_of_six_who_block_one_lot_one_does(callers):
    many = callers(6)
    many[0].receive(units=5, place=BUS, expires_on=LATE, on=DAY[9])

    answers = all_at_once(*(lambda one=one: one.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "frozen"}) for one in many))

    assert codes(answers) == {200: 1, "blocked-already": 5}
    act(many[0], "release")
    assert usable(many[0])["A1"] is True


def test_a_part_is_blocked_before_or_after_it_is_packed_and_never_free_in_a_kit(callers):
    packer, blocker = callers(2)
    for nth in range(4):
        for part in (SWAB, ACID):
            packer.receive(part, 5, place=BUS, lot=f"P{nth}", expires_on=LATE, on=DAY[9])

        all_at_once(
            lambda: [packer.post("/assemblies", {"place": BUS, "occurred_on": DAY[0], "kit": SET, "units": 1}) for _ in range(5)],
            lambda nth=nth: blocker.post(f"/lots/{SWAB}/P{nth}/quarantine", {"reason": "frozen"}),
        )

        assert packer.hand_out(1, SET, place=BUS, on=DAY[0]).status_code == 409


def test_a_place_that_records_for_the_first_time_does_so_before_a_quarantine_or_finds_it(callers, session):
    sender, first, blocker = callers(3)
    sender.receive(units=20, place=CLINIC, expires_on=LATE, on=DAY[9])

    sent, arrived, blocked = all_at_once(
        lambda: sender.post("/transfers", at(CLINIC, line(5), to=PRISON)),
        lambda: first.post("/receipts", at(STORE, line(5, expires_on=LATE))),
        lambda: blocker.post(f"/lots/{SPRAY}/A1/quarantine", {"reason": "frozen"}),
    )

    assert (arrived.status_code, blocked.status_code) == (201, 200)
    assert (sent.status_code, sent.json.get("code")) in {(201, None), (409, "lot-blocked")}
    there = {place: row["A1"]["usable"] for place in (CLINIC, PRISON, STORE) if "A1" in (row := rows(blocker, place))}
    assert there == dict.fromkeys((CLINIC, PRISON, STORE) if sent.status_code == 201 else (CLINIC, STORE), False)
    assert in_one_snapshot(checks.verify).failure is None


# Damaged on arrival.


def test_what_arrives_damaged_is_destroyed_and_never_lies_on_the_shelf(ada, session):
    answer = ada.post("/receipts", at(BUS, line(10, expires_on=LATE, damaged=3), line(4, lot="B1", expires_on=LATE, damaged=4), line(5, lot="C1", expires_on=LATE, damaged=0)))

    assert [(move["lot"]["number"], move["from"], move["to"], move["units"]) for move in answer.json["moves"]] == [
        ("A1", "supplier", BUS, 7),
        ("A1", "supplier", "destroyed", 3),
        ("B1", "supplier", "destroyed", 4),
        ("C1", "supplier", BUS, 5),
    ]
    assert {number: row["on_hand"] for number, row in rows(ada, BUS).items()} == {"A1": 7, "C1": 5}
    totals = Counter({one.flow: one.units for one in each_month(session)})
    assert (totals["from_supplier"] - totals["to_supplier"], totals["to_destroyed"]) == (19, 7)


def test_a_delivery_of_which_some_was_damaged_is_undone_whole(ada, session):
    number = ada.post("/receipts", at(BUS, line(10, expires_on=LATE, damaged=3))).json["number"]

    answer = ada.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"})

    assert answer.status_code == 201, answer.text
    assert rows(ada, BUS) == {}
    assert {one.units for one in each_month(session)} == {0}


def test_a_scanned_pack_may_be_damaged(ada):
    answer = ada.post("/receipts", at(BUS, {"scan": "]d20105060571490001" + "1731013110A1", "packs": 3, "damaged": 2}))

    assert [(move["to"], move["units"]) for move in answer.json["moves"]] == [(BUS, 4), ("destroyed", 2)]


def test_what_arrived_damaged_may_be_put_right_as_sent_back(ada):
    ada.post("/receipts", at(BUS, line(10, expires_on=LATE, damaged=3)))

    became = line(3) | {"from": "destroyed", "to": "supplier"}
    answer = ada.post("/reclassifications", at(BUS, became, reason="other"))

    assert answer.status_code == 201, answer.text
