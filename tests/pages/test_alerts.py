"""Boards of alerts, an alert to take in hand, and what the pages say of timed work."""

import re
from datetime import timedelta

import pytest
import time_machine

from inventory.service import stops
from supply.db import in_one_transaction
from tests.integration.clockwork import at, look
from tests.integration.ordering import BUS, DEPOT, SPRAY

NOW = at("2026-12-15")


@pytest.fixture
def looked(app, alma, birk):
    alma.receive(SPRAY, 40, expires_on="2027-01-10", on="2026-11-01")
    alma.receive(SPRAY, 40, lot="A2", expires_on="2026-12-01", on="2026-11-01")
    birk.receive(SPRAY, 5, expires_on="2027-01-10", place=BUS, on="2026-11-01")
    look(app, "alerts", NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def numbers_of(page):
    """Give the numbers of the board, and how many alerts each leads to."""
    table = page.html.partition("<tbody>")[2].partition("</tbody>")[0]
    return {path.replace("&amp;", "&"): int(number) for path, number in re.findall(r'<td class="num"><a class="ds-link" href="([^"]+)">(\d+)</a>', table)}


@pytest.mark.parametrize("path", ["/alerts", f"/places/{DEPOT}/alerts", f"/places/{BUS}/alerts", "/alerts?area=03"])
def test_every_number_of_a_board_leads_to_so_many_alerts(looked, reader, path):
    alma = reader()

    numbers = numbers_of(alma.open(path))

    assert numbers
    for behind, number in numbers.items():
        assert len(re.findall(r'href="/alerts/\d+"', alma.open(behind).html)) == number


def test_the_front_page_shows_the_board_and_the_file_the_whole_list(looked, reader):
    alma = reader()

    front, file = alma.open("/").text, alma.get("/alerts.csv").data.decode("utf-8-sig").splitlines()

    assert "Expires or has expired 3" in front
    assert len(file) == 4
    assert "A2" in file[1]


def test_somebody_takes_an_alert_in_hand_and_everybody_sees_who(looked, reader, alma):
    at_depot = reader()
    number = alma.get("/alerts", kind="expiry", place=DEPOT).json[1]["id"]
    page = at_depot.open(f"/alerts/{number}")
    assert "Last day of use 10 Jan 2027, in 26 days. 40 units lie here." in page.text

    wrong = at_depot.send(page, f"/alerts/{number}/acknowledge", plan="")
    assert (wrong.status, wrong.wrong) == (422, {"plan": "This must be filled in."})
    done = at_depot.follow(at_depot.send(wrong, f"/alerts/{number}/acknowledge", plan="<b>Åse</b> lends 20 to Sandnes"))

    assert "&lt;b&gt;Åse&lt;/b&gt; lends 20 to Sandnes" in done.html
    assert "alma" in done.text.lower()
    assert f"/alerts/{number}/acknowledge" not in {action for action, _ in done.forms}
    cato = reader("cato").open(f"/alerts/{number}")
    assert "lends 20" in cato.text
    assert f"/alerts/{number}/acknowledge" not in {action for action, _ in cato.forms}


def test_an_alert_of_another_municipality_is_not_there(looked, reader, birk):
    number = birk.get("/alerts", place=BUS).json[0]["id"]

    assert reader("dina").open(f"/alerts/{number}").status == 404
    assert reader("dina").open(f"/places/{BUS}/alerts").status == 404


def test_timed_work_is_shown_to_those_who_run_the_service(looked, reader):
    frida = reader("frida")

    listed, one = frida.open("/jobs"), frida.open("/jobs/alerts")

    assert "alerts" in listed.text
    assert "raised 3" in listed.text.replace("raised  3", "raised 3")
    assert "1. For each source in turn" in one.text
    assert frida.open("/jobs/nothing").status == 404
    assert reader("alma").open("/jobs").status == 403


def test_everybody_is_told_while_timed_work_stands_still(app, reader):
    from supply import clock

    text = "Timed work stands still."
    now = clock.now()
    assert text not in reader().open("/").text
    look(app, "alerts", now)
    assert text not in reader().open("/").text

    with time_machine.travel(now.replace(microsecond=0), tick=False) as travel:
        travel.shift(27 * 3600 + 24 * 3600)
        page = reader("birk").open("/")

    assert text in page.text


def test_the_figures_of_timed_work_are_measured(app, alma):
    look(app, "alerts", NOW)

    text = app.test_client().get("/metrics").text

    assert 'forsyn_job_last_done_timestamp_seconds{job="alerts"} 1.797' in text
    assert 'forsyn_job_failing{job="alerts"} 0.0' in text
    assert 'forsyn_job_last_duration_seconds{job="alerts"} 0.0' in text


def test_an_address_that_says_nothing_sensible_is_answered_and_not_a_fault(looked, reader):
    alma = reader()

    assert alma.get("/alerts.csv?place=%00").status_code == 404
    assert alma.open("/alerts?area=%00&kind=x&state=y&after=zz").status in {200, 404}
    for until in ("", "x", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        page = alma.open("/notices")
        with alma.client.application.app_context():
            token = next((fields["csrf_token"] for _, fields in page.forms if "csrf_token" in fields), "")
            assert alma.client.post("/notices/read", data={"csrf_token": token, "until": until, "shown": "x 1 99999999999999"}).status_code == 303


def test_one_job_that_is_not_done_is_told_though_the_others_are(app, reader):
    from supply import clock

    now = clock.now()
    for name in app.extensions["jobs"]:
        look(app, name, now)
    later = now.replace(microsecond=0) + timedelta(hours=51)
    for name in app.extensions["jobs"]:
        if name != "alerts":
            look(app, name, later)

    with time_machine.travel(later, tick=False):
        text = reader("birk").open("/").text

    assert "Timed work stands still." in text
    assert text.partition("Not done since")[2].partition(": ")[2].startswith("alerts. Tell")


def test_the_number_of_a_document_of_a_place_with_a_long_code_leads_somewhere(app):
    number = f"D-{'x' * 60}-2026-0001"

    assert app.url_map.bind("").match(f"/api/v1/disposal-runs/{number}", "GET")[1] == {"number": number}


def test_a_lot_whose_books_do_not_agree_is_said_on_every_page_of_who_sees_the_place(app, alma, reader):
    alma.receive(SPRAY, 10, lot="A1", place="osl-depot", expires_on="2031-01-31")
    in_one_transaction(lambda session: stops.follow(session, 7, place="osl-depot", row=(SPRAY, "A1", "10", "9")))

    said, elsewhere = reader().open("/notices").text, reader("dina").open("/notices").text
    in_one_transaction(lambda session: stops.follow(session, 8, place=None))
    free = reader().open("/notices").text

    assert "found a difference. Nothing is entered of this until it is cleared up; tell whoever runs the service: Nyxoid" in said
    assert "found a difference" not in elsewhere
    assert "found a difference" not in free
