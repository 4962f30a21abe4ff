"""The pages of use: each figure leads to its postings, a depot's is that of its places, and days are marked by those whose they are."""

import csv
import io
import re

import pytest

SPRAY, BUS = "naloxone-nyxoid", "oslo-outreach"
USE = f"/places/{BUS}/use"


@pytest.fixture
def used(birk):
    birk.receive(SPRAY, 100, place=BUS, on="2026-10-01")
    birk.hand_out(10, place=BUS, on="2026-10-10")
    birk.hand_out(30, place=BUS, on="2026-11-01")
    birk.post("/handouts", {"place": BUS, "occurred_on": "2026-11-03", "lines": [], "unmet": [{"product": SPRAY, "units": 7}]})
    return birk


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def links_to(page, path):
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]+)"', page.html) if link.startswith(path)]


def test_every_product_that_lay_there_is_listed_with_how_it_is_reckoned(used, reader):
    page = reader("birk").open(f"{USE}?from=2026-10-01&to=2026-11-19")

    assert "Nyxoid" in page.text
    assert "50 of 50" in page.text
    assert "0.94" in page.text  # 47 in 50 days
    assert "Definition: daily-1." in page.text


def test_each_figure_leads_to_the_postings_behind_it(used, reader):
    birk = reader("birk")
    page = birk.open(f"{USE}/{SPRAY}?by=month&from=2026-10-01&to=2026-11-19")

    handed_out, unmet = (next(link for link in links_to(page, f"/places/{BUS}/journal") if f"use={what}" in link and "from=2026-11-01" in link) for what in ("handed_out", "unmet"))

    assert "3 · Hand-out" in birk.open(handed_out).text
    assert "2 · Hand-out" not in birk.open(handed_out).text
    assert "4 · Hand-out" not in birk.open(handed_out).text
    assert "4 · Hand-out" in birk.open(unmet).text


@pytest.mark.parametrize(("by", "periods", "name"), [("month", 2, "Nov 2026"), ("week", 8, "Week 45, 2026"), ("day", 50, "3 Nov 2026")])
def test_a_product_is_shown_by_month_week_and_day_as_chart_and_table(used, reader, by, periods, name):
    page = reader("birk").open(f"{USE}/{SPRAY}?by={by}&from=2026-10-01&to=2026-11-19")
    file = rows_of(reader("birk").get(f"{USE}/{SPRAY}/periods.csv?by={by}&from=2026-10-01&to=2026-11-19"))

    assert f'<th scope="row">{name}</th>' in page.html
    assert page.html.count("<svg") >= 4
    assert len(file) == 1 + periods
    assert sum(int(row[6]) for row in file[1:]) == 40


def test_a_depots_demand_is_that_of_the_places_it_serves(used, alma, reader):
    alma.receive(units=500)

    page = reader("alma").open(f"/places/osl-depot/use/{SPRAY}?from=2026-10-01&to=2026-11-19")
    all_of_it = reader("alma").open("/places/osl-depot/use?from=2026-10-01&to=2026-11-19")

    assert "A depot's demand is that of the places it serves" in page.text
    assert f"/places/{BUS}/use/{SPRAY}?by=month" in page.html.replace("&amp;", "&")
    assert "Demand a day 0.94" in page.text
    assert "Days with stock 50 of 50" in page.text
    assert "40" in all_of_it.text


def test_a_window_that_cannot_be_is_said_beside_its_field(used, reader):
    birk = reader("birk")

    assert birk.open(f"{USE}/{SPRAY}?by=day&from=2020-01-01").wrong == {"from": "Ask for 92 days at most, or for longer parts."}
    assert birk.open(f"{USE}/{SPRAY}?from=x").wrong["from"]
    assert birk.open(f"{USE}?from=2026-11-02&to=2026-11-01").wrong["to"]


def test_what_one_may_not_see_does_not_exist(used, reader):
    dina = reader("dina")

    assert {dina.get(path).status_code for path in (USE, f"{USE}/{SPRAY}", f"{USE}.csv", f"{USE}/{SPRAY}/periods.csv", f"/marks?place={BUS}")} == {404}
    assert reader("birk").get(f"{USE}/no-such-product").status_code == 404


def test_a_festival_is_marked_on_the_page_and_counts_again(used, reader):
    birk = reader("birk")
    page = birk.open(f"/marks?place={BUS}")

    done = birk.follow(birk.send(page, "/marks", area=BUS, about="group:naloxone", starts_on="2026-11-01", ends_on="2026-11-02", reason="a street party"))

    assert "The days are left out from now on" in done.text
    assert "a street party" in done.text
    assert "Naloxone" in done.text
    assert "Left out 2 days, 30 units" in birk.open(f"{USE}/{SPRAY}?from=2026-10-01&to=2026-11-19").text
    ended = birk.follow(birk.send(done, "/marks/1/end"))
    assert "The days count again" in ended.text
    assert "a street party" not in ended.text
    assert "Counts again" in birk.open(f"/marks?place={BUS}&ended=yes").text


def test_what_is_wrong_with_a_mark_is_said_beside_the_field(used, reader):
    birk = reader("birk")

    page = birk.send(birk.open("/marks"), "/marks", area=BUS, starts_on="2026-11-03", ends_on="2026-11-02")

    assert page.status == 422
    assert set(page.wrong) == {"reason"}


def test_who_only_looks_sees_marks_and_no_form(used, reader):
    used.post("/marks", {"area": BUS, "about": "*", "starts_on": "2026-11-01", "ends_on": "2026-11-02", "reason": "a festival"})

    page = reader("cato").open(f"/marks?place={BUS}")

    assert "a festival" in page.text
    assert "Leave these days out" not in page.text
    assert "Let them count again" not in page.text


@pytest.mark.parametrize("path", [f"{USE}?from=%00", f"{USE}/%00", f"{USE}/{SPRAY}?by=%00", "/marks?place=%00", "/marks?after=x", "/marks/99999999999/end", f"{USE}/{SPRAY}?to=0001-01-01"])
def test_nonsense_in_an_address_is_no_fault_of_the_service(reader, path):
    assert reader("birk").get(path).status_code < 500
