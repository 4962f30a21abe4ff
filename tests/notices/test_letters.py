"""Letters: one digest a day, what is urgent at once, quiet hours, choices, three languages; text and HTML say the same."""

import re
from collections import Counter
from datetime import UTC, datetime, time
from html import unescape

import pytest
import time_machine
from sqlalchemy import func, insert, update

from supply import clock
from supply.auth.models import Grant
from supply.db import in_one_transaction
from supply.notices.models import Letter, Notice, Told
from supply.notices.rules import NoticeKind
from supply.reference import queries as reference
from supply.reference.models import Place
from tests.integration.ordering import approved, done, draft
from tests.notices.conftest import CRITICAL, ROUTINE, URGENT, account_of, rows

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
MORNING = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
"""Half past seven in Oslo: after the digest, and after the quiet hours."""


@pytest.fixture
def at():
    """Give a way to let time pass to an instant."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller.move_to


def parts(message):
    """Give the text and the HTML of a letter."""
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    return text.get_content().replace("\r\n", "\n"), html.get_content()


def said_by(html):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<title>.*?</title>", "", html, flags=re.DOTALL))).split())


def test_a_day_of_routine_is_one_letter(at, box, queue, do):
    for what in ("one", "two", "three"):
        queue(what=what)

    do("letters", "post")
    assert box.taken == []
    do("digest", "post")
    do("digest", "letters", "post", "post")

    (letter,) = box.to("alma")
    assert letter["To"] == "alma@example.no"
    assert letter["From"] == "Forsyn <forsyn@example.no>"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == NOON
    assert re.fullmatch(r"<[0-9a-f]{32}@forsyn\.example\.no>", letter["Message-ID"])
    assert [what for what in ("one", "two", "three") if f"Once {what}" in parts(letter)[0]] == ["one", "two", "three"]
    assert len(box.taken) == 1, "whoever does not record there is told nothing"


def test_what_comes_after_the_digest_waits_for_tomorrows(at, box, queue, do):
    queue(what="one")
    do("digest", "post")
    queue(what="two")
    at(datetime(2026, 11, 20, 15, tzinfo=UTC))

    do("digest", "post")
    assert len(box.to("alma")) == 1
    at(datetime(2026, 11, 21, 9, tzinfo=UTC))
    do("digest", "post")

    first, second = box.to("alma")
    assert "Once one" not in parts(second)[0]
    assert "Once two" in parts(second)[0]
    assert first["Message-ID"] != second["Message-ID"]


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        ("nb", "Forsyn: 2 beskjeder, 20. november 2026", "Åpne innboksen"),
        ("nn", "Forsyn: 2 meldingar, 20. november 2026", "Opne innboksen"),
        ("en", "Forsyn: 2 notices, 20 November 2026", "Open the inbox"),
    ],
)
def test_a_letter_is_in_the_language_of_the_account_and_text_and_html_say_the_same(at, box, queue, do, change, birk, language, subject, said):
    change("birk", language=language)
    order = draft(birk)
    queue("order-approve", at="oslo-outreach", order=order["number"], place="oslo-outreach", state="approved", emergency=False)
    queue("hold-released", at="oslo-outreach", product="naloxone-nyxoid", lot="<b>Åse", units=1234, document="O-1")

    do("digest", "post")

    (letter,) = box.to("birk")
    text, html = parts(letter)
    assert letter["Subject"] == subject
    assert letter["Content-Language"] == language
    assert f'<html lang="{language}">' in html
    assert said in text
    assert f"https://forsyn.example.no/orders/{order['number']}" in text
    assert "<b>Åse" in text
    assert "<b>" not in html
    assert "&lt;b&gt;Åse" in html
    spoken = said_by(html)
    for line in filter(None, text.splitlines()):
        words = re.sub(r"https?://\S+|^\* ", "", line).strip(" :-")
        assert words in spoken, line
    assert re.findall(r"https?://\S+", text) == [unescape(url) for url in re.findall(r'href="([^"]+)"', html)]


def test_what_is_urgent_goes_at_once_and_is_not_told_again(at, box, queue, do):
    queue(URGENT, what="is late")
    queue(ROUTINE, what="is well")

    do("letters", "post")
    (urgent,) = box.to("alma")
    assert "Soon is late" in urgent["Subject"]
    assert "Once" not in parts(urgent)[0]
    do("letters", "digest", "post")

    _, digest = box.to("alma")
    assert "Once is well" in parts(digest)[0]
    assert "Soon is late" not in parts(digest)[0]


def test_several_urgent_ones_of_a_moment_share_a_letter(at, box, queue, do):
    queue(URGENT, what="one")
    queue(URGENT, what="two", at="osl-depot")

    do("letters", "letters", "post")

    (letter,) = box.to("alma")
    assert {line for line in ("Soon one", "Soon two") if line in parts(letter)[0]} == {"Soon one", "Soon two"}


def test_an_emergency_that_waits_for_a_decision_is_urgent_to_the_approver_alone(at, box, do, birk):
    done(birk, draft(birk, emergency=True, reason="the shelf is empty"), "submit")

    do("letters", "post")

    assert [address for address, _ in box.taken] == ["erik@example.no"]
    assert "0301-2026-0001" in box.to("erik")[0]["Subject"]


def test_an_order_is_told_to_those_who_asked_and_those_who_send(at, box, do, birk, caller, alma):
    alma.receive(units=100, on="2026-11-20")
    approved(birk, caller("erik"))

    do("digest", "post")

    assert sorted(address for address, _ in box.taken) == ["alma@example.no", "birk@example.no", "erik@example.no"]
    assert all("0301-2026-0001" in parts(message)[0] for _, message in box.taken)


# Quiet hours.


def test_what_is_urgent_waits_for_the_end_of_the_quiet_hours_and_what_is_critical_does_not(at, box, queue, do):
    at(datetime(2026, 11, 20, 22, 30, tzinfo=UTC))
    queue(URGENT, what="waits")
    queue(CRITICAL, what="goes")

    do("letters", "post")
    (critical,) = box.to("alma")
    assert "Now goes" in parts(critical)[0]
    assert "Soon waits" not in parts(critical)[0]
    at(datetime(2026, 11, 21, 5, 59, tzinfo=UTC))
    do("letters", "post")
    assert len(box.to("alma")) == 1
    at(datetime(2026, 11, 21, 6, tzinfo=UTC))
    do("letters", "post", "letters", "digest", "post")

    _, urgent = box.to("alma")
    assert "Soon waits" in parts(urgent)[0]


def test_a_digest_that_is_written_in_the_quiet_hours_comes_when_they_end(at, box, queue, do):
    at(datetime(2026, 11, 20, 5, 30, tzinfo=UTC))
    queue()

    do("digest", "post")
    assert box.taken == []
    at(datetime(2026, 11, 20, 6, tzinfo=UTC))
    do("post")

    assert len(box.to("alma")) == 1
    assert rows(Letter.tries) == [(1,)], "waiting is no try"


@pytest.mark.parametrize(
    ("queued", "still", "over"),
    [
        (datetime(2027, 3, 27, 22, tzinfo=UTC), datetime(2027, 3, 28, 4, 59, tzinfo=UTC), datetime(2027, 3, 28, 5, tzinfo=UTC)),
        (datetime(2027, 10, 30, 20, tzinfo=UTC), datetime(2027, 10, 31, 5, 59, tzinfo=UTC), datetime(2027, 10, 31, 6, tzinfo=UTC)),
    ],
    ids=["the night of 23 hours", "the night of 25 hours"],
)
def test_the_quiet_hours_end_at_seven_by_the_clock_on_the_wall(at, box, queue, do, queued, still, over):
    at(queued)
    queue(URGENT)
    do("letters", "post")
    at(still)
    do("letters", "post")
    assert box.taken == []
    at(over)

    do("letters", "post")

    assert len(box.to("alma")) == 1


# Choices.


def test_who_wants_no_digest_gets_none_and_no_flood_when_they_want_it_again(at, box, queue, do, choose):
    choose("alma", digest=False)
    queue(what="passed by")
    do("digest", "post")
    choose("alma", digest=True)
    at(datetime(2026, 11, 21, 9, tzinfo=UTC))
    queue(what="wanted")

    do("digest", "post")

    (letter,) = box.to("alma")
    assert "passed by" not in parts(letter)[0]
    assert "Once wanted" in parts(letter)[0]


def test_who_wants_nothing_at_once_finds_it_in_the_digest(at, box, queue, do, choose):
    choose("alma", urgent=False)
    queue(URGENT, what="later")
    queue(CRITICAL, what="now")

    do("letters", "post")
    assert ["Now now" in parts(letter)[0] for letter in box.to("alma")] == [True]
    do("digest", "post")

    assert "Soon later" in parts(box.to("alma")[1])[0]


def test_a_kind_that_is_left_out_stays_in_the_inbox_alone(at, box, queue, do, choose):
    choose("alma", left_out=frozenset({ROUTINE.code}))
    queue()

    do("digest", "post")

    assert box.taken == []
    assert rows(func.count()).pop()[0] == 1
    assert rows(Told.read_at)[0] == (None,)


def test_there_may_be_no_quiet_hours(at, box, queue, do, choose):
    choose("alma", quiet_from=time(3), quiet_to=time(3))
    at(datetime(2026, 11, 20, 23, tzinfo=UTC))
    queue(URGENT)

    do("letters", "post")

    assert len(box.to("alma")) == 1


def test_a_role_in_the_whole_country_is_told_what_is_critical_unless_they_choose_all(at, box, queue, do, choose):
    queue(URGENT, at="bergen-servicepoint")
    queue(CRITICAL, at="bergen-servicepoint")
    do("letters", "digest", "post")
    assert ["Now" in parts(letter)[0] and "Soon" not in parts(letter)[0] for letter in box.to("gro")] == [True]
    choose("gro", everything=True)
    queue(URGENT, at="bergen-servicepoint", what="more")

    do("letters", "post")

    assert "Soon more" in parts(box.to("gro")[1])[0]
    assert len(box.to("dina")) == 2, "whose place it is was told both at once, and the third"
    assert box.to("alma") == []


def test_what_was_read_already_is_not_mailed_in_the_digest(at, box, queue, do):
    queue()
    do("notices")
    in_one_transaction(lambda session: session.execute(update(Told).values(read_at=clock.now())))

    do("digest", "post")

    assert box.taken == []


# Who is written to.


@pytest.mark.parametrize("values", [{"made_up": True}, {"email": None}, {"email": "alma@example.no, eve@example.no"}, {"email": "Ålma@example.no"}, {"active": False}])
def test_no_letter_goes_to_whom_none_can_go(at, box, queue, do, change, values):
    change("alma", **values)
    queue(CRITICAL)

    do("letters", "digest", "post")

    assert box.to("alma") == []
    assert {address for address, _ in box.taken} == {"gro@example.no"}
    assert all("," not in (address or "") for (address,) in rows(Letter.sent_to))


def test_whoever_lost_the_place_meanwhile_reads_nothing_of_it(at, box, queue, do):
    queue(CRITICAL)
    queue(CRITICAL, at="oslo-outreach", what="there")
    do("letters")

    def move(session):
        account = account_of(session, "birk")
        session.execute(update(Grant).where(Grant.account_id == account.id).values(municipality="4601"))
        depot = account_of(session, "alma")
        session.execute(update(Grant).where(Grant.account_id == depot.id).values(place_id=session.query(Place).filter_by(code="bergen-servicepoint").one().id))

    in_one_transaction(move)
    do("post")

    assert {address for address, _ in box.taken} == {"gro@example.no"}
    assert Counter(row.ended_because for row in rows(Letter.ended_because)) == {"nobody": 2, None: 1}


def test_an_account_made_later_is_not_told_what_was_before(at, box, queue, do, change):
    change("alma", created_at=datetime(2026, 11, 20, 12, tzinfo=UTC))
    queue()

    do("digest", "post")

    assert box.taken == []


def test_a_digest_of_very_much_says_how_much_more_there_is(at, box, queue, do, change):
    change("alma", language="en")
    for nth in range(103):
        queue(what=f"number {nth}.")

    do("digest", "post")

    (letter,) = box.to("alma")
    text, _ = parts(letter)
    assert text.count("* Once number") == 100
    assert "3 more are in your inbox." in text
    assert letter["Subject"].startswith("Forsyn: 103 notices")


def test_an_unknown_kind_and_one_whose_facts_are_others_are_told_by_their_code(at, box, queue, do):
    queue("nobody-knows", what="x")
    queue(ROUTINE, other="facts")

    do("digest", "post")

    (letter,) = box.to("alma")
    assert "nobody-knows" in parts(letter)[0]
    assert "test-routine" in parts(letter)[0]


def test_no_header_is_smuggled_in(at, box, queue, do):
    queue(URGENT, what="x\r\nBcc: eve@example.no\r\n\r\nhello\x00")

    do("letters", "post")

    (letter,) = box.to("alma")
    assert letter["Bcc"] is None
    assert "Soon x Bcc: eve@example.no hello" in letter["Subject"]
    assert len(box.taken) == 1


def test_a_kind_that_cannot_say_how_urgent_it_is_keeps_nobody_from_being_told(at, app, box, queue, do, monkeypatch):
    broken = NoticeKind(code="broken", urgency=lambda facts: facts["class"], permission="record stock", tell=lambda _facts: "said all the same")
    monkeypatch.setitem(app.extensions["notice_kinds"], "broken", broken)
    queue("broken", what="x")
    queue(URGENT, what="y")

    do("letters", "digest", "post")

    assert len(box.to("alma")) == 2
    assert "said all the same" in parts(box.to("alma")[1])[0]


def test_what_is_urgent_is_found_behind_very_much_that_is_not(at, box, do, queue, session):
    place = reference.get_place(session, "osl-depot").id
    rows_of = [{"place_id": place, "kind": ROUTINE.code, "facts": {"what": str(nth)}, "made_at": NOON} for nth in range(2100)]
    in_one_transaction(lambda session: session.execute(insert(Notice), rows_of))
    queue(URGENT)

    do("letters", "post")

    assert len(box.to("alma")) == 1
