"""Alma is told something, reads it, and chooses when she is told; Frida looks after the mail."""

import pytest
from sqlalchemy import insert, update

from supply import clock
from supply.auth.models import Account
from supply.db import in_one_transaction
from supply.notices import service
from supply.notices.models import RefusingAddress
from supply.notices.service import spreading
from supply.reference import queries as reference

FACTS = {"product": "naloxone-nyxoid", "lot": "A1", "units": 12, "document": "0301-2026-0003"}


@pytest.fixture
def told(app):
    """Four notices at the depot, of every kind there is room for, and an address that refuses."""

    def work(session):
        session.execute(update(Account).values(created_at=clock.now().replace(year=2020)))
        place = reference.get_place(session, "osl-depot").id
        service.queue(session, place_id=place, kind="surplus", facts={"shipment": "osl-depot-2026-0007", "lines": []}, now=clock.now())
        service.queue(session, place_id=place, kind="hold-released", facts=FACTS, now=clock.now())
        service.queue(session, place_id=place, kind="of-tomorrow", facts={}, now=clock.now())
        spreading.spread(session, kinds=app.extensions["notice_kinds"], now=clock.now())
        session.execute(insert(RefusingAddress).values(address="birk@example.no", refused_at=clock.now(), answer="550 5.1.1 <birk@example.no>: no such user here"))

    in_one_transaction(work)


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_alma_reads_what_she_is_told_and_chooses_when(walker, told, wide):
    at = walker(wide=wide, language="en-GB")
    at.sign_in("alma")
    at.page.click("button[name=language][value=en]")

    at.page.get_by_role("link", name="Notices 3 unread").click()
    at.page.wait_for_url("**/notices")
    assert (at.accessible(), at.fits()) == ([], True)
    at.page.get_by_role("button", name="Mark as read").first.click()
    at.page.get_by_role("link", name="Notices 2 unread").wait_for()
    at.page.get_by_role("button", name="Mark all as read").click()
    at.page.get_by_role("link", name="Notices", exact=True).wait_for()
    assert (at.accessible(), at.fits()) == ([], True)

    at.page.get_by_role("link", name="Choose what you are told, and when").click()
    assert (at.accessible(), at.fits()) == ([], True)
    at.page.get_by_label("Until").fill("06:30")
    at.page.get_by_label("One letter a day").uncheck()
    at.page.get_by_role("button", name="Save").click()
    at.page.get_by_text("Saved.").wait_for()
    assert (at.page.input_value("#quiet_to"), at.page.is_checked("#digest")) == ("06:30", False)
    assert at.accessible() == []
    assert at.outside == []


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_frida_sends_mail_again_to_an_address_that_refused(walker, told, wide):
    at = walker(wide=wide, language="en-GB")
    at.sign_in("frida")
    at.page.click("button[name=language][value=en]")

    at.page.get_by_role("link", name="Mail", exact=True).click()
    at.page.get_by_text("no such user here").wait_for()
    assert (at.accessible(), at.fits()) == ([], True)
    at.page.get_by_role("button", name="Send mail there again").click()
    at.page.get_by_text("no such user here").wait_for(state="detached")

    assert (at.accessible(), at.fits(), at.outside) == ([], True, [])
