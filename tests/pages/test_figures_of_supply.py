"""The figures of supply, from the ledger to page, file and interface: by place, municipality, county and nation."""

import csv
import io

import pytest
import time_machine

from tests.api.acts import problem
from tests.integration.clockwork import at, look
from tests.integration.ordering import BUS, SPRAY, SYRINGE, counted, done, shipped

PLACE = "oslo-servicepoint"
TODAY = at("2026-11-20", 8)


@pytest.fixture
def supplied(app, birk, dina):
    """Birk's bus used 40 of 50 sprays in 50 days and had none for the ten after that, when 10 were asked for in vain; another place has syringes for years; Bergen used its own."""
    birk.receive(SPRAY, 40, place=BUS, on="2026-09-21")
    birk.hand_out(40, place=BUS, on="2026-11-09")
    birk.post("/handouts", {"place": BUS, "occurred_on": "2026-11-12", "lines": [], "unmet": [{"product": SPRAY, "units": 10}]})
    birk.receive(SYRINGE, 5000, lot="S1", place=PLACE, on="2026-09-21")
    birk.hand_out(81, product=SYRINGE, place=PLACE, on="2026-10-01")
    dina.receive(SPRAY, 100, lot="B1", place="bergen-servicepoint", on="2026-09-21")
    dina.hand_out(30, place="bergen-servicepoint", on="2026-10-01")
    look(app, "use", at("2026-11-20", 4))
    return birk


def figures(who, **asked):
    with time_machine.travel(TODAY, tick=False):
        answer = who.get("/figures", **asked)
    assert answer.status_code == 200, answer.text
    return {row["code"]: row for row in answer.json}


def test_a_municipalitys_figures_are_those_of_its_places(supplied, cato):
    found = figures(cato, area="0301")

    spray, syringe = found[SPRAY], found[SYRINGE]
    assert (spray["handed_out"], spray["unmet"], spray["fill_rate"]) == (40, 10, 0.8)
    assert (spray["days"], spray["days_without"]) == (80, 30)  # from the first of September: twenty before anything came, and ten since it was gone
    assert (spray["in_use"], spray["under"], spray["over"]) == (2, 2, 0)  # the bus, and the depot that is to serve it
    assert (syringe["under"], syringe["over"], syringe["overstock"]) == (1, 1, 0.5)
    assert syringe["months_of_stock"] == pytest.approx(4919 / (81 / 61 * 30.4375), rel=0.01)
    assert (spray["stockout_since"], spray["stockout_until"]) == ("2026-08-01", "2026-11-19")


def test_the_nation_is_the_sum_of_its_counties_and_a_county_of_its_municipalities(supplied, cato):
    nation = figures(cato, by="area", product=SPRAY)
    county = figures(cato, by="area", area="46", product=SPRAY)

    assert {code: row["handed_out"] for code, row in nation.items() if row["handed_out"]} == {"03": 40, "46": 30}
    assert {code: row["handed_out"] for code, row in county.items() if row["handed_out"]} == {"4601": 30}
    assert figures(cato, by="area", area="0301")[BUS]["unmet"] == 10
    assert figures(cato)[SPRAY]["handed_out"] == 70


def test_one_place_is_reckoned_over_the_months_that_are_asked_for(supplied):
    found = figures(supplied, place=BUS, **{"from": "2026-11-01", "to": "2026-11-30"})[SPRAY]

    assert (found["since"], found["until"], found["stockout_since"]) == ("2026-11-01", "2026-11-20", "2026-11-01")
    assert (found["days"], found["days_without"]) == (20, 11)


def test_days_before_anybody_reckoned_are_not_known(birk):
    birk.receive(SPRAY, 40, place=BUS, on="2026-11-01")

    found = figures(birk, area="0301")[SPRAY]

    assert (found["stockout_rate"], found["stockout_since"], found["fill_rate"], found["months_of_stock"]) == (None, None, None, None)


def test_a_marked_festival_is_no_day_of_a_stock_out(app, supplied):
    supplied.post("/marks", {"area": BUS, "about": "*", "starts_on": "2026-11-10", "ends_on": "2026-11-19", "reason": "a festival"})
    look(app, "use", at("2026-11-21", 4))

    found = figures(supplied, area="0301")[SPRAY]

    assert (found["days"], found["days_without"]) == (71, 21)


def test_the_lead_time_is_that_of_the_deliveries(alma, birk, caller):
    with time_machine.travel(at("2026-11-10"), tick=False):
        alma.receive(SPRAY, 100, on="2026-11-01")
        order = shipped(birk, caller("erik"), alma)
    with time_machine.travel(at("2026-11-14"), tick=False):
        done(birk, order, "receive", counted(order))

    found = figures(birk, area="0301")[SPRAY]

    assert (found["lead_days"], found["lead_days_max"], found["deliveries"]) == (4.0, 4, 1)


def test_a_list_in_parts_is_the_whole_list(supplied):
    whole = figures(supplied, area="0301")

    with time_machine.travel(TODAY, tick=False):
        first = supplied.get("/figures", area="0301", limit="1")
    after = first.headers["Link"].split("after=")[1].split("&")[0].split(">")[0]

    assert [row["code"] for row in first.json] + list(figures(supplied, area="0301", after=after)) == list(whole)


def test_everybody_sees_the_places_they_see(supplied, dina, caller):
    assert figures(dina)[SPRAY]["handed_out"] == 30
    assert figures(dina, area="0301") == {}
    assert figures(dina, place=BUS) == {}
    problem(caller("frida").get("/figures"), 403, "forbidden")
    problem(supplied.get("/figures", **{"from": "2010-01-01"}), 422, "window-too-long")


def test_the_page_leads_from_the_nation_to_a_place(supplied, reader):
    with time_machine.travel(TODAY, tick=False):
        cato = reader("cato")
        nation = cato.open("/figures")
        county = cato.open("/figures?area=03")
        municipality = cato.open("/figures?area=0301&about=group:naloxone")
        place = cato.open(f"/figures?place={BUS}")

    assert "Oslo" in nation.text
    assert 'href="/figures?area=03"' in nation.html
    assert 'href="/figures?area=0301"' in county.html
    assert f"/figures?place={BUS}" in municipality.html
    assert "80 %" in municipality.text.replace("\N{NO-BREAK SPACE}", " ")
    assert f"/places/{BUS}/use/{SPRAY}" in place.html
    assert "What these figures are" in place.text
    assert nation.html.count("<svg") >= 6


def test_the_figures_are_a_file_too(supplied, reader):
    with time_machine.travel(TODAY, tick=False):
        rows = list(csv.reader(io.StringIO(reader("birk").get("/figures.csv?area=0301").data.decode("utf-8-sig")), delimiter=";"))

    spray = next(row for row in rows if row[0] == SPRAY)
    assert (spray[4], spray[5], spray[6]) == ("40", "10", "0,8")
    assert {row[0] for row in rows[1:]} >= {SPRAY, SYRINGE, BUS, PLACE}


def test_what_is_not_there_or_cannot_be_is_said(supplied, reader):
    birk = reader("birk")

    assert birk.get("/figures?area=9999").status_code == 404
    assert birk.get("/figures?place=bergen-servicepoint").status_code == 404
    assert birk.get("/figures?about=nothing").status_code == 404
    assert birk.get("/figures?area=%00").status_code == 404
    assert birk.open("/figures?from=2010-01-01").wrong == {"from": "Ask for 1098 days at most, or for longer parts."}
    assert birk.open("/figures?to=x").wrong["to"]
