"""Kits packed and taken apart: every kit knows its parts, gives back just those, and no unit is in two places."""

import re
from collections import Counter
from datetime import date, timedelta
from itertools import chain
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from inventory.models import KitLotPart, Lot
from supply import clock
from supply.db import in_one_transaction
from supply.reference.models import KitPart, Product
from tests.integration.at_once import all_at_once, codes
from tests.integration.monthly import each_month

KIT, BUS, CLINIC = "kit-full", "oslo-outreach", "oslo-servicepoint"
PARTS = ("acid", "cooker", "filter", "swab", "syringe-1ml-29g")
SYRINGE = PARTS[-1]
DAY = {ago: (clock.today() - timedelta(days=ago)).isoformat() for ago in range(-1, 12)}
SOON, LATE, LATER = "2031-01-31", "2032-01-31", "2033-01-31"


def arrive(who, units=5, *, lot="P1", expires_on=LATE, place=BUS, ago=8, parts=PARTS):
    """Let so many of each part arrive, all under one lot number; cookers have no lot."""
    lines = [{"product": part, "units": units} | ({} if part == "cooker" else {"lot": lot, "expires_on": expires_on}) for part in parts]
    answer = who.post("/receipts", {"place": place, "occurred_on": DAY[ago], "lines": lines})
    assert answer.status_code == 201, answer.text


def packing(units, *, place=BUS, ago=0, kit=KIT, **more):
    return {"place": place, "occurred_on": DAY[ago], "kit": kit, "units": units, **more}


def pack(who, units, **more):
    """Pack kits; gives the numbers of their lots with how many are in each."""
    answer = who.post("/assemblies", packing(units, **more))
    assert answer.status_code == 201, answer.text
    return kits_in(answer.json)


def kits_in(posting):
    """Give the lots of kits that a posting packed, and how many."""
    packed = Counter()
    for move in posting["moves"]:
        if (move["from"], move["to"]) == ("kits", posting["journal"]):
            packed[move["lot"]["number"]] += move["units"]
    return packed


def unpacking(lot, units, *, place=BUS, ago=0, kit=KIT, **more):
    return {"place": place, "occurred_on": DAY[ago], "kit": kit, "lot": lot, "units": units, **more}


def part(product, units, lot="P1"):
    return {"product": product, "lot": "-" if product == "cooker" else lot, "units": units}


def refused(answer, code, status=409):
    assert (answer.status_code, answer.json.get("code")) == (status, code), answer.text
    return answer.json


def shelves(who, place=BUS):
    """Give what lies at a place by product and lot."""
    return {(row["lot"]["product"], row["lot"]["number"]): row["on_hand"] for row in who.get("/stock", place=place, limit=500).json}


def moved(answer):
    assert answer.status_code == 201, answer.text
    units = Counter()
    for move in answer.json["moves"]:
        units[move["lot"]["product"], move["lot"]["number"], move["from"], move["to"]] += move["units"]
    return units


def genealogy(session, lot):
    """Give what is in each kit of a lot: units by product and lot of the part."""
    session.rollback()
    kit, of_part = Lot.__table__.alias("kit"), Lot.__table__.alias("of_part")
    query = select(Product.code, of_part.c.number, KitLotPart.units).join(kit, kit.c.id == KitLotPart.kit_lot_id).join(of_part, of_part.c.id == KitLotPart.part_lot_id)
    return {(product, number): units for product, number, units in session.execute(query.join(Product, Product.id == of_part.c.product_id).where(kit.c.number == lot))}


@pytest.fixture
def know(app):
    """Give a way to make a kit known, or another version of one: what it holds, and from which day."""

    def add(code, parts, *, version=1, starts_on=date(2018, 1, 1)):
        def work(session):
            kit_id = session.scalar(select(Product.id).where(Product.code == code))
            if kit_id is None:
                kit = Product(code=code, group="kit", lot_required=True, expiry_required=True, **dict.fromkeys(("name_nb", "name_nn", "name_en", "unit_nb", "unit_nn", "unit_en"), "x"))
                session.add(kit)
                session.flush()
                kit_id = kit.id
            for product, units in parts.items():
                part_id = session.scalar(select(Product.id).where(Product.code == product))
                session.add(KitPart(kit_id=kit_id, version=version, part_id=part_id, units=units, starts_on=starts_on))

        in_one_transaction(work)

    return add


# Packing.


def test_five_kits_take_five_of_each_part(ada, session):
    arrive(ada, 8)

    answer = ada.post("/assemblies", packing(5))

    ((lot, many),) = kits_in(answer.json).items()
    assert many == 5
    taken = {(product, "-" if product == "cooker" else "P1", BUS, "kits"): 5 for product in PARTS}
    assert moved(answer) == Counter(taken | {(KIT, lot, "kits", BUS): 5})
    assert shelves(ada) == {(product, "-" if product == "cooker" else "P1"): 3 for product in PARTS} | {(KIT, lot): 5}
    assert genealogy(session, lot) == {(product, "-" if product == "cooker" else "P1"): 1 for product in PARTS}


def test_a_kit_with_four_of_a_part_takes_four_for_each(ada, know, session):
    know("works", {"swab": 4, "cooker": 2})
    arrive(ada, 13)

    ((lot, many),) = pack(ada, 3, kit="works").items()

    assert many == 3
    assert genealogy(session, lot) == {("swab", "P1"): 4, ("cooker", "-"): 2}
    assert (shelves(ada)["swab", "P1"], shelves(ada)["cooker", "-"]) == (1, 7)


def test_where_a_lot_of_a_part_ends_another_lot_of_kits_begins(ada, session):
    arrive(ada, 10)
    arrive(ada, 6, lot="P0", expires_on=SOON, parts=[SYRINGE])

    packed = pack(ada, 10)

    found = {lot: (many, {number for (product, number), _ in genealogy(session, lot).items() if product == SYRINGE}) for lot, many in packed.items()}
    assert sorted(found.values()) == [(4, {"P1"}), (6, {"P0"})]
    assert all(set(genealogy(session, lot).values()) == {1} for lot in packed)
    assert shelves(ada)[SYRINGE, "P1"] == 6


def test_a_kit_that_takes_the_last_of_one_lot_and_the_first_of_the_next_is_a_lot_of_its_own(ada, know, session):
    know("works", {"swab": 4})
    arrive(ada, 6, lot="P0", expires_on=SOON, parts=["swab"])
    arrive(ada, 6, parts=["swab"])

    packed = pack(ada, 3, kit="works")

    assert sorted(packed.values()) == [1, 1, 1]
    assert sorted(sorted(genealogy(session, lot).items()) for lot in packed) == [
        [(("swab", "P0"), 2), (("swab", "P1"), 2)],
        [(("swab", "P0"), 4)],
        [(("swab", "P1"), 4)],
    ]


def test_a_kit_expires_with_the_earliest_of_its_parts(ada):
    arrive(ada, 10, expires_on=LATER)
    arrive(ada, 4, lot="P0", expires_on=SOON, parts=["acid"])
    arrive(ada, 7, lot="P0", expires_on=LATE, parts=["filter"])

    pack(ada, 10)

    kits = {row["lot"]["expires_on"]: row["on_hand"] for row in ada.get("/stock", place=BUS, product=KIT).json}
    assert kits == {SOON: 4, LATE: 3, LATER: 3}


def test_a_kit_of_parts_that_never_expire_never_expires(ada, know):
    know("works", {"cooker": 2})
    arrive(ada, 4, parts=["cooker"])

    assert ada.post("/assemblies", packing(2, kit="works")).json["moves"][-1]["lot"]["expires_on"] is None
    assert ada.hand_out(2, "works", place=BUS, on=DAY[0]).status_code == 201


def test_an_expired_part_is_passed_over_and_the_expiry_day_itself_is_not(ada):
    arrive(ada, 3)
    arrive(ada, 3, lot="OLD", expires_on=DAY[1], parts=["acid"])
    arrive(ada, 3, lot="LAST", expires_on=DAY[0], parts=["swab"])

    pack(ada, 3)

    left = shelves(ada)
    assert (left.get(("acid", "OLD")), left.get(("acid", "P1")), left.get(("swab", "LAST")), left.get(("swab", "P1"))) == (3, None, None, 3)


def test_the_lots_that_are_named_are_the_lots_that_are_used(ada, session):
    arrive(ada, 5)
    arrive(ada, 5, lot="P0", expires_on=SOON, parts=["acid"])
    chosen = [part(product, 3) for product in PARTS if product != "acid"] + [part("acid", 2), part("acid", 1, "P0")]

    packed = pack(ada, 3, parts=chosen)

    assert sorted((many, [number for (product, number) in genealogy(session, lot) if product == "acid"]) for lot, many in packed.items()) == [(1, ["P0"]), (2, ["P1"])]
    assert shelves(ada)["acid", "P0"] == 4


def test_a_lot_that_is_named_on_two_lines_is_wholly_in_the_kit(ada, know, session):
    know("works", {"swab": 4})
    arrive(ada, 8, parts=["swab"])

    answer = ada.post("/assemblies", packing(1, kit="works", parts=[part("swab", 2), part("swab", 2)]))

    (lot,) = kits_in(answer.json)
    assert genealogy(session, lot) == {("swab", "P1"): 4}
    assert ada.post("/unpackings", unpacking(lot, 1, kit="works")).status_code == 201
    assert shelves(ada) == {("swab", "P1"): 8}


@pytest.mark.parametrize(
    ("wrong", "code", "status"),
    [
        ([part("acid", 2)], "parts-differ", 422),
        ([part("acid", 4)], "parts-differ", 422),
        ([], "parts-differ", 422),
        ([part("acid", 3), part("water", 3)], "parts-differ", 422),
        ([part("acid", 3, "NOBODYS")], "no-such-lot", 409),
        ([part("acid", 3, "OLD")], "lot-not-usable", 409),
        ([part("acid", 3, "HOT")], "lot-blocked", 409),
        ([part("acid", 3, "FEW")], "not-enough-stock", 409),
    ],
    ids=["too few", "too many", "left out", "what no kit holds", "an unknown lot", "an expired lot", "a blocked lot", "more than there are"],
)
def test_parts_that_do_not_add_up_or_may_not_be_used_are_refused(ada, wrong, code, status):
    arrive(ada, 5)
    arrive(ada, 5, lot="OLD", expires_on=DAY[1], parts=["acid"])
    arrive(ada, 5, lot="HOT", parts=["acid"])
    arrive(ada, 2, lot="FEW", parts=["acid"])
    ada.post("/lots/acid/HOT/quarantine", {"reason": "too_warm"})
    before = shelves(ada)

    refused(ada.post("/assemblies", packing(3, parts=[part(product, 3) for product in PARTS if product != "acid"] + wrong)), code, status)

    assert shelves(ada) == before


def test_kits_are_not_packed_while_one_part_is_short_and_the_part_is_named(ada):
    arrive(ada, 5, parts=[product for product in PARTS if product != "filter"])
    arrive(ada, 4, parts=["filter"])
    before = shelves(ada)

    said = refused(ada.post("/assemblies", packing(5)), "not-enough-stock")

    assert (said["product"], said["wanted"], said["available"], said["at"]) == ("filter", 5, 4, "units")
    assert shelves(ada) == before


def test_parts_that_are_promised_are_not_packed(ada, hold):
    arrive(ada, 5)
    hold(3, lot="-")

    refused(ada.post("/assemblies", packing(3)), "not-enough-stock")
    assert ada.post("/assemblies", packing(2)).status_code == 201


def test_kits_that_are_alike_share_a_lot_however_often_some_are_packed(ada, session):
    arrive(ada, 40)
    arrive(ada, 2, place=CLINIC)

    numbers = list(chain(*(pack(ada, 1, ago=ago) for ago in range(8)), kits_in(ada.post("/handouts", handing_out(30)).json)))

    assert len(set(numbers)) == 1
    assert re.fullmatch(r"K[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}", numbers[0])
    assert set(pack(ada, 1, place=CLINIC)).isdisjoint(numbers)  # who packed it stays known
    assert session.query(KitLotPart).count() == 2 * len(PARTS)
    assert shelves(ada) == {(product, "-" if product == "cooker" else "P1"): 10 for product in PARTS}


def test_kits_with_another_part_another_version_or_another_number_of_units_are_another_lot(ada, know):
    arrive(ada, 20)
    arrive(ada, 20, lot="P2", parts=["swab"])

    packed = [pack(ada, 1), pack(ada, 1, parts=[part(product, 1, "P2" if product == "swab" else "P1") for product in PARTS])]
    know(KIT, dict.fromkeys(PARTS, 2), version=2, starts_on=date.fromisoformat(DAY[0]))
    packed.append(pack(ada, 1, parts=[part(product, 2) for product in PARTS]))

    assert len(set(chain(*packed))) == 3


def test_what_is_packed_now_does_not_come_under_a_lot_that_is_in_quarantine_for_itself(ada):
    arrive(ada, 5)
    (warm,) = pack(ada, 1)
    assert ada.post(f"/lots/{KIT}/{warm}/quarantine", {"reason": "too_warm", "place": BUS}).status_code == 200

    (free,), (again,) = pack(ada, 1), pack(ada, 1)
    assert ada.post(f"/lots/{KIT}/{warm}/release", {"reason": "examined", "place": BUS}).status_code == 200
    (let_out,) = pack(ada, 1)

    assert (free, again) == (again, free)
    assert free != warm
    assert let_out == warm


def test_what_is_packed_on_a_day_that_a_count_has_closed_for_the_lot_comes_under_another(ada):
    arrive(ada, 5)
    (counted,) = pack(ada, 2, ago=4)
    answer = ada.post("/counts", {"place": BUS, "occurred_on": DAY[1], "lines": [{"product": KIT, "lot": counted, "units": 2}]})
    assert answer.status_code == 201, answer.text

    assert counted not in pack(ada, 1, ago=2)
    assert counted in pack(ada, 1, ago=1)


def test_a_number_that_somebody_gave_to_kits_of_unknown_contents_is_passed_over(ada):
    arrive(ada, 5)
    arrive(ada, 5, place=CLINIC)
    (number,) = pack(ada, 1)
    ada.receive(KIT, 3, place=CLINIC, lot=number, expires_on=LATE, on=DAY[1])
    (other,) = pack(ada, 1, place=CLINIC)
    ada.receive(KIT, 3, place=CLINIC, lot=other, expires_on=LATE, on=DAY[1])

    assert pack(ada, 1, place=CLINIC) == {other: 1}
    assert other != number


def test_the_same_key_packs_once_and_answers_the_same_lot(ada):
    arrive(ada, 5)

    first, again = (ada.post("/assemblies", packing(2), key="packed-only-once") for _ in range(2))

    assert again.data == first.data
    assert shelves(ada)["acid", "P1"] == 3


def test_what_a_kit_holds_is_what_it_held_on_the_day_it_was_packed(ada, know, session):
    know("works", {"swab": 1})
    know("works", {"swab": 2, "acid": 1}, version=2, starts_on=date.fromisoformat(DAY[2]))
    arrive(ada, 9)

    (old,), (new,) = (pack(ada, 1, kit="works", ago=ago) for ago in (3, 2))

    assert genealogy(session, old) == {("swab", "P1"): 1}
    assert genealogy(session, new) == {("swab", "P1"): 2, ("acid", "P1"): 1}
    for lot in (old, new):
        assert ada.post("/unpackings", unpacking(lot, 1, kit="works")).status_code == 201
    assert shelves(ada) == {(product, "-" if product == "cooker" else "P1"): 9 for product in PARTS}


def test_nothing_is_packed_before_there_was_a_kit(ada, know):
    know("works", {"swab": 1}, starts_on=date.fromisoformat(DAY[2]))
    arrive(ada, 9)

    refused(ada.post("/assemblies", packing(1, kit="works", ago=3)), "not-a-kit", 422)


def test_a_count_closes_parts_and_kits_alike(ada):
    arrive(ada, 9)
    (lot,) = pack(ada, 4, ago=5)
    ada.post("/counts", {"place": BUS, "occurred_on": DAY[3], "lines": [part("swab", 5)]})

    refused(ada.post("/assemblies", packing(1, ago=4)), "closed-by-count")
    refused(ada.post("/unpackings", unpacking(lot, 1, ago=4)), "closed-by-count")
    assert ada.post("/assemblies", packing(1, ago=3)).status_code == 201
    assert ada.post("/unpackings", unpacking(lot, 1, ago=3)).status_code == 201


def test_parts_are_packed_on_a_day_on_which_they_were_there(ada):
    arrive(ada, 5, ago=2)

    refused(ada.post("/assemblies", packing(1, ago=3)), "not-enough-stock")


# Taking apart.


def test_a_kit_that_is_opened_gives_back_just_its_parts(ada):
    arrive(ada, 10)
    arrive(ada, 2, lot="P0", expires_on=SOON, parts=["acid"])
    before = shelves(ada)

    packed = pack(ada, 7)
    for lot, many in packed.items():
        assert ada.post("/unpackings", unpacking(lot, many)).status_code == 201

    assert shelves(ada) == before


def test_some_of_a_lot_of_kits_may_be_opened_and_the_others_stay(ada):
    arrive(ada, 5)
    (lot,) = pack(ada, 5)

    answer = ada.post("/unpackings", unpacking(lot, 2, parts=[part(product, 2) for product in PARTS]))

    assert moved(answer) == Counter({(product, "-" if product == "cooker" else "P1", "kits", BUS): 2 for product in PARTS} | {(KIT, lot, BUS, "kits"): 2})
    assert shelves(ada) == {(product, "-" if product == "cooker" else "P1"): 2 for product in PARTS} | {(KIT, lot): 3}


@pytest.mark.parametrize(
    "wrong",
    [[part("acid", 1)], [part("acid", 3)], [], [part("acid", 2, "P2")], [part("acid", 2), part("water", 1)], [part("acid", 1), part("acid", 2)]],
    ids=["one too few", "one too many", "left out", "of another lot", "what was not in it", "two lines that come to too many"],
)
def test_parts_that_are_not_those_that_went_in_are_refused(ada, wrong):
    arrive(ada, 5)
    arrive(ada, 5, lot="P2", parts=["acid"])
    (lot,) = pack(ada, 5)
    before = shelves(ada)

    refused(ada.post("/unpackings", unpacking(lot, 2, parts=[part(product, 2) for product in PARTS if product != "acid"] + wrong)), "parts-differ", 422)

    assert shelves(ada) == before


def test_a_part_that_is_recorded_as_missing_is_lost_and_the_others_come_back(ada, session):
    arrive(ada, 5)
    (lot,) = pack(ada, 5)
    found = [part(product, 2) for product in PARTS if product not in {"acid", "swab"}] + [part("acid", 1)]

    answer = ada.post("/unpackings", unpacking(lot, 2, parts=found, missing=[part("acid", 1), part("swab", 2)]))

    assert {key: units for key, units in moved(answer).items() if key[3] == "lost"} == {("acid", "P1", "kits", "lost"): 1, ("swab", "P1", "kits", "lost"): 2}
    assert (shelves(ada)["acid", "P1"], shelves(ada).get(("swab", "P1"))) == (1, None)
    assert sum(one.units for one in each_month(session, "to_lost")) == 3


def test_without_a_list_of_parts_all_but_the_missing_come_back(ada):
    arrive(ada, 5)
    (lot,) = pack(ada, 5)

    assert ada.post("/unpackings", unpacking(lot, 1, missing=[part("cooker", 1)])).status_code == 201

    assert shelves(ada) == {(product, "P1"): 1 for product in PARTS if product != "cooker"} | {(KIT, lot): 4}


@pytest.mark.parametrize("missing", [[part("acid", 3)], [part("acid", 1, "P2")], [part("water", 1)], [part("acid", 2), part("acid", 1)]])
def test_more_is_not_missing_than_went_in(ada, missing):
    arrive(ada, 5)
    (lot,) = pack(ada, 5)

    assert refused(ada.post("/unpackings", unpacking(lot, 2, missing=missing)), "parts-differ", 422)["at"] == "missing"


def test_more_kits_are_not_opened_than_lie_there(ada):
    arrive(ada, 5)
    (lot,) = pack(ada, 2)

    said = refused(ada.post("/unpackings", unpacking(lot, 3)), "not-enough-stock")

    assert (said["product"], said["lot"], said["available"]) == (KIT, lot, 2)
    refused(ada.post("/unpackings", unpacking("K-UNKNOWN", 1)), "no-such-lot")


def test_kits_that_were_sent_on_are_opened_where_they_lie(ada):
    arrive(ada, 5)
    (lot,) = pack(ada, 5)
    assert ada.post("/transfers", {"place": BUS, "to": CLINIC, "occurred_on": DAY[0], "lines": [{"product": KIT, "lot": lot, "units": 3}]}).status_code == 201

    assert ada.post("/unpackings", unpacking(lot, 3, place=CLINIC)).status_code == 201

    assert shelves(ada, CLINIC) == {(product, "-" if product == "cooker" else "P1"): 3 for product in PARTS}
    assert shelves(ada) == {(KIT, lot): 2}


def test_no_more_kits_are_opened_than_were_packed(ada):
    """Five more come under the number of a lot that was packed here: what is in those is known to nobody."""
    arrive(ada, 5)
    (lot,) = pack(ada, 3)
    ada.receive(KIT, 5, place=BUS, lot=lot, expires_on=LATE, on=DAY[0])

    assert refused(ada.post("/unpackings", unpacking(lot, 4)), "more-than-packed")["packed"] == 3
    assert ada.post("/unpackings", unpacking(lot, 3)).status_code == 201


def test_kits_that_were_bought_ready_made_are_handed_out_and_not_opened(ada):
    ada.receive(KIT, 5, place=BUS, lot="BOUGHT", expires_on=LATE, on=DAY[8])

    said = refused(ada.post("/unpackings", unpacking("BOUGHT", 1)), "not-made-of-parts")

    assert (said["product"], said["lot"], said["at"]) == (KIT, "BOUGHT", "lot")
    assert ada.hand_out(5, KIT, place=BUS, on=DAY[0]).status_code == 201


def test_a_kit_that_is_in_quarantine_itself_is_not_opened_to_set_its_parts_free(ada):
    """Units of a lot in quarantine leave as nothing but destroyed, sent back, counted or corrected; opened, its parts would be free."""
    arrive(ada, 5)
    (lot,) = pack(ada, 5)
    assert ada.post(f"/lots/{KIT}/{lot}/quarantine", {"reason": "too_warm"}).status_code == 200

    refused(ada.post("/unpackings", unpacking(lot, 1)), "lot-blocked")


def test_kits_follow_the_first_to_expire(ada):
    arrive(ada, 4)
    (late,) = pack(ada, 2, parts=[part(product, 2) for product in PARTS])
    arrive(ada, 2, lot="P0", expires_on=SOON, parts=["acid"])
    (soon,) = pack(ada, 2)

    answer = ada.hand_out(3, KIT, place=BUS, on=DAY[0])

    assert [(move["lot"]["number"], move["units"]) for move in answer.json["moves"]] == [(soon, 2), (late, 1)]


lots_of_parts = st.lists(st.tuples(st.integers(1, 9), st.sampled_from([SOON, LATE, LATER])), min_size=1, max_size=3)


def test_packing_and_opening_again_changes_nothing_whatever_lots_there_are(ada, know):
    know("works", {"swab": 3, "acid": 1, "cooker": 2})
    examples = iter(range(10_000))

    @settings(max_examples=20, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(swabs=lots_of_parts, acids=lots_of_parts, wanted=st.integers(1, 9), opened=st.integers(0, 1_000_000).map(Random))
    def is_the_identity(swabs, acids, wanted, opened):
        nth = next(examples)
        for product, lots in (("swab", swabs), ("acid", acids)):
            for place_in_list, (units, expires_on) in enumerate(lots):
                ada.receive(product, units, lot=f"L{nth}-{place_in_list}", expires_on=expires_on, place=BUS, on=DAY[8])
        arrive(ada, 4, parts=["cooker"])
        before = shelves(ada)
        units = min(wanted, sum(n for (product, _), n in before.items() if product == "swab") // 3, sum(n for (product, _), n in before.items() if product == "acid"), before["cooker", "-"] // 2)
        if units == 0:
            return

        packed = pack(ada, units, kit="works")

        assert sum(packed.values()) == units
        left = dict(packed)
        while left:
            lot = opened.choice(sorted(left))
            some = opened.randint(1, left[lot])
            assert ada.post("/unpackings", unpacking(lot, some, kit="works")).status_code == 201
            left[lot] -= some
            left = {number: many for number, many in left.items() if many}
        assert shelves(ada) == before

    is_the_identity()


# Handing out.


def handing_out(units, *, ago=0, kit=KIT, **more):
    return {"place": BUS, "occurred_on": DAY[ago], "lines": [{"product": kit, "units": units, "occasion": "first_time", "recipient": "at_risk", "assemble": True}], **more}


def test_kits_that_lie_ready_are_handed_out_and_none_is_packed(ada):
    arrive(ada, 9)
    (lot,) = pack(ada, 4)

    answer = ada.post("/handouts", handing_out(4))

    assert moved(answer) == Counter({(KIT, lot, BUS, "people"): 4})


def test_where_only_parts_lie_kits_are_packed_and_handed_out_in_one_posting(ada, session):
    arrive(ada, 9)

    answer = ada.post("/handouts", handing_out(4))

    ((lot, many),) = kits_in(answer.json).items()
    assert (many, answer.json["number"], answer.json["kind"]) == (4, 2, "handout")
    taken = {(product, "-" if product == "cooker" else "P1", BUS, "kits"): 4 for product in PARTS}
    assert moved(answer) == Counter(taken | {(KIT, lot, "kits", BUS): 4, (KIT, lot, BUS, "people"): 4})
    assert shelves(ada) == {(product, "-" if product == "cooker" else "P1"): 5 for product in PARTS}
    assert genealogy(session, lot) == {(product, "-" if product == "cooker" else "P1"): 1 for product in PARTS}


def test_what_was_packed_and_handed_out_in_one_posting_is_undone_in_one(ada, session):
    arrive(ada, 9)
    before = shelves(ada)
    number = ada.post("/handouts", handing_out(4)).json["number"]

    answer = ada.post("/corrections", {"journal": BUS, "number": number, "reason": "mistyped"})

    assert answer.status_code == 201, answer.text
    assert shelves(ada) == before
    assert [one.units for one in each_month(session, "to_people", "to_kits")] == [0] * 6


def test_only_the_kits_that_are_missing_are_packed(ada):
    arrive(ada, 9)
    (ready,) = pack(ada, 3)

    answer = ada.post("/handouts", handing_out(5))

    ((made, many),) = kits_in(answer.json).items()
    assert many == 2
    assert [(move["lot"]["number"], move["units"]) for move in answer.json["moves"] if move["to"] == "people"] == [(ready, 3), (made, 2)]
    assert shelves(ada)["acid", "P1"] == 4


def test_a_part_that_a_line_before_takes_is_not_in_a_kit_as_well(ada):
    arrive(ada, 5)
    kits = handing_out(3)["lines"]
    syringes = [{"product": SYRINGE, "units": 3}]

    said = refused(ada.post("/handouts", {"place": BUS, "occurred_on": DAY[0], "lines": [*syringes, *kits]}), "not-enough-stock")
    other_way = refused(ada.post("/handouts", {"place": BUS, "occurred_on": DAY[0], "lines": [*kits, *syringes]}), "not-enough-stock")

    assert (said["product"], said["available"], said["at"]) == (SYRINGE, 2, "lines.1.units")
    assert (other_way["product"], other_way["available"], other_way["at"]) == (SYRINGE, 2, "lines.1.units")


def test_two_lines_of_one_hand_out_share_what_lies_there(ada):
    arrive(ada, 5)
    (ready,) = pack(ada, 1)
    kits = handing_out(2)["lines"]

    answer = ada.post("/handouts", {"place": BUS, "occurred_on": DAY[0], "lines": kits * 2})

    assert sum(kits_in(answer.json).values()) == 3
    assert moved(answer)[KIT, ready, BUS, "people"] == 4
    refused(ada.post("/handouts", handing_out(2)), "not-enough-stock")


def test_without_being_asked_nothing_is_packed(ada):
    arrive(ada, 5)

    refused(ada.hand_out(1, KIT, place=BUS, on=DAY[0]), "not-enough-stock")


def test_kits_count_in_the_month_under_what_they_held_and_their_parts_never_beside_them(ada, know, session):
    know(KIT, dict.fromkeys(PARTS, 2), version=2, starts_on=date.fromisoformat(DAY[2]))
    arrive(ada, 20)
    ada.receive(KIT, 3, place=BUS, lot="BOUGHT", expires_on=SOON, on=DAY[4])
    pack(ada, 4, ago=3)
    assert ada.hand_out(5, KIT, place=BUS, on=DAY[1]).status_code == 201
    assert ada.post("/handouts", handing_out(6)).status_code == 201

    codes = dict(session.execute(select(Product.id, Product.code)).all())
    totals = Counter()
    for one in each_month(session, "to_people"):
        totals[codes[one.product_id], one.kit_version] += one.units
    assert totals == {(KIT, 1): 7, (KIT, 2): 4}


# Undoing.


def test_packing_is_undone_while_all_its_kits_are_there(ada):
    arrive(ada, 5)
    before = shelves(ada)
    packed = ada.post("/assemblies", packing(3))
    (lot,) = kits_in(packed.json)
    undoing = {"journal": BUS, "number": packed.json["number"], "reason": "mistyped"}
    handed_out = ada.hand_out(1, KIT, place=BUS, on=DAY[0]).json["number"]

    refused(ada.post("/corrections", undoing), "not-enough-stock")
    ada.post("/corrections", undoing | {"number": handed_out})

    assert ada.post("/corrections", undoing).status_code == 201
    assert shelves(ada) == before
    refused(ada.post("/unpackings", unpacking(lot, 1)), "not-enough-stock")


def test_opening_is_undone_while_all_the_parts_are_there(ada):
    arrive(ada, 5)
    (lot,) = pack(ada, 5)
    number = ada.post("/unpackings", unpacking(lot, 2, missing=[part("acid", 1)])).json["number"]
    undoing = {"journal": BUS, "number": number, "reason": "mistyped"}
    handed_out = ada.hand_out(1, "swab", place=BUS, on=DAY[0]).json["number"]

    refused(ada.post("/corrections", undoing), "not-enough-stock")
    ada.post("/corrections", undoing | {"number": handed_out})

    assert ada.post("/corrections", undoing).status_code == 201
    assert shelves(ada) == {(KIT, lot): 5}


def test_kits_are_packed_and_handed_out_in_one_batch(ada):
    arrive(ada, 5)
    give = {"place": BUS, "occurred_on": DAY[0], "lines": [{"product": KIT, "units": 2}]}
    entries = [("assembly", packing(3)), ("handout", give), ("handout", give), ("handout", handing_out(2))]

    answer = ada.post("/postings/batch?each=true", {"postings": [{"kind": kind, "key": f"entry-{nth:04}", "body": body} for nth, (kind, body) in enumerate(entries)]})

    assert [one["status"] for one in answer.json["postings"]] == [201, 201, 409, 201]
    assert sum(kits_in(answer.json["postings"][3]["body"]).values()) == 1
    assert shelves(ada) == {(product, "-" if product == "cooker" else "P1"): 1 for product in PARTS}


def test_a_fault_in_the_middle_of_packing_leaves_nothing_of_it(ada, owner, session):
    arrive(ada, 5)
    tables = ("lot", "kit_lot_part", "posting", "move", "stock", "request")
    before = {table: session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in tables}
    session.rollback()

    def rename(one, other):
        with owner.connect() as connection:
            connection.execute(text(f"ALTER TABLE {one} RENAME TO {other}"))
            connection.commit()

    rename("month_totals", "away")  # the totals are written after lots, postings and shelves
    broken = [ada.post("/assemblies", packing(3), key="packed-in-the-end"), ada.post("/handouts", handing_out(3))]
    rename("away", "month_totals")

    assert [answer.status_code for answer in broken] == [500, 500]
    assert {table: session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2")).all() for table in tables} == before
    assert ada.post("/assemblies", packing(3), key="packed-in-the-end").status_code == 201


# Many at once.


def test_a_part_is_packed_or_handed_out_never_both(callers):
    many = callers(8)
    arrive(many[0], 20)

    def often(one, nth):
        acts = [lambda: one.hand_out(1, SYRINGE, place=BUS, on=DAY[0]), lambda: one.post("/assemblies", packing(1))]
        return [acts[nth % 2]() for _ in range(5)]

    answers = list(chain(*all_at_once(*(lambda one=one, nth=nth: often(one, nth) for nth, one in enumerate(many)))))

    packed = sum(sum(kits_in(answer.json).values()) for answer in answers if answer.status_code == 201)
    assert codes(answers) == {201: 20, "not-enough-stock": 20}
    assert shelves(many[0]).get((SYRINGE, "P1")) is None
    assert shelves(many[0]).get(("acid", "P1"), 0) == 20 - packed


def test_kits_packed_for_hand_outs_at_once_take_each_part_once(callers):
    many = callers(8)
    arrive(many[0], 20)

    answers = list(chain(*all_at_once(*(lambda one=one: [one.post("/handouts", handing_out(1)) for _ in range(3)] for one in many))))

    assert codes(answers) == {201: 20, "not-enough-stock": 4}
    assert len({lot for answer in answers if answer.status_code == 201 for lot in kits_in(answer.json)}) == 1
    assert shelves(many[0]) == {}


def test_of_six_who_open_the_last_kit_one_does(callers):
    many = callers(6)
    arrive(many[0], 1)
    (lot,) = pack(many[0], 1)

    answers = all_at_once(*(lambda one=one: one.post("/unpackings", unpacking(lot, 1)) for one in many))

    assert codes(answers) == {201: 1, "not-enough-stock": 5}
    assert shelves(many[0]) == {(product, "-" if product == "cooker" else "P1"): 1 for product in PARTS}
