"""Everything expired at a place in one act, as a machine meets it: with a witness where the product asks for one."""

import pytest

from supply.db import in_one_transaction
from tests.api.acts import KIT, problem
from tests.api.conftest import know_a_kit_of_one
from tests.conftest import DAY

PLACE = "oslo-servicepoint"
SPRAY, SWAB = "naloxone-nyxoid", "swab"
ACT = {"place": PLACE, "occurred_on": DAY.isoformat()}


@pytest.fixture
def jon(app, home, somebody_else):
    """Jon records in Oslo too."""
    return somebody_else("Jon")


@pytest.fixture
def expired(birk):
    """Birk has two lots of sprays and one of swabs that have expired, and sprays that have not."""
    birk.receive(SPRAY, 7, lot="OLD", expires_on="2026-10-31", place=PLACE, on="2026-10-01")
    birk.receive(SPRAY, 3, lot="OLDER", expires_on="2026-09-30", place=PLACE, on="2026-09-01")
    birk.receive(SWAB, 40, lot="S1", expires_on="2026-11-19", place=PLACE, on="2026-10-01")
    birk.receive(SPRAY, 20, lot="NEW", expires_on="2028-01-31", place=PLACE, on="2026-10-01")
    return birk


@pytest.fixture
def prepared(expired):
    return expired.post("/disposal-runs", ACT).json


def act(who, run, what, **settings):
    return who.post(f"/disposal-runs/{run['number']}/{what}", {}, **settings)


def lots(answer):
    return [(line["product"], line["number"], line["lying"], line["units"], line["reason"]) for line in answer["lines"]]


def test_everything_expired_is_prepared_whole_and_waits_for_a_witness(expired):
    answer = expired.post("/disposal-runs", ACT)

    run = answer.json
    assert (answer.status_code, answer.headers["Location"]) == (201, f"/api/v1/disposal-runs/{run['number']}")
    assert (run["number"], run["state"], run["needs_witness"], run["posting"], run["units"], run["reason"]) == (f"D-{PLACE}-2026-0001", "prepared", True, None, 50, "expired")
    assert lots(run) == [(SPRAY, "OLDER", 3, 3, None), (SPRAY, "OLD", 7, 7, None), (SWAB, "S1", 40, 40, None)]
    assert expired.on_hand(PLACE) == {"OLD": 7, "OLDER": 3, "S1": 40, "NEW": 20}
    assert expired.get(f"/disposal-runs/{run['number']}").json == run == expired.get("/disposal-runs", place=PLACE, state="prepared").json[0]


def test_where_no_product_asks_for_a_witness_it_is_recorded_at_once(birk):
    birk.receive(SWAB, 40, lot="S1", expires_on="2026-11-19", place=PLACE, on="2026-10-01")

    run = birk.post("/disposal-runs", ACT).json

    assert (run["state"], run["needs_witness"], run["prepared_by"], run["posting"]) == ("confirmed", False, run["ended_by"], 2)
    posting = birk.get(f"/journals/{PLACE}/2").json
    assert (posting["kind"], posting["reason"], posting["document"]) == ("disposal", "expired", run["number"])
    assert birk.on_hand(PLACE) == {}


def test_a_kit_asks_for_a_witness_where_a_part_of_it_does(birk):
    in_one_transaction(know_a_kit_of_one)
    birk.receive(KIT, 4, lot="K1", expires_on="2026-10-31", place=PLACE, on="2026-10-01")

    assert birk.post("/disposal-runs", ACT).json["needs_witness"] is True


def test_somebody_else_confirms_and_just_the_prepared_lines_are_one_posting(prepared, jon):
    answer = act(jon, prepared, "confirm")

    run = answer.json
    assert (answer.status_code, run["state"], run["posting"]) == (200, "confirmed", 5)
    assert run["ended_by"] != run["prepared_by"] == prepared["prepared_by"]
    posting = jon.get(f"/journals/{PLACE}/5").json
    assert (posting["document"], posting["reason"], posting["recorded_by"]) == (run["number"], "expired", run["ended_by"])
    assert {(move["lot"]["number"], move["units"], move["to"]) for move in posting["moves"]} == {("OLD", 7, "destroyed"), ("OLDER", 3, "destroyed"), ("S1", 40, "destroyed")}
    assert jon.on_hand(PLACE) == {"NEW": 20}


def test_whoever_prepared_it_is_no_witness(prepared, birk):
    said = problem(act(birk, prepared, "confirm"), 403, "witness-is-another")

    assert prepared["number"] in said["detail"]
    assert birk.on_hand(PLACE)["OLD"] == 7


def test_a_line_is_left_out_with_a_reason(expired, jon):
    lines = [
        {"product": SPRAY, "lot": "OLD", "units": 5, "reason": "kept_for_examination"},
        {"product": SPRAY, "lot": "OLDER", "units": 3},
        {"product": SWAB, "lot": "S1", "units": 0, "reason": "goes_to_supplier"},
    ]

    run = expired.post("/disposal-runs", ACT | {"lines": lines}).json
    act(jon, run, "confirm")

    assert lots(run) == [(SPRAY, "OLDER", 3, 3, None), (SPRAY, "OLD", 7, 5, "kept_for_examination"), (SWAB, "S1", 40, 0, "goes_to_supplier")]
    assert expired.on_hand(PLACE) == {"OLD": 2, "S1": 40, "NEW": 20}


OLD, OLDER, S1 = ({"product": product, "lot": lot, "units": units} for product, lot, units in ((SPRAY, "OLD", 7), (SPRAY, "OLDER", 3), (SWAB, "S1", 40)))


@pytest.mark.parametrize(
    ("lines", "status", "code", "at"),
    [
        ([OLD | {"units": 6}, OLDER, S1], 409, "why-fewer", "lines.0.reason"),
        ([OLDER, OLD | {"units": 6, "reason": "found_fewer"}, S1], 409, "count-first", "lines.1.units"),
        ([OLD | {"units": 8}, OLDER, S1], 409, "count-first", "lines.0.units"),
        ([OLD, S1], 409, "not-all-named", "lines"),
        ([OLD, OLDER, S1, {"product": SPRAY, "lot": "NEW", "units": 1}], 409, "not-expired", "lines.3.lot"),
        ([OLD, OLDER, S1, OLD], 422, "named-twice", "lines.3.lot"),
        ([one | {"units": 0, "reason": "other"} for one in (OLD, OLDER, S1)], 422, "nothing-entered", "lines"),
        ([OLD | {"reason": "bored"}], 422, "values-are-wrong", None),
        ([], 422, "values-are-wrong", None),
    ],
)
def test_what_does_not_fit_the_books_is_refused_and_nothing_is_prepared(expired, rows, lines, status, code, at):
    before = rows()

    said = problem(expired.post("/disposal-runs", ACT | {"lines": lines}), status, code)

    assert said.get("at") == at
    assert expired.get("/disposal-runs").json == []
    after = rows()
    assert after.pop("request") - before.pop("request") == (status == 409)
    assert after == before


def test_nothing_expired_is_said_so_and_so_is_a_day_that_cannot_be(birk, expired):
    problem(expired.post("/disposal-runs", ACT | {"occurred_on": "2026-09-15"}), 409, "nothing-expired")
    problem(expired.post("/disposal-runs", ACT | {"occurred_on": "2099-09-15"}), 422, "in-the-future")
    problem(expired.post("/disposal-runs", ACT | {"occurred_on": "2001-09-15"}), 422, "too-long-ago")
    problem(expired.post("/disposal-runs", ACT | {"place": "nowhere"}), 404, "missing")


def test_what_the_ledger_would_refuse_is_not_prepared(expired):
    counted = {"place": PLACE, "occurred_on": DAY.isoformat(), "lines": [{"product": SPRAY, "lot": "OLD", "units": 7}]}
    assert expired.post("/counts", counted).status_code == 201

    problem(expired.post("/disposal-runs", ACT | {"occurred_on": "2026-11-05"}), 409, "closed-by-count")


def test_a_place_has_one_that_waits_and_a_dropped_one_waits_no_longer(prepared, birk, jon):
    said = problem(jon.post("/disposal-runs", ACT), 409, "run-waits")
    assert said["number"] == prepared["number"]

    dropped = act(birk, prepared, "drop").json

    assert (dropped["state"], dropped["posting"]) == ("dropped", None)
    assert jon.post("/disposal-runs", ACT).json["number"] == f"D-{PLACE}-2026-0002"
    for what in ("confirm", "drop"):
        assert problem(act(jon, prepared, what), 409, "run-ended")["state"] == "dropped"


def test_what_has_changed_meanwhile_is_told_and_nothing_is_recorded(prepared, birk, jon, rows):
    birk.post("/disposals", ACT | {"reason": "damaged", "lines": [{"product": SPRAY, "lot": "OLD", "units": 3}]})
    before = rows()

    said = problem(act(jon, prepared, "confirm"), 409, "no-longer-fits")

    assert said["changed"] == [{"product": SPRAY, "lot": "OLD", "prepared": 7, "lies": 4, "expires_on": "2026-10-31", "expires_on_now": "2026-10-31"}]
    assert "OLD (7 → 4)" in said["detail"]
    assert rows() == before | {"request": before["request"] + 1}
    assert birk.get(f"/disposal-runs/{prepared['number']}").json["state"] == "prepared"


def test_a_lot_that_got_another_expiry_no_longer_fits(prepared, jon, gro):
    answer = gro.post(f"/lots/{SPRAY}/OLD/redate", {"expires_on": "2027-04-30", "document": "N-1", "authority": "DMP"})
    assert answer.status_code == 200

    said = problem(act(jon, prepared, "confirm"), 409, "no-longer-fits")

    assert [(one["lot"], one["expires_on_now"]) for one in said["changed"]] == [("OLD", "2027-04-30")]


def test_more_that_came_meanwhile_stays_and_the_prepared_lines_are_recorded(prepared, birk, jon):
    birk.post("/returns", ACT | {"reason": "unused", "lines": [{"product": SPRAY, "lot": "OLD", "units": 2}]})

    assert act(jon, prepared, "confirm").status_code == 200
    assert birk.on_hand(PLACE) == {"OLD": 2, "NEW": 20}


def test_the_same_key_confirms_once_and_answers_the_same(prepared, jon):
    first, again = (act(jon, prepared, "confirm", key="witness-key-1") for _ in range(2))

    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(jon.get(f"/journals/{PLACE}", kind="disposal").json) == 1


def test_blocked_units_that_have_expired_are_destroyed_too(expired, gro, jon):
    gro.post(f"/lots/{SPRAY}/OLD/quarantine", {"reason": "frozen"})

    run = expired.post("/disposal-runs", ACT).json

    assert act(jon, run, "confirm").status_code == 200
    assert "OLD" not in expired.on_hand(PLACE)


WHO = {"alma": (403, "not-your-place"), "cato": (403, "forbidden"), "dina": (404, "missing"), "erik": (403, "forbidden"), "frida": (403, "forbidden")}


@pytest.mark.parametrize("name", WHO)
def test_only_those_who_record_at_the_place_prepare_confirm_or_drop(prepared, caller, name, rows):
    before = rows()

    for path, body in (("/disposal-runs", ACT), (f"/disposal-runs/{prepared['number']}/confirm", {}), (f"/disposal-runs/{prepared['number']}/drop", {})):
        problem(caller(name).post(path, body), *WHO[name])

    assert rows() == before


def test_runs_are_read_by_those_who_see_the_place_and_exist_for_nobody_else(prepared, caller):
    for name, status in {"alma": 200, "birk": 200, "cato": 200, "dina": 404, "erik": 200, "frida": 403}.items():
        assert caller(name).get(f"/disposal-runs/{prepared['number']}").status_code == status
        listed = caller(name).get("/disposal-runs")
        assert [one["number"] for one in listed.json] == [prepared["number"]] if status == 200 else listed.json == [] or listed.status_code == status
    absent, foreign = (caller("dina").get(f"/disposal-runs/{number}").json for number in ("D-nowhere-2026-0001", prepared["number"]))
    assert absent["detail"] == foreign["detail"]


def test_runs_are_listed_in_parts_newest_first(prepared, birk):
    act(birk, prepared, "drop")
    birk.post("/disposal-runs", ACT)

    first = birk.get("/disposal-runs", limit=1)
    after = first.headers["Link"].split("after=")[1].split(">")[0]

    assert [one["number"][-4:] for one in (*first.json, *birk.get("/disposal-runs", limit=1, after=after).json)] == ["0002", "0001"]
