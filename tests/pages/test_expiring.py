"""What will not be used in time and what has expired, as people see it: sums that agree, a witness from another log-in, a certificate."""

import io
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from python_calamine import CalamineWorkbook
from sqlalchemy import update

from supply import clock
from supply.auth import service as auth
from supply.auth.models import Account
from supply.auth.rules import Role
from supply.db import in_one_transaction
from supply.reference.models import Product
from tests.integration.disposing import SPRAY, SWAB, stocked
from tests.pdf.printed import words_on

PLACE, BUS, BERGEN = "oslo-servicepoint", "oslo-outreach", "bergen-servicepoint"
NEW, RUNS = f"/places/{BUS}/disposal-runs/new", f"/places/{BUS}/disposal-runs"
NUMBER = f"D-{BUS}-2026-0001"


@pytest.fixture
def colleague(reader):
    """Kari records in Oslo too; gives her at a browser."""

    def work(session):
        auth.add_person(session, email="kari@example.no", name="Kári Áŋel <b>", password="et-langt-passord", grants=[auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301")], now=clock.now())

    in_one_transaction(work)
    return lambda language="en": reader("kari", language)


@pytest.fixture
def expired(birk):
    stocked(birk)
    return birk


def prepared(birk_reads, **fields):
    page = birk_reads.open(NEW)
    return birk_reads.send(page, NEW, **fields)


def test_all_that_has_expired_is_filled_in_and_one_button_prepares_it_and_a_colleague_confirms(expired, reader, colleague):
    birk_reads = reader("birk")
    page = birk_reads.open(NEW)
    assert "Some of this asks for a witness" in page.text
    assert sorted(value for name, value in page.form(NEW).items() if name.endswith("-units")) == ["10", "40", "6"]

    done = birk_reads.follow(birk_reads.send(page, NEW, method="Handed in <i>at</i> a pharmacy"))

    assert "Prepared. A colleague who records here confirms it from their own log-in." in done.text
    assert "You prepared this yourself" in done.text
    assert not done.text.count("Confirm as the witness")
    assert expired.on_hand(BUS) == {"A1": 10, "B1": 6, "S1": 40}

    kari = colleague()
    waits = kari.open("/").text
    assert f"Waiting for a witness {NUMBER} : Oppsøkende team Oslo (eksempel), 56 units" in waits
    assert NUMBER in kari.open("/orders").text
    assert "Nothing waits for you" not in kari.open("/orders").text
    assert NUMBER in kari.open(f"/places/{BUS}").text
    seen = kari.open(f"{RUNS}/{NUMBER}")
    assert "Handed in <i>at</i> a pharmacy" in seen.text
    confirmed = kari.follow(kari.send(seen, f"{RUNS}/{NUMBER}/confirm"))

    assert "56 units were destroyed." in confirmed.text
    assert "Witness Kári Áŋel <b>" in confirmed.text
    assert expired.on_hand(BUS) == {}
    assert NUMBER not in kari.open("/").text


def test_whoever_prepared_it_is_told_to_ask_somebody_else(expired, reader):
    birk_reads = reader("birk")
    page = birk_reads.follow(prepared(birk_reads))
    action = f"{RUNS}/{NUMBER}/confirm"
    page.forms.append((action, page.form(f"{RUNS}/{NUMBER}/drop")))

    refused = birk_reads.send(page, action)

    assert refused.status == 403
    assert f"You prepared {NUMBER} yourself. Ask a colleague" in refused.text
    assert expired.on_hand(BUS)["A1"] == 10


def test_found_fewer_is_told_to_count_first_and_left_out_asks_why(expired, reader):
    birk_reads = reader("birk")
    page = birk_reads.open(NEW)
    name = next(name for name, value in page.form(NEW).items() if value == "10")

    fewer = birk_reads.send(page, NEW, **{name.replace("-", "__"): "8", name.replace("-", "__").replace("units", "reason"): "found_fewer"})
    silent = birk_reads.send(birk_reads.open(NEW), NEW, **{name.replace("-", "__"): "0"})

    assert fewer.status == 409
    assert fewer.wrong == {name: "Of lot A1 of Nyxoid nasal spray 1.8 mg there are 10 in the books, and you found 8. Count the lot first, then prepare the disposal again."}
    assert silent.status == 409
    assert list(silent.wrong) == [name.replace("units", "reason")]
    assert "8" in fewer.form(NEW).values()
    assert birk_reads.open(RUNS).text.count("D-") == 0


def test_what_asks_for_no_witness_is_recorded_by_the_one_button(birk, reader):
    birk.receive(SWAB, 40, lot="S1", expires_on="2026-10-31", place=BUS, on="2026-10-01")
    birk_reads = reader("birk")

    done = birk_reads.follow(prepared(birk_reads))

    assert "40 units were destroyed." in done.text
    assert birk.on_hand(BUS) == {}
    assert f"{NUMBER} Destroyed" in birk_reads.open(RUNS).text


def test_what_has_changed_meanwhile_is_told_and_it_is_dropped(expired, reader, colleague):
    prepared(reader("birk"))
    expired.post("/disposals", {"place": BUS, "occurred_on": clock.today().isoformat(), "reason": "damaged", "lines": [{"product": SPRAY, "lot": "A1", "units": 3}]})
    kari = colleague()
    page = kari.open(f"{RUNS}/{NUMBER}")

    refused = kari.send(page, f"{RUNS}/{NUMBER}/confirm")
    dropped = kari.follow(kari.send(page, f"{RUNS}/{NUMBER}/drop"))

    assert refused.status == 409
    assert "A1 (10 → 7)" in refused.text
    assert "Dropped. Nothing was destroyed." in dropped.text
    assert "Dropped by" in dropped.text


def test_only_those_who_record_prepare_and_others_look(expired, reader):
    prepared(reader("birk"))

    assert reader("cato").open(NEW).status == 403
    assert reader("alma").open(NEW).status == 403
    assert reader("dina").open(f"{RUNS}/{NUMBER}").status == 404
    seen = reader("cato").open(f"{RUNS}/{NUMBER}")
    assert (seen.status, "Drop it" in seen.text) == (200, False)
    assert reader("birk").open(f"/places/{PLACE}/disposal-runs/{NUMBER}").status == 404


def test_the_certificate_says_all_and_is_kept_by_nobody(expired, reader, colleague):
    prepared(reader("birk"), method="Handed in <i>at</i> a pharmacy")
    path = f"{RUNS}/{NUMBER}/certificate.pdf"
    assert reader("birk").get(path).status_code == 409
    kari = colleague()
    kari.send(kari.open(f"{RUNS}/{NUMBER}"), f"{RUNS}/{NUMBER}/confirm")
    posting = expired.get(f"/journals/{BUS}", kind="disposal").json[0]

    answer = kari.get(path)

    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/pdf", "private, no-store")
    (page,) = words_on(answer.data)
    assert page.startswith(f"Example place: this is no real certificate. Certificate of disposal Disposal {NUMBER} Place Oppsøkende team Oslo (eksempel) Day")
    assert "Reason Expired Prepared by Birk Kommune (S" in page
    assert "How Handed in <i>at</i> a pharmacy" in page
    assert f"Witness Kári Áŋel <b> ({posting['recorded_by']})" in page
    assert "Nyxoid nasal spray 1.8 mg B1 30 Sept 2026 6" in page
    assert "All together 56" in page
    assert f"Journal {BUS}, number {posting['number']} Digest {posting['digest']}" in page.replace("- ", "-")
    assert "Page 1 of 1" in page
    assert reader("dina").get(path).status_code == 404


def test_the_certificate_of_what_was_put_right_and_of_made_up_data_says_so(expired, reader, colleague):
    prepared(reader("birk"))
    kari = colleague("nb")
    kari.send(kari.open(f"{RUNS}/{NUMBER}"), f"{RUNS}/{NUMBER}/confirm")
    number = expired.get(f"/journals/{BUS}", kind="disposal").json[0]["number"]
    expired.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"})
    in_one_transaction(lambda session: session.execute(update(Account).where(Account.email == "birk@example.no").values(made_up=True)))

    (page,) = words_on(kari.get(f"{RUNS}/{NUMBER}/certificate.pdf").data)

    assert page.startswith(f"Oppdiktede data: ingenting av dette ble destruert. Rettet av nummer {number + 1}: det som står her, ble ikke destruert. Destruksjonsbevis")
    assert "Bilaget er rettet" in kari.open(f"{RUNS}/{NUMBER}").text


@pytest.fixture
def wasting(birk, dina, gro):
    """Two sprays a day at Birk's place, one on his bus and in Bergen; more lies there than is used."""
    with time_machine.travel(datetime(2026, 12, 29, 11, tzinfo=UTC)):
        for who, place, used in ((birk, PLACE, 180), (birk, BUS, 90), (dina, BERGEN, 90)):
            who.receive(SPRAY, used, lot="BEFORE", expires_on="2029-01-31", place=place, on="2026-10-01")
            assert who.hand_out(used, place=place, on="2026-10-01").status_code == 201
        for who, place, lot, units, nth in ((birk, PLACE, "A", 240, 30), (birk, PLACE, "OLD", 7, 0), (birk, BUS, "A", 20, 30), (dina, BERGEN, "B", 900, 60)):
            who.receive(SPRAY, units, lot=lot, expires_on=(clock.today() + timedelta(days=nth - 1)).isoformat(), place=place, on="2026-12-01")
        birk.receive(SWAB, 30, lot="Q", expires_on="2027-06-30", place=PLACE, on="2026-12-01")
        birk.receive("acid", 12, lot="C", expires_on="2027-01-31", place=BUS, on="2026-12-01")
        gro.post(f"/lots/{SWAB}/Q/quarantine", {"reason": "frozen"})
        yield birk


def numbers(page, row):
    """Give the numbers in the row of a table that begins with some words."""
    cells = re.search(rf"{re.escape(row)}</a></th>(.*?)</tr>", page.html, re.DOTALL)[1]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells, re.DOTALL)]


def test_a_place_says_what_it_would_waste_by_when_at_what_cost_and_where_it_could_be_used(wasting, reader):
    page = reader("birk").open(f"/places/{PLACE}/waste")

    assert "would waste 180 of 240 by 27 Jan 2027" in page.text
    assert "180 used in 90 days" in page.text
    assert "Would be wasted 180 units Cost price not known Expired 7 units Quarantine 30 units" in page.text
    assert "7 expired on 28 Dec 2026" in page.text
    assert "30 in quarantine, expires 30 Jun 2027" in page.text
    assert "Could be used elsewhere: 10 Oppsøkende team Oslo (eksempel): 10 · 0 km away Send some there" in page.text
    lot_id = re.search(rf"/places/{PLACE}/transfers/new\?lot=(\d+)&amp;units=10", page.html)
    assert "10" in reader("birk").open(f"/places/{PLACE}/transfers/new?lot={lot_id[1]}&units=10").form(f"/places/{PLACE}/transfers/new").values()
    assert "Send some there" not in reader("cato").open(f"/places/{PLACE}/waste").text
    assert reader("dina").open(f"/places/{PLACE}/waste").status == 404


def test_a_known_price_is_told_in_kroner_and_what_is_not_known_beside_it(wasting, reader):
    in_one_transaction(lambda session: session.execute(update(Product).where(Product.code == SPRAY).values(unit_price_ore=25_050, price_source="made up for a test")))

    assert "Cost NOK 45,090.00" in reader("birk").open(f"/places/{PLACE}/waste").text
    bus = reader("birk", "nb").open(f"/places/{BUS}/waste").text
    assert "prisen er ikke kjent" in bus


def test_the_sums_of_an_area_are_those_of_the_places_own_pages(wasting, reader):
    cato = reader("cato")
    page = cato.open("/waste")

    for place, name in ((PLACE, "Utdelingssted Oslo 1 (eksempel)"), (BUS, "Oppsøkende team Oslo (eksempel)"), (BERGEN, "")):
        own = cato.open(f"/places/{place}/waste").text
        told = [re.sub(r"\D", "", one) for one in re.search(r"Would be wasted ([\d,]+) units?.*? Expired ([\d,]+) units? Quarantine ([\d,]+) units?", own).groups()]
        title = name or re.search(r"([^.]+): what will not", own)[1].split("Change place ")[-1]
        row = re.search(rf'/places/{place}/waste">([^<]+)</a></th>(.*?)</tr>', page.html, re.DOTALL)
        cells = [re.sub(r"\D", "", re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row[2], re.DOTALL)][:3]
        assert cells == told, title
    assert {BERGEN} == {place for place in (PLACE, BUS, BERGEN) if f"/places/{place}/waste" in cato.open("/waste?area=46").html}
    assert BERGEN not in cato.open("/waste?area=0301").html
    assert cato.open("/waste?area=99").status == cato.open("/waste?area=x").status == cato.open("/waste?area=0000").status == 404
    assert BERGEN not in reader("birk").open("/waste").html


def test_the_lists_are_files_too(wasting, reader):
    cato = reader("cato")

    rows = [line.split(";") for line in cato.get(f"/places/{PLACE}/waste.csv").data.decode("utf-8-sig").splitlines()]
    area = [line.split(";") for line in cato.get("/waste.csv?area=03").data.decode("utf-8-sig").splitlines()]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(cato.get("/waste.xlsx").data)).get_sheet_by_index(0).to_python()

    assert rows[0][3:10] == ["Lot", "Expires", "On hand", "Used in time", "Would be wasted", "State", "Cost (øre)"]
    assert [row[3:10] for row in rows if row[3] == "A"] == [["A", "2027-01-27", "240", "60", "180", "Would be wasted", "price not known"]]
    assert {row[0] for row in area[1:]} == {PLACE, BUS}
    assert [row[5:] for row in area if row[0] == PLACE and row[3] == SPRAY] == [["180", "7", "0", "price not known"]]
    assert {row[0] for row in sheet[1:]} == {PLACE, BUS, BERGEN}
