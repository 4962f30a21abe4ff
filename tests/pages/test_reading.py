"""What pages show, to whom, and the same as files."""

import csv
import io

import pytest
from python_calamine import CalamineWorkbook

PLACE = "/places/osl-depot"


@pytest.fixture
def stocked(alma):
    alma.receive(units=10)
    alma.hand_out(3, occasion="refill_used")
    alma.post("/corrections", {"journal": "osl-depot", "number": 2, "reason": "mistyped"})
    return alma


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_the_bin_card_gives_the_balance_after_each_posting(stocked, reader):
    rows = rows_of(reader().get(f"{PLACE}/lot.csv?product=naloxone-nyxoid&lot=A1"))
    page = reader().open(f"{PLACE}/lot?product=naloxone-nyxoid&lot=A1")

    assert [(row[5], row[6]) for row in rows[1:]] == [("3", "10"), ("-3", "7"), ("10", "10")]
    assert "Correction 3 corrects 2" in page.text


def test_colleagues_see_names_and_others_staff_numbers(stocked, reader):
    own, others = (reader(name).open(f"{PLACE}/journal/1") for name in ("alma", "cato"))

    assert "key of alma" in own.text
    assert "key of alma" not in others.text


@pytest.mark.parametrize("path", ["/overview", f"{PLACE}/stock", f"{PLACE}/journal", f"{PLACE}/lot"])
def test_every_list_is_the_same_in_both_kinds_of_file(stocked, reader, path):
    alma = reader()
    query = "?product=naloxone-nyxoid&lot=A1" if path.endswith("/lot") else ""

    text = rows_of(alma.get(f"{path}.csv{query}"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(alma.get(f"{path}.xlsx{query}").data)).get_sheet_by_index(0).to_python()

    assert len(text) == len(sheet) > 1
    assert text[0] == sheet[0]


def test_a_journal_is_exported_whole_however_long(alma, reader):
    alma.post("/receipts", {"place": "osl-depot", "occurred_on": "2026-01-01", "lines": [{"product": "cooker", "units": 2000}]})
    for part in range(3):
        alma.post(
            "/postings/batch",
            {
                "postings": [
                    {"kind": "handout", "key": f"many-{part}-{nth:04}", "body": {"place": "osl-depot", "occurred_on": "2026-02-01", "lines": [{"product": "cooker", "units": 1}]}} for nth in range(200)
                ]
            },
        )

    rows = rows_of(reader().get(f"{PLACE}/journal.csv"))
    page = reader().open(f"{PLACE}/journal")

    assert len(rows) == 1 + 1 + 600
    assert "Older" in page.text


def test_text_from_people_is_no_formula_in_a_file_and_no_mark_up_on_a_page(alma, reader):
    evil = '=HYPERLINK("http://evil.example")<script>'
    alma.post("/receipts", {"place": "osl-depot", "occurred_on": "2026-01-01", "supplier": evil, "document": "+47", "lines": [{"product": "cooker", "units": 1}]})
    at_browser = reader()

    row = rows_of(at_browser.get(f"{PLACE}/journal.csv"))[1]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(at_browser.get(f"{PLACE}/journal.xlsx").data)).get_sheet_by_index(0).to_python()[1]

    assert "'" + evil in row
    assert "+47" in row
    assert evil in sheet
    assert "<script>" not in at_browser.open(f"{PLACE}/journal/1").html.replace('<script src="', "")


@pytest.mark.parametrize("path", [PLACE, f"{PLACE}/journal", f"{PLACE}/journal/1", f"{PLACE}/lot?product=naloxone-nyxoid&lot=A1", f"{PLACE}/stock.csv", f"{PLACE}/journal.xlsx"])
def test_what_one_may_not_see_does_not_exist(stocked, reader, path):
    assert reader("dina").get(path).status_code == 404
    assert reader("cato").get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/places/%00",
        f"{PLACE}/lot?product=%00&lot=%00",
        "/?words=%00",
        f"{PLACE}/journal?product=%00",
        f"{PLACE}/journal/99999999999999999999",
        f"{PLACE}/journal?after=x",
        "/?after=x",
        f"{PLACE}?group=%00",
    ],
)
def test_nonsense_in_an_address_is_no_fault_of_the_service(reader, path):
    assert reader().get(path).status_code < 500


def test_the_overview_says_what_lies_where_and_what_expires(alma, reader):
    alma.receive(expires_on="2026-12-31", units=7)

    page = reader().open("/")

    assert "Depot Oslo (eksempel)" in page.text
    assert "7 on hand" in page.text


def test_an_administrator_without_stock_is_told_so(reader):
    assert "Your account sees no place." in reader("frida").open("/").text


@pytest.mark.parametrize("name", ["theme.css", "designsystemet.css", "designsystemet.js", "inter-latin-400.woff2", "swagger-ui-bundle.js"])
def test_files_of_others_come_from_here(reader, name):
    answer = reader(None).get(f"/vendor/{name}")

    assert answer.status_code == 200
    assert "public" in answer.headers["Cache-Control"]


def test_nothing_else_of_the_packages_is_served(reader):
    assert reader(None).get("/vendor/package.json").status_code == 404
    assert reader(None).get("/vendor/..%2f..%2fwsgi.py").status_code == 404
