"""Real life of a shelf, walked in a browser: a blind count with a recount; kits packed, unpacked, and a part that is recalled; a re-dating campaign."""

import pytest

from supply import clock

PLACE = "/places/osl-depot"
PARTS = {"syringe-1ml-29g": "Y1", "swab": "S1", "acid": "C1", "filter": "F1"}
TODAY = clock.today().isoformat()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_alma_counts_blind_and_counts_again_what_is_far_off(walker, alma, scripts):
    alma.receive(lot="A1", units=10)
    alma.receive(lot="B2", units=40, expires_on="2029-01-31")
    at = walker(scripts=scripts)
    page = at.page
    at.sign_in("alma")

    at.go(f"{PLACE}/counts")
    page.check("#blind")
    page.click("main form button")
    assert page.get_by_text("Ventet").count() == 0
    page.fill("tr:has-text('A1') input", "10")
    page.fill("tr:has-text('B2') input", "4")
    page.click("button[value=record]")
    page.wait_for_selector("input[name$=second]")
    if scripts:
        assert at.accessible() == []
    assert at.fits()
    page.fill("input[name$=second]", "39")
    page.select_option("tr:has-text('B2') select", "damaged")
    page.click("button[value=record]")

    page.wait_for_url("**/journal/3**")
    assert alma.on_hand() == {"A1": 10, "B2": 39}
    (move,) = alma.get("/journals/osl-depot/3").json["moves"]
    assert (move["to"], move["units"], move["occasion"]) == ("lost", 1, "damaged")
    assert at.outside == []


def test_fifty_kits_are_packed_three_unpacked_and_a_part_is_recalled(walker, alma):
    for product, lot in PARTS.items():
        alma.receive(product, 60, lot=lot, expires_on="2028-06-30")
    alma.receive("cooker", 60, lot=None, expires_on=None)
    at = walker()
    page = at.page
    at.sign_in("alma")

    at.go(f"{PLACE}/kits/new")
    page.fill("#units", "50")
    page.click("main form button.ds-button >> nth=-1")
    page.wait_for_url("**/journal/6**")
    at.go(f"{PLACE}/kits/new")
    page.click("a[href*='/kits/unpack']")
    page.fill("#units", "3")
    page.click("main form button")
    page.wait_for_url("**/journal/7**")
    at.go("/lots/swab?lot=S1")
    page.select_option("#reason", "quarantine:sales_stop")
    page.click("main form button")
    page.wait_for_url("**saved=now**")

    (kit,) = alma.get("/stock", place="osl-depot", product="kit-full").json
    assert (kit["on_hand"], alma.on_hand()["S1"]) == (47, 13)
    assert alma.hand_out(1, "swab", on=TODAY).json["code"] == "not-enough-stock"

    other = walker()
    other.sign_in("gro")
    other.go("/lots/swab?lot=S1")
    other.page.select_option("#place", "")
    other.page.select_option("#reason", "quarantine:sales_stop")
    other.page.click("main form button")
    other.page.wait_for_url("**saved=now**")
    assert alma.hand_out(1, "kit-full", on=TODAY).json["code"] == "not-enough-stock"
    assert other.accessible() == []
    assert at.outside == other.outside == []


def test_a_campaign_gives_two_lots_another_expiry(walker, alma):
    for lot in ("A1", "A2"):
        alma.receive(units=5, lot=lot, expires_on="2027-01-31")
    at = walker(wide=True)
    page = at.page
    at.sign_in("gro")

    at.go("/redatings/new")
    page.fill("#document", "DMP 2026/17")
    page.fill("#authority", "DMP")
    for nth, lot in enumerate(("A1", "A2")):
        page.select_option(f"#lots-{nth}-product", "naloxone-nyxoid")
        page.fill(f"#lots-{nth}-lot", lot)
        page.fill(f"#lots-{nth}-expires_on", "2028-01-31")
    page.click("button[value=save]")
    page.wait_for_url("**saved=now**")

    assert {row["number"]: row["expires_on"] for row in alma.get("/lots", product="naloxone-nyxoid").json} == {"A1": "2028-01-31", "A2": "2028-01-31"}
    assert at.accessible() == []
    assert at.outside == []
