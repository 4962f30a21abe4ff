"""Orders over the interface: who may, what is said, and what a key, a version and a wrong value do."""

import pytest
from jsonschema_rs import Draft202012Validator

from tests.api.acts import changed, objects_in, paths_to, problem
from tests.api.order_acts import DEPOT, LINES, NUMBER, PLACE, PRODUCT, STEPS
from tests.conftest import Caller

EVERYBODY = ("alma", "birk", "cato", "dina", "erik", "frida")


@pytest.fixture
def people(caller):
    return {name: caller(name) for name in EVERYBODY}


@pytest.fixture
def stocked(people) -> Caller:
    people["alma"].receive(units=100, lot="A1", expires_on="2031-01-31", on="2026-11-01")
    return people["alma"]


def version_of(who: Caller, number: str) -> str:
    return who.get(f"/orders/{number}").headers.get("ETag", '"1"')


def send(who: Caller, path: str, body, **headers):
    """Send an act with the version the order has now, unless another is said."""
    number = path.split("/")[1] if "/" in path else None
    if number is not None and "If_Match" not in headers:
        headers["If_Match"] = version_of(who, number)
    if path.count("/") == 1 and number is not None:
        return patch(who, path, body, **headers)
    return who.post(f"/{path}", body, **headers)


def patch(who: Caller, path: str, body, *, key=None, **headers):
    who.acts += 1
    sent = {"Authorization": f"Bearer {who.token}", "Idempotency-Key": key or f"{who.name}-{who.acts:08}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    with who.client.application.app_context():
        return who.client.patch(f"/api/v1/{path}", json=body, headers=sent)


def test_every_act_is_done_by_who_may_in_its_turn_and_nobody_else(stocked, people, subtests):
    for doer, path, body in STEPS:
        for name in EVERYBODY:
            if name == doer:
                continue
            with subtests.test(path=path, name=name):
                before = people["birk"].get("/orders", limit=500).json
                answer = send(people[name], path, body, If_Match=version_of(people["birk"], path.split("/")[1]) if "/" in path else '"1"')
                may_too = path == "allocations" and name == "birk"
                assert answer.status_code in ({200, 403, 404} if may_too else {403, 404}), answer.text
                assert people["birk"].get("/orders", limit=500).json == before
        with subtests.test(path=path, name=doer):
            answer = send(people[doer], path, body)
            assert answer.status_code in {200, 201}, answer.text


def test_bodies_and_answers_are_as_the_document_says(app, stocked, people, subtests):
    document = app.test_client().get("/api/openapi.json").json

    for doer, path, body in STEPS:
        rule = "/api/v1/" + path.replace(NUMBER, "{number}").replace("0301-2026-0002", "{number}")
        method = "patch" if path == f"orders/{NUMBER}" else "post"
        operation = document["paths"][rule][method]
        with subtests.test(path=path):
            Draft202012Validator(operation["requestBody"]["content"]["application/json"]["schema"] | {"components": document["components"]}).validate(body)
            answer = send(people[doer], path, body)
            assert answer.status_code in {200, 201}, answer.text
            schema = operation["responses"][str(answer.status_code)]["content"]["application/json"]["schema"]
            Draft202012Validator(schema | {"components": document["components"]}).validate(answer.json)
    listed = document["paths"]["/api/v1/orders"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator(listed | {"components": document["components"]}).validate(people["birk"].get("/orders").json)


def test_the_same_key_answers_the_same_byte_for_byte_with_the_version_it_had(stocked, people, subtests):
    answers = []
    for nth, (doer, path, body) in enumerate(STEPS):
        key, seen = f"the-key-of-step-{nth}", version_of(people["birk"], path.split("/")[1]) if "/" in path else '"1"'
        answers.append((doer, path, body, key, seen, send(people[doer], path, body, key=key, If_Match=seen)))

    for doer, path, body, key, seen, first in answers:
        with subtests.test(path=path):
            again = send(people[doer], path, body, key=key, If_Match=seen)
            assert (again.status_code, again.data, again.headers.get("ETag"), again.headers.get("Location")) == (
                first.status_code,
                first.data,
                first.headers.get("ETag"),
                first.headers.get("Location"),
            )
            assert again.headers["Idempotent-Replayed"] == "true"
    assert people["birk"].get(f"/orders/{NUMBER}").json["state"] == "closed"


def test_a_wrong_version_spends_no_key_and_a_wrong_state_does(stocked, people):
    birk = people["birk"]
    birk.post("/orders", {"place": PLACE, "lines": LINES})

    for wrong in ('"7"', "3", "*", '"0"', ""):
        answer = birk.post(f"/orders/{NUMBER}/submit", {}, key="one-key-for-it", If_Match=wrong)
        assert answer.status_code == (412 if wrong == '"7"' else 428), answer.text
    done = birk.post(f"/orders/{NUMBER}/submit", {}, key="one-key-for-it", If_Match='"1"')
    refused = birk.post(f"/orders/{NUMBER}/submit", {}, key="another-key", If_Match='"2"')
    replayed = birk.post(f"/orders/{NUMBER}/submit", {}, key="another-key", If_Match='"2"')

    assert done.status_code == 200
    assert problem(refused, 409, "wrong-state")["state"] == "submitted"
    assert (replayed.data, replayed.headers["Idempotent-Replayed"]) == (refused.data, "true")


@pytest.mark.parametrize("units", [0, -1, 1.5, "20", True, None, 10_000_001, [20]])
def test_a_number_that_is_none_is_refused_wherever_it_stands(stocked, people, units, subtests):
    for doer, path, body in STEPS:
        for member in ("units", "accepted", "rejected", "missing", "months"):
            for where in paths_to(body, member):
                with subtests.test(path=path, member=member):
                    if units == 0 and (member in {"accepted", "rejected", "missing"} or path.endswith("approve")):
                        continue
                    problem(send(people[doer], path, changed(body, where, units)), 422, "values-are-wrong")
        assert send(people[doer], path, body).status_code in {200, 201}


def test_members_nobody_knows_are_refused_wherever_they_stand(stocked, people, subtests):
    for doer, path, body in STEPS:
        for where in objects_in(body):
            with subtests.test(path=path, where=where):
                problem(send(people[doer], path, changed(body, (*where, "nobody"), 1)), 422, "values-are-wrong")
        assert send(people[doer], path, body).status_code in {200, 201}


def test_a_list_is_narrowed_and_paged_and_shows_what_one_may_see(stocked, people):
    birk, dina = people["birk"], people["dina"]
    for _ in range(5):
        birk.post("/orders", {"place": PLACE, "lines": LINES})
    dina.post("/orders", {"place": "bergen-outreach", "lines": LINES})
    send(birk, f"orders/{NUMBER}/submit", {})

    first = birk.get("/orders", limit=3)
    rest = birk.client.get(first.headers["Link"].split(">")[0].strip("<"), headers={"Authorization": f"Bearer {birk.token}"})

    assert [order["number"][-4:] for order in first.json + rest.json] == ["0005", "0004", "0003", "0002", "0001"]
    assert [order["number"] for order in birk.get("/orders", state="submitted").json] == [NUMBER]
    assert {order["place"] for order in dina.get("/orders").json} == {"bergen-outreach"}
    assert len(people["alma"].get("/orders", supplied_by=DEPOT, open="true").json) == 5
    assert people["cato"].get("/orders", place=PLACE, limit=500).json == birk.get("/orders", limit=500).json
    problem(dina.get(f"/orders/{NUMBER}"), 404, "missing")
    problem(birk.get("/orders", state="nowhere"), 422, "values-are-wrong")
    problem(people["frida"].get("/orders"), 403, "forbidden")


def test_whole_packs_are_ordered_in_packs_or_units_and_anything_else_says_what_would_do(stocked, people):
    birk = people["birk"]

    packs = birk.post("/orders", {"place": PLACE, "lines": [{"product": PRODUCT, "packs": 3}]})
    odd = birk.post("/orders", {"place": PLACE, "lines": [{"product": PRODUCT, "units": 5}]})

    assert (packs.json["lines"][0]["requested"], packs.json["lines"][0]["pack"]) == (6, 2)
    assert {"lower": 4, "higher": 6, "pack": 2}.items() <= problem(odd, 422, "not-whole-packs").items()
