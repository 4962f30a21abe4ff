"""What was counted stands: the difference goes to or comes from the lost, what moved after the counter looked stays on top, and nobody adjusts a shelf twice."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import text

from supply import clock
from tests.integration.at_once import all_at_once, codes
from tests.integration.monthly import each_month
from tests.integration.promises import held, notices

SPRAY, COOKER = "naloxone-nyxoid", "cooker"
BUS, CLINIC = "oslo-outreach", "oslo-servicepoint"
DAY = {ago: (clock.today() - timedelta(days=ago)).isoformat() for ago in range(-1, 12)}
SOON, LATE = "2031-01-31", "2032-01-31"


def line(units, *, lot="A1", **more):
    return {"product": SPRAY, "lot": lot, "units": units, **more}


def counting(*lines, place=BUS, ago=0, **more):
    return {"place": place, "occurred_on": DAY[ago], "lines": list(lines), **more}


def moves(answer):
    """Give what a posting moved, short: lot, from, to, units, occasion."""
    assert answer.status_code == 201, answer.text
    return [(move["lot"]["number"], move["from"], move["to"], move["units"], move["occasion"]) for move in answer.json["moves"]]


def expected(answer):
    assert answer.status_code == 201, answer.text
    return [(one["lot"]["number"], one["expected"], one["counted"]) for one in answer.json["counted"]]


def refused(answer, code, status=409):
    assert (answer.status_code, answer.json.get("code")) == (status, code), answer.text
    return answer.json


def on_hand(who, place=BUS, **query):
    return {row["lot"]["number"]: row["on_hand"] for row in who.get("/stock", place=place, limit=500, **query).json}


def transfer(who, units, *, place=CLINIC, to=BUS, ago=0):
    answer = who.post("/transfers", {"place": place, "to": to, "occurred_on": DAY[ago], "lines": [line(units)]})
    assert answer.status_code == 201, answer.text
    return answer


@pytest.fixture
def stocked(ada):
    """Twenty of A1 have lain on the bus for eight days (posting 1)."""
    ada.receive(units=20, place=BUS, expires_on=SOON, on=DAY[8])
    return ada


# The yardsticks.


def test_what_is_entered_for_an_earlier_day_moves_every_later_balance(ada):
    for ago in (5, 2, 1):
        ada.receive(units=10, place=BUS, expires_on=SOON, on=DAY[ago])
    before = [on_hand(ada, on=DAY[ago])["A1"] for ago in (5, 2, 1)]

    too_many = ada.hand_out(15, place=BUS, on=DAY[4], lot="A1")
    ada.receive(units=15, place=BUS, expires_on=SOON, on=DAY[4])

    assert before == [10, 20, 30]
    assert refused(too_many, "would-have-been-empty")["available"] == 10
    assert [on_hand(ada, on=DAY[ago])["A1"] for ago in (5, 4, 2, 1)] == [10, 25, 35, 45]


def test_of_sixty_four_two_handed_out_and_each_sent_twice_leave_sixty_two(ada):
    ada.receive(units=64, place=BUS, on=DAY[0])
    body = {"place": BUS, "occurred_on": DAY[0], "lines": [{"product": SPRAY, "units": 1}]}

    for key in ("the-first-one", "the-first-one", "the-second-one", "the-second-one"):
        assert ada.post("/handouts", body, key=key).status_code == 201

    assert on_hand(ada) == {"A1": 62}


def test_forty_counted_where_ten_should_be_are_forty_and_thirty_were_found(ada):
    ada.receive(units=70, place=BUS, expires_on=SOON, on=DAY[0])
    ada.hand_out(60, place=BUS, on=DAY[0])

    answer = ada.post("/counts", counting(line(40)))

    assert moves(answer) == [("A1", "lost", BUS, 30, None)]
    assert expected(answer) == [("A1", 10, 40)]
    assert on_hand(ada) == {"A1": 40}


def test_what_moved_before_the_counter_looked_is_in_what_was_expected(ada):
    for _ in range(2):
        ada.receive(units=1, place=BUS, expires_on=SOON, on=DAY[0])

    answer = ada.post("/counts", counting(line(3), seen=2))

    assert moves(answer) == [("A1", "lost", BUS, 1, None)]
    assert on_hand(ada) == {"A1": 3}


def test_what_moved_after_the_counter_looked_is_kept_on_top(ada):
    for _ in range(2):
        ada.receive(units=1, place=BUS, expires_on=SOON, on=DAY[0])

    answer = ada.post("/counts", counting(line(3), seen=1))

    assert expected(answer) == [("A1", 1, 3)]
    assert moves(answer) == [("A1", "lost", BUS, 2, None)]
    assert on_hand(ada) == {"A1": 4}


# The cut-off.


def test_without_a_cut_off_all_that_is_entered_was_seen(stocked):
    stocked.hand_out(5, place=BUS, on=DAY[3])

    answer = stocked.post("/counts", counting(line(15)))

    assert (moves(answer), expected(answer)) == ([], [("A1", 15, 15)])


def test_a_count_of_yesterday_leaves_what_moved_today_on_top(stocked):
    stocked.hand_out(4, place=BUS, on=DAY[0])
    stocked.receive(units=6, place=BUS, expires_on=SOON, on=DAY[0])

    answer = stocked.post("/counts", counting(line(18), ago=1))

    assert expected(answer) == [("A1", 20, 18)]
    assert (on_hand(stocked, on=DAY[1]), on_hand(stocked)) == ({"A1": 18}, {"A1": 20})


def test_what_moved_after_the_day_of_the_count_and_before_the_counter_looked_is_on_top_as_well(stocked):
    stocked.hand_out(4, place=BUS, on=DAY[0])
    stocked.hand_out(3, place=BUS, on=DAY[1])

    answer = stocked.post("/counts", counting(line(20), ago=1, seen=2))

    assert expected(answer) == [("A1", 20, 20)]
    assert on_hand(stocked) == {"A1": 13}


def test_what_other_places_sent_before_and_after_is_told_apart_by_what_the_counter_had_seen(stocked):
    stocked.receive(units=50, place=CLINIC, expires_on=SOON, on=DAY[8])
    transfer(stocked, 1)
    stocked.hand_out(2, place=BUS, on=DAY[0])  # number 2, the last the counter saw
    transfer(stocked, 10)
    stocked.hand_out(3, place=BUS, on=DAY[0])  # number 3
    transfer(stocked, 20)

    answer = stocked.post("/counts", counting(line(29), seen=2))

    assert expected(answer) == [("A1", 29, 29)]
    assert on_hand(stocked) == {"A1": 46}


def test_what_another_place_sent_before_anything_unseen_was_there_to_be_seen(stocked):
    """The journal of the bus stands at 1 before and after the clinic sends two: who says to have seen 1 and counts twenty-two has seen them. Decision 011."""
    stocked.receive(units=2, place=CLINIC, expires_on=SOON, on=DAY[8])
    transfer(stocked, 2)

    answer = stocked.post("/counts", counting(line(22), seen=1))

    assert expected(answer) == [("A1", 22, 22)]
    assert on_hand(stocked) == {"A1": 22}


def test_a_counter_who_says_to_have_seen_what_is_not_there_is_told_where_the_journal_ends(stocked):
    said = refused(stocked.post("/counts", counting(line(20), seen=2)), "seen-ahead", 422)

    assert (said["seen"], said["last"]) == (2, 1)


def test_of_two_counts_by_people_who_saw_the_same_the_second_is_told_of_the_first(stocked):
    first = stocked.post("/counts", counting(line(18), seen=1))

    second = stocked.post("/counts", counting(line(18), seen=1))

    assert moves(first) == [("A1", BUS, "lost", 2, None)]
    assert (refused(second, "counted-meanwhile")["number"], second.json["at"]) == (2, "lines.0.lot")
    assert on_hand(stocked) == {"A1": 18}


def test_who_has_seen_the_count_before_may_count_again(stocked):
    stocked.post("/counts", counting(line(18), seen=1))

    again = stocked.post("/counts", counting(line(19), seen=2))

    assert expected(again) == [("A1", 18, 19)]
    assert on_hand(stocked) == {"A1": 19}


def test_a_count_of_another_lot_is_no_count_of_this_one(stocked):
    stocked.receive(units=5, place=BUS, lot="B1", expires_on=LATE, on=DAY[8])
    stocked.post("/counts", counting(line(4, lot="B1"), seen=2))

    assert expected(stocked.post("/counts", counting(line(20), seen=2))) == [("A1", 20, 20)]


def test_a_count_below_what_has_left_since_is_refused_and_says_how_many(stocked):
    stocked.hand_out(15, place=BUS, on=DAY[0])

    at_once = refused(stocked.post("/counts", counting(line(14), ago=1)), "count-leaves-less")
    by_what_was_seen = refused(stocked.post("/counts", counting(line(14), seen=1)), "count-leaves-less")

    assert {(said["lot"], said["counted"], said["expected"], said["left_since"], said["at"]) for said in (at_once, by_what_was_seen)} == {("A1", 14, 20, 15, "lines.0.units")}
    assert on_hand(stocked) == {"A1": 5}
    assert stocked.post("/counts", counting(line(15), ago=1)).status_code == 201


def test_a_count_looks_at_every_day_since(stocked):
    stocked.hand_out(15, place=BUS, on=DAY[2])
    stocked.receive(units=50, place=BUS, expires_on=SOON, on=DAY[1])

    refused(stocked.post("/counts", counting(line(14), ago=3)), "count-leaves-less")


def test_a_refused_count_stays_refused_under_its_key_and_changes_nothing(stocked):
    first = stocked.post("/counts", counting(line(18), seen=1))
    refusal = stocked.post("/counts", counting(line(17), seen=1), key="counted-too-late")
    stocked.post("/counts", counting(line(20)))

    again = stocked.post("/counts", counting(line(17), seen=1), key="counted-too-late")

    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (409, refusal.data, "true")
    assert first.status_code == 201
    assert on_hand(stocked) == {"A1": 20}


def test_a_count_sent_twice_under_one_key_is_one_count(stocked):
    first, again = (stocked.post("/counts", counting(line(12), seen=1), key="counted-only-once") for _ in range(2))

    assert again.data == first.data
    assert on_hand(stocked) == {"A1": 12}


# None, not counted, and all.


def test_none_found_is_a_count_and_closes_the_lot(stocked):
    stocked.post("/counts", counting(line(0), ago=2))

    assert on_hand(stocked) == {}
    assert refused(stocked.post("/receipts", {"place": BUS, "occurred_on": DAY[3], "lines": [line(5, expires_on=SOON)]}), "closed-by-count")["counted_on"] == DAY[2]


def test_none_of_a_lot_that_lay_there_once_or_never_is_a_count_too(stocked):
    stocked.receive(units=5, place=CLINIC, lot="B1", expires_on=LATE, on=DAY[8])
    stocked.hand_out(20, place=BUS, on=DAY[4])

    answer = stocked.post("/counts", counting(line(0), line(0, lot="B1"), {"product": COOKER, "units": 0}, ago=2))

    assert expected(answer) == [("A1", 0, 0), ("B1", 0, 0), ("-", 0, 0)]
    refused(stocked.hand_out(1, place=BUS, on=DAY[3], lot="B1"), "closed-by-count")
    assert stocked.receive(units=3, place=BUS, lot="B1", expires_on=LATE, on=DAY[1])["number"] == 4
    assert stocked.receive("cooker", 3, place=BUS, lot=None, expires_on=None, on=DAY[2])["number"] == 5


def test_a_transfer_that_came_after_the_receivers_count_of_the_day_is_undone_and_one_that_came_before_is_not(stocked):
    before = transfer(stocked, 2, place=BUS, to=CLINIC)
    assert stocked.post("/counts", counting(line(2), place=CLINIC)).status_code == 201
    after = transfer(stocked, 2, place=BUS, to=CLINIC)

    refused(stocked.post("/corrections", {"journal": BUS, "number": before.json["number"], "reason": "mistyped"}), "closed-by-count")
    undone = stocked.post("/corrections", {"journal": BUS, "number": after.json["number"], "reason": "mistyped"})

    assert undone.status_code == 201, undone.text
    assert on_hand(stocked, CLINIC) == {"A1": 2}


def test_a_lot_left_out_is_not_counted(stocked):
    stocked.receive(units=5, place=BUS, lot="B1", expires_on=LATE, on=DAY[8])

    stocked.post("/counts", counting(line(20), ago=2))

    assert on_hand(stocked) == {"A1": 20, "B1": 5}
    assert stocked.hand_out(1, place=BUS, on=DAY[3], lot="B1").status_code == 201


def test_a_count_of_all_that_lies_there_leaves_nothing_out(stocked):
    stocked.receive(units=5, place=BUS, lot="B1", expires_on=LATE, on=DAY[8])
    stocked.receive("cooker", 5, place=BUS, lot=None, expires_on=None, on=DAY[8])
    emptied = stocked.receive(units=2, place=BUS, lot="C1", expires_on=LATE, on=DAY[8])
    stocked.post("/corrections", {"journal": BUS, "number": emptied["number"], "reason": "mistyped"})

    part = refused(stocked.post("/counts", counting(line(20), whole=True)), "not-all-counted")
    whole = stocked.post("/counts", counting(line(20), line(0, lot="B1"), {"product": COOKER, "units": 5}, whole=True))

    assert (part["lots"], part["number"]) == (f"{COOKER} -, {SPRAY} B1", 2)
    assert moves(whole) == [("B1", BUS, "lost", 5, None)]


# What was found that nobody knew.


def test_a_lot_that_is_found_and_nobody_knew_becomes_known(stocked):
    answer = stocked.post("/counts", counting(line(7, lot="FOUND", expires_on=LATE, reason="arrived")))

    assert moves(answer) == [("FOUND", "lost", BUS, 7, "arrived")]
    assert expected(answer) == [("FOUND", 0, 7)]
    assert [lot["expires_on"] for lot in stocked.get("/lots", number="FOUND").json] == [LATE]


def test_a_lot_that_nobody_knew_needs_its_expiry_and_something_of_it(stocked):
    refused(stocked.post("/counts", counting(line(7, lot="FOUND"))), "expiry-needed", 422)
    refused(stocked.post("/counts", counting(line(0, lot="FOUND", expires_on=LATE))), "no-such-lot")

    assert stocked.get("/lots", number="FOUND").json == []


def test_a_lot_that_is_known_elsewhere_is_found_with_the_expiry_it_has(stocked):
    stocked.receive(units=5, place=CLINIC, lot="B1", expires_on=LATE, on=DAY[8])

    differs = refused(stocked.post("/counts", counting(line(2, lot="B1", expires_on=SOON))), "lot-differs")
    answer = stocked.post("/counts", counting(line(2, lot="B1")))

    assert (differs["known"], differs["stated"], differs["at"]) == (LATE, SOON, "lines.0.expires_on")
    assert moves(answer) == [("B1", "lost", BUS, 2, None)]


# Why it differs.


@pytest.mark.parametrize(("units", "way"), [(14, (BUS, "lost")), (26, ("lost", BUS))])
def test_one_reason_explains_the_whole_difference(stocked, units, way):
    answer = stocked.post("/counts", counting(line(units, reason="miscounted")))

    assert moves(answer) == [("A1", *way, 6, "miscounted")]


def test_reasons_explain_parts_of_a_difference_and_the_rest_stands_unexplained(stocked):
    reasons = [{"reason": "damaged", "units": 2}, {"reason": "stolen", "units": 1}]

    answer = stocked.post("/counts", counting(line(14, reasons=reasons)))

    assert moves(answer) == [("A1", BUS, "lost", 2, "damaged"), ("A1", BUS, "lost", 1, "stolen"), ("A1", BUS, "lost", 3, None)]


def test_reasons_that_explain_all_leave_nothing_unexplained(stocked):
    answer = stocked.post("/counts", counting(line(22, reasons=[{"reason": "arrived", "units": 2}])))

    assert moves(answer) == [("A1", "lost", BUS, 2, "arrived")]


@pytest.mark.parametrize(("units", "explained"), [(20, 1), (18, 3), (22, 3)])
def test_more_explained_than_differs_is_refused(stocked, units, explained):
    said = refused(stocked.post("/counts", counting(line(units, reasons=[{"reason": "other", "units": explained}]))), "reasons-exceed", 422)

    assert (said["explained"], said["difference"]) == (explained, abs(units - 20))


def test_a_reason_where_nothing_differs_says_nothing(stocked):
    assert moves(stocked.post("/counts", counting(line(20, reason="stolen")))) == []


def test_what_was_lost_and_found_counts_in_the_month_by_its_reason(stocked, session):
    stocked.receive(units=5, place=BUS, lot="B1", expires_on=LATE, on=DAY[0])
    stocked.post("/counts", counting(line(14, reasons=[{"reason": "damaged", "units": 2}]), line(6, lot="B1", reason="arrived")))

    totals = each_month(session, "to_lost", "from_lost")
    assert sorted((one.flow, one.occasion, one.units) for one in totals) == [("from_lost", "arrived", 1), ("to_lost", "", 4), ("to_lost", "damaged", 2)]


# When it may be counted, and what it closes.


def test_nothing_is_counted_in_the_future(stocked):
    refused(stocked.post("/counts", counting(line(20), ago=-1)), "in-the-future", 422)


def test_nothing_is_counted_before_the_last_count(stocked):
    stocked.post("/counts", counting(line(20), ago=2))

    assert refused(stocked.post("/counts", counting(line(20), ago=3)), "closed-by-count")["counted_on"] == DAY[2]
    assert stocked.post("/counts", counting(line(19), ago=2)).status_code == 201


def test_a_count_is_not_corrected_but_counted_again(stocked):
    stocked.post("/counts", counting(line(2)))

    refused(stocked.post("/corrections", {"journal": BUS, "number": 2, "reason": "mistyped"}), "is-a-count")

    assert expected(stocked.post("/counts", counting(line(20)))) == [("A1", 2, 20)]
    assert on_hand(stocked) == {"A1": 20}


def test_a_forgotten_hand_out_is_put_right_in_its_meaning_while_the_shelf_stays_as_counted(stocked, session):
    stocked.post("/counts", counting(line(18), ago=2))
    closed = refused(stocked.post("/handouts", {"place": BUS, "occurred_on": DAY[3], "lines": [line(2)]}, Accept_Language="en"), "closed-by-count")

    became = [line(2) | {"from": "lost", "to": "people", "occasion": "refill_used"}]
    answer = stocked.post("/reclassifications", {"place": BUS, "occurred_on": DAY[3], "reason": "handed_out_not_lost", "lines": became})

    assert "reclassification from lost to people" in closed["detail"]
    assert answer.status_code == 201, answer.text
    assert on_hand(stocked) == {"A1": 18}
    totals = Counter()
    for one in each_month(session):
        totals[one.flow] += one.units
    assert {flow: units for flow, units in totals.items() if flow.startswith("to_")} == {"to_lost": 0, "to_people": 2}


def test_what_is_found_may_be_handed_out_on_the_day_it_was_found_and_not_before(stocked):
    stocked.post("/counts", counting(line(25), ago=2))

    assert stocked.hand_out(25, place=BUS, on=DAY[2]).status_code == 201
    refused(stocked.hand_out(1, place=BUS, on=DAY[3]), "not-enough-stock")


def test_an_expired_and_a_blocked_lot_are_counted_like_any_other(ada):
    ada.receive(units=5, place=BUS, lot="OLD", expires_on=DAY[3], on=DAY[8])
    ada.receive(units=5, place=BUS, lot="HOT", expires_on=LATE, on=DAY[8])
    ada.post(f"/lots/{SPRAY}/HOT/quarantine", {"reason": "too_warm"})

    answer = ada.post("/counts", counting(line(4, lot="OLD"), line(3, lot="HOT"), whole=True))

    assert moves(answer) == [("OLD", BUS, "lost", 1, None), ("HOT", BUS, "lost", 2, None)]


def test_more_units_than_one_move_holds_are_counted_away_all_the_same(ada):
    """Two hundred and fifteen deliveries of ten million are more than a column of four bytes holds."""
    lines = [line(10_000_000, expires_on=SOON)] * 215
    assert ada.post("/receipts", {"place": BUS, "occurred_on": DAY[1], "lines": lines}).status_code == 201

    answer = ada.post("/counts", counting(line(0)))

    assert answer.status_code == 201, answer.text
    assert on_hand(ada) == {}


# What was promised gives way to what is there.


def test_a_count_that_covers_what_is_promised_ends_no_promise(stocked, hold, session):
    hold(5, 5)

    assert stocked.post("/counts", counting(line(10))).status_code == 201

    assert held(session) == (["order 1", "order 2"], 10)
    assert notices(session) == []


@pytest.mark.parametrize(("units", "left", "ended"), [(9, ["order 1", "order 2"], [3]), (6, ["order 1"], [3, 2]), (3, [], [3, 2, 1]), (0, [], [3, 2, 1])])
def test_a_count_below_what_is_promised_ends_the_newest_promises_first_and_tells_the_place(stocked, hold, session, units, left, ended):
    hold(4, 4, 4)

    assert stocked.post("/counts", counting(line(units))).status_code == 201

    assert held(session) == (left, 4 * len(left))
    assert notices(session) == [(BUS, "hold-released", f"order {nth}", "A1", 4) for nth in ended]
    assert session.execute(text("SELECT count(*) FROM hold WHERE ended_because = 'count'")).scalar_one() == len(ended)


def test_what_left_after_the_counter_looked_is_no_longer_there_for_a_promise_either(stocked, hold, session):
    stocked.hand_out(8, place=BUS, on=DAY[0])
    hold(6, 6)

    answer = stocked.post("/counts", counting(line(18), seen=1))

    assert expected(answer) == [("A1", 20, 18)]
    assert held(session) == (["order 1"], 6)


def test_what_is_promised_is_not_handed_out_sent_on_or_corrected_away(stocked, hold):
    hold(18)

    assert refused(stocked.hand_out(3, place=BUS, on=DAY[0], lot="A1"), "not-enough-stock")["available"] == 2
    refused(stocked.hand_out(3, place=BUS, on=DAY[0]), "not-enough-stock")
    refused(stocked.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": DAY[0], "lines": [line(3)]}), "not-enough-stock")
    refused(stocked.post("/corrections", {"journal": BUS, "number": 1, "reason": "mistyped"}), "not-enough-stock")
    assert stocked.hand_out(2, place=BUS, on=DAY[0]).status_code == 201


def test_what_is_destroyed_ends_the_newest_promises_on_it(stocked, hold, session):
    """A disposal states a fact, as a count does: the units are gone, whatever was promised."""
    hold(9, 9)

    answer = stocked.post("/disposals", {"place": BUS, "occurred_on": DAY[0], "reason": "damaged", "lines": [line(5)]})

    assert answer.status_code == 201, answer.text
    assert held(session) == (["order 1"], 9)
    assert notices(session) == [(BUS, "hold-released", "order 2", "A1", 9)]


def test_a_refused_count_ends_no_promise(stocked, hold, session):
    hold(9, 9)

    refused(stocked.post("/counts", counting(line(1), line(3, lot="NOBODYS"))), "expiry-needed", 422)

    assert held(session) == (["order 1", "order 2"], 18)


# Many acts in one request do what each would do alone.


def send(who, *acts):
    entries = [{"kind": kind, "key": f"entry-{nth:04}", "body": body} for nth, (kind, body) in enumerate(acts)]
    answer = who.post("/postings/batch?each=true", {"postings": entries})
    assert answer.status_code == 200, answer.text
    return [one["body"].get("code", one["status"]) for one in answer.json["postings"]]


def test_a_count_of_all_in_a_batch_knows_what_came_and_went_before_it(stocked):
    arrived = ("receipt", {"place": BUS, "occurred_on": DAY[0], "lines": [line(3, lot="NEW", expires_on=LATE)]})
    gone = ("disposal", {"place": BUS, "occurred_on": DAY[0], "reason": "damaged", "lines": [line(20)]})
    all_there = ("count", counting(line(20), whole=True))
    the_new_lot = ("count", counting(line(3, lot="NEW"), whole=True))

    assert send(stocked, arrived, all_there, gone, the_new_lot) == [201, "not-all-counted", 201, 201]


def test_two_counts_in_a_batch_end_different_promises(stocked, hold, session):
    hold(4, 4)

    assert send(stocked, ("count", counting(line(5))), ("count", counting(line(2)))) == [201, 201]

    assert held(session) == ([], 0)
    assert [document for _, _, document, _, _ in notices(session)] == ["order 2", "order 1"]


def test_of_two_counts_in_a_batch_by_people_who_saw_the_same_the_second_is_refused(stocked):
    assert send(stocked, ("count", counting(line(18), seen=1)), ("count", counting(line(17), seen=1))) == [201, "counted-meanwhile"]


@pytest.mark.parametrize("together", [False, True], ids=["one by one", "in a batch"])
def test_the_cut_off_is_the_same_in_a_batch(stocked, together):
    stocked.receive(units=50, place=CLINIC, expires_on=SOON, on=DAY[8])
    moved = ("transfer", {"place": CLINIC, "to": BUS, "occurred_on": DAY[0], "lines": [line(10)]})
    given = ("handout", {"place": BUS, "occurred_on": DAY[0], "lines": [line(2)]})
    acts = [given, given, moved, given, ("count", counting(line(16), seen=2))]

    for some in [acts] if together else [[act] for act in acts]:
        entries = [{"kind": kind, "key": f"{len(some)}-{acts.index((kind, body))}-{nth}-{stocked.acts:04}", "body": body} for nth, (kind, body) in enumerate(some)]
        assert [one["status"] for one in stocked.post("/postings/batch?each=true", {"postings": entries}).json["postings"]] == [201] * len(some)

    assert on_hand(stocked) == {"A1": 16 - 2 - 2 + 10}, "eighteen were expected after the first hand-out, sixteen were there; all else came later"


# Many at once.


def test_of_eight_who_count_one_shelf_after_seeing_the_same_one_adjusts_it(callers):
    many = callers(8)
    many[0].receive(units=20, place=BUS, expires_on=SOON, on=DAY[8])

    answers = all_at_once(*(lambda one=one: one.post("/counts", counting(line(13), seen=1)) for one in many))

    assert codes(answers) == {201: 1, "counted-meanwhile": 7}
    assert on_hand(many[0]) == {"A1": 13}


def test_what_is_handed_out_while_somebody_counts_is_kept(callers):
    *many, counter = callers(9)
    counter.receive(units=200, place=BUS, expires_on=SOON, on=DAY[8])

    def often(one):
        return [one.hand_out(1, place=BUS, on=DAY[0]) for _ in range(6)]

    with ThreadPoolExecutor(1) as pool:
        giving = pool.submit(all_at_once, *(lambda one=one: often(one) for one in many))
        answer = counter.post("/counts", counting(line(190), seen=1))
        answers = list(chain(*giving.result(timeout=60)))

    assert codes(answers) == {201: 48}
    assert expected(answer) == [("A1", 200, 190)]
    assert on_hand(counter) == {"A1": 190 - 48}


def test_a_count_and_a_transfer_there_at_once_lose_nothing_between_them(callers):
    counter, sender = callers(2)
    counter.receive(units=20, place=BUS, expires_on=SOON, on=DAY[8])
    sender.receive(units=30, place=CLINIC, expires_on=SOON, on=DAY[8])

    answers = all_at_once(
        lambda: [counter.post("/counts", counting(line(0, lot="A1"), place=CLINIC)) for _ in range(4)],
        lambda: [sender.post("/transfers", {"place": CLINIC, "to": BUS, "occurred_on": DAY[0], "lines": [line(5)]}) for _ in range(4)],
    )

    sent = 5 * Counter(answer.status_code for answer in answers[1])[201]
    assert Counter(answer.status_code for answer in answers[0]) == {201: 4}
    assert (on_hand(counter, CLINIC), on_hand(counter)) == ({}, {"A1": 20 + sent})
