"""The inbox, the count in the head of every page, and what people choose."""

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event, select, update

from supply import clock
from supply.auth import queries as accounts
from supply.auth.models import Account, Grant
from supply.db import db, in_one_transaction
from supply.notices import queries, service
from supply.notices.models import Notice, Told
from supply.notices.rules import Choices
from supply.notices.service import spreading
from supply.reference import queries as reference


@pytest.fixture
def tell(app):
    """Give a way to tell the people at a place something: a number of orders that were sent, by default one."""

    def told(*, at="osl-depot", kind="surplus", many=1, days_ago=0, facts=None):
        def work(session):
            place, now = reference.get_place(session, at), clock.now()
            for nth in range(many):
                said = facts or {"shipment": f"{at}-{nth}", "lines": []}
                service.queue(session, place_id=place.id, kind=kind, facts=said, now=now - timedelta(days=days_ago))
            while spreading.spread(session, kinds=app.extensions["notice_kinds"], now=now):
                pass

        in_one_transaction(work)

    in_one_transaction(lambda session: session.execute(update(Account).values(created_at=clock.now() - timedelta(days=1000))))
    return told


def bell(page):
    """Give what the head of a page says of unread notices."""
    found = re.search(r'<span class="count">([^<]*)<', page.html)
    return found and found[1]


def unread(page):
    return page.html.count('<li class="unread">')


def test_the_inbox_is_by_day_with_the_newest_first_and_leads_to_what_it_is_about(tell, reader):
    tell(days_ago=1)
    tell(kind="order-ship", facts={"order": "0301-2026-0001", "place": "oslo-outreach", "state": "shipped"}, at="osl-depot")

    page = reader("alma").open("/notices")

    assert page.text.index("Today") < page.text.index("0301-2026-0001") < page.text.index("Yesterday") < page.text.index("osl-depot-0")
    assert 'href="/orders/0301-2026-0001"' in page.html
    assert 'href="/places/osl-depot/orders"' in page.html
    assert (unread(page), bell(page)) == (2, "2")


def test_reading_one_is_kept_and_pressing_twice_is_pressing_once(tell, reader):
    tell(many=2)
    alma = reader("alma")
    page = alma.open("/notices")
    action = next(path for path, _ in page.forms if path.endswith("/read") and path != "/notices/read")

    for _ in range(2):
        assert alma.follow(alma.send(page, action)).status == 200

    assert (unread(alma.open("/notices")), bell(alma.open("/"))) == (1, "1")
    db.session.rollback()
    assert len([at for at in db.session.scalars(select(Told.read_at)) if at is not None]) == 1


def test_all_is_read_but_for_what_came_while_the_page_was_open(tell, reader):
    tell(many=3)
    alma = reader("alma")
    page = alma.open("/notices")
    tell(many=1)

    for _ in range(2):
        assert alma.follow(alma.send(page, "/notices/read")).status == 200

    assert bell(alma.open("/")) == "1"
    assert bell(alma.follow(alma.send(alma.open("/notices"), "/notices/read"))) is None


def test_what_was_just_coming_when_the_page_was_shown_stays_unread_though_it_says_an_earlier_time(tell, reader):
    tell(many=1)
    alma = reader("alma")
    page = alma.open("/notices")
    tell(many=1)
    later = (clock.now() + timedelta(minutes=1)).isoformat()

    alma.follow(alma.send(page, "/notices/read", until=later))
    assert bell(alma.open("/")) == "1"
    with time_machine.travel(clock.now() + timedelta(minutes=12)):
        alma.follow(alma.send(page, "/notices/read", until=clock.now().isoformat()))
        assert bell(alma.open("/")) is None


@pytest.mark.parametrize(
    ("units", "coming", "said"),
    [(4, 0, "The book says 4 lie with you"), (0, 20, "20 units are on their way to you: set them aside when they arrive"), (4, 20, "The book says 4 lie with you"), (0, 0, "You have had it")],
)
def test_a_place_is_told_of_a_recall_by_what_it_has_or_will_have(tell, reader, units, coming, said):
    facts = {
        "number": "R-2026-0001",
        "class": 1,
        "product": "naloxone-nyxoid",
        "lots": ["A1"],
        "drill": False,
        "units": units,
        "in_transit": coming,
        "due_at": "2026-11-20T12:00:00.000000Z",
        "place": "osl-depot",
    }
    tell(kind="recall", facts=facts)

    assert said in reader("alma").open("/notices").text


@pytest.mark.parametrize(("due_at", "said"), [("2026-11-20T12:00:00.000000Z", "class 1. Answer by"), (None, "class 1. You have answered; see that nobody can take what you keep apart.")])
def test_a_place_is_told_that_a_recall_is_graver_by_whether_it_has_answered(tell, reader, due_at, said):
    tell(kind="recall-raised", facts={"number": "R-2026-0001", "class": 1, "product": "naloxone-nyxoid", "lots": ["A1"], "drill": False, "due_at": due_at, "place": "osl-depot"})

    assert said in reader("alma").open("/notices").text


def test_what_is_read_by_one_is_unread_for_a_colleague(tell, reader):
    tell(at="oslo-outreach")

    def hire(session):
        account = accounts.find_account(session, "dina@example.no")
        session.execute(update(Grant).where(Grant.account_id == account.id).values(municipality="0301"))

    in_one_transaction(hire)
    tell(at="oslo-outreach")
    dina, birk = reader("dina"), reader("birk")
    birk.send(birk.open("/notices"), "/notices/read")

    assert (bell(birk.open("/")), bell(dina.open("/"))) == (None, "1")


def test_another_persons_notice_is_not_there(tell, reader):
    tell()
    number = db.session.scalar(select(Notice.id))
    birk = reader("birk")
    page = birk.open("/notices")

    with birk.client.application.app_context():
        tokens = {"csrf_token": page.forms[0][1]["csrf_token"]}
        answers = [birk.client.post(f"/notices/{one}/read", data=tokens).status_code for one in (number, 999_999, 2**40)]

    assert answers == [404, 404, 404]
    assert "osl-depot-0" not in page.text


def test_what_is_no_longer_ones_to_see_is_gone_from_inbox_and_count(tell, reader):
    tell(many=3)
    alma = reader("alma")
    assert bell(alma.open("/")) == "3"

    def move(session):
        account, place = accounts.find_account(session, "alma@example.no"), reference.get_place(session, "bergen-servicepoint")
        session.execute(update(Grant).where(Grant.account_id == account.id).values(place_id=place.id))

    in_one_transaction(move)

    assert bell(alma.open("/")) is None
    assert "osl-depot-0" not in alma.open("/notices").text


def test_what_is_older_than_ninety_days_counts_as_read_and_what_is_older_than_the_account_is_not_there(tell, reader):
    tell(days_ago=89)
    alma = reader("alma")
    assert bell(alma.open("/")) == "1"

    in_one_transaction(lambda session: session.execute(update(Told).values(made_at=clock.now() - timedelta(days=91))))
    page = alma.open("/notices")
    assert (bell(page), unread(page)) == (None, 0)
    assert "osl-depot-0" in page.text
    in_one_transaction(lambda session: session.execute(update(Account).values(created_at=clock.now() - timedelta(days=5))))
    tell(days_ago=6, facts={"shipment": "before her", "lines": []})

    assert "before her" not in alma.open("/notices").text


def test_a_long_inbox_is_read_in_parts_and_much_is_said_to_be_much(tell, reader):
    tell(many=120)
    alma = reader("alma")
    seen, path = [], "/notices"
    while path:
        page = alma.open(path)
        seen += re.findall(r"osl-depot-(\d+) than", page.text)
        older = re.search(r'rel="next" href="([^"]+)"', page.html)
        path = older and older[1].replace("&amp;", "&")

    assert [int(number) for number in dict.fromkeys(seen)] == [*range(119, -1, -1)]
    assert bell(alma.open("/")) == "99+"
    assert alma.open("/notices?after=nonsense").status == 422


def test_only_what_is_unread_can_be_asked_for(tell, reader):
    tell(many=2)
    alma = reader("alma")
    page = alma.open("/notices")
    alma.send(page, next(path for path, _ in page.forms if path.endswith("/read") and path != "/notices/read"))

    page = alma.open("/notices?show=unread")

    assert (unread(page), page.html.count('<p class="said">')) == (1, 1)


def test_the_count_is_one_question_whatever_lies_there(app, tell, person):
    tell(many=300)
    asked = []

    @event.listens_for(db.engine, "before_cursor_execute")
    def note(connection, cursor, statement, *rest):
        asked.append(statement)

    by = person("alma")
    asked.clear()
    many = queries.unread_count(db.session(), by=by, kinds=app.extensions["notice_kinds"], now=clock.now())
    event.remove(db.engine, "before_cursor_execute", note)

    assert (many, len(asked)) == (100, 1)


def test_an_unknown_kind_and_markup_are_shown_as_text(tell, reader):
    tell(kind="of-tomorrow", facts={"x": 1})
    tell(facts={"shipment": "<b>Åse</b>", "lines": []})

    page = reader("alma").open("/notices")

    assert "of-tomorrow" in page.text
    assert "<b>Åse" not in page.html
    assert "&lt;b&gt;Åse" in page.html


@pytest.mark.parametrize(("language", "said"), [("nb", "Det kom mer med forsendelse"), ("nn", "Det kom meir med sending"), ("en", "More arrived with shipment")])
def test_the_inbox_speaks_the_readers_language(tell, reader, language, said):
    tell()

    assert said in reader("alma", language).open("/notices").text


# Choices.


def chosen(name):
    db.session.rollback()
    return queries.choices_of(db.session(), accounts.find_account(db.session(), f"{name}@example.no").id)


@pytest.mark.parametrize("name", ["alma", "birk", "cato", "erik", "frida", "gro"])
def test_everybody_chooses_for_themselves_and_the_directorate_too(reader, name):
    somebody = reader(name)
    page = somebody.open("/me/notices")
    before = chosen(name)
    saved = somebody.follow(somebody.send(page, "/me/notices", quiet_from="20:30", quiet_to="06:00"))

    assert before == Choices()
    assert "Saved." in saved.text
    assert "What is critical always comes at once, at any hour." in saved.text
    assert (f"{chosen(name).quiet_from:%H:%M}", f"{chosen(name).quiet_to:%H:%M}", chosen(name).digest) == ("20:30", "06:00", True)
    others = {"alma", "birk"} - {name}
    assert all(chosen(other) == Choices() for other in others)


def test_what_is_not_ticked_is_off_and_what_comes_later_is_on(reader):
    alma = reader("alma")
    page = alma.open("/me/notices")
    form = page.form("/me/notices")
    assert form["kind-surplus"] == "true"
    with alma.client.application.app_context():
        kept = {name: text for name, text in form.items() if name not in {"digest", "urgent", "kind-surplus"}}
        assert alma.client.post("/me/notices", data=kept | {"language": "nn"}).status_code == 303

    assert (chosen("alma").digest, chosen("alma").urgent, chosen("alma").left_out) == (False, False, frozenset({"surplus"}))
    assert accounts.find_account(db.session(), "alma@example.no").language == "nn"
    page = alma.open("/me/notices")
    assert {"digest", "urgent", "kind-surplus"} & set(page.form("/me/notices")) == set()
    assert "kind-order-ship" in page.form("/me/notices")


@pytest.mark.parametrize(("field", "text"), [("quiet_from", "25:00"), ("quiet_to", "7"), ("quiet_from", ""), ("quiet_to", "²1:00"), ("language", "xx")])
def test_what_cannot_be_is_said_beside_its_field_and_what_was_written_stays(reader, field, text):
    alma = reader("alma")

    page = alma.send(alma.open("/me/notices"), "/me/notices", **{field: text})

    assert page.status == 422
    assert field in page.wrong
    assert chosen("alma") == Choices()


def test_only_a_role_in_the_whole_country_is_asked_whether_it_wants_all(reader):
    assert "Tell me everything" in reader("gro").open("/me/notices").text
    assert "Tell me everything" not in reader("alma").open("/me/notices").text


def test_the_addresses_are_the_administrators_alone(reader):
    assert reader("frida").open("/addresses").status == 200
    for name in ("alma", "birk", "cato", "dina", "erik", "gro"):
        somebody = reader(name)
        assert somebody.open("/addresses").status == 403
        page = somebody.open("/notices")
        with somebody.client.application.app_context():
            token = {"csrf_token": page.forms[0][1]["csrf_token"], "address": "alma@example.no"}
            assert somebody.client.post("/addresses/clear", data=token).status_code == 403
            assert somebody.client.post("/addresses/letters/1", data=token).status_code == 403
        assert 'href="/addresses"' not in page.html


def test_a_letter_that_is_not_there_is_not_tried_again(reader):
    frida = reader("frida")
    page = frida.open("/addresses")
    with frida.client.application.app_context():
        assert frida.client.post("/addresses/letters/77", data={"csrf_token": page.forms[0][1]["csrf_token"]}).status_code == 404


def test_nobody_reads_without_signing_in(reader):
    nobody = reader(None)

    assert "Sign in" in nobody.open("/notices").text
    assert "Sign in" in nobody.open("/me/notices").text
