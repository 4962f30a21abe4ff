"""Use and the days left out of it, over the interface: bounded, paged, and as the moves say."""

import pytest

from tests.api.acts import PLACE, problem

SPRAY = "naloxone-nyxoid"
FESTIVAL = {"area": PLACE, "about": "group:naloxone", "starts_on": "2026-11-01", "ends_on": "2026-11-02", "reason": "a festival"}


@pytest.fixture
def used(birk):
    """Birk received 100 on the first of October, handed 10 out in October and 30 on a day of November, and had none for two."""
    birk.receive(SPRAY, 100, place=PLACE, on="2026-10-01")
    birk.hand_out(10, place=PLACE, on="2026-10-10")
    birk.hand_out(30, place=PLACE, on="2026-11-01")
    birk.post("/handouts", {"place": PLACE, "occurred_on": "2026-11-03", "lines": [], "unmet": [{"product": SPRAY, "units": 2}]})
    return birk


def periods(who, **asked):
    answer = who.get("/use", **asked)
    assert answer.status_code == 200, answer.text
    return {(row["since"], row["until"]): row for row in answer.json}


def test_use_is_told_by_month_with_the_days_that_count(used):
    found = periods(used, place=PLACE, product=SPRAY, **{"from": "2026-10-01", "to": "2026-11-10"})

    october, november = found["2026-10-01", "2026-10-31"], found["2026-11-01", "2026-11-10"]
    assert (october["handed_out"], october["unmet"], october["days"], october["daily"]) == (10, 0, 31, 10 / 31)
    assert (november["handed_out"], november["unmet"], november["daily"], november["definition"]) == (30, 2, 3.2, "daily-1")


def test_by_day_the_day_itself_is_told(used):
    found = periods(used, place=PLACE, product=SPRAY, by="day", **{"from": "2026-11-01", "to": "2026-11-03"})

    assert [(row["handed_out"], row["unmet"]) for row in found.values()] == [(30, 0), (0, 0), (0, 2)]


def test_a_list_in_parts_is_the_whole_list(used):
    used.receive("syringe-1ml-29g", 50, lot="S1", place="oslo-outreach", on="2026-10-05")
    asked = {"by": "week", "from": "2026-10-01", "to": "2026-11-10"}

    whole, parts, after = used.get("/use", **asked).json, [], {}
    while True:
        answer = used.get("/use", **asked, limit="4", **after)
        parts += answer.json
        if "Link" not in answer.headers:
            break
        after = {"after": answer.headers["Link"].split("after=")[1].split("&")[0].split(">")[0]}

    assert parts == whole
    assert {row["place"] for row in whole} == {PLACE, "oslo-outreach"}


def test_what_one_does_not_see_is_not_told(used, dina):
    assert dina.get("/use", place=PLACE).json == []
    assert dina.get("/use").json == []


@pytest.mark.parametrize("asked", [{"by": "day", "from": "2026-01-01"}, {"from": "2010-01-01"}])
def test_too_many_days_at_once_are_refused(used, asked):
    said = problem(used.get("/use", **asked), 422, "window-too-long")

    assert str(said["days_max"]) in said["detail"]


def test_days_that_end_before_they_begin_are_refused(used):
    problem(used.get("/use", **{"from": "2026-11-02", "to": "2026-11-01"}), 422, "days-backwards")


def test_marked_days_are_left_out_until_the_mark_ends(used, cato):
    made = used.post("/marks", FESTIVAL)

    assert made.status_code == 201, made.text
    assert used.get(f"/marks/{made.json['id']}").json == made.json
    november = {"place": PLACE, "product": SPRAY, "from": "2026-11-01", "to": "2026-11-10"}
    row = used.get("/use", **november).json[0]
    assert (row["handed_out"], row["units_left_out"], row["days_left_out"], row["days"]) == (0, 30, 2, 8)
    ended = used.post(f"/marks/{made.json['id']}/end", {})
    assert ended.json["ended_by"] == made.json["made_by"]
    assert used.get("/use", **november).json[0]["handed_out"] == 30
    assert cato.get("/marks", place=PLACE).json == []
    assert [row["id"] for row in cato.get("/marks", place=PLACE, ended="true").json] == [made.json["id"]]


def test_a_mark_is_entered_once_however_often_it_is_sent(used):
    first, second = (used.post("/marks", FESTIVAL, key="one-festival") for _ in range(2))

    assert first.json == second.json
    assert len(used.get("/marks").json) == 1


def test_marks_are_seen_where_they_reach(used, alma, dina, cato, caller):
    used.post("/marks", FESTIVAL)
    used.post("/marks", FESTIVAL | {"area": "0301", "about": "*"})

    seen = {who.name: [row["area"] for row in who.get("/marks").json] for who in (used, alma, dina, cato)}

    assert seen == {"birk": ["0301", PLACE], "alma": ["0301", PLACE], "dina": [], "cato": ["0301", PLACE]}
    problem(dina.get("/marks/1"), 404, "missing")
    problem(caller("frida").get("/marks"), 403, "forbidden")


def test_only_those_speak_for_an_area_whose_it_is(used, caller, rows):
    made = used.post("/marks", FESTIVAL).json["id"]
    before = rows()

    expected = {"alma": (403, 403), "cato": (403, 403), "dina": (404, 404), "erik": (403, 403), "frida": (403, 403)}
    found = {name: (caller(name).post("/marks", FESTIVAL).status_code, caller(name).post(f"/marks/{made}/end", {}).status_code) for name in expected}

    assert found == expected
    problem(used.post("/marks", FESTIVAL | {"area": "NO"}), 403, "not-your-area")
    assert rows() == before


@pytest.mark.parametrize(
    ("change", "status"), [({"starts_on": "2026-11-03"}, 422), ({"about": "no-such-product"}, 404), ({"area": "nowhere"}, 404), ({"reason": "til 01017050040"}, 422), ({"reason": "x" * 201}, 422)]
)
def test_a_mark_that_cannot_be_right_is_refused(used, change, status):
    problem(used.post("/marks", FESTIVAL | change), status)


def test_a_journal_shows_what_a_figure_is_made_of(used):
    used.post("/returns", {"place": PLACE, "occurred_on": "2026-11-05", "reason": "unused", "lines": [{"product": SPRAY, "lot": "A1", "units": 1}]})
    used.post("/corrections", {"journal": PLACE, "number": 2, "reason": "mistyped"})

    def numbers(**asked):
        return [row["number"] for row in used.get(f"/journals/{PLACE}", product=SPRAY, **asked).json]

    assert numbers(use="handed_out") == [2, 3, 6]
    assert numbers(use="unmet") == [4]
    assert numbers() == [1, 2, 3, 4, 5, 6]
    assert numbers(use="unmet", lot="A1") == []
