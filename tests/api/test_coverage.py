"""Coverage over the interface: figures with all they rest on, who sees which area, months said to be entered, estimates entered."""

import pytest

from supply.db import in_one_transaction
from supply.reference import service as reference
from supply.settings import ROOT
from tests.api.acts import problem
from tests.conftest import DAY

PLACE = "oslo-servicepoint"
NEW = {"area": "0301", "year": 2025, "kind": "pwid", "low": 900, "point": 1200, "high": 1700, "method": "capture and recapture", "source": "Velferdsetaten, report of 2026"}
YEAR = {"from": "2026-01-01", "to": "2026-10-31"}


def figure(answer, indicator, counted=None, area=None):
    assert answer.status_code == 200, answer.text
    return next(one for one in answer.json["figures"] if one["indicator"] == indicator and counted in {None, one["counted"]} and area in {None, one["area"]})


@pytest.fixture
def given(birk):
    birk.receive(product="syringe-1ml-29g", units=500, lot="S", place=PLACE, on="2026-10-20")
    assert birk.hand_out(500, product="syringe-1ml-29g", place=PLACE, on="2026-10-20").status_code == 201
    return birk


def test_a_figure_says_all_it_rests_on(given, cato):
    answer = cato.get("/coverage", area="0301", indicator="syringes_per_person", from_="2026-10-05", to="2026-10-31", model="population")

    found = figure(answer, "syringes_per_person")
    assert (answer.json["from"], answer.json["to"], answer.json["cuts_a_month"]) == ("2026-10-01", "2026-10-31", True)
    assert answer.json["as_of"]["postings"] == {PLACE: 2}
    assert (found["numerator"]["units"], found["numerator"]["origin"], found["state"]) == (500, "ledger", "partly")
    assert (found["denominator"]["is_model"], found["denominator"]["model"], found["denominator"]["year"]) == (True, "population", 2019)
    assert "FHI" in found["denominator"]["source"]
    assert found["low"] < found["point"] < found["high"]
    assert found["point"] == pytest.approx(500 * 12 / found["denominator"]["point"])
    assert found["verdict"]["label"] == "low"
    assert 0.9 < found["verdict"]["certainty"] <= 1
    assert {"at_least", "to_a_year", "cut", "model"} <= set(found["notes"])
    assert [level["value"] for level in found["levels"]] == [0, 100, 200, 300]
    assert all(level["source"] for level in found["levels"])


def test_people_reached_are_not_collected_on_purpose(cato):
    found = figure(cato.get("/coverage"), "persons_reached")

    assert (found["point"], found["why_not"]) == (None, "not_collected")


def test_what_was_published_stands_beside_the_ledger(cato):
    answer = cato.get("/coverage", from_="2017-01-01", to="2017-12-31", indicator="syringes_per_person")

    assert [(one["numerator"]["origin"], one["point"] and round(one["point"])) for one in answer.json["figures"]] == [("ledger", None), ("published", 333)]


def test_somebody_of_a_municipality_sees_their_own_whole_and_all_else_in_the_public_edition(given, dina):
    assert figure(given.get("/coverage", area="0301", from_=YEAR["from"], to=YEAR["to"]), "syringes_per_person")["numerator"]["units"] == 500
    others = dina.get("/coverage", area="0301", from_=YEAR["from"], to=YEAR["to"])
    country = given.get("/coverage", within="municipalities")

    told = figure(others, "syringes_per_person")
    assert (told["why_not"], told["numerator"]["units"], told["point"]) == ("not_public", None, None)
    assert [area["code"] for area in country.json["areas"] if area["edition"] == "whole"] == ["0301"]
    assert len(country.json["areas"]) == 358
    assert {gap["area"] for gap in country.json["gaps"]} <= {"0301"}
    assert set(dina.get("/coverage").json["as_of"]["postings"]) == set()


def test_the_directorate_sees_every_municipality(cato):
    found = cato.get("/coverage", within="municipalities", indicator="syringes_per_person")

    assert len(found.json["areas"]) == 358
    assert len([one for one in found.json["figures"] if one["denominator"]]) == 358


def test_an_old_number_leads_to_what_it_has_become(cato):
    assert cato.get("/coverage", area="0230").json["areas"][0] == {"code": "3222", "name": "Lørenskog", "left_out": [], "edition": "whole"}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"area": "9999"}, "no-such-area"),
        ({"area": "1507"}, "no-such-area"),  # split: it has become nothing
        ({"area": "set:nobody"}, "no-such-area"),
        ({"area": "030101"}, "not-by-district"),
        ({"from_": "2026-02-01", "to": "2026-01-31"}, "ends-before-it-begins"),
        ({"from_": "1990-01-01", "to": "2026-01-31"}, "too-long-a-period"),
        ({"from_": "2090-01-01"}, "in-the-years-to-come"),
        ({"as_of": 99}, "no-such-checkpoint"),
        ({"model": "guess"}, "values-are-wrong"),
        ({"within": "districts"}, "values-are-wrong"),
        ({"area": "NO!"}, "values-are-wrong"),
    ],
)
def test_what_cannot_be_asked_is_refused(cato, query, code):
    problem(cato.get("/coverage", **query), 422, code)


class TestMonths:
    def test_a_place_says_that_a_month_is_entered_and_again_when_more_came(self, birk):
        said = {"place": PLACE, "month": "2026-10-17"}
        first = birk.post("/month-reports", said)
        again = birk.post("/month-reports", said)
        birk.receive(place=PLACE, on="2026-10-20")
        later = birk.post("/month-reports", said)

        assert (first.status_code, first.json["month"], first.json["posting"]) == (201, "2026-10-01", 0)
        assert again.json == first.json
        assert later.json["posting"] == 1

    def test_a_month_that_is_not_over_is_not_entered(self, birk):
        from supply import clock

        problem(birk.post("/month-reports", {"place": PLACE, "month": clock.today().isoformat()}), 422, "month-not-over")
        problem(birk.post("/month-reports", {"place": PLACE, "month": "2090-01-01"}), 422, "in-the-future")

    def test_others_say_nothing_of_it(self, alma, cato, dina, caller):
        said = {"place": PLACE, "month": DAY.replace(month=10, day=1).isoformat()}

        problem(alma.post("/month-reports", said), 403)
        problem(cato.post("/month-reports", said), 403, "forbidden")
        problem(caller("frida").post("/month-reports", said), 403, "forbidden")
        problem(dina.post("/month-reports", said), 404, "missing")


class TestEstimates:
    def test_an_area_s_own_estimate_takes_the_place_of_the_model(self, given, cato, caller):
        assert caller("frida").post("/estimates", NEW).status_code == 201

        found = figure(cato.get("/coverage", area="0301", indicator="syringes_per_person"), "syringes_per_person")

        assert (found["denominator"]["point"], found["denominator"]["is_model"], found["denominator"]["source"]) == (1200, False, NEW["source"])
        assert any(row["source"] == NEW["source"] for row in cato.get("/estimates", area="0301", limit=500).json)

    def test_it_stays_when_the_reference_files_are_loaded_again(self, cato, caller):
        caller("frida").post("/estimates", NEW)

        in_one_transaction(lambda session: reference.load(session, ROOT / "config" / "reference"))

        assert len(cato.get("/estimates", area="0301").json) == 1

    def test_entered_again_it_replaces_what_was_entered_and_never_what_was_published(self, cato, caller):
        frida = caller("frida")
        frida.post("/estimates", NEW)
        assert frida.post("/estimates", NEW | {"point": 1300}).json["point"] == 1300
        published = {"area": "NO", "year": 2016, "kind": "pwid", "point": 1, "method": "x", "source": "FHI Problembruk av narkotika"}

        problem(frida.post("/estimates", published), 409, "estimate-is-published")
        assert [row["point"] for row in cato.get("/estimates", area="0301").json] == [1300]

    @pytest.mark.parametrize(
        ("change", "code"), [({"low": 1300}, "bounds-disagree"), ({"point": None}, "values-are-wrong"), ({"area": "3005"}, "not-a-number-of-that-year"), ({"kind": "guess"}, "values-are-wrong")]
    )
    def test_what_cannot_be_right_is_refused(self, caller, change, code):
        problem(caller("frida").post("/estimates", NEW | change), 422, code)

    def test_only_an_administrator_enters_one(self, alma, birk, cato):
        for somebody in (alma, birk, cato):
            problem(somebody.post("/estimates", NEW), 403, "forbidden")
