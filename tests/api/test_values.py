"""Values that cannot be right are refused with the name of the field, and nothing is written."""

import datetime as dt
import json

import pytest
import time_machine

from tests.api.acts import KIT, PLACE, PRODUCT, bodies, changed, names, objects_in, paths_to, problem, without
from tests.conftest import DAY

NOT_UNITS = ["1", True, False, None, -1, 0, 10_000_001, 2**31, 2**63, 2**64, 10**30, 1.5, [], {}, [1], {"units": 1}]
NOT_UNITS_TEXT = ["1.0", "1e3", "1E0", "-0", "1.5e0", "10000000.0"]
NOT_JSON_NUMBERS = ["NaN", "Infinity", "-Infinity", "01", "+1", "0x1", ".5", "1.", "1_000", "١"]
NOT_DAYS = [
    "2026-02-30",
    "20261120",
    "2026-W47-5",
    "2026-324",
    "2026-11-20T10:00:00",
    "2026-11-20T00:00:00Z",
    "20-11-2026",
    "2026/11/20",
    "2026-11-2",
    "2026-11- 2",
    "2026-1-020",
    " 2026-11-20",
    "2026-11-20 ",
    "٢٠٢٦-11-20",
    "0000-01-01",
    "-026-01-01",
    "today",
    "",
    20261120,
    1.0,
    True,
    None,
    [],
    {},
]
NOT_TEXT = ["", " ", "\t", "a\x00b", "a\x1db", "a\nb", "a\x7fb", "a\x85b", "\ud800", "a\udfff", 1, 1.5, True, None, [], {}, ["a"]]


def test_every_act_of_the_table_is_right_as_it_stands(stocked):
    answers = {act: stocked.post(f"/{act}", body).status_code for act, body in bodies().items() if act != "postings/batch"}

    assert set(answers.values()) == {201}, answers


def may_be_none(act, path):
    """Tell whether a number of units is one that was counted, which may be none."""
    return act == "counts" and path == ("lines", 0, "units")


def test_units_are_whole_numbers_and_nothing_that_looks_like_one(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for name in ("units", "number"):
            for path in paths_to(body, name):
                for value in NOT_UNITS:
                    if value == 0 and type(value) is int and may_be_none(act, path):
                        continue  # that none was found is a count too
                    with subtests.test(act=act, path=path, value=value):
                        said = problem(stocked.post(f"/{act}", changed(body, path, value)), 422, "values-are-wrong")
                        assert names(said, path)

    assert rows() == before


def test_a_number_written_as_a_fraction_or_a_power_is_refused_even_where_it_is_whole(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for path in [*paths_to(body, "units"), *paths_to(body, "number")]:
            for written in NOT_UNITS_TEXT:
                if written == "-0" and may_be_none(act, path):
                    continue
                with subtests.test(act=act, path=path, written=written):
                    text = json.dumps(changed(body, path, "HERE")).replace('"HERE"', written)
                    said = problem(stocked.post_text(f"/{act}", text), 422, "values-are-wrong")
                    assert names(said, path)

    assert rows() == before


def test_what_json_has_no_number_for_cannot_be_read(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        path = next(iter([*paths_to(body, "units"), *paths_to(body, "number")]))
        for written in [*NOT_JSON_NUMBERS, "9" * 5000]:
            with subtests.test(act=act, written=written[:20]):
                text = json.dumps(changed(body, path, "HERE")).replace('"HERE"', written)
                problem(stocked.post_text(f"/{act}", text), 400, "unreadable")

    assert rows() == before


def test_ten_million_units_are_recorded_as_ten_million(birk):
    birk.receive(units=10_000_000, place=PLACE)

    assert birk.on_hand(PLACE) == {"A1": 10_000_000}


def test_a_day_is_an_iso_date_that_exists(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for name in ("occurred_on", "expires_on"):
            for path in paths_to(body, name):
                for value in NOT_DAYS:
                    if value is None and name == "expires_on":
                        continue  # an expiry may be left out
                    with subtests.test(act=act, path=path, value=value):
                        said = problem(stocked.post(f"/{act}", changed(body, path, value)), 422, "values-are-wrong")
                        assert names(said, path)

    assert rows() == before


def test_nothing_is_dated_tomorrow(stocked, rows, subtests):
    before = rows()

    with time_machine.travel(dt.datetime(DAY.year, DAY.month, DAY.day, 22, 59, tzinfo=dt.UTC), tick=False):
        for act, body in bodies().items():
            for path in paths_to(body, "occurred_on"):
                with subtests.test(act=act):
                    said = problem(stocked.post(f"/{act}", changed(body, path, "2026-11-21")), 422)
                    if act != "postings/batch":
                        assert said["code"] == "in-the-future"
                        assert said["today"] == "2026-11-20"
                    assert "2026-11-20" in json.dumps(said)
                    assert said.get("at") == "occurred_on" or names(said, path)

    assert rows() == before


def test_the_day_turns_at_midnight_in_oslo(birk):
    with time_machine.travel(dt.datetime(2026, 11, 20, 23, 1, tzinfo=dt.UTC), tick=False):
        birk.receive(place=PLACE)
        tomorrow = birk.hand_out(1, place=PLACE, on="2026-11-21")
        day_after = birk.hand_out(1, place=PLACE, on="2026-11-22")

    assert tomorrow.status_code == 201
    assert tomorrow.json["recorded_at"] == "2026-11-20T23:01:00.000000Z"
    problem(day_after, 422, "in-the-future")


def test_nothing_is_dated_before_the_ledger_opens(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for path in paths_to(body, "occurred_on"):
            with subtests.test(act=act):
                said = problem(stocked.post(f"/{act}", changed(body, path, "2013-12-31")), 422)
                assert "2014-01-01" in json.dumps(said)

    assert rows() == before


def test_text_that_cannot_be_printed_or_is_not_text_is_refused(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for name in ("place", "journal", "to", "product", "kit", "lot", "supplier", "document", "reason", "kind", "key"):
            for path in paths_to(body, name):
                for value in NOT_TEXT:
                    if value is None and name in {"supplier", "document", "lot", "product"}:
                        continue  # these may be left out somewhere; what must be there is tried below
                    with subtests.test(act=act, path=path, value=repr(value)):
                        said = problem(stocked.post_text(f"/{act}", json.dumps(changed(body, path, value))), 422, "values-are-wrong")
                        assert names(said, path)

    assert rows() == before


@pytest.mark.parametrize(("name", "length"), [("place", 60), ("product", 60), ("kit", 60), ("lot", 20), ("supplier", 80), ("document", 80), ("note", 500)])
def test_text_that_is_too_long_is_refused_and_says_how_long_it_may_be(stocked, rows, subtests, name, length):
    before = rows()

    for act, right in bodies().items():
        body = changed(right, ("postings", 0, "body", "note") if "postings" in right else ("note",), "n")
        for path in paths_to(body, name):
            with subtests.test(act=act, path=path):
                said = problem(stocked.post(f"/{act}", changed(body, path, "å" * (length + 1))), 422, "values-are-wrong")
                assert names(said, path)
                assert str(length) in json.dumps(said["errors"])

    assert rows() == before


def test_a_member_that_must_be_there_is_asked_for(stocked, rows, subtests):
    must = {"place", "occurred_on", "lines", "reason", "to", "from", "journal", "number", "postings", "kind", "key", "body", "product", "kit", "units", "lot"}
    may_be_absent = {("handouts", "lines"), ("handouts", "lot"), ("returns", "lines"), ("receipts", "lot"), ("transfers", "lot"), ("counts", "lot"), ("postings/batch", "lot")}
    before = rows()

    for act, body in bodies().items():
        for name in must:
            for path in paths_to(body, name):
                if (act, name) in may_be_absent:
                    continue
                with subtests.test(act=act, path=path):
                    said = problem(stocked.post(f"/{act}", without(body, path)), 422, "values-are-wrong")
                    assert names(said, path)

    assert rows() == before


def test_a_member_that_is_not_known_is_refused(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for path in objects_in(body):
            for name in ("extra", "Units", "id", "note ", "\ud800", "", "__class__"):
                with subtests.test(act=act, path=path, name=repr(name)):
                    said = problem(stocked.post_text(f"/{act}", json.dumps(changed(body, (*path, name), 1))), 422, "values-are-wrong")
                    assert names(said, (*path, name))

    assert rows() == before


def test_lists_are_lists_of_objects_and_not_endless(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for name in ("lines", "unmet", "used", "reasons", "parts", "missing", "postings"):
            for path in paths_to(body, name):
                line = body
                for step in (*path, 0):
                    line = line[step]
                for wrong in ({}, "a", 1, None, [1], [None], ["a"], [[]], [line] * 1001):
                    with subtests.test(act=act, path=path, wrong=str(wrong)[:20]):
                        said = problem(stocked.post(f"/{act}", changed(body, path, wrong)), 422, "values-are-wrong")
                        assert names(said, path)
                if name == "postings" or (name == "lines" and act not in {"handouts", "returns"}):
                    with subtests.test(act=act, path=path, wrong="empty"):
                        assert names(problem(stocked.post(f"/{act}", changed(body, path, [])), 422, "values-are-wrong"), path)

    assert rows() == before


def test_an_act_with_nothing_in_it_is_refused(stocked, rows):
    before = rows()

    handout = stocked.post("/handouts", {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": [], "unmet": []})
    returned = stocked.post("/returns", {"place": PLACE, "occurred_on": DAY.isoformat(), "reason": "unused", "lines": []})

    problem(handout, 422, "nothing-entered")
    problem(returned, 422, "nothing-entered")
    assert rows() == before


def test_a_word_that_is_not_in_the_list_is_refused_with_the_list(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for name in ("reason", "occasion", "recipient", "kind", "from"):
            for path in paths_to(body, name):
                for value in ("nonsense", "Other", "other ", "première"):
                    with subtests.test(act=act, path=path, value=value):
                        said = problem(stocked.post(f"/{act}", changed(body, path, value)), 422, "values-are-wrong")
                        assert names(said, path)
                        assert "," in json.dumps(said["errors"])

    assert rows() == before


def test_a_product_that_is_not_known_is_named(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        if act == "postings/batch":
            continue
        for path in [*paths_to(body, "product"), *paths_to(body, "kit")]:
            with subtests.test(act=act, path=path):
                said = problem(stocked.post(f"/{act}", changed(body, path, "no-such")), 422)
                if path[0] in {"parts", "missing"}:
                    assert (said["code"], said["at"]) == ("parts-differ", path[0])
                else:
                    assert (said["code"], said["at"], said["product"]) == ("no-such-product", ".".join(map(str, path)), "no-such")

    assert rows() == before


@pytest.mark.parametrize("lot", ["a1", "V1", "A1 "])
def test_a_lot_is_this_products_and_compared_exactly(stocked, rows, subtests, lot):
    stocked.receive("naloxone-ventizolve", 10, lot="V1", place=PLACE)
    before = rows()
    refused = 0

    for act, body in bodies().items():
        if act in {"receipts", "counts", "postings/batch"}:
            continue  # a lot becomes known by its receipt, or when it is found
        for path in paths_to(body, "lot"):
            with subtests.test(act=act):
                answer = stocked.post(f"/{act}", changed(body, path, lot))
                if act == "unpackings" and len(path) > 1:
                    assert problem(answer, 422, "parts-differ")["product"] == PRODUCT
                    continue
                said = problem(answer, 409, "no-such-lot")
                assert (said["product"], said["lot"]) == (KIT if path == ("lot",) else PRODUCT, lot)
                assert said["at"] == ".".join(map(str, path))
                refused += 1

    assert rows() == before | {"request": before["request"] + refused}


def test_an_expiry_that_disagrees_with_the_lots_is_a_conflict_that_says_both(stocked):
    body = changed(bodies()["receipts"], ("lines", 0, "expires_on"), "2028-01-30")

    said = problem(stocked.post("/receipts", body), 409, "lot-differs")

    assert (said["lot"], said["known"], said["stated"]) == ("A1", "2028-01-31", "2028-01-30")
    assert said["at"] == "lines.0.expires_on"
    assert stocked.on_hand(PLACE) == {"A1": 90}


def test_two_lines_of_one_receipt_that_disagree_on_a_new_lot_are_refused(stocked):
    lines = [{"product": PRODUCT, "lot": "B1", "units": 1, "expires_on": day} for day in ("2028-01-31", "2028-02-29")]

    said = problem(stocked.post("/receipts", changed(bodies()["receipts"], ("lines",), lines)), 409, "lot-differs")

    assert (said["known"], said["stated"]) == ("2028-01-31", "2028-02-29")
    assert stocked.get("/lots", number="B1").json == []


def test_lots_and_expiries_are_asked_for_where_the_product_has_them_and_refused_where_it_has_none(stocked, rows, subtests):
    def line(**members):
        return changed(bodies()["receipts"], ("lines",), [{"units": 1} | members])

    cases = [
        ("lot-needed", "lot", {"product": PRODUCT, "expires_on": "2028-01-31"}),
        ("lot-needed", "lot", {"product": PRODUCT, "lot": "-", "expires_on": "2028-01-31"}),
        ("expiry-needed", "expires_on", {"product": PRODUCT, "lot": "NEW"}),
        ("no-lot-here", "lot", {"product": "cooker", "lot": "A1"}),
        ("no-lot-here", "expires_on", {"product": "cooker", "expires_on": "2028-01-31"}),
    ]
    before = rows()

    for code, field, members in cases:
        with subtests.test(**members):
            said = problem(stocked.post("/receipts", line(**members)), 422, code)
            assert said["at"] == f"lines.0.{field}"

    assert rows() == before


def test_text_is_kept_as_it_was_sent(stocked):
    words = ["<b>Åse</b>", "=1+1", "'; DROP TABLE posting; --", "100 % Đorđe Ŋuvri", "a\u200bb", "ﬁ", "e\u0301", "🧃", " kant "]
    for nth, word in enumerate(words):
        line = {"product": PRODUCT, "lot": word[:20], "units": 1, "expires_on": "2028-01-31"}
        answer = stocked.post("/receipts", {"place": PLACE, "occurred_on": DAY.isoformat(), "supplier": word, "document": f"{word}{nth}", "lines": [line]})
        assert answer.status_code == 201, answer.text

    stood = stocked.get(f"/journals/{PLACE}", kind="receipt").json[1:]

    assert [posting["supplier"] for posting in stood] == words
    assert [posting["moves"][0]["lot"]["number"] for posting in stood] == [word[:20] for word in words]
    assert stocked.get("/lots", number="=1+1").json[0]["number"] == "=1+1"


def test_a_place_with_a_strange_code_is_simply_not_there(stocked, rows, subtests):
    before = rows()

    for code in ("it's", "100%", "a%2Fb", "osl_depot", "OSL-DEPOT", "oslo-servicepoint ", "å", "../etc", "people", "supplier", "kits"):
        for act, body in bodies().items():
            for path in paths_to(body, "place"):
                with subtests.test(act=act, code=code):
                    problem(stocked.post(f"/{act}", changed(body, path, code)), 422 if act == "postings/batch" else 404)
        with subtests.test(journal=code):
            problem(stocked.get(f"/journals/{code.replace('%', '%25').replace('/', '%2F')}"), 404)
        with subtests.test(stock=code):
            assert stocked.get("/stock", place=code).json == []

    assert rows() == before


# What a count, a packing and an unpacking say besides.


def counted(units=88, **more):
    return changed(bodies()["counts"], ("lines",), [{"product": PRODUCT, "lot": "A1", "units": units} | more])


def test_what_was_seen_is_a_number_of_the_journal(stocked, rows, subtests):
    before = rows()

    for seen in ("2", 2.0, True, -1, 2**31, [], {}):
        with subtests.test(seen=seen):
            assert names(problem(stocked.post("/counts", counted() | {"seen": seen}), 422, "values-are-wrong"), ("seen",))
    with subtests.test(seen=3):
        said = problem(stocked.post("/counts", counted() | {"seen": 3}), 422, "seen-ahead")
        assert (said["at"], said["seen"], said["last"], said["place"]) == ("seen", 3, 2, PLACE)

    assert rows() == before


def test_whether_all_was_counted_is_said_with_true_or_false(stocked, rows, subtests):
    before = rows()

    for whole in ("true", 1, 0, None):
        with subtests.test(whole=whole):
            assert names(problem(stocked.post("/counts", counted() | {"whole": whole}), 422, "values-are-wrong"), ("whole",))

    assert rows() == before


def test_a_difference_has_one_reason_or_reasons_for_its_parts(stocked, rows, subtests):
    before = rows()
    parts = [{"reason": "stolen", "units": 1}]
    wrong = {
        ("lines", 0, "reason"): {"reason": "damaged", "reasons": parts},
        ("lines", 0, "reasons", 0, "reason"): {"reasons": [{"reason": "handed_out_not_lost", "units": 1}]},
        ("lines", 0, "reasons", 0, "units"): {"reasons": [{"reason": "stolen", "units": 0}]},
        ("lines", 0, "reasons"): {"reasons": parts * 21},
    }

    for path, line in wrong.items():
        with subtests.test(path=path):
            assert names(problem(stocked.post("/counts", counted(**line)), 422, "values-are-wrong"), path)

    assert rows() == before


def test_more_is_not_explained_than_differs(stocked, rows):
    before = rows()

    said = problem(stocked.post("/counts", counted(reasons=[{"reason": "stolen", "units": 2}, {"reason": "damaged", "units": 1}])), 422, "reasons-exceed")

    assert (said["lot"], said["explained"], said["difference"], said["at"]) == ("A1", 3, 2, "lines.0.reasons")
    assert rows() == before


def test_a_lot_is_counted_on_one_line(stocked, rows):
    before = rows()
    line = {"product": PRODUCT, "lot": "A1", "units": 44}

    said = problem(stocked.post("/counts", counted() | {"lines": [line, line]}), 422, "counted-twice")

    assert (said["product"], said["lot"], said["at"]) == (PRODUCT, "A1", "lines.1.lot")
    assert rows() == before


def test_a_lot_that_is_found_says_what_a_delivered_one_says(stocked, rows, subtests):
    before = rows()
    cases = {
        ("lot-needed", "lot"): {"product": PRODUCT, "units": 3, "expires_on": "2028-01-31"},
        ("expiry-needed", "expires_on"): {"product": PRODUCT, "lot": "NEW", "units": 3},
        ("no-lot-here", "lot"): {"product": "cooker", "lot": "NEW", "units": 3},
        ("no-lot-here", "expires_on"): {"product": "cooker", "expires_on": "2028-01-31", "units": 3},
    }

    for (code, field), line in cases.items():
        with subtests.test(code=code, field=field):
            assert problem(stocked.post("/counts", bodies()["counts"] | {"lines": [line]}), 422, code)["at"] == f"lines.0.{field}"

    assert rows() == before


def test_what_lies_there_and_was_counted_is_told_with_what_was_expected(stocked):
    answer = stocked.post("/counts", counted(88))
    stands = stocked.get(f"/journals/{PLACE}/3").json

    lot = {"product": PRODUCT, "number": "A1", "expires_on": "2028-01-31"}
    assert answer.json["counted"] == stands["counted"] == [{"lot": lot, "expected": 90, "counted": 88}]
    assert [(move["from"], move["to"], move["units"]) for move in answer.json["moves"]] == [(PLACE, "lost", 2)]


def test_a_product_that_is_no_kit_is_not_packed(stocked, rows, subtests):
    before = rows()

    with subtests.test(act="assemblies"):
        assert problem(stocked.post("/assemblies", bodies()["assemblies"] | {"kit": PRODUCT}), 422, "not-a-kit")["at"] == "kit"
    with subtests.test(act="handouts"):
        body = changed(bodies()["handouts"], ("lines",), [{"product": PRODUCT, "units": 5000, "assemble": True}])
        assert problem(stocked.post("/handouts", body), 422, "not-a-kit")["at"] == "lines.0.product"

    assert rows() == before


def test_kits_that_are_packed_for_a_hand_out_have_no_lot_yet_to_be_named(stocked, rows, subtests):
    before = rows()

    for value in ("true", 1, None):
        with subtests.test(assemble=value):
            body = changed(bodies()["handouts"], ("lines",), [{"product": KIT, "units": 1, "assemble": value}])
            assert names(problem(stocked.post("/handouts", body), 422, "values-are-wrong"), ("lines", 0, "assemble"))
    with subtests.test(lot="A1"):
        body = changed(bodies()["handouts"], ("lines",), [{"product": KIT, "units": 1, "assemble": True, "lot": "A1"}])
        assert names(problem(stocked.post("/handouts", body), 422, "values-are-wrong"), ("lines", 0, "lot"))

    assert rows() == before


def test_more_is_not_damaged_than_arrived(stocked, rows, subtests):
    before = rows()

    for damaged in (-1, "1", 1.0, True, 10_000_001):
        with subtests.test(damaged=damaged):
            assert names(problem(stocked.post("/receipts", changed(bodies()["receipts"], ("lines", 0, "damaged"), damaged)), 422, "values-are-wrong"), ("lines", 0, "damaged"))
    with subtests.test(damaged=3):
        said = problem(stocked.post("/receipts", changed(bodies()["receipts"], ("lines", 0, "damaged"), 3)), 422, "too-many-damaged")
        assert (said["damaged"], said["units"], said["at"]) == (3, 2, "lines.0.damaged")

    assert rows() == before
