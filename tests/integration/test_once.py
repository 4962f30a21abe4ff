"""One key, one effect and one answer, for ever: after a restart, after the stock changed, whatever way it came in."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inventory.models import Posting
from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import db, in_one_transaction
from supply.once.models import Request
from tests.conftest import settings_for
from wsgi import create_app

SPRAY, BUS = "naloxone-nyxoid", "oslo-outreach"
TODAY = clock.today().isoformat()


def handout(units=3, **more):
    return {"place": BUS, "occurred_on": TODAY, "lines": [{"product": SPRAY, "units": units}], **more}


def same(first, second):
    return (first.status_code, first.data, first.headers.get("Location")) == (second.status_code, second.data, second.headers.get("Location"))


def test_the_answer_is_the_same_after_a_restart(ada, home, key_of_all):
    ada.receive(units=9, place=BUS, on=TODAY)
    first = ada.post("/handouts", handout(), key="before-the-restart")
    refused = ada.post("/handouts", handout(99), key="refused-before-it")

    anew = create_app(settings_for(home.url))
    restarted = type(ada)(anew.test_client(), key_of_all, "after")
    again = restarted.post("/handouts", handout(), key="before-the-restart")
    refused_again = restarted.post("/handouts", handout(99), key="refused-before-it")
    with anew.app_context():
        db.engine.dispose()

    assert same(first, again)
    assert same(refused, refused_again)
    assert again.headers["Idempotent-Replayed"] == refused_again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert ada.on_hand(BUS) == {"A1": 6}


def test_a_refusal_stays_a_refusal_when_stock_has_come_since(ada):
    refused = ada.post("/handouts", handout(), key="came-too-early")
    ada.receive(units=9, place=BUS, on=TODAY)

    again = ada.post("/handouts", handout(), key="came-too-early")
    anew = ada.post("/handouts", handout(), key="a-new-key-instead")

    assert refused.status_code == 409
    assert same(refused, again)
    assert anew.status_code == 201


def test_an_answer_stays_what_it_was_when_what_it_tells_of_was_corrected(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    first = ada.post("/handouts", handout(), key="corrected-later")
    ada.post("/corrections", {"journal": BUS, "number": first.json["number"], "reason": "mistyped"})

    assert same(first, ada.post("/handouts", handout(), key="corrected-later"))


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        (handout(0), 422),
        (handout(occurred_on=(clock.today() + timedelta(days=9)).isoformat()), 422),
        (handout(more="?"), 422),
        ({"place": BUS}, 422),
        (handout() | {"lines": [{"product": "no-such-product", "units": 1}]}, 422),
        (handout() | {"place": "no-such-place"}, 404),
    ],
    ids=["no units", "the future", "an unknown member", "too little", "an unknown product", "an unknown place"],
)
def test_what_is_wrong_whatever_the_stock_does_not_spend_the_key(ada, wrong, status):
    ada.receive(units=9, place=BUS, on=TODAY)

    first = ada.post("/handouts", wrong, key="not-yet-spent")
    right = ada.post("/handouts", handout(), key="not-yet-spent")

    assert first.status_code == status, first.text
    assert right.status_code == 201


def test_what_cannot_be_read_does_not_spend_the_key(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    headers = {"Authorization": f"Bearer {ada.token}", "Idempotency-Key": "not-yet-spent"}

    unreadable = [
        ada.client.post("/api/v1/handouts", data=data, headers=headers | {"Content-Type": kind})
        for data, kind in ((b"{", "application/json"), (b'{"place": 1, "place": 2}', "application/json"), (b"place=1", "application/x-www-form-urlencoded"))
    ]
    right = ada.post("/handouts", handout(), key="not-yet-spent")

    assert [answer.status_code for answer in unreadable] == [400, 400, 415]
    assert right.status_code == 201


def test_the_same_key_with_another_content_or_act_is_refused_and_does_nothing(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    first = ada.post("/handouts", handout(), key="the-same-key")

    others = [
        ada.post("/handouts", handout(4), key="the-same-key"),
        ada.post("/handouts", handout(note="x"), key="the-same-key"),
        ada.post("/transfers", handout() | {"to": "oslo-servicepoint"}, key="the-same-key"),
    ]

    assert [(answer.status_code, answer.json["code"]) for answer in others] == [(422, "key-used-for-another")] * 3
    assert same(first, ada.post("/handouts", handout(), key="the-same-key"))
    assert ada.on_hand(BUS) == {"A1": 6}


def test_what_means_the_same_is_the_same_however_it_is_written(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    first = ada.post("/handouts", handout(), key="the-same-key")
    spelled_out = {"unmet": [], "lines": [{"units": 3, "lot": None, "product": SPRAY, "occasion": "unknown", "recipient": "unknown"}], "occurred_on": TODAY, "place": BUS, "note": None}

    again = ada.post(
        "/handouts",
        {name: value for name, value in spelled_out.items() if name != "note"} | {"lines": [{name: part for name, part in spelled_out["lines"][0].items() if part is not None}]},
        key="the-same-key",
    )

    assert same(first, again)


def test_two_accounts_may_use_the_same_key_and_learn_nothing_of_each_other(alma, birk):
    alma.receive(units=9, place="osl-depot", on=TODAY)
    birk.receive(units=9, place=BUS, on=TODAY)

    by_alma = alma.post("/handouts", handout() | {"place": "osl-depot"}, key="the-same-key")
    by_birk = birk.post("/handouts", handout(), key="the-same-key")

    assert (by_alma.status_code, by_birk.status_code) == (201, 201)
    assert by_alma.json["journal"] != by_birk.json["journal"]
    assert "Idempotent-Replayed" not in by_birk.headers


def test_a_renewed_api_key_answers_for_the_same_account(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    first = ada.post("/handouts", handout(), key="before-it-was-renewed")

    def renew(session):
        account = auth.service_account(session, "everywhere", grants=[auth.NewGrant(role=Role.DEPOT)], now=clock.now())
        auth.revoke_keys(session, "everywhere", now=clock.now())
        return auth.add_key(session, account, now=clock.now())

    renewed = type(ada)(ada.client, in_one_transaction(renew), "renewed")

    assert ada.post("/handouts", handout(), key="before-it-was-renewed").status_code == 401
    assert same(first, renewed.post("/handouts", handout(), key="before-it-was-renewed"))


def test_a_key_is_the_same_in_the_header_and_in_a_batch(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    first = ada.post("/handouts", handout(), key="first-by-itself")
    entries = [{"kind": "handout", "key": "first-by-itself", "body": handout()}, {"kind": "handout", "key": "first-in-a-batch", "body": handout(1)}]

    batch = ada.post("/postings/batch", {"postings": entries})
    alone = ada.post("/handouts", handout(1), key="first-in-a-batch")

    assert [(said["status"], said["replayed"]) for said in batch.json["postings"]] == [(201, True), (201, False)]
    assert batch.json["postings"][0]["body"] == first.json
    assert batch.json["postings"][1]["body"] == alone.json
    assert alone.headers["Idempotent-Replayed"] == "true"
    assert ada.on_hand(BUS) == {"A1": 5}


def test_a_key_of_a_batch_with_another_content_refuses_the_batch(ada):
    ada.receive(units=9, place=BUS, on=TODAY)
    ada.post("/handouts", handout(), key="first-by-itself")

    answer = ada.post("/postings/batch", {"postings": [{"kind": "handout", "key": "not-used-yet", "body": handout(1)}, {"kind": "handout", "key": "first-by-itself", "body": handout(1)}]})

    assert (answer.status_code, answer.json["code"]) == (422, "key-used-for-another")
    assert ada.on_hand(BUS) == {"A1": 6}


def test_a_key_is_needed_and_has_to_look_like_one(ada):
    for key in ("", "short", "x" * 81, "with a lïne", "\N{CYRILLIC SMALL LETTER A}bcdefgh"):
        headers = {"Authorization": f"Bearer {ada.token}"} | ({"Idempotency-Key": key.encode().decode("latin-1")} if key else {})
        answer = ada.client.post("/api/v1/handouts", json=handout(), headers=headers)
        assert (answer.status_code, answer.json["code"]) == (400, "key-missing"), key


def test_each_posting_points_at_its_request_and_each_refusal_has_one(ada, session):
    ada.receive(units=9, place=BUS, on=TODAY)
    ada.post("/handouts", handout(), key="entered-this-one")
    ada.post("/handouts", handout(99), key="refused-this-one")
    ada.post("/handouts", handout(0), key="malformed-this-one")

    statuses = dict(session.execute(select(Request.key, Request.status).where(Request.key.like("%-this-one"))).all())
    assert statuses == {"entered-this-one": 201, "refused-this-one": 409}
    assert session.scalar(select(func.count()).select_from(Posting).where(Posting.request_key == "entered-this-one")) == 1
