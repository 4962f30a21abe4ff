"""The OpenAPI document is complete and true: what it does not say does not happen."""

import itertools
import json
import re

import hypothesis
import pytest
import schemathesis
from jsonschema_rs import Draft202012Validator
from schemathesis.specs.openapi import checks
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from tests.api.acts import PLACE, bodies

KEYS = itertools.count(1)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]


@pytest.fixture
def document(app):
    return app.test_client().get("/api/openapi.json").json


def operations(document):
    return [(path, method, operation) for path, item in document["paths"].items() for method, operation in item.items() if method in {"get", "post", "put", "patch", "delete"}]


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    OPENAPI_31_VALIDATOR.validate(document)


def test_every_schema_in_it_is_a_json_schema(document, subtests):
    for name, schema in document["components"]["schemas"].items():
        with subtests.test(name=name):
            Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})
            assert schema


def test_it_has_every_route_of_the_interface_and_no_other(app, document):
    routes = {
        (re.sub(r"<(?:[a-z]+(?:\([^)]*\))?:)?([a-z_]+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert {(path, method) for path, method, _ in operations(document)} == routes


def test_every_operation_says_what_it_is_who_may_and_what_it_answers(document, subtests):
    assert document["components"]["securitySchemes"] == {"key": {"type": "http", "scheme": "bearer"}}
    assert document["security"] == [{"key": []}]
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(ids)) == len(ids)

    for path, method, operation in operations(document):
        with subtests.test(path=path, method=method):
            assert operation["summary"].endswith(".")
            assert {"401", "403", "405", "503"} <= set(operation["responses"])
            for status, response in operation["responses"].items():
                assert response["description"]
                assert list(response["content"]) == ["application/problem+json" if int(status) >= 400 else "application/json"]
            for name in re.findall(r"{([a-z_]+)}", path):
                assert {"in": "path", "name": name, "required": True}.items() <= next(part for part in document["paths"][path]["parameters"] if part["name"] == name).items()


def test_every_act_asks_for_a_key_and_says_that_it_replays(document, subtests):
    for path, method, operation in operations(document):
        if method == "get":
            continue
        with subtests.test(path=path):
            key = next(parameter for parameter in operation["parameters"] if parameter["name"] == "Idempotency-Key")
            assert key["required"]
            assert (key["schema"]["minLength"], key["schema"]["maxLength"]) == (8, 80)
            assert {"409", "413", "415"} <= set(operation["responses"])
            success = next(response for status, response in operation["responses"].items() if status < "300")
            assert "Idempotent-Replayed" in success["headers"]
            assert operation["requestBody"]["required"]
            assert list(operation["requestBody"]["content"]) == ["application/json"]


def test_numbers_days_and_texts_have_their_bounds(document):
    schemas = document["components"]["schemas"]

    assert schemas["HandOutLineIn"]["properties"]["units"] | {"type": "integer", "minimum": 1, "maximum": 10_000_000} == schemas["HandOutLineIn"]["properties"]["units"]
    assert schemas["HandOutIn"]["properties"]["occurred_on"]["format"] == "date"
    assert schemas["HandOutIn"]["properties"]["place"]["maxLength"] == 60
    assert schemas["BatchIn"]["properties"]["postings"]["maxItems"] == 1000
    for name, schema in schemas.items():
        if name.endswith("In"):
            assert schema["additionalProperties"] is False, name


def test_what_it_calls_right_is_taken(stocked, document, subtests):
    for act, body in bodies().items():
        with subtests.test(act=act):
            schema = document["paths"][f"/api/v1/{act}"]["post"]["requestBody"]["content"]["application/json"]["schema"]
            Draft202012Validator(schema | {"components": document["components"]}).validate(body)
            assert stocked.post(f"/{act}", body).status_code in {200, 201}


def test_refusals_are_as_it_says(stocked, document):
    validator = Draft202012Validator({"$ref": "#/components/schemas/ProblemOut", "components": document["components"]})

    validator.validate(stocked.hand_out(5000, place=PLACE).json)
    validator.validate(stocked.hand_out(0, place=PLACE).json)
    validator.validate(stocked.get("/journals/nowhere").json)


@pytest.fixture
def described(app):
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})  # who asks is tried in test_rights
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app, config=config)


def caller_of(token):
    def call(case):
        if "Idempotency-Key" in (case.headers or {}) and case.meta.generation.mode == schemathesis.GenerationMode.POSITIVE:
            case.headers["Idempotency-Key"] = f"fuzz-{next(KEYS):010}"
        case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

    return call


def test_a_fuzzer_that_reads_the_document_finds_nothing_it_does_not_say(described, stocked, subtests):
    found = {}
    for result in described.get_all_operations():
        operation = result.ok()

        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            given = hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            settings = hypothesis.settings(max_examples=10, deadline=None, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck), print_blob=False)
            with subtests.test(operation=operation.label, mode=mode.value):
                settings(given(caller_of(stocked.token)))()
                found[operation.label] = True

    assert len(found) == len(operations(json.loads(json.dumps(described.raw_schema))))
