"""Recalls as somebody at a browser meets them: opened after a look, answered on a phone, and said to be a drill wherever it is one."""

import pytest
from sqlalchemy import update

from supply import clock
from supply.auth.models import Account
from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.conftest import DAY

SPRAY, BUS, CLINIC = "naloxone-nyxoid", "oslo-outreach", "oslo-servicepoint"
NUMBER = f"R-{clock.today().year}-0001"
NEW, RECALL = "/recalls/new", f"/recalls/{NUMBER}"
ANSWER = f"/places/{BUS}/recalls/{NUMBER}/answer"
SAID = {"gtin": "05060571490001", "class": "1", "document": "DMP 26/1", "authority": "DMP", "reason": "The spray may be <b>blocked</b>."}


@pytest.fixture
def spread(birk, dina):
    """Ten of lot A1 on the bus, of which three were handed out, and five in Bergen."""
    birk.receive(units=10, lot="A1", place=BUS, expires_on="2031-01-31", on=DAY.isoformat())
    assert birk.hand_out(3, place=BUS).status_code == 201
    dina.receive(units=5, lot="A1", place="bergen-servicepoint", expires_on="2031-01-31", on=DAY.isoformat())
    return birk


@pytest.fixture
def gro(reader):
    return reader("gro")


def opened(gro, **more):
    page = gro.send(gro.open(NEW), NEW, do="open", **{"lots": "A1"} | SAID | more)
    assert page.status == 303, page.text
    return gro.follow(page)


def test_a_recall_is_looked_at_before_it_is_opened(spread, gro, birk):
    looked = gro.send(gro.open(NEW), NEW, do="look", lots="A1\nB7702 31.1.2029\n", **SAID)

    assert (looked.status, gro.open("/recalls").text.count("Nothing has been recalled.")) == (200, 1)
    assert "2 places have or had units" in looked.text
    assert "Together 12 0 0 0" in looked.text
    assert "Not known here: B7702." in looked.text
    page = gro.follow(gro.send(looked, NEW, do="open", lots="A1\nB7702 31.1.2029\n", reason=SAID["reason"]))
    assert "It is frozen everywhere from now on" in page.text
    assert "B7702 ( 31 Jan 2029 , not seen before: blocked on arrival)" in page.text
    assert "The spray may be <b>blocked</b>." in page.text
    assert "<b>blocked</b>" not in page.html
    assert birk.hand_out(1, place=BUS, lot="A1").json["code"] == "lot-blocked"


def test_a_place_where_nobody_has_an_account_is_to_be_called(spread, gro, reader):
    in_one_transaction(lambda session: session.execute(update(Account).where(Account.email == "dina@example.no").values(active=False)))
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == "bergen-servicepoint").values(email="<b>bergen@example.no")))

    looked = gro.send(gro.open(NEW), NEW, do="look", lots="A1", **SAID)
    page = opened(gro)

    assert looked.text.count("nobody has an account") == 1
    assert "At 1 place that has not answered nobody has an account, so nobody there is told. Call them." in page.text
    assert page.text.count("Nobody at this place has an account: call them. Address: <b>bergen@example.no") == 1
    assert "<b>bergen" not in page.html
    assert "has an account" not in reader("birk").open(RECALL).text
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == "bergen-servicepoint").values(email=None)))
    assert "call them. No address of theirs is known here." in gro.open(RECALL).text

    answering = f"/places/bergen-servicepoint/recalls/{NUMBER}/answer"
    answered = gro.follow(gro.send(gro.open(answering), answering, **{"lines-0-found": "5", "lines-0-destroyed": "5"}))

    assert "nobody there is told" not in answered.text


def test_what_is_wrong_stands_beside_the_field_and_names_the_lot(spread, gro):
    nothing = gro.send(gro.open(NEW), NEW, do="look")
    unknown = gro.send(gro.open(NEW), NEW, do="look", lots="A1\nC9", **SAID)
    no_day = gro.send(gro.open(NEW), NEW, do="open", lots="C9 31.13.2029", **SAID)

    assert (nothing.status, set(nothing.wrong)) == (422, {"class", "lots", "document", "authority", "reason"} | ({"product"} & set(nothing.wrong)))
    assert unknown.wrong["lots"].startswith("Lot C9: ")
    assert no_day.wrong["lots"].startswith("Lot C9: ")
    assert gro.open(RECALL).status == 404


def test_the_banner_stands_on_the_places_pages_until_it_has_answered(spread, gro, reader):
    birk, dina = reader("birk"), reader("dina")
    opened(gro)

    before = birk.open(f"/places/{BUS}/stock")
    elsewhere = dina.open("/")
    sent = birk.follow(birk.send(birk.open(ANSWER), ANSWER, **{"lines-0-found": "6", "lines-0-destroyed": "6"}))
    after = birk.open(f"/places/{BUS}/stock")

    assert f"has not answered recall {NUMBER} (class 1)" in before.text
    assert f'href="{ANSWER}"' in before.html
    assert BUS not in elsewhere.html.replace("oslo-outreach-2", "")
    assert "Recorded. It holds from now on." in sent.text
    assert f"has not answered recall {NUMBER}" not in after.text


def test_a_banner_names_six_and_says_that_there_are_more(spread, gro, reader):
    for _ in range(6):
        opened(gro, drill="true")
    six = reader("birk").open(f"/places/{BUS}/stock")
    opened(gro)
    seven = reader("birk").open(f"/places/{BUS}/stock")

    assert (six.text.count("has not answered recall"), "There are more" in six.text) == (6, False)
    assert (seven.text.count("has not answered recall"), "There are more: see all recalls" in seven.text) == (6, True)
    assert f"{NUMBER[:-1]}7 (class 1)" in seven.text  # what is no drill comes first


def test_an_answer_is_filled_in_with_what_the_book_says_and_blank_is_not_looked(spread, gro, reader):
    birk = reader("birk")
    opened(gro)

    form = birk.open(ANSWER)
    blank = birk.send(form, ANSWER, **{"lines-0-found": ""})
    too_many = birk.send(birk.open(ANSWER), ANSWER, **{"lines-0-found": "3", "lines-0-destroyed": "4"})
    apart = birk.follow(birk.send(too_many, ANSWER, **{"lines-0-found": "7", "lines-0-destroyed": "4", "kept_apart": "true"}))

    assert form.form(ANSWER)["lines-0-found"] == "7"
    assert (blank.status, blank.wrong["lines"]) == (422, "Write what you found of at least one lot; none is 0.")
    assert (too_many.status, too_many.wrong["lines-0-found"][:16]) == (422, "Of lot A1 3 were")
    assert "the book said 7, found 7, destroyed 4, returned 0" in apart.text
    assert "what is left is kept apart" in apart.text
    assert "1 of 1 places have answered." in apart.text


def test_the_same_form_twice_is_one_answer(spread, gro, reader, birk):
    at = reader("birk")
    opened(gro)
    form = at.open(ANSWER)

    first, second = (at.send(form, ANSWER, **{"lines-0-found": "7", "lines-0-destroyed": "2"}) for _ in range(2))

    assert (first.status, second.status, first.location) == (303, 303, second.location)
    assert birk.on_hand(BUS) == {"A1": 5}


def test_the_sum_is_shown_to_who_sees_the_country_and_others_see_their_own(spread, gro, reader):
    page = opened(gro)
    cato, birk = reader("cato").open(RECALL), reader("birk").open(RECALL)

    for whole in (page, cato):
        assert "Received from suppliers 15" in whole.text
        assert "Handed out 3" in whole.text
        assert "Unexplained 0" in whole.text
    assert "Unexplained" not in birk.text
    assert "Bergen" not in birk.text
    assert "End it" not in cato.text


def test_a_drill_says_so_wherever_it_shows(spread, gro, reader, birk):
    looked = gro.send(gro.open(NEW), NEW, do="look", drill="true", lots="A1", **SAID)
    page = gro.follow(gro.send(looked, NEW, do="open", lots="A1", reason=SAID["reason"]))
    at = reader("birk", language="nb")

    for shown in (looked, page, gro.open("/recalls")):
        assert "DRILL" in shown.text
    for path in (RECALL, ANSWER, "/recalls", f"/places/{BUS}/stock"):
        assert "ØVELSE" in at.open(path).text, path
    assert "ØVING" in reader("birk", language="nn").open(RECALL).text
    sent = at.send(at.open(ANSWER), ANSWER, **{"lines-0-found": "7", "lines-0-destroyed": "7"})
    assert sent.status == 303
    assert birk.on_hand(BUS) == {"A1": 7}
    assert "Lift" not in page.text


def test_it_is_closed_with_a_reason_and_lifted_with_one(spread, gro, birk):
    page = opened(gro)

    refused = gro.send(page, f"{RECALL}/close")
    closed = gro.follow(gro.send(refused, f"{RECALL}/close", reason="the authority says so"))
    bare = gro.send(closed, f"{RECALL}/lift")
    lifted = gro.follow(gro.send(bare, f"{RECALL}/lift", reason="withdrawn"))

    assert (refused.status, "2 have not answered in full" in refused.text) == (409, True)
    assert "Closed: the authority says so" in closed.text
    assert bare.status == 422
    assert "withdrawn" in lifted.text
    assert birk.hand_out(1, place=BUS, lot="A1").status_code == 201


def test_a_class_is_raised_with_a_document_and_a_reason(spread, gro, reader):
    page = opened(gro, **{"class": "3"})
    path = f"{RECALL}/raise"

    bare = gro.send(gro.open(path), path)
    after = gro.follow(gro.send(bare, path, **{"class": "1", "document": "DMP 26/2", "reason": "<i>Two</i> were hurt."}))

    assert f'href="{path}"' in page.html
    assert (bare.status, set(bare.wrong)) == (422, {"class", "document", "reason"})
    assert "From class 3 to class 1," in after.text
    assert "<i>Two</i> were hurt." in after.text
    assert "<i>Two" not in after.html
    assert f'href="{path}"' not in after.html
    assert "It is of the gravest class already." in gro.open(path).text
    assert reader("birk").get(path).status_code == 403
    assert reader("cato").get(path).status_code == 403


def test_pages_are_for_those_who_may(spread, gro, reader, subtests):
    opened(gro)

    for name, path, status in [
        ("alma", NEW, 403),
        ("birk", NEW, 403),
        ("cato", NEW, 403),
        ("dina", ANSWER, 404),
        ("cato", ANSWER, 403),
        ("alma", ANSWER, 403),
        ("frida", "/recalls", 403),
        ("dina", f"{RECALL}/notice.pdf?place={BUS}", 404),
        ("birk", f"{RECALL}/notice.pdf?place={BUS}", 200),
        ("birk", f"{RECALL}/notice.pdf?place=nowhere", 404),
        ("birk", "/recalls/R-2026-0999", 404),
    ]:
        with subtests.test(name=name, path=path):
            assert reader(name).get(path).status_code == status


def test_an_answer_to_what_is_over_is_refused(spread, gro, reader):
    at = reader("birk")
    page = opened(gro)
    form = at.open(ANSWER)
    assert gro.send(page, f"{RECALL}/close", reason="enough").status == 303

    late = at.send(form, ANSWER, **{"lines-0-found": "7"})

    assert (late.status, at.open(ANSWER).status) == (409, 409)
    assert "was closed or lifted" in late.text


def test_the_lots_page_says_that_it_is_recalled(spread, gro):
    opened(gro)

    page = gro.open(f"/lots/{SPRAY}?lot=A1")

    assert "Recalled" in page.text
    assert "In quarantine everywhere" not in page.text
    assert NUMBER in page.text
