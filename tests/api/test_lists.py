"""Lists: everything exactly once however it is cut, nothing silently, and only what was asked for."""

import base64
import json
import re

import pytest

from tests.api.acts import PLACE, PRODUCT, bodies, problem

REFERENCE = ("/places", "/products", "/packs", "/kits", "/municipalities", "/estimates", "/indicators")


def parts(caller, path, **query):
    """Give the parts of a list, following its Link to the end."""
    answer = caller.get(path, **query)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer.json
        link = answer.headers.get("Link")
        if link is None:
            return
        found = re.fullmatch(r'<(/api/v1[^>]+)>; rel="next"', link)
        assert found, link
        answer = caller.client.get(found[1], headers={"Authorization": f"Bearer {caller.token}"})


def whole(caller, path, **query):
    """Give a list in one piece, put together of its parts."""
    return [row for part in parts(caller, path, **query) for row in part]


@pytest.fixture
def shelves(birk, alma):
    """Eleven lots at three places, some of them handed out to the end."""
    for nth in range(11):
        birk.receive(units=10, lot=f"L{nth:02}", expires_on=f"2027-{nth + 1:02}-28", place=PLACE)
    for nth in range(4):
        birk.receive("syringe-1ml", 5, lot=f"L{nth:02}", place="oslo-outreach")
    alma.receive(units=7, lot="L01", expires_on="2027-02-28")
    assert birk.hand_out(20, place=PLACE).status_code == 201
    return birk


def test_a_list_of_reference_data_gives_everything_once(birk, subtests):
    for path in REFERENCE:
        everything = whole(birk, path, limit=500)
        assert len({json.dumps(row) for row in everything}) == len(everything) > 0
        for limit in (1, 7, 100) if len(everything) < 100 else (50, len(everything), len(everything) - 1):
            with subtests.test(path=path, limit=limit):
                found = list(parts(birk, path, limit=limit))
                assert [row for part in found for row in part] == everything
                assert all(len(part) == limit for part in found[:-1])


def test_lists_of_the_ledger_give_everything_once(shelves, subtests):
    expected = {"/stock": 9 + 4 + 1, f"/journals/{PLACE}": 12, "/journals/oslo-outreach": 4, "/lots": 15}

    for path, length in expected.items():
        for limit in (1, 2, 5, length - 1, length, 500):
            with subtests.test(path=path, limit=limit):
                found = list(parts(shelves, path, limit=limit))
                rows = [json.dumps(row) for part in found for row in part]
                assert len(rows) == len(set(rows)) == length
                assert all(len(part) == limit for part in found[:-1])
                assert rows == [json.dumps(row) for row in whole(shelves, path, limit=500)]


def test_the_stock_of_a_past_day_is_paged_without_loss_though_empty_shelves_fall_out(shelves):
    whole_day = whole(shelves, "/stock", on="2026-11-20", limit=500)

    assert whole(shelves, "/stock", on="2026-11-20", limit=2) == whole_day
    assert len(whole_day) == 14


def test_the_next_part_keeps_what_the_list_was_narrowed_to(shelves):
    found = whole(shelves, "/stock", limit=2, product="syringe-1ml", place="oslo-outreach")

    assert [row["lot"]["number"] for row in found] == ["L00", "L01", "L02", "L03"]


def test_a_reader_that_goes_on_later_misses_nothing_that_came_meanwhile(shelves):
    first = shelves.get(f"/journals/{PLACE}", limit=10)
    shelves.hand_out(1, place=PLACE)
    shelves.hand_out(1, place=PLACE)

    rest = whole(shelves, f"/journals/{PLACE}", limit=10, after=re.search(r"after=([^&>]+)", first.headers["Link"])[1])

    assert [posting["number"] for posting in [*first.json, *rest]] == list(range(1, 15))


def test_the_last_part_has_no_link(shelves):
    assert "Link" not in shelves.get("/stock", limit=14).headers
    assert "Link" in shelves.get("/stock", limit=13).headers


def test_a_part_has_one_to_five_hundred_rows(stocked, subtests):
    for limit in ("0", "501", "-1", "abc", "", "1.0", "1e2", " 1", "+1", "١", "9" * 30, "null", "true"):
        for path in (*REFERENCE, "/stock", "/lots", f"/journals/{PLACE}"):
            with subtests.test(path=path, limit=limit):
                assert problem(stocked.get(path, limit=limit), 422, "values-are-wrong")["errors"]["limit"]


def forged():
    def as_mark(text):
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    values = [
        "",
        "[]",
        "{}",
        "null",
        "1",
        '"a"',
        "[null]",
        "[true]",
        "[1.5]",
        "[[1]]",
        '[{"a": 1}]',
        f"[{2**53}]",
        f"[{2**63},{2**63}]",
        "[1,1,1,1,1]",
        '["\\u0000"]',
        '["\\ud800"]',
        '["\\u0000","a"]',
    ]
    values += ['["\\ud800",1,"a"]', '["\\u0000",1,1]', "[" * 200]
    return [as_mark(text) for text in values] + ["x", "!!!!", "å", "AAAA", "%00", "a" * 300, "====", "bm9wZQ"]


def test_a_mark_that_is_not_ours_is_refused(stocked, subtests):
    for after in forged():
        for path in (*REFERENCE, "/stock", "/lots", f"/journals/{PLACE}"):
            with subtests.test(path=path, after=after):
                assert problem(stocked.get(path, after=after), 422)["code"] in {"mark-is-wrong", "values-are-wrong"}


def test_what_a_list_does_not_know_is_refused(stocked, subtests):
    for path in (*REFERENCE, "/stock", "/lots", "/verify", f"/journals/{PLACE}"):
        for name in ("offset", "Limit", "q", "limit[]", "_"):
            with subtests.test(path=path, name=name):
                assert name in problem(stocked.get(f"{path}?{name}=1"), 422, "values-are-wrong")["errors"]


def test_a_parameter_that_stands_twice_cannot_be_read(stocked, subtests):
    for path in (*REFERENCE, "/stock", "/lots", f"/journals/{PLACE}"):
        with subtests.test(path=path):
            assert "limit" in problem(stocked.get(f"{path}?limit=1&limit=1"), 400, "unreadable")["why"]


def test_odd_values_in_a_query_are_refused_or_find_nothing(stocked, subtests):
    for path, names in {"/stock": ("place", "product", "group", "municipality"), "/lots": ("product", "number"), "/places": ("kind", "municipality"), f"/journals/{PLACE}": ("lot", "product")}.items():
        for name in names:
            for value in ("%", "_", "'", "a%", "\\", "å", "' OR 1=1 --"):
                with subtests.test(path=path, name=name, value=value):
                    answer = stocked.get(path, **{name: value})
                    if answer.status_code == 200:
                        assert answer.json == []
                    else:
                        problem(answer, 422, "values-are-wrong")
            for value in ("", " ", "\x00", "a\x00b", "a\nb", "a" * 301):
                with subtests.test(path=path, name=name, value=value):
                    assert name in problem(stocked.get(path, **{name: value}), 422, "values-are-wrong")["errors"]


def test_a_code_in_a_path_that_no_place_has_is_not_there(stocked, subtests):
    for code in ("%00", "a%00b", "%0A", "%FF%FE", "%ED%A0%80", "å", "a" * 3000, "..%2F..", "people", "%27%20OR%201=1"):
        for path in (f"/journals/{code}", f"/journals/{code}/1"):
            with subtests.test(path=path[:40]):
                problem(stocked.get(path), 404)
    for number in ("0", "99", str(2**31), str(2**63), "9" * 40, "-1", "1.0", "abc", "%00"):
        with subtests.test(number=number):
            problem(stocked.get(f"/journals/{PLACE}/{number}"), 404)


# What lay there on a past day.


def test_the_stock_of_a_past_day_is_what_lay_there_at_its_end(birk):
    birk.receive(units=100, lot="A1", place=PLACE, on="2026-11-02")
    birk.hand_out(30, place=PLACE, on="2026-11-10")
    birk.receive(units=50, lot="B1", place=PLACE, on="2026-11-12")
    birk.hand_out(5, place=PLACE, on="2026-11-05")

    def on(day):
        return {row["lot"]["number"]: row["on_hand"] for row in birk.get("/stock", place=PLACE, on=day).json}

    assert on("2026-11-01") == {}
    assert on("2026-11-02") == {"A1": 100}
    assert on("2026-11-05") == {"A1": 95}
    assert on("2026-11-10") == {"A1": 65}
    assert on("2026-11-12") == {"A1": 65, "B1": 50}


def test_of_a_past_day_only_what_lay_there_is_known(stocked):
    then = stocked.get("/stock", place=PLACE, on="2026-11-20").json[0]
    now = stocked.get("/stock", place=PLACE).json[0]

    assert (then["on_hand"], then["held"], then["available"]) == (90, None, None)
    assert (now["on_hand"], now["held"], now["available"]) == (90, 0, 90)


def test_a_correction_holds_from_the_day_of_what_it_corrects(stocked):
    stocked.post("/corrections", bodies()["corrections"])

    assert stocked.get("/stock", place=PLACE, on="2026-11-20").json[0]["on_hand"] == 100


def test_usable_is_through_the_day_of_expiry(birk):
    birk.receive(lot="OLD", expires_on="2026-11-19", place=PLACE)
    birk.receive(lot="LAST", expires_on="2026-11-20", place=PLACE)
    birk.receive(lot="NEXT", expires_on="2026-11-21", place=PLACE)

    def numbers(**query):
        return [row["lot"]["number"] for row in birk.get("/stock", place=PLACE, **query).json]

    assert numbers(on="2026-11-20", usable="true") == ["LAST", "NEXT"]
    assert numbers(on="2026-11-20", usable="false") == ["OLD"]
    assert numbers(on="2026-11-20") == ["OLD", "LAST", "NEXT"]
    assert [row["usable"] for row in birk.get("/stock", place=PLACE, on="2026-11-20").json] == [False, True, True]


def test_usable_is_said_as_true_or_false(stocked, subtests):
    for value in ("yes", "1", "True", "", "null"):
        with subtests.test(value=value):
            assert "usable" in problem(stocked.get("/stock", usable=value), 422, "values-are-wrong")["errors"]


# Filters.


def test_stock_is_narrowed_by_place_municipality_product_and_group(shelves, cato):
    def places(**query):
        return {row["place"] for row in whole(cato, "/stock", **query)}

    assert places(place="osl-depot") == {"osl-depot"}
    assert places(municipality="0301") == {"osl-depot", PLACE, "oslo-outreach"}
    assert places(municipality="4601") == set()
    assert places(product="syringe-1ml") == {"oslo-outreach"}
    assert places(group="naloxone") == {"osl-depot", PLACE}
    assert places(group="naloxone", place="oslo-outreach") == set()


def test_a_journal_is_narrowed_by_day_kind_product_and_lot(birk):
    birk.receive(units=10, lot="A1", place=PLACE, on="2026-11-02")
    birk.receive("syringe-1ml", 10, lot="S1", place=PLACE, on="2026-11-03")
    birk.hand_out(1, place=PLACE, on="2026-11-04")
    birk.hand_out(1, "syringe-1ml", place=PLACE, on="2026-11-05")

    def numbers(**query):
        return [posting["number"] for posting in birk.get(f"/journals/{PLACE}", **query).json]

    assert numbers(from_="2026-11-03", to="2026-11-04") == [2, 3]
    assert numbers(from_="2026-11-05", to="2026-11-04") == []
    assert numbers(kind="handout") == [3, 4]
    assert numbers(product=PRODUCT) == [1, 3]
    assert numbers(lot="S1") == [2, 4]
    assert numbers(product=PRODUCT, lot="S1") == []


def test_a_count_that_found_what_was_expected_is_found_by_its_lot_too(stocked):
    stocked.post("/counts", {"place": PLACE, "occurred_on": "2026-11-20", "lines": [{"product": PRODUCT, "lot": "A1", "units": 90}]})

    assert [posting["number"] for posting in stocked.get(f"/journals/{PLACE}", product=PRODUCT, lot="A1").json] == [1, 2, 3]
    assert [posting["number"] for posting in stocked.get(f"/journals/{PLACE}", kind="count").json] == [3]


def test_a_posting_says_what_corrected_it(stocked):
    stocked.post("/corrections", bodies()["corrections"])

    corrected = stocked.get(f"/journals/{PLACE}/2").json
    correction = stocked.get(f"/journals/{PLACE}/3").json

    assert (corrected["corrects"], corrected["corrected_by"]) == (None, 3)
    assert (correction["corrects"], correction["corrected_by"]) == (2, None)
    assert correction["moves"][0]["from"] == "people"


def test_a_posting_stands_at_its_location_as_it_was_answered(stocked):
    answer = stocked.hand_out(3, place=PLACE)

    stands = stocked.client.get(answer.headers["Location"], headers={"Authorization": f"Bearer {stocked.token}"})

    assert answer.headers["Location"] == f"/api/v1/journals/{PLACE}/3"
    assert stands.json | {"corrected_by": None} == answer.json | {"corrected_by": None}


def test_lots_are_found_by_product_and_exact_number(shelves):
    assert [lot["product"] for lot in shelves.get("/lots", number="L01").json] == [PRODUCT, "syringe-1ml"]
    assert shelves.get("/lots", number="l01").json == []
    assert len(shelves.get("/lots", product="syringe-1ml").json) == 4


def test_municipalities_are_those_of_a_day(birk):
    def find(number, **query):
        return [row for row in whole(birk, "/municipalities", limit=500, **query) if row["number"] == number]

    assert find("0602", on="2019-12-31")[0]["name"] == "Drammen"
    assert find("0602", on="2020-01-01") == []
    assert find("3301", on="2024-01-01")[0]["name"] == "Drammen"
    assert len(whole(birk, "/municipalities", limit=500, on="2024-06-01")) == 357
    assert {row["county"] for row in whole(birk, "/municipalities", county="03")} == {"03"}


def test_a_membership_follows_its_municipality_through_new_numbers(birk):
    def find(number, day):
        return next(row["programmes"] for row in whole(birk, "/municipalities", limit=500, on=day) if row["number"] == number)

    network = {"programme": "network", "confidence": "high"}
    assert network in find("1201", "2019-12-31"), "Bergen"
    assert network in find("4601", "2020-01-01"), "Bergen, renumbered"
    assert network in find("3005", "2023-12-31"), "Drammen, merged with Nedre Eiker, which was a member too"
    assert find("3301", "2026-11-20").count(network) == 1, "and renumbered"
    assert network not in find("1201", "2013-12-31")
    assert {"4601", "3301", "0301"} <= {row["number"] for row in whole(birk, "/municipalities", programme="network", on="2026-11-20")}
    assert whole(birk, "/municipalities", programme="knitting") == []


def test_reference_data_is_narrowed(birk):
    assert {row["kind"] for row in whole(birk, "/places", kind="depot")} == {"depot"}
    assert {row["municipality"] for row in whole(birk, "/places", municipality="4601")} == {"4601"}
    assert {row["group"] for row in whole(birk, "/products", group="needle")} == {"needle"}
    assert [row["units"] for row in whole(birk, "/packs", product=PRODUCT)] == [2]
    assert {row["kit"] for row in whole(birk, "/kits", kit="kit-full")} == {"kit-full"}
    assert {row["year"] for row in whole(birk, "/estimates", area="NO", year=2002)} == {2002}
    assert {row["code"] for row in whole(birk, "/indicators", code="syringes_per_person")} == {"syringes_per_person"}


def test_no_list_shows_a_virtual_place_or_an_address(birk):
    listed = whole(birk, "/places", limit=500)

    assert not {"people", "supplier", "lost", "transit", "destroyed", "kits"} & {row["code"] for row in listed}
    assert not any("email" in row for row in listed)
