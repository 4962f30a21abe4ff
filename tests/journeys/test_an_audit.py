"""Cato of the Directorate follows a lot from delivery to hand-out, exports what he sees, and can change nothing."""

from inventory import standalone
from inventory.cli import inventory as commands
from supply import clock
from tests.integration.clockwork import look


def test_cato_follows_a_lot_and_can_change_nothing(walker, alma, app, tmp_path):
    alma.receive(units=10)
    alma.hand_out(3, occasion="first_time")
    at = walker(wide=True)
    page = at.page
    at.sign_in("cato")

    at.go("/places/osl-depot")
    page.click("main a[href*='/lot']")
    card = page.locator("main table").inner_text()
    page.click("main table a[href*='/journal/2']")
    digest = alma.get("/journals/osl-depot/2").json["digest"]

    assert "7" in card
    page.locator("main summary").last.click()  # it opens with a movement: what it hides is there a little later
    page.get_by_text(digest).wait_for(state="visible")
    assert page.locator("a[href*='/correct'], a[href*='/handouts/new']").count() == 0
    at.go("/places/osl-depot/handouts/new")
    assert page.locator("form[action*='handouts']").count() == 0
    assert at.outside == []


def test_the_export_proves_itself_without_the_service(alma, app, tmp_path, capsys):
    alma.receive(units=10)
    alma.hand_out(3)
    file = tmp_path / "ledger.jsonl"
    told = app.test_cli_runner().invoke(commands, ["export", str(file)])
    assert told.exit_code == 0, told.output

    assert standalone.main([str(file)]) == 0

    lines = file.read_text(encoding="utf-8")
    file.write_text(lines.replace('"handout"', '"return"', 1), encoding="utf-8")
    assert standalone.main([str(file)]) == 1
    assert "osl-depot" in capsys.readouterr().err


def test_cato_sees_what_timed_work_did(walker, alma, app):
    look(app, "alerts", clock.now())
    for wide in (False, True):
        at = walker(wide=wide)
        at.sign_in("cato")
        for path in ("/jobs", "/jobs/alerts", "/alerts"):
            at.go(path)
            at.page.wait_for_load_state("networkidle")
            assert (at.accessible(), at.fits()) == ([], True), path
        assert at.outside == []
