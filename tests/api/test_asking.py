"""Whoever asked before is taken for the same again, and nothing comes of it where they are not."""

import threading
import time

import pytest
from sqlalchemy import delete, select, text, update

from inventory.api import ground
from inventory.models import Posting
from supply import asking, clock
from supply.auth import queries as accounts
from supply.auth import service as auth
from supply.auth.models import Account, Grant
from supply.auth.rules import Role
from supply.db import in_one_transaction, reading
from supply.straight import ALONG, Along
from supply.wire import Wire
from tests.api.acts import PLACE, problem


@pytest.fixture
def heard(monkeypatch):
    """Count the conversations with PostgreSQL."""
    many = [0]
    hear = Wire.hear

    def counted(wire, *args):
        many[0] += 1
        return hear(wire, *args)

    monkeypatch.setattr(Wire, "hear", counted)
    return many


@pytest.fixture
def held_up(stocked, monkeypatch):
    """Hold acts up before their transaction, once somebody known has done one: gives what tells that one has come that far, and what lets them go on."""
    stocked.hand_out(1, place=PLACE)
    begun, go_on = threading.Event(), threading.Event()
    whole = ground.in_one_transaction

    def slow(work):
        begun.set()
        go_on.wait(20)
        return whole(work)

    monkeypatch.setattr(ground, "in_one_transaction", slow)
    return begun, go_on


def revoke(name):
    in_one_transaction(lambda session: auth.revoke_keys(session, name, now=clock.now()))


def regrant(name, **grant):
    def work(session):
        account = accounts.find_service(session, name)
        session.execute(delete(Grant).where(Grant.account_id == account.id))
        session.add(Grant(account_id=account.id, **grant))

    in_one_transaction(work)


def test_who_was_known_is_asked_for_along_with_what_the_act_needs(app, stocked, heard):
    stocked.hand_out(1, place=PLACE)
    before = heard[0]

    assert stocked.hand_out(1, place=PLACE).status_code == 201

    if app.extensions["settings"].database_url.startswith("postgresql"):
        assert heard[0] - before == 2, "what is needed, and what is written"


@pytest.mark.parametrize(
    ("sent", "headers"),
    [
        ("{", {}),
        ("[]", {}),
        ("{}", {"Content-Type": "text/plain"}),
        ("{}", {"Idempotency-Key": "short"}),
    ],
)
def test_a_refusal_that_asks_nothing_of_the_database_is_not_told_to_whoever_lost_the_key(app, stocked, sent, headers):
    headers = {"Authorization": f"Bearer {stocked.token}", "Content-Type": "application/json", "Idempotency-Key": "a-refused-one"} | headers

    def post():
        with app.app_context():  # its own, as every real request has
            return stocked.client.post("/api/v1/handouts", data=sent, headers=headers)

    assert post().status_code in {400, 415, 422}
    revoke("key of birk")

    problem(post(), 401, "not-signed-in")
    problem(stocked.get("/stock", limit=0), 401, "not-signed-in")


def test_the_first_answer_to_a_key_is_not_given_again_to_whoever_lost_theirs(stocked):
    body = {"place": PLACE, "occurred_on": clock.today().isoformat(), "lines": [{"product": "naloxone-nyxoid", "units": 1}]}
    assert stocked.post("/handouts", body, key="the-one-key").status_code == 201
    revoke("key of birk")

    problem(stocked.post("/handouts", body, key="the-one-key"), 401, "not-signed-in")


def test_an_act_is_recorded_in_the_role_there_is_now(stocked, session):
    first = stocked.hand_out(1, place=PLACE).json["number"]
    regrant("key of birk", role=Role.DEPOT.value)

    second = stocked.hand_out(1, place=PLACE).json["number"]

    session.rollback()
    roles = dict(session.execute(select(Posting.number, Posting.role).where(Posting.number.in_([first, second]))).all())
    assert roles == {first: "municipality", second: "depot"}


def test_what_lies_where_somebody_may_no_longer_look_is_not_told(stocked):
    assert stocked.get(f"/journals/{PLACE}").status_code == 200
    regrant("key of birk", role=Role.MUNICIPALITY.value, municipality="4601")

    problem(stocked.get(f"/journals/{PLACE}"), 404, "missing")
    problem(stocked.hand_out(1, place=PLACE), 404, "missing")


def test_a_closed_account_records_nothing(stocked, rows):
    stocked.hand_out(1, place=PLACE)
    in_one_transaction(lambda session: session.execute(update(Account).where(Account.name == "key of birk").values(active=False)))
    before = rows()

    problem(stocked.hand_out(1, place=PLACE), 401, "not-signed-in")

    assert rows()["posting"] == before["posting"]


def test_who_is_forgotten_is_looked_up_again(stocked, monkeypatch):
    monkeypatch.setattr(asking, "TAKEN_MAX", 1)
    monkeypatch.setattr(asking, "_taken", {b"another": None})

    assert [stocked.hand_out(1, place=PLACE).status_code for _ in range(2)] == [201, 201]
    assert len(asking._taken) == 1


def test_a_lost_key_is_not_carried_along_by_another_that_waits_for_the_same(stocked, somebody_else, held_up):
    """Somebody's act waits behind their colleague's; while it waits their key is revoked. Each is asked for by itself."""
    siri = somebody_else("Siri")
    begun, go_on = held_up
    go_on.set()
    siri.hand_out(1, place=PLACE)  # known too
    begun.clear()
    go_on.clear()
    answers = {}

    def hand_out(who):
        answers[who.name] = who.hand_out(1, place=PLACE)

    threads = [threading.Thread(target=hand_out, args=(who,)) for who in (stocked, siri)]
    threads[0].start()
    assert begun.wait(20)
    begun.clear()
    threads[1].start()
    assert begun.wait(20), "with another key nobody waits for the turn"
    revoke("Siri")
    go_on.set()
    for thread in threads:
        thread.join(30)

    assert answers[stocked.name].status_code == 201
    problem(answers["Siri"], 401, "not-signed-in")


def test_several_acts_under_one_key_that_was_lost_meanwhile_are_all_refused(stocked, held_up, rows):
    begun, go_on = held_up
    before = rows()
    answers = []
    clients = [type(stocked)(stocked.client.application.test_client(), stocked.token, f"birk {nth}") for nth in range(3)]
    threads = [threading.Thread(target=lambda who=who: answers.append(who.hand_out(1, place=PLACE))) for who in clients]
    for thread in threads:
        thread.start()
    assert begun.wait(20)
    revoke("key of birk")
    go_on.set()
    for thread in threads:
        thread.join(30)

    assert len(answers) == 3
    for answer in answers:
        problem(answer, 401, "not-signed-in")
    assert rows()["posting"] == before["posting"]


def test_an_answer_of_before_others_came_is_not_theirs(stocked, held_up, rows):
    """Who leads was asked for before; meanwhile the key was revoked, and somebody came with it. Each is asked for by itself then."""
    begun, go_on = held_up
    answers = {}
    clients = {name: type(stocked)(stocked.client.application.test_client(), stocked.token, name) for name in ("serves", "was asked for", "came after")}

    def hand_out(name):
        answers[name] = clients[name].hand_out(1, place=PLACE)

    threads = [threading.Thread(target=hand_out, args=(name,)) for name in clients]
    threads[0].start()
    assert begun.wait(20)
    asking._taken.clear()  # as after a start: the next is asked for at once
    joined = ground._TURNS._queues
    threads[1].start()
    _wait_for(lambda: any(len(waiting) == 1 for waiting in joined.values()))
    revoke("key of birk")
    before = rows()
    threads[2].start()
    _wait_for(lambda: any(len(waiting) == 2 for waiting in joined.values()))
    go_on.set()
    for thread in threads:
        thread.join(30)

    problem(answers["serves"], 401, "not-signed-in")
    problem(answers["came after"], 401, "not-signed-in")
    assert answers["was asked for"].status_code == 201, "it was, before the key was revoked"
    assert rows()["posting"] == before["posting"] + 1


def _wait_for(found):
    until = time.monotonic() + 20
    while not found():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_nothing_is_committed_before_what_was_to_be_asked_along_is_answered(app):
    asked = select(Account.id).where(Account.name == "key of birk")

    def stand_in_the_way(rows):
        assert rows
        raise asking.Mistaken

    def work(session):
        session.execute(text("UPDATE account SET language = 'nn' WHERE name = 'key of birk'"))
        session.info[ALONG] = Along((asked, {}), stand_in_the_way)

    with pytest.raises(asking.Mistaken):
        in_one_transaction(work)

    assert reading().scalar(select(Account.language).where(Account.name == "key of birk")) == "nb"
