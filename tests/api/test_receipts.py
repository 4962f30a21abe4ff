"""Deliveries by scan: the label says product, lot and expiry, the pack says how many; what is unclear is asked."""

import pytest

from tests.api.acts import PLACE, PRODUCT, problem
from tests.conftest import DAY

GS = "\x1d"
NYXOID = "05060571490001"
LABEL = f"]d201{NYXOID}1728103110211X"
AMBIGUOUS = f"01{NYXOID}1728103110LOT21X2112345"


def receive(caller, *lines, **more):
    return caller.post("/receipts", {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": list(lines)} | more)


def arrived(answer):
    assert answer.status_code == 201, answer.text
    return [(move["lot"]["product"], move["lot"]["number"], move["lot"]["expires_on"], move["units"]) for move in answer.json["moves"]]


def test_a_label_alone_is_one_pack(birk):
    assert arrived(receive(birk, {"scan": LABEL})) == [(PRODUCT, "211X", "2028-10-31", 2)]


def test_a_label_and_a_number_of_packs(birk):
    assert arrived(receive(birk, {"scan": LABEL, "packs": 12})) == [(PRODUCT, "211X", "2028-10-31", 24)]


def test_a_label_and_a_number_of_units(birk):
    assert arrived(receive(birk, {"scan": LABEL, "units": 3})) == [(PRODUCT, "211X", "2028-10-31", 3)]


def test_a_label_with_serial_and_separator_keeps_the_lot_and_forgets_the_serial(birk, rows):
    answer = receive(birk, {"scan": f"01{NYXOID}21SECRET9{GS}1728103110A1"})

    assert arrived(answer) == [(PRODUCT, "A1", "2028-10-31", 2)]
    assert "SECRET9" not in birk.get(f"/journals/{PLACE}").text + birk.get("/lots").text


def test_a_label_for_people_is_read(birk):
    assert arrived(receive(birk, {"scan": f"(01){NYXOID}(17)281031(10)A1"})) == [(PRODUCT, "A1", "2028-10-31", 2)]


def test_an_expiry_without_a_day_is_the_last_of_the_month(birk):
    assert arrived(receive(birk, {"scan": f"01{NYXOID}1728020010A1"})) == [(PRODUCT, "A1", "2028-02-29", 2)]


@pytest.mark.parametrize("scan", ["5060571490001", NYXOID, "461563"])
def test_a_bar_code_or_an_item_number_says_the_product_and_the_rest_is_written(birk, scan):
    line = {"scan": scan, "lot": "A1", "expires_on": "2028-10-31", "packs": 2}

    assert arrived(receive(birk, line)) == [(PRODUCT, "A1", "2028-10-31", 4)]


@pytest.mark.parametrize("gtin", ["5060571490001", NYXOID])
def test_a_gtin_says_the_product(birk, gtin):
    assert arrived(receive(birk, {"gtin": gtin, "lot": "A1", "expires_on": "2028-10-31", "packs": 2})) == [(PRODUCT, "A1", "2028-10-31", 4)]
    assert birk.get("/lots", number="A1").json[0]["gtins"] == [NYXOID]


def test_the_gtin_of_a_label_is_kept_with_the_lot(birk):
    receive(birk, {"scan": LABEL})

    assert birk.get("/lots", number="211X").json == [{"product": PRODUCT, "number": "211X", "expires_on": "2028-10-31", "gtins": [NYXOID], "quarantined": False, "recalled": False}]


def test_a_gtin_that_cannot_be_one_is_refused_also_beside_a_product(birk, rows, subtests):
    before = rows()

    for gtin in ("05060571490002", "5060571490002", "hello", "506057149000", "0506057149000x", "٠٥٠٦٠٥٧١٤٩٠٠٠١", "1", "0"):
        for product in (None, PRODUCT):
            with subtests.test(gtin=gtin, product=product):
                said = problem(receive(birk, {"gtin": gtin, "product": product, "lot": "A1", "expires_on": "2028-10-31", "units": 2}), 422, "values-are-wrong")
                assert said["errors"]["lines"]["0"]["gtin"]

    assert rows() == before


@pytest.mark.parametrize("line", [{"gtin": "07038010000010"}, {"scan": "07038010000010"}, {"scan": "999999"}])
def test_a_pack_nobody_knows_is_refused_by_its_number(birk, rows, line):
    before = rows()

    said = problem(receive(birk, line | {"lot": "A1", "expires_on": "2028-10-31", "packs": 1}), 422, "no-such-pack")

    assert said["gtin"] in {"07038010000010", "999999"}
    assert said["at"].startswith("lines.0.")
    assert rows() == before


def test_a_pack_nobody_knows_is_taken_where_product_and_units_are_written(birk):
    line = {"gtin": "07038010000010", "product": PRODUCT, "lot": "A1", "expires_on": "2028-10-31", "units": 2}

    assert arrived(receive(birk, line)) == [(PRODUCT, "A1", "2028-10-31", 2)]
    assert birk.get("/lots", number="A1").json[0]["gtins"] == ["07038010000010"]


def test_packs_of_a_product_without_a_pack_are_unknown(birk):
    said = problem(receive(birk, {"product": PRODUCT, "lot": "A1", "expires_on": "2028-10-31", "packs": 2}), 422, "packs-unknown")

    assert said["at"] == "lines.0.packs"


def test_so_many_packs_that_the_units_are_too_many_are_refused(birk):
    problem(receive(birk, {"scan": LABEL, "packs": 5_000_001}), 422, "too-many-units")
    assert arrived(receive(birk, {"scan": LABEL, "packs": 5_000_000}))[0][3] == 10_000_000


def test_a_line_that_says_something_else_than_its_label_is_refused_with_both(birk, rows, subtests):
    before = rows()

    for member, value, label in (("lot", "211x", "211X"), ("lot", "212X", "211X"), ("expires_on", "2028-10-30", "2028-10-31"), ("product", "naloxone-ventizolve", PRODUCT)):
        with subtests.test(member=member, value=value):
            said = problem(receive(birk, {"scan": LABEL, member: value}), 422, "label-disagrees")
            assert (said["label"], said["stated"]) == (label, value)
            assert said["at"] == f"lines.0.{member}"

    assert rows() == before


def test_a_line_that_repeats_its_label_is_taken(birk):
    line = {"scan": LABEL, "lot": "211X", "expires_on": "2028-10-31", "product": PRODUCT, "packs": 1}

    assert arrived(receive(birk, line)) == [(PRODUCT, "211X", "2028-10-31", 2)]


def test_a_label_that_reads_more_than_one_way_asks_and_is_answered_by_the_lot(birk, rows):
    before = rows()

    said = problem(receive(birk, {"scan": AMBIGUOUS, "packs": 3}), 409, "label-is-ambiguous")

    assert said["at"] == "lines.0.scan"
    assert [candidate["lot"] for candidate in said["candidates"]] == ["LOT21X2112345", "LOT21X", "LOT"]
    assert {(candidate["gtin"], candidate["expires_on"]) for candidate in said["candidates"]} == {(NYXOID, "2028-10-31")}
    assert rows() == before | {"request": before["request"] + 1}
    for candidate in said["candidates"]:
        assert arrived(receive(birk, {"scan": AMBIGUOUS, "packs": 3, "lot": candidate["lot"]})) == [(PRODUCT, candidate["lot"], "2028-10-31", 6)]


def test_a_label_that_may_hold_an_expiry_is_answered_by_writing_it(birk):
    raw = f"01{NYXOID}21AB1728022817280228"

    said = problem(receive(birk, {"scan": raw}), 409, "label-is-ambiguous")

    assert [candidate["expires_on"] for candidate in said["candidates"]] == [None, "2028-02-28"]
    assert arrived(receive(birk, {"scan": raw, "expires_on": "2028-02-28", "lot": "A1"})) == [(PRODUCT, "A1", "2028-02-28", 2)]


def test_what_is_no_label_is_refused_and_not_repeated(birk, rows, subtests):
    before = rows()

    for scan in ("01050605714900021728103110A1", "hello", "01" + NYXOID + "17281331" + "10A1", "9" * 200, "=1+1", "https://example.no/x", "]"):
        with subtests.test(scan=scan):
            answer = receive(birk, {"scan": scan})
            assert problem(answer, 422, "not-a-label")["at"] == "lines.0.scan"
            assert scan not in answer.text or scan == "]"

    assert rows() == before


def test_what_could_not_come_from_a_scanner_is_refused(birk, subtests):
    for scan in ("", " ", "9" * 201, 1, [], {}, "a\x00b", "a\nb"):
        with subtests.test(scan=scan):
            assert problem(receive(birk, {"scan": scan}), 422, "values-are-wrong")["errors"]["lines"]["0"]


def test_a_line_says_what_and_how_many_and_not_twice(birk, subtests):
    nothing = {"product": None, "gtin": None, "scan": None, "units": 1}
    for line in ({}, {"product": PRODUCT}, {"product": PRODUCT, "units": 1, "packs": 1}, {"units": 1}, {"lot": "A1", "units": 1}, nothing):
        with subtests.test(**line):
            problem(receive(birk, line), 422, "values-are-wrong")


def test_lines_of_one_delivery_are_read_each_by_itself(birk):
    lines = [{"scan": LABEL}, {"product": "cooker", "units": 100}, {"gtin": "07051391500047", "lot": "V1", "expires_on": "2027-06-30", "packs": 1}]

    assert arrived(receive(birk, *lines)) == [(PRODUCT, "211X", "2028-10-31", 2), ("cooker", "-", None, 100), ("naloxone-ventizolve", "V1", "2027-06-30", 2)]


# The same delivery twice.

NOTE = {"supplier": "Apotek 1", "document": "4711"}


def test_the_same_delivery_note_again_looks_like_a_repeat(birk, rows):
    first = receive(birk, {"scan": LABEL}, **NOTE)
    before = rows()

    said = problem(receive(birk, {"scan": LABEL, "packs": 9}, **NOTE), 409, "looks-like-a-repeat")

    assert (said["journal"], said["number"], said["supplier"], said["document"]) == (PLACE, first.json["number"], "Apotek 1", "4711")
    assert said["at"] == "document"
    assert rows() == before | {"request": before["request"] + 1}


def test_a_repeat_is_entered_when_it_is_confirmed_under_a_new_key(birk):
    receive(birk, {"scan": LABEL}, **NOTE)
    body = {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": [{"scan": LABEL}]} | NOTE
    refused = birk.post("/receipts", body, key="the-old-key")

    under_the_old_key = birk.post("/receipts", body | {"confirm_duplicate": True}, key="the-old-key")
    under_a_new_key = birk.post("/receipts", body | {"confirm_duplicate": True}, key="a-new-key")

    problem(refused, 409, "looks-like-a-repeat")
    problem(under_the_old_key, 422, "key-used-for-another")
    assert under_a_new_key.status_code == 201
    assert birk.on_hand(PLACE) == {"211X": 4}


def test_a_delivery_that_was_corrected_may_be_entered_again(birk):
    first = receive(birk, {"scan": LABEL}, **NOTE).json
    birk.post("/corrections", {"journal": PLACE, "number": first["number"], "reason": "mistyped"})

    assert receive(birk, {"scan": LABEL}, **NOTE).status_code == 201


@pytest.mark.parametrize("other", [{"document": "4712"}, {"supplier": "Apotek 2"}, {"document": None}, {"supplier": None}])
def test_another_delivery_note_or_supplier_is_another_delivery(birk, other):
    receive(birk, {"scan": LABEL}, **NOTE)

    assert receive(birk, {"scan": LABEL}, **NOTE | other).status_code == 201


def test_a_repeat_is_confirmed_with_true_and_nothing_that_looks_like_it(birk, subtests):
    for confirmed in ("true", 1, 0, None, "yes"):
        with subtests.test(confirmed=confirmed):
            assert problem(receive(birk, {"scan": LABEL}, confirm_duplicate=confirmed), 422, "values-are-wrong")["errors"]["confirm_duplicate"]
