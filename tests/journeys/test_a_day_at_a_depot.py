"""Alma scans a delivery, hands out, and undoes a slip; on a phone, with and without scripts."""

from datetime import timedelta

import pytest

from supply import clock
from tests.integration.clockwork import look

LABEL = "]d2010506057149000117281031" + "10N42X"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_alma_scans_a_delivery_hands_out_in_three_taps_and_undoes_it(walker, alma, scripts):
    at = walker(scripts=scripts)
    page = at.page
    at.sign_in("alma")

    at.go("/places/osl-depot/receipts/new")
    for _ in range(2):
        page.fill("#scan", LABEL)
        page.press("#scan", "Enter")
    assert (page.input_value("[name=lines-0-lot]"), page.input_value("[name=lines-0-packs]")) == ("N42X", "2")
    page.fill("[name=document]", "F-1001")
    page.click("[name=do][value=save]")
    assert page.url.startswith(f"{at.address}/places/osl-depot/journal/1")
    assert alma.on_hand() == {"N42X": 4}

    at.go("/places/osl-depot/handouts/new")
    page.click("label.choice:has(input[name=product][value=naloxone-nyxoid])")
    page.click("label.choice:has(input[name=quick][value='2'])")
    page.click("button[name=occasion][value=refill_used]")
    assert alma.on_hand() == {"N42X": 2}

    page.click("form[action*='/2/correct'] button")
    assert alma.on_hand() == {"N42X": 4}
    assert [posting["kind"] for posting in alma.get("/journals/osl-depot").json] == ["receipt", "handout", "correction"]
    assert at.outside == []


def test_a_double_click_and_a_form_sent_again_have_one_effect(walker, alma):
    alma.receive(units=10)
    at = walker(scripts=False)
    page = at.page
    at.sign_in("alma")
    at.go("/places/osl-depot/handouts/new")
    page.click("label.choice:has(input[name=product][value=naloxone-nyxoid])")
    page.click("label.choice:has(input[name=quick][value='2'])")
    page.click("button[name=occasion][value=first_time]")
    page.wait_for_load_state("networkidle")  # a page that is still being put in place cannot be left backwards
    shown = page.url.split("?")[0]

    page.go_back()
    page.click("button[name=occasion][value=first_time]")

    assert page.url.split("?")[0] == shown
    assert alma.on_hand() == {"A1": 8}


PAGES = {
    "overview": "/",
    "stock": "/places/osl-depot",
    "acts": "/places/osl-depot/record",
    "receipt": "/places/osl-depot/receipts/new",
    "hand-out": "/places/osl-depot/handouts/new",
    "return": "/places/osl-depot/returns/new",
    "supplier-return": "/places/osl-depot/supplier-returns/new",
    "disposal": "/places/osl-depot/disposals/new",
    "transfer": "/places/osl-depot/transfers/new",
    "journal": "/places/osl-depot/journal",
    "posting": "/places/osl-depot/journal/1",
    "correct": "/places/osl-depot/journal/1/correct",
    "lot": "/places/osl-depot/lot?product=naloxone-nyxoid&lot=A1",
    "counts": "/places/osl-depot/counts",
    "kits": "/places/osl-depot/kits/new",
    "figures": "/places/osl-depot/figures",
    "lot everywhere": "/lots/naloxone-nyxoid?lot=A1",
    "redating": "/redatings/new",
    "missing": "/places/nowhere",
    "interface": "/api/docs",
    "orders": "/orders",
    "orders of a place": "/places/osl-depot/orders",
    "to send": "/places/osl-depot/to-send",
    "order": "/places/osl-depot/orders/new?kind=supply",
    "alerts": "/alerts",
    "alerts of a place": "/places/osl-depot/alerts",
    "alert": "/alerts/1",
    "waste of a place": "/places/osl-depot/waste",
    "waste": "/waste",
    "disposals": "/places/osl-depot/disposal-runs",
    "recalls": "/recalls",
    "notices": "/notices",
    "what one is told": "/me/notices",
}


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
@pytest.mark.parametrize("language", ["nb-NO", "nn-NO", "en-GB"])
def test_every_page_is_accessible_fits_and_calls_nobody_else(walker, alma, wide, language):
    alma.receive(units=10)
    alma.receive("cooker", 500, lot=None, expires_on=None)
    alma.receive(units=5, lot="A2", expires_on=(clock.today() + timedelta(days=20)).isoformat())
    look(alma.client.application, "alerts", clock.now())
    at = walker(wide=wide, language=language)
    at.go("/sign-in")
    assert (at.accessible(), at.fits()) == ([], True)
    at.sign_in("alma")
    at.page.click(f"button[name=language][value={language[:2]}]")

    for name, path in PAGES.items():
        at.go(path)
        if name == "interface":  # Swagger UI's own markup is its makers', and comes late; ours is what stands around it
            at.page.wait_for_selector(".opblock")
        else:
            assert at.accessible() == [], name
            assert at.page.evaluate("document.documentElement.lang") == language[:2], name
        assert at.page.locator("h1").count() >= 1, name
        assert at.fits(), name

    assert at.outside == []
    assert [line for line in at.said if "404" not in line] == []


def test_a_refusal_stands_beside_its_field_and_what_was_written_stays(walker, alma):
    alma.receive(units=10)
    at = walker()
    page = at.page
    at.sign_in("alma")
    at.go("/places/osl-depot/handouts/new")

    page.click("label.choice:has(input[name=product][value=naloxone-nyxoid])")
    page.fill("#units", "11")
    page.click("button[name=occasion][value=first_time]")

    page.wait_for_selector("#lines-0-units[aria-invalid=true]")
    assert "10" in page.locator("#lines-0-units-wrong").inner_text()
    assert page.input_value("#lines-0-units") == "11"
    assert at.accessible() == []
    assert alma.on_hand() == {"A1": 10}
