"""Alerts through the interface: whose they are to see and to take in hand, and boards that equal their lists."""

import pytest
import time_machine
from sqlalchemy import update

from expiry.queries import alerts as queries
from expiry.rules.wanted import AlertsWanted
from supply import clock
from supply.db import in_one_transaction, reading
from supply.reference.models import Place
from tests.integration.clockwork import at, look
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, refused

NOW = at("2026-12-15")
BERGEN = "bergen-outreach"


@pytest.fixture
def looked(app, alma, birk, gro):
    """Things to look at in Oslo's depot and on Oslo's bus, and in Bergen."""
    alma.receive(SPRAY, 40, expires_on="2027-01-10", on="2026-11-01")
    alma.receive(SPRAY, 40, lot="A2", expires_on="2026-12-01", on="2026-11-01")
    alma.receive(SYRINGE, 40, lot="S1", expires_on="2027-02-01", on="2026-11-01")
    birk.receive(SPRAY, 5, expires_on="2027-01-10", place=BUS, on="2026-11-01")
    birk.hand_out(4, place=BUS, on="2026-11-20")
    gro.receive(SPRAY, 7, lot="B1", expires_on="2027-03-01", place=BERGEN, on="2026-11-01")
    look(app, "alerts", NOW)
    with time_machine.travel(NOW, tick=False):
        yield


def listed(who, **wanted):
    return who.get("/alerts", limit=500, **wanted).json


def test_alerts_are_listed_by_the_day_they_are_about_with_all_their_facts(looked, alma):
    found = [(one["kind"], one["lot"]["number"], one["band"], one["units"], one["about_on"], one["state"]) for one in listed(alma, kind="expiry", place=DEPOT)]

    assert found == [("expiry", "A2", 0, 40, "2026-12-01", "open"), ("expiry", "A1", 30, 40, "2027-01-10", "open"), ("expiry", "S1", 90, 40, "2027-02-01", "open")]


def test_they_are_seen_by_those_who_see_the_place(looked, alma, birk, cato, dina, caller):
    def places(who):
        return {one["place"] for one in listed(who)}

    assert {DEPOT, BUS} <= places(alma) <= places(cato)
    assert BUS in places(birk)
    assert not {DEPOT, BUS} & places(dina)
    assert places(caller("frida")) == set()
    assert dina.get("/alerts", place=BUS).json == []
    bus = listed(birk, place=BUS)[0]["id"]
    assert dina.get(f"/alerts/{bus}").status_code == dina.get("/alerts/999999").status_code == 404
    assert dina.post(f"/alerts/{bus}/acknowledge", {"plan": "mine"}).status_code == 404


def test_a_board_counts_the_very_rows_of_its_lists(looked, alma, birk, cato, person, subtests):
    asked = [{}, {"place": DEPOT}, {"place": BUS}, {"area": "NO"}, {"area": "03"}, {"area": "0301"}, {"municipality": "0301"}, {"area": "46"}]
    first = listed(birk, place=BUS)[0]
    assert birk.post(f"/alerts/{first['id']}/acknowledge", {"plan": "We hand them out first."}).status_code == 200
    for name, who in (("alma", alma), ("birk", birk), ("cato", cato)):
        for wanted in asked:
            with subtests.test(who=name, **wanted):
                counts = {one.kind: (one.open, one.acknowledged) for one in queries.counts(reading(), AlertsWanted(**wanted), by=person(name), today=clock.today())}
                found = listed(who, **wanted)
                by_kind = {kind: tuple(sum(one["kind"] == kind and one["state"] == state for one in found) for state in ("open", "acknowledged")) for kind in {one["kind"] for one in found}}
                assert counts == by_kind
                parts = who.get("/alerts", limit=1, **wanted)
                paged = list(parts.json)
                while (link := parts.headers.get("Link")) is not None:
                    parts = who.get(link.partition("/api/v1")[2].partition(">")[0])
                    paged += parts.json
                assert paged == found


def test_an_alert_is_taken_in_hand_once_by_somebody_of_the_place(looked, alma, birk, cato):
    alert = listed(alma, kind="expiry", place=DEPOT)[1]
    path = f"/alerts/{alert['id']}/acknowledge"

    refused(cato.post(path, {"plan": "no"}), "forbidden", 403)
    taken = alma.post(path, {"plan": "Lend 20 to Sandnes."}, key="take-in-hand-1")
    again = alma.post(path, {"plan": "Lend 20 to Sandnes."}, key="take-in-hand-1")
    other = alma.post(path, {"plan": "Something else."})

    assert (taken.status_code, taken.json["state"], taken.json["plan"], taken.json["acknowledged_at"]) == (200, "acknowledged", "Lend 20 to Sandnes.", clock.instant_text(NOW))
    assert (again.data, again.headers["Idempotent-Replayed"]) == (taken.data, "true")
    assert refused(other, "acknowledged-already")["plan"] == "Lend 20 to Sandnes."
    assert [one["id"] for one in listed(alma, state="acknowledged")] == [alert["id"]]


def test_who_sees_a_place_and_does_not_record_there_may_not_take_it_in_hand(looked, alma, birk):
    alert = listed(birk, place=BUS)[0]

    refused(alma.post(f"/alerts/{alert['id']}/acknowledge", {"plan": "no"}), "not-your-alert", 403)


def test_a_plan_says_something_and_nothing_about_a_recipient(looked, alma):
    path = f"/alerts/{listed(alma, place=DEPOT)[0]['id']}/acknowledge"

    for plan in ("", "  ", "x" * 501, "Given to 01017050040", 7, None):
        assert alma.post(path, {"plan": plan}).status_code == 422, plan
    assert alma.post(path, {}).status_code == 422


def test_what_is_over_is_not_taken_in_hand(looked, app, alma):
    alert = listed(alma, kind="expiry", place=DEPOT)[0]
    assert alma.post("/disposals", {"place": DEPOT, "occurred_on": "2026-12-15", "reason": "expired", "lines": [{"product": SPRAY, "lot": "A2", "units": 40}]}).status_code == 201
    look(app, "alerts", at("2026-12-16"))

    refused(alma.post(f"/alerts/{alert['id']}/acknowledge", {"plan": "late"}), "alert-over")
    assert alert["id"] in {one["id"] for one in listed(alma, state="settled")}


def test_what_stood_still_is_seen_by_those_who_see_timed_work(app, alma, cato, caller):
    frida = caller("frida")
    for day in ("2026-12-01", "2026-12-15"):
        look(app, "alerts", at(day))

    seen = {name: [one["kind"] for one in listed(who)] for name, who in (("alma", alma), ("cato", cato), ("frida", frida))}
    assert seen == {"alma": [], "cato": ["clock"], "frida": ["clock"]}
    path = f"/alerts/{listed(frida)[0]['id']}/acknowledge"
    refused(alma.post(path, {"plan": "no"}), "missing", 404)
    assert frida.post(path, {"plan": "The machine was moved."}).status_code == 200


@pytest.mark.parametrize("wanted", [{"area": "no"}, {"area": "033"}, {"area": "xx"}, {"kind": "nothing"}, {"state": "new"}, {"limit": 501}, {"more": 1}])
def test_what_cannot_be_asked_is_refused(alma, wanted):
    assert alma.get("/alerts", **wanted).status_code == 422


def test_a_place_that_bears_an_old_number_lies_where_its_municipality_went(looked, cato):
    before = len(listed(cato, area="03"))
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BERGEN).values(municipality="1201")))  # Bergen until 2020

    assert {one["place"] for one in listed(cato, area="46")} == {one["place"] for one in listed(cato, municipality="4601")} == {one["place"] for one in listed(cato, municipality="1201")} == {BERGEN}
    assert listed(cato, area="12") == []
    assert len(listed(cato, area="03")) == before
