"""From what should be ordered to the order, on a phone and at a desk; tried out with sliders; and how places order, with and without scripts."""

from datetime import timedelta

import pytest

from supply import clock
from tests.integration.ordering import BUS, SPRAY
from tests.integration.proposing import kept, reckon

PATH = f"/places/{BUS}/proposals"


def looks_right(at):
    assert at.accessible() == []
    assert at.fits()
    assert at.outside == []


@pytest.fixture
def bus(app, birk):
    """A bus of which two products should be ordered, one was declined, and of one nothing is used."""
    since = clock.today() - timedelta(days=70)
    for product, units, a_week, lot in ((SPRAY, 200, 17, "L1"), ("acid", 1100, 99, "S1"), ("naloxone-ventizolve", 200, 18, "V1"), ("syringe-1ml-29g", 50, 0, "F1")):
        birk.receive(product, units, lot=lot, place=BUS, expires_on="2031-01-31", on=since.isoformat())
        for nth in range(10 if a_week else 0):
            assert birk.hand_out(a_week, product, place=BUS, on=(since + timedelta(days=7 * nth)).isoformat()).status_code == 201
    birk.receive(units=9, lot="OLD-9", place=BUS, expires_on=(clock.today() - timedelta(days=3)).isoformat(), on=since.isoformat())
    reckon(app, now=clock.now())
    return birk


def test_from_the_front_page_to_the_draft_in_two_taps(bus, walker):
    at = walker(language="en-GB")
    at.sign_in("birk")
    at.page.click("button[name=language][value=en]")

    at.page.get_by_role("link", name="products should be ordered").first.click()
    looks_right(at)
    at.go(PATH)
    looks_right(at)
    at.page.get_by_role("button", name="Make the order").click()
    at.page.wait_for_url("**/draft?*")
    looks_right(at)

    assert {one.state for one in kept()} == {"accepted"}


@pytest.mark.parametrize("wide", [False, True])
def test_what_if_is_tried_with_a_slider_and_the_number_beside_it_follows(bus, walker, wide):
    at = walker(wide=wide, language="en-GB")
    at.sign_in("birk")
    at.page.click("button[name=language][value=en]")

    at.go(f"{PATH}/{SPRAY}")
    at.page.get_by_label("Days to delivery").fill("30")
    shown = at.page.locator("#lead_days-shown").inner_text()
    at.page.get_by_role("button", name="Reckon").click()
    at.page.get_by_role("heading", name="With these").wait_for()
    looks_right(at)

    assert shown == "30"
    assert at.said == []


@pytest.mark.parametrize(("wide", "language"), [(False, "nb-NO"), (True, "nn-NO")])
def test_how_places_order_is_read_and_said(bus, walker, wide, language):
    at = walker(wide=wide, language=language)
    at.sign_in("birk")
    for path in (f"/reorder-rules?place={BUS}&area={BUS}&about={SPRAY}", PATH, f"{PATH}/{SPRAY}", f"/places/{BUS}/orders/new"):
        at.go(path)
        looks_right(at)
