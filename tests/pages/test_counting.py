"""The count sheet: opened, filled in, resumed, looked at again where something moved or differs, recorded once."""

import re
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp

from inventory.pages import counts
from supply import clock
from supply.web import ask

COUNTS = "/places/osl-depot/counts"
DAY = "2028-01-31"


@pytest.fixture
def stocked(alma):
    alma.receive(lot="A1", units=10)
    alma.receive(lot="B2", units=40, expires_on="2029-01-31")
    alma.receive("swab", lot="S1", units=100)
    return alma


def open_sheet(at, **fields):
    sent = at.send(at.open(COUNTS), COUNTS, **fields)
    page = at.follow(sent)
    return sent.location, page


def lines(page):
    """Give by lot the number of its line on the sheet."""
    rows = re.findall(r"<tr.*?</tr>", page.html, re.DOTALL)
    return {match[1]: int(match[2]) for row in rows if (match := re.search(r'<th scope="row">(\S+?)(?:<br>|</th>).*?lines-(\d+)-first', row, re.DOTALL))}


def fill(page, **counted):
    return {f"lines-{lines(page)[lot]}-first": str(units) for lot, units in counted.items()}


def send(at, page, path, **fields):
    filled = {**page.form(path), **fields}
    with at.client.application.app_context():
        return type(page)(at.client.post(path, data=filled))


def test_a_sheet_is_saved_resumed_and_recorded(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")

    saved = at.follow(send(at, sheet, path, **fill(sheet, A1=10), do="save"))
    resumed = at.open(at.open(COUNTS).html.split(f'href="{path}"')[0] and path)
    done = at.follow(send(at, resumed, path, **fill(resumed, B2=40), do="record"))

    assert "Saved." in saved.text
    assert resumed.form(path)[f"lines-{lines(resumed)['A1']}-first"] == "10"
    assert "Recorded as number 4." in done.text
    posting = stocked.get("/journals/osl-depot/4").json
    assert [(line["lot"]["number"], line["expected"], line["counted"]) for line in posting["counted"]] == [("A1", 10, 10), ("B2", 40, 40)]
    assert posting["moves"] == []


def test_blank_is_not_counted_and_zero_must_be_typed(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at)

    nothing = at.follow(send(at, sheet, path, do="record"))
    asked = at.follow(send(at, nothing, path, **fill(nothing, A1=0), do="record"))
    done = at.follow(send(at, asked, path, do="record"))

    assert "Nothing is counted yet." in nothing.text
    assert "1 lot differs much." in asked.text
    assert "Recorded as number 4." in done.text
    assert stocked.on_hand() == {"B2": 40, "S1": 100}


def test_a_blind_sheet_hides_what_is_expected_until_the_first_count_is_in(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone", blind="true")

    again = at.follow(send(at, sheet, path, **fill(sheet, A1=10, B2=20), do="record"))
    second = f"lines-{lines(again)['B2']}-second"
    done = at.follow(send(at, again, path, **{second: "39", f"lines-{lines(again)['B2']}-reason": "damaged"}, do="record"))

    assert "Expected" not in sheet.text
    assert "Expected" in again.text
    assert "1 lot differs much." in again.text
    assert second in again.html
    assert f"lines-{lines(again)['A1']}-second" not in again.html
    assert "Recorded as number 4." in done.text
    (move,) = stocked.get("/journals/osl-depot/4").json["moves"]
    assert (move["lot"]["number"], move["from"], move["to"], move["units"], move["occasion"]) == ("B2", "osl-depot", "lost", 1, "damaged")


def test_what_moves_while_the_sheet_is_open_is_shown_and_the_count_stands_against_what_is_expected_then(alma, reader):
    alma.receive(lot="A1", units=1)
    at = reader()
    path, sheet = open_sheet(at)
    alma.receive(lot="A1", units=1)

    looked = at.follow(send(at, sheet, path, **fill(sheet, A1=3), do="record"))
    explain = at.follow(send(at, looked, path, do="record"))
    done = at.follow(send(at, explain, path, do="record"))

    assert "expected then 1, moved since +1" in looked.text
    assert "Some lots differ." in explain.text
    assert "Not explained" in done.text
    posting = alma.get("/journals/osl-depot/3").json
    assert [(line["expected"], line["counted"]) for line in posting["counted"]] == [(2, 3)]
    assert alma.on_hand() == {"A1": 3}


def test_what_another_place_sends_between_the_last_look_and_the_record_stays_on_top(gro, birk, reader, monkeypatch):
    bus, day = "oslo-outreach", clock.today().isoformat()
    gro.receive(units=5, place="oslo-servicepoint", expires_on=DAY)
    birk.receive(units=20, place=bus, expires_on=DAY)
    at = reader("birk")
    sent = at.send(at.open(f"/places/{bus}/counts"), f"/places/{bus}/counts")

    def arriving(*what, **more):
        moved = gro.post("/transfers", {"place": "oslo-servicepoint", "to": bus, "occurred_on": day, "lines": [{"product": "naloxone-nyxoid", "lot": "A1", "units": 2}]})
        assert moved.status_code == 201, moved.text
        return ask(*what, **more)

    monkeypatch.setattr(counts, "ask", arriving)
    done = at.follow(send(at, at.follow(sent), sent.location, **fill(at.follow(sent), A1=20), do="record"))

    assert "Recorded as number 2." in done.text
    assert [(line["expected"], line["counted"]) for line in birk.get(f"/journals/{bus}/2").json["counted"]] == [(20, 20)]
    assert [row["on_hand"] for row in birk.get("/stock", place=bus).json] == [22]


def test_two_sheets_of_the_same_shelf_never_adjust_twice(stocked, reader):
    at = reader()
    (first, one), (second, other) = open_sheet(at, group="naloxone"), open_sheet(at)
    one = at.follow(send(at, one, first, **fill(one, A1=8), do="record"))
    at.follow(send(at, one, first, do="record"))

    looked = at.follow(send(at, other, second, **fill(other, A1=8), do="record"))
    at.follow(send(at, looked, second, do="record"))

    assert "moved since -2" in looked.text
    assert stocked.on_hand()["A1"] == 8
    assert stocked.get("/journals/osl-depot/5").json["moves"] == []


def test_pressed_twice_it_is_the_same_sheet(stocked, reader):
    at = reader()

    assert open_sheet(at, group="naloxone")[0] == open_sheet(at, group="naloxone")[0]


def test_a_second_press_is_no_second_count(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone", blind="true")
    filled = fill(sheet, A1=1)

    first = send(at, sheet, path, **filled, do="record")
    second = send(at, sheet, path, **filled, do="record")

    assert ("said=recount" in first.location, "said=recount" in second.location) == (True, True)
    assert stocked.on_hand()["A1"] == 10


def test_a_lot_that_was_re_dated_while_it_was_counted_is_recorded_all_the_same(stocked, gro, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")
    assert gro.post("/lots/naloxone-nyxoid/A1/redate", {"expires_on": "2030-01-31", "document": "N-1", "authority": "DMP"}).status_code == 200

    done = at.follow(send(at, sheet, path, **fill(sheet, A1=10), do="record"))

    assert "Recorded as number 4." in done.text


def test_a_label_that_disagrees_with_what_is_known_of_the_lot_is_not_passed_over(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")

    told = send(at, sheet, path, product="naloxone-nyxoid", lot="A1", expires_on="2031-05-31", do="add")

    assert (told.status, "2028" in told.text) == (409, True)


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
@pytest.mark.parametrize("ending", ["", ".pdf"])
def test_a_sheet_that_cannot_be_is_not_there(stocked, reader, number, ending):
    assert reader().open(f"{COUNTS}/{number}{ending}").status == 404


def test_a_closed_sheet_leads_to_what_was_recorded_and_is_not_recorded_again(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")
    sent = [send(at, sheet, path, **fill(sheet, A1=10), do="record") for _ in range(2)]

    assert {answer.location.split("?")[0] for answer in sent if answer.location} == {"/places/osl-depot/journal/4"}
    assert "Recorded as number 4" in at.follow(sent[0]).text
    assert len(stocked.get("/journals/osl-depot").json) == 4
    assert "/journal/4" in at.get(path).headers["Location"]


def test_a_lot_nobody_knew_is_found_by_its_label_and_put_on_the_sheet(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")

    found = at.follow(send(at, sheet, path, scan="]d20105060571490001172810311021X\x1d21SERIAL7", do="find"))
    known = at.follow(send(at, found, path, scan="]d291naloxone-nyxoid\x1d17280131" + "10A1", do="find"))
    explain = at.follow(send(at, known, path, **fill(known, **{"21X": 2, "A1": 10}), do="record"))
    at.follow(send(at, explain, path, do="record"))

    assert "The lot stands on the sheet." in found.text
    assert "21X" in lines(found)
    assert known.form(path).keys() == found.form(path).keys()
    assert stocked.on_hand()["21X"] == 2


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "ten", "1 000 000 000", "１"])
def test_what_is_no_number_is_said_beside_the_lot_and_nothing_is_lost(stocked, reader, text):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")

    page = send(at, sheet, path, **fill(sheet, A1=text, B2=7), do="save")

    assert page.status == 422
    assert page.wrong[f"lines-{lines(page)['A1']}-first"].startswith("Write a whole number")
    assert page.form(path)[f"lines-{lines(page)['B2']}-first"] == "7"
    assert page.form(path)[f"lines-{lines(page)['A1']}-first"] == text


def test_what_another_wrote_meanwhile_is_not_taken_away_by_a_blank(stocked, reader):
    at, other = reader(), reader()
    path, sheet = open_sheet(at, group="naloxone")
    send(other, other.open(path), path, **fill(sheet, A1=9), do="save")

    page = at.follow(send(at, sheet, path, **fill(sheet, B2=40), do="save"))

    assert page.form(path)[f"lines-{lines(page)['A1']}-first"] == "9"
    assert page.form(path)[f"lines-{lines(page)['B2']}-first"] == "40"


def test_what_another_changed_meanwhile_is_not_changed_back_by_a_page_that_showed_what_was_before(stocked, reader):
    at, other = reader(), reader()
    path, sheet = open_sheet(at, group="naloxone")
    send(at, sheet, path, **fill(sheet, A1=5, B2=40), do="save")
    mine, theirs = at.open(path), other.open(path)
    send(other, theirs, path, **fill(theirs, A1=9), do="save")

    refused = send(at, mine, path, **fill(mine, B2="many"), do="save")
    page = at.follow(send(at, refused, path, **fill(refused, B2=39), do="save"))

    assert refused.status == 422
    assert [page.form(path)[f"lines-{lines(page)[lot]}-first"] for lot in ("A1", "B2")] == ["9", "39"]
    emptied = at.follow(send(at, page, path, **{f"lines-{lines(page)['A1']}-first": ""}, do="save"))
    assert emptied.form(path)[f"lines-{lines(emptied)['A1']}-first"] == ""


def test_a_sheet_is_thrown_away_without_a_trace_in_the_ledger(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at)

    page = at.follow(send(at, sheet, path, **fill(sheet, A1=0), do="throw-away"))

    assert "Going on" not in page.text
    assert len(stocked.get("/journals/osl-depot").json) == 3


def test_the_printed_sheet_can_be_read_by_a_scanner_and_hides_what_a_blind_sheet_hides(stocked, reader):
    at = reader()
    path, _ = open_sheet(at, group="naloxone", blind="true")

    answer = at.get(f"{path}.pdf")

    assert answer.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(BytesIO(answer.data))
    codes = {code.bytes for code in zxingcpp.read_barcodes(document[0].render(scale=6).to_pil())}
    assert codes == {b"91naloxone-nyxoid\x1d1728013110A1", b"91naloxone-nyxoid\x1d1729013110B2"}
    text = document[0].get_textpage().get_text_range()
    assert "A1" in text
    assert "Expected" not in text


def test_past_counts_show_how_they_agreed_with_the_books(stocked, reader):
    at = reader()
    stocked.post("/counts", {"place": "osl-depot", "occurred_on": "2026-11-20", "lines": [{"product": "naloxone-nyxoid", "lot": "A1", "units": 10}, {"product": "swab", "lot": "S1", "units": 90}]})

    page = at.open(COUNTS)

    assert "1 (50 %)" in page.text
    assert "10 110" in page.text.replace(",", "")


@pytest.mark.parametrize(("name", "status"), [("birk", 403), ("cato", 403), ("dina", 404), ("frida", 403)])
def test_only_who_records_here_opens_a_sheet(stocked, reader, name, status):
    at, own = reader(name), reader()
    path, _ = open_sheet(own)

    page = at.open(path)

    assert page.status == status
    assert "lines-" not in page.html


@pytest.mark.parametrize(("field", "text"), [("note", "for 15108695088"), ("note", "x" * 501), ("occurred_on", "2030-01-01"), ("occurred_on", "2026-02-30"), ("occurred_on", "")])
def test_a_day_or_a_note_that_cannot_be_is_told_beside_its_field_and_nothing_is_recorded(stocked, reader, field, text):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")

    page = send(at, sheet, path, **fill(sheet, A1=10, B2=40) | {field: text}, do="record")

    assert page.status == 422
    assert page.wrong[field]
    assert len(stocked.get("/journals/osl-depot").json) == 3


@pytest.mark.parametrize(("field", "text"), [("product", "no-such-thing"), ("lot", "x" * 21), ("expires_on", "2026-02-30"), ("expires_on", "")])
def test_a_found_lot_that_cannot_be_is_told_beside_its_field(stocked, reader, field, text):
    at = reader()
    path, sheet = open_sheet(at)

    page = send(at, sheet, path, **{"product": "naloxone-nyxoid", "lot": "Z9", "expires_on": "2029-01-31"} | {field: text}, do="add")

    assert page.status in {404, 409, 422}
    assert "Z9" not in lines(at.open(path))


def test_what_the_count_refuses_stands_beside_its_lot(stocked, reader):
    at = reader()
    path, sheet = open_sheet(at, group="naloxone")
    sheet = at.follow(send(at, sheet, path, **fill(sheet, A1=2, B2=40), do="record"))
    seen = send(at, sheet, path, do="save")
    assert seen.status == 303
    stocked.hand_out(9, lot="A1", on="2026-11-20")

    looked = at.follow(send(at, sheet, path, do="record"))
    count = {"place": "osl-depot", "occurred_on": "2026-11-20", "lines": [{"product": "naloxone-nyxoid", "lot": "A1", "units": 1}]}
    assert stocked.post("/counts", count).status_code == 201
    page = at.follow(send(at, looked, path, do="save"))
    old = {"place": "osl-depot", "occurred_on": "2026-11-19", "lines": count["lines"]}

    assert "moved since -9" in looked.text
    assert page.status == 200
    assert stocked.post("/counts", old).json["code"] == "closed-by-count"
    closed = send(at, page, path, occurred_on="2026-11-19", do="record")
    assert closed.status == 409
    assert closed.wrong[f"lines-{lines(closed)['A1']}-first"].startswith("Lot A1 was counted on 20 Nov 2026")
