"""Recalls over the interface: who may, who sees what, and what a key and a wrong value do."""

import pytest
from jsonschema_rs import Draft202012Validator

from tests.api.acts import changed, objects_in, paths_to, problem, without
from tests.api.recall_acts import ANSWER, NOTICE, NUMBER, PLACE, PRODUCT, STEPS

EVERYBODY = ("alma", "birk", "cato", "dina", "erik", "frida", "gro")
MAY = {"recalls": {"gro"}, "raise": {"gro"}, "answers": {"birk", "gro"}, "close": {"gro"}, "lift": {"gro"}}
BERGEN = "bergen-servicepoint"


@pytest.fixture
def people(caller):
    return {name: caller(name) for name in EVERYBODY}


@pytest.fixture
def stocked(people):
    """Ten of lot A1 with Birk, six with Dina in Bergen, of which two were handed out."""
    people["birk"].receive(units=10, lot="A1", place=PLACE, expires_on="2031-01-31", on="2026-11-01")
    people["dina"].receive(units=6, lot="A1", place=BERGEN, expires_on="2031-01-31", on="2026-11-01")
    assert people["dina"].hand_out(2, place=BERGEN, on="2026-11-02").status_code == 201
    return people


@pytest.fixture
def opened(stocked):
    assert stocked["gro"].post("/recalls", NOTICE).status_code == 201
    return stocked


def tables(session):
    from sqlalchemy import text

    session.rollback()
    counts = {
        name: session.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
        for name in ("recall", "recall_lot", "recall_place", "recall_answer", "lot_event", "posting", "notice", "number_series")
    }
    session.rollback()
    return counts


def test_each_act_is_done_by_those_who_may_and_nobody_else(stocked, session, subtests):
    for who, path, body in STEPS:
        act, before = path.rpartition("/")[2], tables(session)
        for name in set(EVERYBODY) - MAY[act]:
            with subtests.test(path=path, name=name):
                answer = stocked[name].post(f"/{path}", body)
                assert answer.status_code == (404 if act == "answers" and name == "dina" else 403)
                problem(answer, answer.status_code, {("alma", "answers"): "not-your-place", ("alma", "recalls"): "recalls-are-national", ("alma", "close"): "recalls-are-national"}.get((name, act)))
        with subtests.test(path=path, name="nobody"):
            problem(stocked[who].client.post(f"/api/v1/{path}", json=body, headers={"Idempotency-Key": "nobodys-key"}), 401, "not-signed-in")
        assert tables(session) == before
        assert stocked[who].post(f"/{path}", body).status_code in {200, 201}


def test_everybody_reads_the_notice_and_of_the_places_those_they_see(opened, subtests):
    seen = {"alma": {PLACE}, "birk": {PLACE}, "erik": {PLACE}, "dina": {BERGEN}, "cato": {PLACE, BERGEN}, "gro": {PLACE, BERGEN}}

    problem(opened["frida"].get(f"/recalls/{NUMBER}"), 403)
    problem(opened["frida"].get("/recalls"), 403)
    for name, places in seen.items():
        with subtests.test(name=name):
            (head,) = opened[name].get("/recalls").json
            recall = opened[name].get(f"/recalls/{NUMBER}").json
            assert head == {key: recall[key] for key in head}
            assert {one["place"] for one in recall["places"]} == places
            assert recall["progress"]["asked"] == len(places)
            assert (recall["sums"] is None) == (name not in {"cato", "gro"})
            assert (BERGEN in str(recall)) == (BERGEN in places)


def test_what_was_handed_out_elsewhere_is_not_told_to_a_municipality(opened):
    own, other = opened["birk"].get(f"/recalls/{NUMBER}").text, opened["dina"].get(f"/recalls/{NUMBER}").json

    assert '"handed_out":2' not in own
    assert other["places"][0]["lots"][0]["handed_out"] == 2


def test_another_place_and_one_that_is_not_there_get_the_same_answer(opened):
    foreign, absent = (opened["birk"].post(f"/recalls/{NUMBER}/answers", ANSWER | {"place": place}) for place in (BERGEN, "bergen-nowhere"))

    assert foreign.text == absent.text
    problem(foreign, 404, "missing")


def test_a_recall_that_is_not_there_is_missing_whatever_is_asked_of_it(stocked, subtests):
    for path, body in [(path.replace("0001", "0999"), body) for _, path, body in STEPS[1:]]:
        with subtests.test(path=path):
            problem(stocked["gro"].post(f"/{path}", body), 404, "missing")
    problem(stocked["gro"].get("/recalls/R-2026-0999"), 404, "missing")


def test_the_same_key_is_the_same_recall(stocked):
    first, again = (stocked["gro"].post("/recalls", NOTICE, key="a-key-of-its-own") for _ in range(2))
    other = stocked["gro"].post("/recalls", NOTICE | {"class": 1}, key="a-key-of-its-own")

    assert (first.data, again.headers["Idempotent-Replayed"], first.headers["Location"]) == (again.data, "true", f"/api/v1/recalls/{NUMBER}")
    problem(other, 422, "key-used-for-another")
    assert len(stocked["gro"].get("/recalls").json) == 1


def test_a_refused_answer_spends_its_key_and_a_wrong_one_does_not(opened):
    birk = opened["birk"]
    wrong = ANSWER | {"lines": [{"lot": "A1", "found": 1, "destroyed": 2}]}
    unknown = ANSWER | {"lines": [{"lot": "NOBODYS", "found": 1}]}

    problem(birk.post(f"/recalls/{NUMBER}/answers", wrong, key="the-key-of-one"), 422, "more-than-found")
    problem(birk.post(f"/recalls/{NUMBER}/answers", unknown, key="the-key-of-two"), 409, "not-of-the-recall")
    assert birk.post(f"/recalls/{NUMBER}/answers", ANSWER, key="the-key-of-one").status_code == 201
    problem(birk.post(f"/recalls/{NUMBER}/answers", ANSWER, key="the-key-of-two"), 422, "key-used-for-another")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class", 0),
        ("class", 4),
        ("class", "1"),
        ("class", True),
        ("lots", []),
        ("lots", [{}]),
        ("drill", "yes"),
        ("answer_hours", 0),
        ("gtin", "05060571490002"),
        ("reason", ""),
        ("reason", "født 01017012345 17054026641"),
        ("document", None),
        ("product", ""),
    ],
)
def test_a_value_that_cannot_be_right_is_refused(stocked, session, name, value):
    before = tables(session)

    problem(stocked["gro"].post("/recalls", NOTICE | {name: value}), 422)

    assert tables(session) == before


def test_a_notice_names_a_product_by_code_or_gtin_and_both_agree(stocked):
    gro = stocked["gro"]
    bare = {key: value for key, value in NOTICE.items() if key not in {"product", "gtin"}}

    problem(gro.post("/recalls", bare), 422)
    problem(gro.post("/recalls", bare | {"product": "nothing"}), 422, "no-such-product")
    problem(gro.post("/recalls", bare | {"gtin": "07038010068980"}), 422, "no-such-pack")
    problem(gro.post("/recalls", NOTICE | {"product": "naloxone-ventizolve"}), 422, "label-disagrees")
    assert gro.post("/recalls", bare | {"gtin": "5060571490001"}).json["product"] == PRODUCT


def test_unknown_members_are_refused_however_deep(opened, stocked, subtests):
    for who, path, body in STEPS:
        for where in objects_in(body):
            with subtests.test(path=path, where=where):
                problem(stocked[who].post(f"/{path}", changed(body, (*where, "stranger"), 1)), 422)


def test_a_note_about_a_person_is_refused(opened):
    said = problem(opened["birk"].post(f"/recalls/{NUMBER}/answers", ANSWER | {"note": "gitt til 17054026641"}), 422)

    assert "note" in said["errors"]


def test_what_is_required_is(stocked, subtests):
    for name in ("class", "lots", "document", "authority", "reason"):
        with subtests.test(name=name):
            problem(stocked["gro"].post("/recalls", without(NOTICE, (name,))), 422)
    assert list(paths_to(NOTICE, "lot")) == [("lots", 0, "lot")]


def test_lists_are_paged_newest_first_and_by_state(stocked):
    gro = stocked["gro"]
    for nth in range(5):
        assert gro.post("/recalls", NOTICE | {"drill": True, "document": f"D{nth}"}).status_code == 201
    assert gro.post(f"/recalls/{NUMBER}/close", {"reason": "over"}).status_code == 200

    first = gro.get("/recalls", limit=2)
    second = gro.client.get(first.headers["Link"].partition("<")[2].partition(">")[0], headers={"Authorization": f"Bearer {gro.token}"})

    assert [one["document"] for one in first.json + second.json] == ["D4", "D3", "D2", "D1"]
    assert [one["document"] for one in gro.get("/recalls", state="closed").json] == ["D0"]
    assert len(gro.get("/recalls", state="open").json) == 4
    assert gro.get("/recalls", state="lifted").json == []
    problem(gro.get("/recalls", after="nonsense"), 422, "mark-is-wrong")


def test_every_answer_is_as_the_document_says(stocked, subtests):
    document = stocked["gro"].client.get("/api/openapi.json").json

    def validate(answer, path, method):
        schema = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
        Draft202012Validator(schema | {"components": document["components"]}).validate(answer.json)

    for who, path, body in STEPS:
        with subtests.test(path=path):
            route = "/api/v1/" + path.replace(NUMBER, "{number}")
            asked = document["paths"][route]["post"]["requestBody"]["content"]["application/json"]["schema"]
            Draft202012Validator(asked | {"components": document["components"]}).validate(body)
            validate(stocked[who].post(f"/{path}", body), route, "post")
    validate(stocked["birk"].get("/recalls"), "/api/v1/recalls", "get")
    validate(stocked["birk"].get(f"/recalls/{NUMBER}"), "/api/v1/recalls/{number}", "get")
