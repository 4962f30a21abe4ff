"""Many acts in one request: all or none, or each by itself; every act keeps its own key."""

import json

import pytest

from tests.api.acts import PLACE, PRODUCT, bodies, names, problem
from tests.conftest import DAY

LINE = {"product": PRODUCT, "lot": "A1", "units": 1}


def handout(key, units=1, **more):
    return {"kind": "handout", "key": key, "body": {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": [LINE | {"units": units}]} | more}


def send(caller, *entries, each=False, key=None):
    return caller.post("/postings/batch" + ("?each=true" if each else ""), {"postings": list(entries)}, key=key)


def statuses(answer):
    assert answer.status_code == 200, answer.text
    return [entry["status"] for entry in answer.json["postings"]]


def test_a_batch_enters_its_postings_in_order(stocked):
    answer = send(stocked, handout("one-one-1", 1), handout("two-two-2", 2), handout("three-33", 3))

    assert statuses(answer) == [201, 201, 201]
    assert [entry["body"]["number"] for entry in answer.json["postings"]] == [3, 4, 5]
    assert [entry["key"] for entry in answer.json["postings"]] == ["one-one-1", "two-two-2", "three-33"]
    assert stocked.on_hand(PLACE) == {"A1": 84}


def test_a_batch_takes_every_kind_of_act(stocked):
    kinds = {
        "receipt": "receipts",
        "handout": "handouts",
        "return": "returns",
        "supplier_return": "supplier-returns",
        "disposal": "disposals",
        "transfer": "transfers",
        "reclassification": "reclassifications",
        "correction": "corrections",
        "count": "counts",
        "assembly": "assemblies",
        "unpacking": "unpackings",
    }

    answer = send(stocked, *({"kind": kind, "key": f"entry-{kind}", "body": bodies()[act]} for kind, act in kinds.items()))

    assert statuses(answer) == [201] * len(kinds)
    assert [entry["body"]["kind"] for entry in answer.json["postings"]] == list(kinds)


def test_a_later_posting_uses_what_an_earlier_one_brought(birk):
    receipt = {"kind": "receipt", "key": "brings-ten", "body": {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": [LINE | {"units": 10, "expires_on": "2028-01-31"}]}}

    assert statuses(send(birk, receipt, handout("takes-ten", 10))) == [201, 201]
    assert birk.on_hand(PLACE) == {}


def test_when_one_is_refused_none_is_entered_and_the_refusal_says_which(stocked, rows, subtests):
    for index in range(3):
        with subtests.test(index=index):
            entries = [handout(f"entry-{nth:04}", 5000 if nth == index else 1) for nth in range(3)]
            before = rows()
            said = problem(send(stocked, *entries), 409, "batch-refused")
            assert said["index"] == index
            assert said["at"] == f"postings.{index}"
            assert said["refused"]["code"] == "not-enough-stock"
            assert (said["refused"]["wanted"], said["refused"]["available"]) == (5000, 90 - index)
            assert rows() == before | {"request": before["request"] + 1}

    assert statuses(send(stocked, *(handout(f"entry-{nth:04}", 1) for nth in range(3)))) == [201] * 3, "the entries' keys were not spent"


def test_when_one_is_wrong_none_is_entered_and_no_key_is_spent(stocked, rows, subtests):
    before = rows()

    for wrong in ({"occurred_on": "2026-02-30"}, {"lines": [LINE | {"units": 0}]}, {"extra": 1}, {"lines": [LINE | {"product": "no-such"}]}, {"place": "nowhere"}, {"place": "osl-depot"}):
        with subtests.test(**wrong):
            said = problem(send(stocked, handout("entry-0000"), handout("entry-0001", **wrong), key="the-batch-key"), 422, "values-are-wrong")
            assert names(said, ("postings", 1, "body"))
            assert "0" not in said["errors"]["postings"]

    assert rows() == before
    assert statuses(send(stocked, handout("entry-0000"), handout("entry-0001"), key="the-batch-key")) == [201, 201]


def test_each_by_itself_enters_what_it_can_and_answers_each(stocked):
    entries = [
        handout("good-0001"),
        handout("too-many-1", 5000),
        handout("wrong-day-1", occurred_on="2026-02-30"),
        handout("nowhere-01", place="nowhere"),
        handout("not-mine-1", place="osl-depot"),
        {"kind": "correction", "key": "correct-01", "body": {"journal": PLACE, "number": 99, "reason": "mistyped"}},
        handout("good-0002"),
    ]

    answer = send(stocked, *entries, each=True)

    assert statuses(answer) == [201, 409, 422, 404, 403, 404, 201]
    assert [entry["body"].get("code") for entry in answer.json["postings"]] == [
        None,
        "not-enough-stock",
        "values-are-wrong",
        "missing",
        "not-your-place",
        "no-such-posting",
        None,
    ]
    assert [entry["body"]["number"] for entry in answer.json["postings"] if entry["status"] == 201] == [3, 4]
    assert stocked.on_hand(PLACE) == {"A1": 88}


def test_each_by_itself_keys_are_spent_as_if_each_came_alone(stocked, rows):
    send(stocked, handout("good-0001"), handout("too-many-1", 5000), handout("wrong-day-1", occurred_on="2026-02-30"), each=True)
    stocked.receive(units=6000, lot="A1", place=PLACE)

    good = stocked.post("/handouts", handout("")["body"], key="good-0001")
    refused = stocked.post("/handouts", handout("", 5000)["body"], key="too-many-1")
    fresh = stocked.post("/handouts", handout("")["body"], key="wrong-day-1")

    assert (good.status_code, good.headers["Idempotent-Replayed"], good.json["number"]) == (201, "true", 3)
    assert (refused.status_code, refused.headers["Idempotent-Replayed"]) == (409, "true")
    assert fresh.status_code == 201
    assert "Idempotent-Replayed" not in fresh.headers


def test_a_key_is_the_same_key_alone_and_in_a_batch(stocked):
    alone = stocked.post("/handouts", handout("")["body"], key="shared-key")

    answer = send(stocked, handout("shared-key"), handout("another-key"))

    assert statuses(answer) == [201, 201]
    assert [entry["replayed"] for entry in answer.json["postings"]] == [True, False]
    assert answer.json["postings"][0]["body"] == alone.json
    assert stocked.on_hand(PLACE) == {"A1": 88}


def test_what_a_batch_entered_is_answered_alone_byte_for_byte_as_it_would_have_been(stocked):
    answer = send(stocked, handout("from-a-batch"))

    alone = stocked.post("/handouts", handout("")["body"], key="from-a-batch")

    assert alone.status_code == 201
    assert alone.headers["Idempotent-Replayed"] == "true"
    assert alone.headers["Location"] == f"/api/v1/journals/{PLACE}/3"
    assert alone.json == answer.json["postings"][0]["body"]


@pytest.mark.parametrize("each", [False, True])
def test_a_key_used_for_another_act_refuses_the_batch(stocked, rows, each):
    stocked.post("/handouts", handout("")["body"], key="used-before")
    before = rows()

    answer = send(stocked, handout("fresh-key"), handout("used-before", 2), each=each)

    assert problem(answer, 422, "key-used-for-another")["key"] == "used-before"
    assert rows() == before


@pytest.mark.parametrize("each", [False, True])
def test_the_same_posting_twice_in_a_batch_is_entered_once(stocked, each):
    answer = send(stocked, handout("twice-same"), handout("twice-same"), each=each)

    assert statuses(answer) == [201, 201]
    assert [entry["replayed"] for entry in answer.json["postings"]] == [False, True]
    assert stocked.on_hand(PLACE) == {"A1": 89}


@pytest.mark.parametrize("each", [False, True])
def test_one_key_with_two_contents_in_a_batch_is_refused(stocked, rows, each):
    before = rows()

    assert problem(send(stocked, handout("twice-two", 1), handout("twice-two", 2), each=each), 422, "sent-together-twice")["key"] == "twice-two"
    assert rows() == before


@pytest.mark.parametrize("each", [False, True])
def test_a_posting_may_not_have_the_key_of_its_batch(stocked, rows, each):
    before = rows()

    assert problem(send(stocked, handout("entry-0001"), handout("one-and-same"), key="one-and-same", each=each), 422, "sent-together-twice")["key"] == "one-and-same"
    assert rows() == before


@pytest.mark.parametrize("each", [False, True])
def test_a_batch_gets_its_first_answer_again_byte_for_byte(stocked, rows, each):
    entries = [handout("entry-0001"), handout("entry-0002", 5000)] if each else [handout("entry-0001"), handout("entry-0002")]
    first = send(stocked, *entries, each=each, key="batch-again")
    before = rows()

    again = send(stocked, *entries, each=each, key="batch-again")

    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (200, first.data, "true")
    assert rows() == before


def test_a_refused_batch_stays_refused(stocked):
    first = send(stocked, handout("entry-0001", 5000), key="batch-again")
    stocked.receive(units=6000, lot="A1", place=PLACE)

    again = send(stocked, handout("entry-0001", 5000), key="batch-again")

    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (409, first.data, "true")


def test_each_and_all_or_none_are_different_acts(stocked):
    send(stocked, handout("entry-0001"), key="batch-again")

    problem(send(stocked, handout("entry-0001"), key="batch-again", each=True), 422, "key-used-for-another")


def test_a_posting_that_was_refused_before_refuses_the_batch(stocked, rows):
    stocked.post("/handouts", handout("", 5000)["body"], key="refused-before")
    stocked.receive(units=6000, lot="A1", place=PLACE)
    before = rows()

    said = problem(send(stocked, handout("fresh-key"), handout("refused-before", 5000)), 409, "batch-refused")

    assert said["index"] == 1
    assert said["refused"]["code"] == "not-enough-stock"
    assert rows() == before | {"request": before["request"] + 1}


def test_a_thousand_postings_are_taken_and_one_more_is_not(birk, rows):
    birk.receive(units=5000, lot="A1", place=PLACE)
    entries = [handout(f"entry-{nth:06}") for nth in range(1001)]
    before = rows()

    assert names(problem(send(birk, *entries), 422, "values-are-wrong"), ("postings",))
    assert rows() == before
    assert statuses(send(birk, *entries[:1000])) == [201] * 1000
    assert birk.on_hand(PLACE) == {"A1": 4000}


def test_an_empty_batch_is_refused(stocked):
    assert names(problem(send(stocked), 422, "values-are-wrong"), ("postings",))


def test_a_posting_in_a_batch_needs_a_key_like_any_other(stocked, rows, subtests):
    before = rows()

    for key in ("", "short", "k" * 81, "nøkkel-nøkkel", "with-a-\n-in-it", 12345678, None):
        with subtests.test(key=key):
            assert names(problem(send(stocked, handout("entry-0001"), handout(key)), 422, "values-are-wrong"), ("postings", 1, "key"))

    assert rows() == before


DEEP = {"lines": [{"of": [{"of": [{"of": [{"of": 1}]}]}]}]}


@pytest.mark.parametrize("body", [True, 0, 1, -0.5, "text", None, [], [1], [{}], DEEP, [DEEP]])
def test_a_posting_in_a_batch_is_an_object_that_is_not_deep(stocked, rows, body):
    before = rows()

    answer = send(stocked, handout("one-one-1"), handout("two-two-2", body=body))

    assert answer.status_code == 422, answer.text
    assert set(answer.json["errors"]["postings"]["1"]) == {"body"}
    assert rows() == before


def test_each_is_said_as_true_or_false(stocked, subtests):
    for each in ("yes", "1", "True", ""):
        with subtests.test(each=each):
            assert problem(stocked.post(f"/postings/batch?each={each}", {"postings": [handout("entry-0001")]}), 422, "values-are-wrong")["errors"]["each"]


def test_postings_of_two_places_go_in_one_batch(stocked, birk):
    birk.receive(units=10, lot="A1", place="oslo-outreach")

    answer = send(birk, handout("entry-0001"), handout("entry-0002", place="oslo-outreach"), handout("entry-0003"))

    assert [(entry["body"]["journal"], entry["body"]["number"]) for entry in answer.json["postings"]] == [(PLACE, 3), ("oslo-outreach", 2), (PLACE, 4)]


def test_a_refused_posting_leaves_nothing_of_itself_behind(stocked):
    receipt = {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": [LINE | {"lot": "NEW", "expires_on": "2028-01-31"}, LINE | {"expires_on": "2029-01-31"}]}

    answer = send(stocked, {"kind": "receipt", "key": "entry-0001", "body": receipt}, handout("entry-0002"), each=True)

    assert statuses(answer) == [409, 201]
    assert stocked.get("/lots", number="NEW").json == []


def test_the_answers_of_a_batch_are_json_objects_not_text(stocked):
    answer = send(stocked, handout("entry-0001"))

    assert all(isinstance(entry["body"], dict) for entry in json.loads(answer.data)["postings"])
