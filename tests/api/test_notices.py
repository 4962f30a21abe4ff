"""One's own notices as JSON: paged, read once, nobody else's."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from supply import clock
from supply.auth.models import Account
from supply.db import in_one_transaction
from supply.notices import service
from supply.notices.service import spreading
from supply.reference import queries as reference
from tests.api.acts import problem


@pytest.fixture
def five(app):
    """Five notices at the depot in Oslo, and one in Bergen."""

    def work(session):
        session.execute(update(Account).values(created_at=clock.now() - timedelta(days=1000)))
        for at, many in (("osl-depot", 5), ("bergen-servicepoint", 1)):
            for nth in range(many):
                service.queue(session, place_id=reference.get_place(session, at).id, kind="surplus", facts={"shipment": f"{at}-{nth}", "lines": []}, now=clock.now())
        spreading.spread(session, kinds=app.extensions["notice_kinds"], now=clock.now())

    in_one_transaction(work)


def test_ones_own_notices_are_listed_newest_first_in_parts(five, alma):
    first = alma.get("/notices", limit=3)
    second = alma.client.get(first.headers["Link"].split(">")[0][1:], headers={"Authorization": f"Bearer {alma.token}"})

    assert [one["facts"]["shipment"] for one in first.json + second.json] == [f"osl-depot-{nth}" for nth in range(4, -1, -1)]
    assert "Link" not in second.headers
    one = first.json[0]
    assert {name: one[name] for name in ("kind", "urgency", "place", "link", "read_at", "unread")} == {
        "kind": "surplus",
        "urgency": "routine",
        "place": "osl-depot",
        "link": "/places/osl-depot/orders",
        "read_at": None,
        "unread": True,
    }
    assert one["sentence"].startswith("More arrived with shipment osl-depot-4")


def test_nobody_lists_the_notices_of_another(five, caller):
    listed = {name: {one["place"] for one in caller(name).get("/notices").json} for name in ("alma", "birk", "cato", "dina", "erik", "frida", "gro")}

    assert listed == {"alma": {"osl-depot"}, "birk": set(), "cato": set(), "dina": {"bergen-servicepoint"}, "erik": set(), "frida": set(), "gro": set()}


def test_a_notice_is_read_once_and_stays_read(five, alma):
    number = alma.get("/notices").json[0]["id"]

    first = alma.post(f"/notices/{number}/read", {}, key="read-it-once")
    again = alma.post(f"/notices/{number}/read", {}, key="read-it-once")
    third = alma.post(f"/notices/{number}/read", {})

    assert [answer.status_code for answer in (first, again, third)] == [200, 200, 200]
    assert again.data == first.data
    assert first.json["unread"] is False
    assert third.json["read_at"] == first.json["read_at"]
    assert [one["id"] for one in alma.get("/notices", unread="true").json] == sorted((one["id"] for one in alma.get("/notices").json if one["unread"]), reverse=True)
    assert len(alma.get("/notices", unread="true").json) == 4


def test_a_notice_of_another_and_one_that_is_not_there_get_the_same_answer(five, alma, dina):
    number = alma.get("/notices").json[0]["id"]
    answers = [dina.post(f"/notices/{one}/read", {}) for one in (number, 999_999, 2**40)]

    for answer in answers:
        problem(answer, 404, "missing")
    assert all(one["unread"] for one in alma.get("/notices").json)


def test_a_mark_that_is_not_ours_is_refused(five, alma):
    problem(alma.get("/notices", after="nonsense"), 422, "mark-is-wrong")
