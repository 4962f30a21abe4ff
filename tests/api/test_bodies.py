"""Bodies that cannot be read, keys that are none, and what a key remembers."""

import json

import pytest

from supply import clock
from supply.auth import queries as accounts
from supply.auth import service as auth
from supply.db import in_one_transaction
from tests.api.acts import PLACE, bodies, changed, objects_in, paths_to, problem, without


def test_a_body_that_is_not_json_cannot_be_read(stocked, rows, subtests):
    bad = {
        "nothing": b"",
        "blank": b"  ",
        "text": b"hello",
        "a cut object": b'{"place": "oslo',
        "two objects": b"{}{}",
        "a comment": b'{"place": 1 /* one */}',
        "single quotes": b"{'place': 1}",
        "a comma too many": b'{"place": 1,}',
        "bytes that are not UTF-8": b'{"place": "\xff\xfe"}',
        "Latin-1": '{"place": "Tromsø"}'.encode("latin-1"),
        "UTF-16": '{"place": "x"}'.encode("utf-16"),
        "UTF-16 without mark": '{"place": "x"}'.encode("utf-16-le"),
        "UTF-32": '{"place": "x"}'.encode("utf-32"),
        "surrogates as bytes": b'{"place": "\xed\xa0\x80"}',
        "overlong UTF-8": b'{"place": "\xc0\xaf"}',
        "a control character": b'{"place": "a\x01b"}',
        "a hundred thousand lists": b"[" * 100_000,
        "a hundred thousand objects": b'{"a":' * 100_000,
        "a hundred thousand lists, closed": b"[" * 100_000 + b"]" * 100_000,
    }
    before = rows()

    for act in bodies():
        for what, body in bad.items():
            with subtests.test(act=act, what=what):
                said = problem(stocked.post_text(f"/{act}", body), 400, "unreadable")
                assert said["why"]

    assert rows() == before


def test_a_body_that_is_json_but_no_object_is_refused(stocked, rows, subtests):
    before = rows()

    for act in bodies():
        for body in ("null", "true", "1", '"text"', "[]", "[{}]"):
            with subtests.test(act=act, body=body):
                problem(stocked.post_text(f"/{act}", body), 422, "values-are-wrong")

    assert rows() == before


def test_a_member_that_stands_twice_cannot_be_read(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        for path in objects_in(body):
            inner = body
            for step in path:
                inner = inner[step]
            name = next(iter(inner))
            written = json.dumps(changed({"": body}, ("", *path, "HERE"), inner[name])[""]).replace('"HERE"', json.dumps(name))
            with subtests.test(act=act, path=path):
                said = problem(stocked.post_text(f"/{act}", written), 400, "unreadable")
                assert name in said["why"]
    with subtests.test(what="a name that cannot be written as UTF-8"):
        problem(stocked.post_text("/handouts", r'{"\ud800": 1, "\ud800": 2}'), 400, "unreadable")

    assert rows() == before


def test_deep_values_in_an_entry_of_a_batch_are_refused_not_followed(stocked, rows, subtests):
    before = rows()

    for depth in (10, 300, 500, 900, 990):
        with subtests.test(depth=depth):
            deep = '{"a":' * depth + "1" + "}" * depth
            answer = stocked.post_text("/postings/batch", f'{{"postings": [{{"kind": "receipt", "key": "entry-0001", "body": {deep}}}]}}')
            assert answer.status_code in {400, 422}, answer.text[:300]

    assert rows() == before


def test_odd_values_in_an_entry_of_a_batch_are_refused(stocked, rows, subtests):
    before = rows()

    for body in (r'{"note": "\ud800"}', r'{"\udfff": 1}', '{"a": 1e999}', '{"a": 1.5}', '{"": null}'):
        for each in ("", "?each=true"):
            with subtests.test(body=body, each=each):
                answer = stocked.post_text(f"/postings/batch{each}", f'{{"postings": [{{"kind": "receipt", "key": "entry-0001", "body": {body}}}]}}')
                if each:
                    assert answer.status_code == 200, answer.text
                    assert [entry["status"] for entry in answer.json["postings"]] == [422]
                else:
                    problem(answer, 422, "values-are-wrong")

    after = rows()
    assert after.pop("request") == before.pop("request") + 5, "the batches that were answered entry by entry, and no entry"
    assert after == before


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "application/jsonx", "json"])
def test_only_json_is_taken(stocked, rows, subtests, content_type):
    before = rows()

    for act, body in bodies().items():
        with subtests.test(act=act):
            problem(stocked.post_text(f"/{act}", json.dumps(body), content_type=content_type), 415, "wrong-content-type")

    assert rows() == before


def test_json_may_say_that_it_is_utf_8(stocked):
    answer = stocked.post_text("/handouts", json.dumps(bodies()["handouts"]), content_type="application/json; charset=utf-8")

    assert answer.status_code == 201


def test_too_much_at_once_is_refused_before_it_is_read(stocked, rows):
    before = rows()

    answer = stocked.post_text("/handouts", b" " * 16_777_217)

    problem(answer, 413, "too-large")
    assert rows() == before


@pytest.mark.parametrize("key", ["", "short", "seven77", "k" * 81, "nøkkel-nøkkel", "tab\tin-the-key", "\x7f" * 10, "\x01" * 10])
def test_a_key_is_eight_to_eighty_printable_characters(stocked, rows, subtests, key):
    before = rows()

    for act, body in bodies().items():
        with subtests.test(act=act):
            answer = stocked.client.post(f"/api/v1/{act}", json=body, headers={"Authorization": f"Bearer {stocked.token}", "Idempotency-Key": key})
            problem(answer, 400, "key-missing")

    assert rows() == before


def test_an_act_without_a_key_is_refused(stocked, rows, subtests):
    before = rows()

    for act, body in bodies().items():
        with subtests.test(act=act):
            problem(stocked.client.post(f"/api/v1/{act}", json=body, headers={"Authorization": f"Bearer {stocked.token}"}), 400, "key-missing")

    assert rows() == before


@pytest.mark.parametrize("key", ["12345678", "k" * 80, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", "with a space"])
def test_any_printable_key_does(stocked, key):
    first = stocked.post("/handouts", bodies()["handouts"], key=key)
    again = stocked.post("/handouts", bodies()["handouts"], key=key)

    assert first.status_code == again.status_code == 201
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_gets_the_first_answer_again_byte_for_byte(stocked, rows, subtests):
    for act, body in bodies().items():
        with subtests.test(act=act):
            first = stocked.post(f"/{act}", body, key=f"same-{act}", Accept_Language="nb")
            between = rows()
            stocked.hand_out(1, place=PLACE)
            written = rows()
            again = stocked.post_text(f"/{act}", json.dumps(dict(reversed(body.items())), indent=3), key=f"same-{act}")

            assert (again.status_code, again.data) == (first.status_code, first.data)
            assert again.headers.get("Location") == first.headers.get("Location")
            assert "Idempotent-Replayed" not in first.headers
            assert again.headers["Idempotent-Replayed"] == "true"
            assert rows() == written != between


def test_the_same_key_with_another_body_is_refused_and_the_key_keeps_its_answer(stocked, rows, subtests):
    for act, body in bodies().items():
        with subtests.test(act=act):
            first = stocked.post(f"/{act}", body, key=f"same-{act}")
            before = rows()
            path = next(iter([*paths_to(body, "units"), *paths_to(body, "number")]))

            said = problem(stocked.post(f"/{act}", changed(body, path, 1), key=f"same-{act}"), 422, "key-used-for-another")

            assert said["key"] == f"same-{act}"
            assert rows() == before
            assert stocked.post(f"/{act}", body, key=f"same-{act}").data == first.data


def test_the_same_key_for_another_act_is_refused(stocked):
    body = bodies()["disposals"]
    first = stocked.post("/disposals", body, key="one-key-two-acts")

    other = stocked.post("/supplier-returns", body, key="one-key-two-acts")

    assert first.status_code == 201
    problem(other, 422, "key-used-for-another")


def test_one_key_of_two_accounts_is_two_keys(stocked, alma):
    mine = stocked.post("/handouts", bodies()["handouts"], key="everybodys-key")
    hers = alma.receive(units=5)

    answer = alma.post("/handouts", bodies()["handouts"] | {"place": "osl-depot"}, key="everybodys-key")

    assert mine.status_code == answer.status_code == 201
    assert answer.json["journal"] == hers["journal"] == "osl-depot"


def test_what_cannot_be_right_does_not_spend_the_key(stocked, rows, subtests):
    for act, body in bodies().items():
        with subtests.test(act=act):
            path = next(iter([*paths_to(body, "units"), *paths_to(body, "number")]))
            key = f"spent-{act}"
            before = rows()
            assert stocked.post_text(f"/{act}", "{", key=key).status_code == 400
            assert stocked.post_text(f"/{act}", "{}", key=key, content_type="text/plain").status_code == 415
            assert stocked.post(f"/{act}", changed(body, path, -1), key=key).status_code == 422
            assert stocked.post(f"/{act}", changed(body, path, -1), key=key).status_code == 422
            assert rows() == before

            assert stocked.post(f"/{act}", body, key=key).status_code in {200, 201}


def test_an_unknown_product_does_not_spend_the_key(stocked, subtests):
    for act, body in bodies().items():
        if act == "corrections":
            continue
        with subtests.test(act=act):
            wrong = changed(body, next(paths_to(body, "product")), "no-such")
            assert stocked.post(f"/{act}", wrong, key=f"unknown-{act}").status_code == 422

            assert stocked.post(f"/{act}", body, key=f"unknown-{act}").status_code in {200, 201}


def test_what_the_stock_refuses_spends_the_key_and_stays_refused(stocked, rows, subtests):
    beyond = ("handouts", "supplier-returns", "disposals", "transfers", "reclassifications")
    refused = {act: changed(bodies()[act], ("lines", 0, "units"), 5000) for act in beyond}
    refused |= {"counts": bodies()["counts"] | {"whole": True, "lines": [{"product": "cooker", "units": 0}]}, "assemblies": without(bodies()["assemblies"], ("parts",)) | {"units": 5000}}
    refused |= {"unpackings": without(without(bodies()["unpackings"], ("parts",)), ("missing",)) | {"units": 5000}}
    refused |= {"receipts": changed(bodies()["receipts"], ("lines", 0, "expires_on"), "2029-01-31"), "corrections": bodies()["corrections"] | {"number": 1}}
    first = {}
    for act, body in refused.items():
        with subtests.test(act=act):
            before = rows()
            first[act] = stocked.post(f"/{act}", body, key=f"refused-{act}")
            problem(first[act], 409)
            assert rows() == before | {"request": before["request"] + 1}
    stocked.receive(units=6000, lot="A1", place=PLACE)

    for act, body in refused.items():
        with subtests.test(act=act, when="there is enough"):
            again = stocked.post(f"/{act}", body, key=f"refused-{act}")

            assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (409, first[act].data, "true")


def test_a_refusal_is_kept_in_the_language_it_was_first_given_in(stocked):
    body = changed(bodies()["handouts"], ("lines", 0, "units"), 5000)
    first = stocked.post("/handouts", body, key="kept-in-english", Accept_Language="en")

    again = stocked.post("/handouts", body, key="kept-in-english", Accept_Language="nb")

    assert again.data == first.data


def test_a_place_that_is_not_there_and_a_right_that_is_missing_do_not_spend_the_key(stocked, rows):
    before = rows()
    assert stocked.post("/handouts", bodies()["handouts"] | {"place": "nowhere"}, key="not-spent").status_code == 404
    assert stocked.post("/handouts", bodies()["handouts"] | {"place": "osl-depot"}, key="not-spent").status_code == 403
    assert rows() == before

    assert stocked.post("/handouts", bodies()["handouts"], key="not-spent").status_code == 201


def test_an_account_keeps_its_keys_answers_when_its_api_key_is_renewed(app, stocked):
    first = stocked.post("/handouts", bodies()["handouts"], key="from-the-old-key")
    stocked.token = in_one_transaction(lambda session: auth.add_key(session, accounts.find_service(session, "key of birk"), now=clock.now()))

    again = stocked.post("/handouts", bodies()["handouts"], key="from-the-old-key")

    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_method_that_is_not_there_is_refused_with_those_that_are(stocked, subtests):
    for act in bodies():
        for method in ("get", "put", "patch", "delete"):
            with subtests.test(act=act, method=method):
                answer = getattr(stocked.client, method)(f"/api/v1/{act}", headers={"Authorization": f"Bearer {stocked.token}"})
                problem(answer, 405)
                assert "POST" in answer.headers["Allow"]
