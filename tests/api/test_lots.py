"""What happens to lots, as a machine tells and asks it: what may be said, under which key, and what is answered."""

import json

import pytest

from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import in_one_transaction
from tests.api.acts import PLACE, PRODUCT, changed, names, objects_in, paths_to, problem, without
from tests.conftest import Caller

A1 = f"/lots/{PRODUCT}/A1"
ACTS = {
    f"{A1}/quarantine": {"place": PLACE, "reason": "too_warm", "document": "N-1"},
    f"{A1}/release": {"place": PLACE, "reason": "examined", "document": "N-2"},
    f"{A1}/redate": {"expires_on": "2029-01-31", "document": "N-3", "authority": "DMP"},
    "/lots/redatings": {"document": "N-4", "authority": "DMP", "lots": [{"product": PRODUCT, "lot": "A1", "expires_on": "2030-01-31"}]},
}
"""What is done to lots, in an order in which each can be done."""
NOT_TEXT = ["", " ", "a\x00b", "a\nb", "\ud800", 1, True, [], {}]
NOT_DAYS = ["2026-02-30", "20300131", "2030-01-31T00:00:00Z", "", 20300131, True, None, [], {}]


@pytest.fixture
def gro(stocked, app) -> Caller:
    """Gro has a depot role for the whole country; A1 lies at PLACE."""

    def work(session) -> str:
        account = auth.service_account(session, "Gro", grants=[auth.NewGrant(role=Role.DEPOT)], now=clock.now())
        return auth.add_key(session, account, now=clock.now())

    return Caller(app.test_client(), in_one_transaction(work), "gro")


def events(caller, path=A1):
    return caller.get(f"{path}/events").json["events"]


def test_each_act_answers_what_happened_and_the_lot_tells_it_in_order(gro):
    answers = [gro.post(path, body) for path, body in ACTS.items()]

    assert [answer.status_code for answer in answers] == [200] * 4, [answer.text for answer in answers]
    told = events(gro)
    assert [answer.json["events"] for answer in answers] == [[event] for event in told]
    assert [(event["kind"], event["place"], event["reason"], event["document"], event["authority"]) for event in told] == [
        ("quarantine", PLACE, "too_warm", "N-1", None),
        ("release", PLACE, "examined", "N-2", None),
        ("redate", None, None, "N-3", "DMP"),
        ("redate", None, None, "N-4", "DMP"),
    ]
    assert [(event["expires_before"], event["expires_after"]) for event in told] == [(None, None)] * 2 + [("2028-01-31", "2029-01-31"), ("2029-01-31", "2030-01-31")]
    assert {(event["product"], event["lot"], event["follows_a_part"], event["happened_on"]) for event in told} == {(PRODUCT, "A1", False, clock.today().isoformat())}
    assert {event["recorded_by"] for event in told} == {gro.receive(place=PLACE, expires_on="2030-01-31")["recorded_by"]}


def test_a_lot_to_which_nothing_happened_tells_nothing(gro):
    assert events(gro) == []


def test_a_lot_in_quarantine_everywhere_is_listed_as_such(gro):
    def quarantined():
        return gro.get("/lots", number="A1").json[0]["quarantined"]

    before = quarantined()
    gro.post(f"{A1}/quarantine", {"place": PLACE, "reason": "frozen"})
    at_a_place = quarantined()
    gro.post(f"{A1}/quarantine", {"reason": "frozen"})

    assert (before, at_a_place, quarantined()) == (False, False, True)


@pytest.mark.parametrize("number", ["A/1", "A//1", "/A", "A/", ".", "A/events", "a b", "å?#%&"])
def test_a_lots_number_may_hold_whatever_is_printed(gro, number):
    gro.receive(lot=number, place=PLACE)
    path = f"/lots/{PRODUCT}/{''.join(f'%{byte:02X}' for byte in number.encode())}"

    assert gro.post(f"{path}/quarantine", {"reason": "frozen"}).status_code == 200
    assert [(event["kind"], event["lot"]) for event in events(gro, path)] == [("quarantine", number)]


def test_a_lot_that_is_not_known_is_not_there(gro, rows, subtests):
    before = rows()

    for path in (f"/lots/{PRODUCT}/a1", f"/lots/{PRODUCT}/A1%20", "/lots/no-such/A1", f"/lots/{PRODUCT}/{'A' * 21}", f"/lots/{PRODUCT}/%00", "/lots/naloxone-ventizolve/A1"):
        for act in ("quarantine", "release", "redate"):
            with subtests.test(path=path, act=act):
                body = ACTS[f"{A1}/{act}"]
                problem(gro.post(f"{path}/{act}", body), 404)
        with subtests.test(path=path):
            problem(gro.get(f"{path}/events"), 404)
    with subtests.test(act="redatings"):
        said = problem(gro.post("/lots/redatings", changed(ACTS["/lots/redatings"], ("lots", 0, "lot"), "NOBODYS")), 404, "missing")
        assert said["at"] == "lots.0.lot"

    assert rows() == before


def test_text_that_cannot_be_printed_or_is_not_text_is_refused(gro, rows, subtests):
    before = rows()

    for act, body in ACTS.items():
        for name in ("place", "reason", "document", "authority", "product", "lot"):
            for path in paths_to(body, name):
                for value in NOT_TEXT:
                    with subtests.test(act=act, path=path, value=repr(value)):
                        assert names(problem(gro.post_text(act, json.dumps(changed(body, path, value))), 422, "values-are-wrong"), path)

    assert rows() == before


def test_a_day_is_an_iso_date_that_exists(gro, rows, subtests):
    before = rows()

    for act, body in ACTS.items():
        for path in paths_to(body, "expires_on"):
            for value in NOT_DAYS:
                with subtests.test(act=act, path=path, value=value):
                    assert names(problem(gro.post(act, changed(body, path, value)), 422, "values-are-wrong"), path)

    assert rows() == before


def test_what_must_be_there_is_asked_for_and_what_is_not_known_refused(gro, rows, subtests):
    may_be_absent = {("place",), ("document",)}
    before = rows()

    for act, body in ACTS.items():
        for path in [(*above, name) for above in objects_in(body) for name in (body if not above else body["lots"][0])]:
            if path in may_be_absent and "redat" not in act:
                continue
            with subtests.test(act=act, without=path):
                assert names(problem(gro.post(act, without(body, path)), 422, "values-are-wrong"), path)
        for above in objects_in(body):
            for name in ("extra", "Reason", "lots " if above else "units"):
                with subtests.test(act=act, extra=(*above, name)):
                    assert names(problem(gro.post(act, changed(body, (*above, name), 1)), 422, "values-are-wrong"), (*above, name))

    assert rows() == before


def test_a_reason_is_one_of_the_list(gro, rows, subtests):
    before = rows()

    for act, reason in ((f"{A1}/quarantine", "examined"), (f"{A1}/release", "frozen"), (f"{A1}/quarantine", "Frozen")):
        with subtests.test(act=act, reason=reason):
            said = problem(gro.post(act, {"reason": reason}), 422, "values-are-wrong")
            assert names(said, ("reason",))
            assert "," in json.dumps(said["errors"])

    assert rows() == before


def test_a_campaign_has_one_to_a_thousand_lots(gro, rows, subtests):
    before = rows()
    line = ACTS["/lots/redatings"]["lots"][0]

    for lots in ([], [line] * 1001, {}, [1], "A1"):
        with subtests.test(lots=str(lots)[:20]):
            assert names(problem(gro.post("/lots/redatings", ACTS["/lots/redatings"] | {"lots": lots}), 422, "values-are-wrong"), ("lots",))

    assert rows() == before


def test_what_is_done_to_a_lot_needs_a_key_like_any_other_act(gro, rows, subtests):
    before = rows()

    for act, body in ACTS.items():
        with subtests.test(act=act):
            problem(gro.client.post(f"/api/v1{act}", json=body, headers={"Authorization": f"Bearer {gro.token}"}), 400, "key-missing")

    assert rows() == before


def test_the_same_key_gets_the_first_answer_again_byte_for_byte(gro, rows, subtests):
    for nth, (act, body) in enumerate(ACTS.items()):
        with subtests.test(act=act):
            first = gro.post(act, body, key=f"the-same-key-{nth}")
            before = rows()

            again = gro.post(act, body, key=f"the-same-key-{nth}")

            assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (200, first.data, "true")
            assert rows() == before


def test_the_same_key_for_another_lot_or_content_is_refused(gro, rows, subtests):
    gro.receive(lot="B1", place=PLACE)
    for nth, (act, body) in enumerate(ACTS.items()):
        gro.post(act, body, key=f"the-same-key-{nth}")
    before = rows()

    for nth, (act, body) in enumerate(ACTS.items()):
        with subtests.test(act=act, other="content"):
            problem(gro.post(act, body | {"document": "N-9"}, key=f"the-same-key-{nth}"), 422, "key-used-for-another")
        if "A1" in act:
            with subtests.test(act=act, other="lot"):
                problem(gro.post(act.replace("A1", "B1"), body, key=f"the-same-key-{nth}"), 422, "key-used-for-another")

    assert rows() == before


def test_what_the_lots_state_refuses_spends_the_key_and_stays_refused(gro, rows, subtests):
    released = gro.post(f"{A1}/release", {"reason": "mistake"}, key="released-too-soon")
    same_expiry = gro.post(f"{A1}/redate", ACTS[f"{A1}/redate"] | {"expires_on": "2028-01-31"}, key="same-expiry-key")
    gro.post(f"{A1}/quarantine", {"reason": "frozen"})
    blocked_twice = gro.post(f"{A1}/quarantine", {"reason": "frozen"}, key="blocked-twice-key")
    gro.post(f"{A1}/redate", ACTS[f"{A1}/redate"])
    before = rows()

    problem(released, 409, "nothing-to-release")
    problem(blocked_twice, 409, "blocked-already")
    assert problem(same_expiry, 409, "same-expiry")["known"] == "2028-01-31"
    for act, body, key, first in (
        ("release", {"reason": "mistake"}, "released-too-soon", released),
        ("quarantine", {"reason": "frozen"}, "blocked-twice-key", blocked_twice),
        ("redate", ACTS[f"{A1}/redate"] | {"expires_on": "2028-01-31"}, "same-expiry-key", same_expiry),
    ):
        with subtests.test(act=act):
            again = gro.post(f"{A1}/{act}", body, key=key)
            assert (again.data, again.headers["Idempotent-Replayed"]) == (first.data, "true")
    assert rows() == before
