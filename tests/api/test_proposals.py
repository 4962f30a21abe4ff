"""Proposals and rules of ordering over the interface: who may, what is said, and what a wrong value does."""

import pytest
import time_machine
from jsonschema_rs import Draft202012Validator

from tests.api.acts import problem
from tests.api.reorder_acts import ACTS, PLACE, PRODUCT, READS, RULE
from tests.integration.clockwork import at
from tests.integration.proposing import lives, reckon

EVERYBODY = ("alma", "birk", "cato", "dina", "erik", "frida")
MAY = {
    "reorder-rules": {"alma": 403, "birk": 201, "cato": 403, "dina": 404, "erik": 403, "frida": 201},
    "proposals/reckon": {"alma": 403, "birk": 200, "cato": 403, "dina": 404, "erik": 403, "frida": 403},
    "proposals/1/decline": {"alma": 403, "birk": 200, "cato": 403, "dina": 404, "erik": 403, "frida": 403},
    "proposals/accept": {"alma": 403, "birk": 200, "cato": 403, "dina": 404, "erik": 403, "frida": 403},
}
READ = {
    "proposals": dict.fromkeys(EVERYBODY, 200) | {"frida": 403},
    f"proposals/at?place={PLACE}": dict.fromkeys(EVERYBODY, 200) | {"dina": 404, "frida": 403},
    "reorder-rules": dict.fromkeys(EVERYBODY, 200),
    f"reorder-rules/at?place={PLACE}&product={PRODUCT}": dict.fromkeys(EVERYBODY, 200) | {"dina": 404},
}
NOT_WHOLE = [-1, 1.5, "7", True, None, [], {}, 10**30]


@pytest.fixture(autouse=True)
def that_day():
    with time_machine.travel(at("2026-11-20"), tick=False):
        yield


@pytest.fixture
def bus(app, birk):
    """A bus of which two products are proposed."""
    lives(birk)
    lives(birk, product="acid", units=1100, a_week=99, lot="S1")
    reckon(app)
    return birk


def test_everybody_reads_what_they_may_and_nothing_else(bus, caller, subtests):
    assert set(READ) == set(READS)
    for path, expected in READ.items():
        for name, status in expected.items():
            with subtests.test(path=path, name=name):
                answer = caller(name).get(f"/{path}")
                assert answer.status_code == status, answer.text


def test_every_act_is_done_by_who_may_and_nobody_else(bus, caller, rows, subtests):
    assert set(MAY) == set(ACTS)
    people = {name: caller(name) for name in EVERYBODY} | {"birk": bus}
    for path, expected in MAY.items():
        for name, status in sorted(expected.items(), key=lambda item: item[1], reverse=True):  # those who may not first
            with subtests.test(path=path, name=name):
                before = rows()
                answer = people[name].post(f"/{path}", ACTS[path])
                assert answer.status_code == status, answer.text
                if status >= 400:
                    assert rows() == before
    problem(bus.client.post("/api/v1/proposals/accept", json=ACTS["proposals/accept"], headers={"Idempotency-Key": "nobodys-key"}), 401, "not-signed-in")


def test_what_is_answered_is_as_the_document_says(app, bus):
    document = app.test_client().get("/api/openapi.json").json

    for path in READS:
        operation = document["paths"]["/api/v1/" + path.partition("?")[0]]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        answer = bus.get(f"/{path}").json
        Draft202012Validator(schema | {"components": document["components"]}).validate(answer)
        assert answer or path == "reorder-rules"


def test_a_proposal_says_every_input_it_was_reckoned_from(bus):
    row = next(one for one in bus.get("/proposals", place=PLACE).json if one["product"] == PRODUCT)

    assert (row["place"], row["product"], row["state"], row["units"]) == (PLACE, PRODUCT, "open", row["packs"] * row["pack"])
    assert row["inputs"]["position"]["lots"] == [{"lot": "L1", "units": 46, "expires_on": "2031-01-31", "is_blocked": False}]
    assert row["inputs"]["window"] == {"since": "2026-08-01", "until": "2026-11-19"}
    assert row["inputs"]["policy"]["said_for"]["method"] == "house"


@pytest.mark.parametrize("name", ["lead_days", "review_days", "cover_days", "count_days_max", "pack_threshold", "safety_units"])
def test_a_rule_takes_whole_numbers_within_bounds_alone(bus, rows, name):
    before = rows()

    for value in [*NOT_WHOLE, 1_000_001 if name in {"pack_threshold", "safety_units"} else 366]:
        answer = bus.post("/reorder-rules", RULE | {"said": {name: value}})
        assert (answer.status_code, [*answer.json["errors"]["said"]]) == (422, [name]), value

    assert rows() == before


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("service_level", [0.49, 0.9991, 1, 0, "0.95", True, None, 10**400, -0.95]),
        ("months_min", [-0.1, 60.1, "1", None]),
        ("months_max", [-1, 61, [1]]),
        ("default_monthly", [-1, 1_000_001, "10"]),
        ("method", ["by_heart", 1, None]),
        ("order_weekdays", [[7], [-1], ["0"], 1, None, [0] * 8]),
        ("season", [{"0": 1}, {"13": 1}, {"6": 0}, {"6": 0.09}, {"6": 10.1}, {"6": "1"}, {"june": 1}, [], None]),
        ("lead", [1]),
    ],
)
def test_a_rule_takes_no_value_that_cannot_be_right(bus, rows, name, values):
    before = rows()

    for value in values:
        answer = bus.post("/reorder-rules", RULE | {"said": {name: value}})
        assert (answer.status_code, [*answer.json["errors"]["said"]]) == (422, [name]), value

    assert rows() == before


def test_a_rule_of_nowhere_or_of_nothing_there_is_refused(bus, rows):
    before = rows()

    problem(bus.post("/reorder-rules", RULE | {"area": "nowhere"}), 404, "missing")
    problem(bus.post("/reorder-rules", RULE | {"about": "nothing"}), 404, "missing")
    problem(bus.post("/reorder-rules", RULE | {"area": "NO"}), 403, "not-your-area")
    problem(bus.post("/reorder-rules", RULE | {"area": "4601"}), 403, "not-your-area")
    problem(bus.post("/reorder-rules", RULE | {"said": {"months_min": 5, "months_max": 2}}), 422, "months-crossed")
    problem(bus.post("/reorder-rules", RULE | {"reason": "x" * 201}), 422, "values-are-wrong")

    assert rows() == before


def test_what_is_said_holds_and_for_each_field_it_is_told_for_whom_it_was_said(bus, caller):
    caller("frida").post("/reorder-rules", {"area": "NO", "about": "group:naloxone", "said": {"lead_days": 9, "cover_days": 40}})
    said = bus.post("/reorder-rules", {"area": "0301", "about": "*", "said": {"lead_days": 4, "season": {"6": 1.5}}})
    bus.post("/reorder-rules", {"area": PLACE, "about": PRODUCT, "said": {"service_level": 0.99}})

    holds = bus.get("/reorder-rules/at", place=PLACE, product=PRODUCT).json

    assert said.status_code == 201
    assert (holds["lead_days"], holds["cover_days"], holds["service_level"], holds["season"]) == (4, 40, "0.99", {"6": "1.5"})
    assert {name: holds["said_for"][name] for name in ("lead_days", "cover_days", "service_level", "method")} == {
        "lead_days": {"scope": "municipality", "about": "*"},
        "cover_days": {"scope": "nation", "about": "group:naloxone"},
        "service_level": {"scope": "place", "about": PRODUCT},
        "method": {"scope": "house", "about": "*"},
    }


def test_what_was_said_stays_to_be_read_and_what_holds_is_marked(bus, dina):
    for days in (3, 5):
        bus.post("/reorder-rules", {"area": PLACE, "about": "*", "said": {"lead_days": days}})
    bus.post("/reorder-rules", {"area": "0301", "about": "*", "said": {"lead_days": 8}})
    bus.post("/reorder-rules", {"area": "0301", "about": "*", "said": {}})

    everything = bus.get("/reorder-rules").json
    first = bus.get("/reorder-rules", limit=3)

    assert [(row["area"], row["said"], row["holds"]) for row in everything] == [
        ("0301", {}, False),
        ("0301", {"lead_days": 8}, False),
        (PLACE, {"lead_days": 5}, True),
        (PLACE, {"lead_days": 3}, False),
    ]
    assert 'rel="next"' in first.headers["Link"]
    assert [row["said"] for row in bus.get("/reorder-rules", holding="true").json] == [{"lead_days": 5}]
    assert [row["area"] for row in bus.get("/reorder-rules", area=PLACE).json] == [PLACE, PLACE]
    assert dina.get("/reorder-rules").json == []


@pytest.mark.parametrize(
    "body", [{}, {"proposals": [], "place": PLACE, "more": 1}, {"proposals": [1], "place": PLACE}, {"proposals": []}, {"proposals": [0]}, {"proposals": ["1"]}, {"proposals": [2**31]}, {"place": None}]
)
def test_what_is_accepted_is_named_one_way(bus, rows, body):
    before = rows()

    problem(bus.post("/proposals/accept", body), 422, "values-are-wrong")

    assert rows() == before


def test_a_reason_is_written_and_names_nobody(bus, rows):
    before = rows()

    for reason in ("", " ", "x" * 201, "for 13097248022", None):
        problem(bus.post("/proposals/1/decline", {"reason": reason}), 422, "values-are-wrong")

    problem(bus.post("/proposals/999/decline", {"reason": "not there"}), 404, "missing")
    assert rows() == before


@pytest.mark.parametrize(
    ("name", "value"), [("lead_days", "366"), ("lead_days", "-1"), ("cover_days", "1.5"), ("service_level", "1"), ("service_level", "0.4"), ("service_level", "nan"), ("service_level", "9e-1")]
)
def test_what_is_tried_out_has_its_bounds_too(bus, name, value):
    problem(bus.get("/proposals/at", place=PLACE, **{name: value}), 422, "values-are-wrong")


def test_a_mark_that_is_none_is_refused(bus):
    for after in ("x", "WzAsMF0", "WzQwMDAwMDAsMV0"):
        problem(bus.get("/proposals", after=after), 422, "mark-is-wrong")
