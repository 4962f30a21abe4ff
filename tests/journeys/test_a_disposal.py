"""What has expired is destroyed before a witness: on a phone, at a desk, by the keyboard of nobody in particular."""

import pytest

from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import in_one_transaction
from tests.integration.disposing import BUS, SPRAY, stocked

RUNS = f"/places/{BUS}/disposal-runs"


@pytest.fixture
def kari(app):
    """Kari records in Oslo too."""

    def work(session):
        auth.add_person(session, email="kari@example.no", name="Kari Kollega", password="et-langt-passord", grants=[auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301")], now=clock.now())

    in_one_transaction(work)
    return "kari"


def looked_at(who, *paths):
    for path in paths:
        who.go(path)
        assert who.accessible() == [], path
        assert who.fits(), path


@pytest.mark.parametrize("wide", [False, True])
def test_a_nurse_prepares_and_a_colleague_confirms(walker, birk, kari, wide):
    stocked(birk)
    birk.receive(SPRAY, 200, lot="B7", expires_on="2027-01-31", place=BUS, on="2026-10-01")
    nurse = walker(wide=wide)
    nurse.sign_in("birk")
    looked_at(nurse, f"/places/{BUS}/waste", "/waste", RUNS, f"{RUNS}/new")
    nurse.page.fill("#method", "Levert på apotek")
    nurse.page.click("main form button")
    nurse.page.wait_for_url("**said=prepared")
    assert nurse.accessible() == []
    assert nurse.fits()

    colleague = walker(wide=wide)
    colleague.sign_in(kari)
    looked_at(colleague, "/", "/orders", f"/places/{BUS}")
    colleague.page.click("main .ds-alert a")
    colleague.page.click("text=Bekreft som vitne")
    colleague.page.wait_for_url("**said=confirmed")
    assert colleague.accessible() == []
    assert colleague.fits()
    assert "56 enheter ble destruert." in colleague.page.inner_text("main")
    assert birk.on_hand(BUS) == {"B7": 200}
    for who in (nurse, colleague):
        assert who.outside == []
        assert who.said == []
