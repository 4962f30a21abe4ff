"""Reports are taken from their page: by whom, of what, and noted in the access log."""

import pytest
from sqlalchemy import select

from inventory.service import checks
from supply import clock
from supply.auth.models import AccessEntry
from supply.db import db, in_one_transaction
from tests.integration.publishing import hand_out_all, publish

REPORTS = "/coverage/reports"


@pytest.fixture
def checkpoint(app):
    number = in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    db.session.remove()
    return number


def test_everyone_finds_the_report_and_the_directorate_the_lists(reader):
    for name, sees in (("cato", True), ("birk", False), ("alma", False)):
        page = reader(name).open(REPORTS)
        assert page.status == 200
        assert "Audit report" in page.text
        assert ("Lists that others ask for" in page.text) is sees, name


def test_a_report_is_sent_as_a_file_and_noted(checkpoint, reader):
    cato = reader("cato")

    answer = cato.get(f"{REPORTS}/report.pdf?period=2026-10&area=03&language=nn")

    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert f'filename="coverage-03-2026-10-2026-10-{checkpoint}-nn.pdf"' in answer.headers["Content-Disposition"]
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert db.session.scalar(select(AccessEntry.subject).where(AccessEntry.act == "export")) == f"coverage-03-2026-10-2026-10-{checkpoint}-nn.pdf"


def test_the_same_request_gives_the_same_bytes(checkpoint, reader):
    cato = reader("cato")

    for ending in ("pdf", "xlsx", "csv", "json"):
        first, second = (cato.get(f"{REPORTS}/report.{ending}?period=2026-10&area=0301&as_of={checkpoint}&language=en").data for _ in range(2))
        assert first == second, ending


def test_without_a_checkpoint_there_is_no_report(reader):
    answer = reader("cato").get(f"{REPORTS}/report.pdf?period=2026-10")

    assert answer.status_code == 409
    assert "No checkpoint has been taken yet." in answer.text


@pytest.mark.parametrize(("asked", "status"), [("report.pdf?as_of=99", 422), ("report.pdf?area=9999", 422), ("report.pdf?language=de", 404), ("report.pdf?period=never", 404), ("st10.json", 404)])
def test_what_cannot_be_is_refused(checkpoint, reader, asked, status):
    assert reader("cato").get(f"{REPORTS}/{asked}").status_code == status


def test_lists_of_every_place_are_for_who_sees_the_whole_country(checkpoint, reader):
    for path in ("st10.csv", "st10.xlsx", "unaids.csv", "dhis2.json"):
        assert reader("cato").get(f"{REPORTS}/{path}?period=2026-10").status_code == 200, path
        assert reader("birk").get(f"{REPORTS}/{path}?period=2026-10").status_code == 403, path


def test_open_data_is_for_everyone_who_is_signed_in(app, gro, reader):
    hand_out_all(gro)
    publish(app)

    for name in ("alma", "birk", "cato", "dina"):
        page = reader(name).open(REPORTS)
        assert "2026-Q3" in page.text
        answer = reader(name).get(f"{REPORTS}/open-data/2026-Q3.zip?language=en")
        assert (answer.status_code, answer.data[:2]) == (200, b"PK"), name
    assert reader("cato").get(f"{REPORTS}/open-data/2026-Q4.zip").status_code == 409
    assert reader("cato").get(f"{REPORTS}/open-data/2026Q9.zip").status_code == 422
