"""Cato of the Directorate reads coverage on a phone and at a desk: every page can be read by everybody, and none of them changes anything."""

PAGES = ("/coverage", "/coverage/areas", "/coverage/areas/0301", "/coverage/areas/set:network", "/coverage/indicators/naloxone_against_deaths?period=2019", "/coverage/gaps", "/coverage/estimates")


def test_cato_reads_coverage_at_both_widths(walker, birk):
    birk.receive(product="syringe-1ml-29g", units=500, lot="S", place="oslo-servicepoint", on="2026-10-20")
    birk.hand_out(500, product="syringe-1ml-29g", place="oslo-servicepoint", on="2026-10-20")
    for wide in (False, True):
        at = walker(wide=wide)
        at.sign_in("cato")
        for path in PAGES:
            at.go(path)
            at.page.wait_for_load_state("networkidle")
            assert (at.accessible(), at.fits()) == ([], True), path
        assert at.outside == []


def test_cato_goes_from_the_country_to_what_a_figure_rests_on(walker):
    at = walker(wide=True, language="en-GB")
    at.sign_in("cato")
    at.page.click("button[name=language][value=en]")
    at.go("/coverage?period=2017")

    at.page.locator("main table a", has_text="published total").first.click()

    text = at.page.locator("main").inner_text()
    assert "333" in text
    assert "EMCDDA" in text
    assert "FHI" in text
