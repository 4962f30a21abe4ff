"""Kits packed and unpacked, lots blocked and re-dated, what was asked for and not given, labels: as somebody at a browser does it."""

import re
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from supply import clock
from tests.conftest import DAY

TODAY = clock.today().isoformat()
PLACE = "/places/osl-depot"
HAND_OUT, KITS, FORGOTTEN = f"{PLACE}/handouts/new", f"{PLACE}/kits/new", f"{PLACE}/handouts/forgotten"
PARTS = {"syringe-1ml-29g": "Y1", "swab": "S1", "acid": "C1", "filter": "F1"}


@pytest.fixture
def parts(alma):
    """Twenty of each part of a kit, the swabs expiring first."""
    for product, lot in PARTS.items():
        alma.receive(product, 20, lot=lot, expires_on="2027-06-30" if product == "swab" else "2029-01-31")
    alma.receive("cooker", 20, lot=None, expires_on=None)
    return alma


def kit_lots(caller):
    return {row["lot"]["number"]: row["on_hand"] for row in caller.get("/stock", place="osl-depot", product="kit-full").json}


def post(at, path, page, **fields):
    with at.client.application.app_context():
        return type(page)(at.client.post(path, data=fields))


def test_kits_are_packed_and_some_taken_apart_with_a_part_missing(parts, reader):
    at = reader()

    page = at.open(KITS)
    packed = at.follow(at.send(page, KITS, units="12"))
    (lot,) = kit_lots(parts)
    unpack = f"{PLACE}/kits/unpack?kit=kit-full&lot={lot}"
    opened = at.open(unpack)
    swab = next(name for name, value in opened.form(f"{PLACE}/kits/unpack").items() if value == "swab").replace("product", "units")
    done = at.follow(post(at, unpack, opened, **opened.form(f"{PLACE}/kits/unpack") | {"units": "3", swab: "1"}))

    assert "There are parts for 20 kits." in page.text
    assert "Kits packed 6" in packed.text
    assert lot in packed.text
    assert "Kits unpacked 7" in done.text
    assert kit_lots(parts) == {lot: 9}
    assert parts.on_hand() | {lot: 0} == {"Y1": 11, "S1": 10, "C1": 11, "F1": 11, "-": 11, lot: 0}


def test_very_many_kits_are_written_as_other_numbers_are(parts, reader):
    for product in (*PARTS, "cooker"):
        parts.receive(product, 1_000_000, lot=PARTS.get(product), expires_on=None if product == "cooker" else "2027-06-30" if product == "swab" else "2029-01-31")

    said = {language: reader(language=language).open(KITS).text for language in ("en", "nb")}

    assert re.search(r"There are parts for [\d,]*,0\d\d kits\.", said["en"])
    assert re.search(r"\d 0\d\d sett", said["nb"])


def test_more_kits_than_there_are_parts_for_is_said_beside_the_number(parts, reader):
    at = reader()

    page = at.send(at.open(KITS), KITS, units="21")

    assert page.status == 409
    assert "and 20 can be taken" in page.wrong["units"]


def test_full_sets_are_handed_out_where_only_parts_lie(parts, reader):
    at = reader()

    page = at.open(HAND_OUT)
    done = at.follow(at.send(page, HAND_OUT, product="kit-full", units="20", occasion="first_time"))

    assert "20 can be packed from parts" in page.text
    assert "Recorded as number 6." in done.text
    assert parts.on_hand() == {}
    posting = parts.get("/journals/osl-depot/6").json
    assert [(move["lot"]["product"], move["units"]) for move in posting["moves"] if move["to"] == "people"] == [("kit-full", 20)]


def test_the_last_hand_out_is_shown_and_undone_where_a_slip_is_noticed(alma, reader):
    alma.receive(units=10)
    at = reader()
    at.send(at.open(HAND_OUT), HAND_OUT, product="naloxone-nyxoid", quick="2", occasion="first_time")

    page = at.open(HAND_OUT)
    at.send(page, f"{PLACE}/journal/2/correct")

    assert "Your last hand-out" in page.text
    assert "2 × Nyxoid" in page.text
    assert alma.on_hand() == {"A1": 10}
    assert "Your last hand-out" not in at.open(HAND_OUT).text


def test_too_few_are_handed_out_and_the_rest_recorded_as_asked_for_in_one_tap(alma, reader):
    alma.receive(units=4)
    at = reader()

    short = at.send(at.open(HAND_OUT), HAND_OUT, product="naloxone-nyxoid", units="10", occasion="first_time")
    done = at.follow(at.send(short, f"{PLACE}/handouts/rest"))

    assert "There are 4. Hand them out, and record that 6 more were asked for?" in short.text
    assert "Recorded as number 2." in done.text
    posting = alma.get("/journals/osl-depot/2").json
    assert posting["tallies"] == [{"product": "naloxone-nyxoid", "what": "unmet", "units": 6}]
    assert alma.on_hand() == {}


def test_none_to_give_is_one_tap_and_shows_in_the_figures(alma, reader):
    alma.receive(units=4, expires_on="2026-11-01", on="2026-10-01")
    at = reader()

    page = at.open(HAND_OUT)
    done = at.follow(at.send(page, HAND_OUT, quick="5", do="unmet-naloxone-nyxoid"))

    assert "Asked for, none to give" in page.text
    assert "Recorded as number 2." in done.text
    assert alma.get("/journals/osl-depot/2").json["moves"] == []
    figures = at.open(f"{PLACE}/figures")
    assert "Asked for, none to give" in figures.text
    assert "2026-11 " in figures.text
    assert b";5" in at.get(f"{PLACE}/figures.csv").data


def test_a_hand_out_that_a_count_has_closed_becomes_what_the_count_took_as_lost_in_one_tap(alma, reader):
    alma.receive(units=10, on="2026-11-10")
    count = {"place": "osl-depot", "occurred_on": DAY.isoformat(), "lines": [{"product": "naloxone-nyxoid", "lot": "A1", "units": 8}]}
    assert alma.post("/counts", count).status_code == 201
    at = reader()

    closed = at.send(at.open(HAND_OUT), HAND_OUT, product="naloxone-nyxoid", units="2", occasion="first_time", occurred_on="2026-11-15")
    done = at.follow(at.send(closed, FORGOTTEN))

    assert closed.status == 409
    assert "Record them as handed out, not lost" in closed.text
    assert "Reclassification 3" in done.text
    assert alma.on_hand() == {"A1": 8}


def test_a_lot_is_blocked_here_and_released_and_says_so(alma, reader):
    alma.receive(units=10)
    at, lot = reader(), "/lots/naloxone-nyxoid?lot=A1"

    page = at.open(lot)
    blocked = post(at, lot, page, **page.form("/lots/naloxone-nyxoid") | {"place": "osl-depot", "reason": "quarantine:frozen"})
    after = at.open(lot)

    assert blocked.status == 303
    assert "In quarantine here" in after.text
    assert "Frozen" in after.text
    assert "Blocked" in at.open(PLACE).text
    assert alma.hand_out(1, on=TODAY).json["code"] == "not-enough-stock"
    again = at.open(lot)
    assert post(at, lot, again, **again.form("/lots/naloxone-nyxoid") | {"place": "osl-depot", "reason": "release:examined"}).status == 303
    assert alma.hand_out(1, on=TODAY).status_code == 201


def test_at_a_place_alone_nothing_is_blocked_everywhere(alma, reader):
    alma.receive(units=10)
    at, lot = reader(), "/lots/naloxone-nyxoid?lot=A1"
    page = at.open(lot)

    refused = post(at, lot, page, **page.form("/lots/naloxone-nyxoid") | {"place": "", "reason": "quarantine:frozen"})

    assert refused.status == 403
    assert alma.hand_out(1, on=TODAY).status_code == 201


def test_a_campaign_gives_many_lots_another_expiry_or_none(alma, reader):
    for lot in ("A1", "A2"):
        alma.receive(units=5, lot=lot, expires_on="2027-01-31")
    at, path = reader("gro"), "/redatings/new"
    document = {"document": "DMP 2026/17", "authority": "DMP"}
    rows = {f"lots-{nth}-{name}": text for nth, lot in enumerate(("A1", "A2")) for name, text in (("product", "naloxone-nyxoid"), ("lot", lot), ("expires_on", "2028-01-31"))}

    wrong = post(at, path, at.open(path), **at.open(path).form(path) | document | rows | {"lots-1-lot": "A9", "do": "save"})
    before = {row["number"]: row["expires_on"] for row in alma.get("/lots", product="naloxone-nyxoid").json}
    done = post(at, path, at.open(path), **at.open(path).form(path) | document | rows | {"do": "save"})

    assert wrong.status == 404
    assert before == {"A1": "2027-01-31", "A2": "2027-01-31"}
    assert done.status == 303
    assert "Another expiry: 31 Jan 2027 → 31 Jan 2028" in at.follow(done).text
    assert {row["number"]: row["expires_on"] for row in alma.get("/lots", product="naloxone-nyxoid").json} == {"A1": "2028-01-31", "A2": "2028-01-31"}


def test_labels_of_a_lot_of_kits_are_read_back(parts, reader):
    at = reader()
    at.send(at.open(KITS), KITS, units="2")
    (lot,) = kit_lots(parts)

    answer = at.get(f"{PLACE}/labels.pdf?product=kit-full&lot={lot}&copies=3")

    codes = zxingcpp.read_barcodes(pypdfium2.PdfDocument(BytesIO(answer.data))[0].render(scale=5).to_pil())
    assert [code.bytes for code in codes] == [f"91kit-full\x1d1727063010{lot}".encode()] * 3
    assert {code.symbology_identifier for code in codes} == {"]d2"}


def test_more_labels_than_are_printed_at_once_are_offered_in_parts_and_refused_with_a_sentence(alma, reader):
    for part in ("acid", "cooker", "filter", "swab", "syringe-1ml-29g"):
        alma.receive(part, units=300, lot=None if part == "cooker" else "P1", expires_on=None if part == "cooker" else "2027-06-30")
    at = reader()

    done = at.follow(at.send(at.open(KITS), KITS, units="300"))
    (lot,) = kit_lots(alma)
    offered = re.findall(r"([0-9]+) labels for " + lot, done.text)
    too_many = at.get(f"{PLACE}/labels.pdf?product=kit-full&lot={lot}&copies=241")

    assert offered == ["240", "60"]
    assert too_many.status_code == 409
    assert "240 labels of a lot are printed at a time" in too_many.text


def test_labels_for_all_shelves_are_printed_and_a_lot_no_code_can_hold_is_left_out(alma, reader):
    alma.receive(units=5, lot="A1")
    alma.receive(units=5, lot="Å-2")
    at = reader()

    answer = at.get(f"{PLACE}/labels.pdf")
    alone = at.get(f"{PLACE}/labels.pdf?product=naloxone-nyxoid&lot=%C3%85-2")

    codes = zxingcpp.read_barcodes(pypdfium2.PdfDocument(BytesIO(answer.data))[0].render(scale=5).to_pil())
    assert [code.bytes for code in codes] == [b"91naloxone-nyxoid\x1d1728013110A1"]
    assert alone.status_code == 409


def test_an_own_label_is_received_by_scan(alma):
    line = {"scan": "]d291kit-full\x1d17270630" + "10K261126-ABCDEF", "units": 4}

    answer = alma.post("/receipts", {"place": "osl-depot", "occurred_on": DAY.isoformat(), "lines": [line]})

    assert answer.status_code == 201, answer.text
    assert kit_lots(alma) == {"K261126-ABCDEF": 4}


def test_kits_handed_out_count_as_their_parts_and_never_beside_them(parts, reader):
    at = reader()
    at.send(at.open(HAND_OUT), HAND_OUT, product="kit-full", units="3", occasion="first_time")
    parts.hand_out(2, "swab")

    rows = [line.split(";") for line in at.get(f"{PLACE}/figures.csv").data.decode("utf-8-sig").splitlines()]

    swabs = {row[3]: int(row[4]) for row in rows if row[0] == "swab"}
    assert swabs == {"Received": 20, "Handed out": 2, "Packed in kits": 3, "Handed out in kits": 3}
    assert {row[3]: int(row[4]) for row in rows if row[0] == "kit-full"} == {"Handed out": 3, "Out of kits, or kits packed": 3}


def test_what_arrives_damaged_is_destroyed_at_once_and_never_lies_there(alma, reader):
    at, path = reader(), f"{PLACE}/receipts/new"
    page = at.open(path)
    page = at.send(page, path, product="naloxone-nyxoid", do="add")

    done = at.send(page, path, lines__0__lot="A1", lines__0__expires_on="2028-01-31", lines__0__units="10", lines__0__damaged="3", do="save")

    assert done.status == 303, done.text
    assert alma.on_hand() == {"A1": 7}
    moves = alma.get("/journals/osl-depot/1").json["moves"]
    assert [(move["from"], move["to"], move["units"]) for move in moves] == [("supplier", "osl-depot", 7), ("supplier", "destroyed", 3)]
