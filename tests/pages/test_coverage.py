"""The pages of coverage: the country, areas, an indicator, gaps, estimates; and the months a place says are entered."""

import pytest

PLACE = "oslo-servicepoint"


@pytest.fixture
def given(birk):
    birk.receive(product="syringe-1ml-29g", units=500, lot="S", place=PLACE, on="2026-10-20")
    birk.hand_out(500, product="syringe-1ml-29g", place=PLACE, on="2026-10-20")
    return birk


def test_the_directorate_reads_every_page_and_finds_nothing_to_change(given, reader):
    cato = reader("cato")

    for path in ("/coverage", "/coverage/areas?within=municipalities", "/coverage/areas/0301", "/coverage/areas/46", "/coverage/areas/set:network", "/coverage/gaps", "/coverage/estimates"):
        page = cato.open(path)
        assert page.status == 200, path
        assert {action.split("?")[0] for action, _ in page.forms} <= {"/language", "/sign-out", path.split("?")[0]}, path
    token = cato.open("/coverage").form("/language")["csrf_token"]
    assert cato.client.post("/coverage/estimates", data={"csrf_token": token}).status_code == 403


def test_the_overview_says_how_sure_and_how_far_reported_it_is(given, reader):
    text = reader("cato").open("/coverage?period=2026-10").text

    assert "Syringes per person who injects, a year" in text
    assert "low more than 99 % sure" in text
    assert "Partly reported 0 of" in text
    assert "not collected, on purpose" in text
    assert "÷ 8,500 (7,100–10,000) people who inject, 2019: FHI" in text


def test_a_model_is_called_one_wherever_it_shows(given, reader):
    cato = reader("cato")

    assert "Oslo Model" in cato.open("/coverage/areas?period=2026-10").text
    area = cato.open("/coverage/areas/0301?period=2026-10&model=deaths").text
    assert "Syringes per person who injects, a year Model" in area
    assert "allocated by the model “by county deaths, then inhabitants”" in area


def test_an_indicator_shows_its_thresholds_and_what_was_published(reader):
    text = reader("cato").open("/coverage/indicators/syringes_per_person?period=2017").text

    assert "333 (276–392)" in text
    assert "Target for 2030 300" in text
    assert "WHO, UNODC, UNAIDS Technical Guide, 2012" in text
    assert "EMCDDA Norway country drug report 2019" in text


def test_naloxone_says_whether_it_is_counted_in_sprays_or_packs(reader):
    text = reader("cato").open("/coverage/indicators/naloxone_against_deaths?period=2019").text

    assert "counted in sprays (published total) 19.7" in text
    assert "counted in packs (published total) 9.9" in text
    assert "takes 4,565 a year" in text


def test_a_gap_says_what_would_close_it(reader):
    text = reader("cato").open("/coverage/gaps").text

    assert "Alta : about 29 known (2016), needs 5,800 syringes a year and one service point." in text
    assert "deaths are published by county and not by municipality" in text


def test_somebody_of_a_municipality_sees_their_own_area_alone(given, reader):
    birk, dina = reader("birk"), reader("dina")

    assert birk.open("/coverage/areas/0301").status == 200
    assert dina.open("/coverage/areas/0301").status == 404
    areas = birk.open("/coverage/areas?within=municipalities").text
    assert "Oslo" in areas
    assert "Bergen" not in areas


def test_an_old_number_says_what_it_has_become(reader):
    assert "0230 is now Lørenskog: its figures are carried on there." in reader("cato").open("/coverage/areas/0230").text


def test_what_is_no_period_is_not_there(reader):
    cato = reader("cato")

    for path in ("/coverage?period=1999", "/coverage?period=2026-13", "/coverage/indicators/none", "/coverage/areas?within=none"):
        assert cato.open(path).status == 404, path
    assert cato.open("/coverage?from=2026-02-30").status == 422


def test_an_administrator_enters_an_estimate_and_everybody_reads_it(reader):
    frida = reader("frida")
    page = frida.open("/coverage/estimates")
    filled = {"area": "0301", "year": "2025", "kind": "pwid", "low": "900", "point": "1200", "high": "1700", "method": "capture and recapture", "source": "Velferdsetaten, 2026"}

    wrong = frida.send(page, "/coverage/estimates", **filled | {"low": "1300"})
    assert wrong.status == 422
    assert "Low is at most the estimate" in wrong.wrong["point"]
    done = frida.follow(frida.send(wrong, "/coverage/estimates", **filled))

    assert "The estimate is entered." in done.text
    assert "Velferdsetaten, 2026" in reader("cato").open("/coverage/areas/0301").text


def test_a_place_says_that_a_month_is_entered(given, reader):
    birk, cato = reader("birk"), reader("cato")
    path = f"/places/{PLACE}/figures"
    assert "2026-10 Not said yet" in cato.open(path).text
    assert not [action for action, _ in cato.open(path).forms if action == path]

    page = birk.open(path)
    done = birk.follow(birk.send(page, path, month="2026-10-01"))

    assert "2026-10 Fully entered, said" in done.text
    wrong = birk.send(done, path, month="2090-01-01")
    assert wrong.status == 422
    assert "The day lies in the future" in wrong.text or "choose today or an earlier day" in wrong.text
