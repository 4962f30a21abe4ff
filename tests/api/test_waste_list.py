"""What will not be used in time, as a machine reads it: the issue's own examples, who sees what, and one definition in every list."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event, update

from expiry.queries.waste import Totals, totals_at, waste_at
from inventory.queries.areas import places_in
from supply.db import db, in_one_transaction
from supply.reference.models import Place, Product
from tests.api.acts import problem

PLACE, BUS, BERGEN = "oslo-servicepoint", "oslo-outreach", "bergen-servicepoint"
SPRAY, SWAB = "naloxone-nyxoid", "swab"
TODAY = date(2026, 12, 29)
"""The ninetieth day of the months in which the places below have recorded anything."""


@pytest.fixture
def using(birk, dina):
    """Two sprays a day at Birk's place, one at his bus, one in Bergen."""
    with time_machine.travel(datetime(2026, 12, 29, 11, tzinfo=UTC)):
        for who, place, used in ((birk, PLACE, 180), (birk, BUS, 90), (dina, BERGEN, 90)):
            who.receive(SPRAY, used, lot="BEFORE", expires_on="2029-01-31", place=place, on="2026-10-01")
            assert who.hand_out(used, place=place, on="2026-10-01").status_code == 201
        yield birk


def last_day(nth):
    """Give the nth day from today, today the first."""
    return (TODAY + timedelta(days=nth - 1)).isoformat()


def arrived(who, place=PLACE, product=SPRAY, **lots):
    for lot, (units, nth) in lots.items():
        who.receive(product, units, lot=lot, expires_on=last_day(nth), place=place, on="2026-12-01")


def at(who, place=PLACE):
    (found,) = who.get("/waste", place=place).json
    return found


def becomes(found):
    return {lot["number"]: (lot["fate"], lot["used"], lot["wasted"]) for lot in found["lots"]}


@pytest.mark.parametrize(
    ("lots", "wasted", "expected"),
    [
        ({"A": (100, 30), "B": (50, 60)}, 40, {"A": ("wasted", 60, 40), "B": ("used", 50, 0)}),
        ({"A": (40, 30), "B": (100, 60)}, 20, {"A": ("used", 40, 0), "B": ("wasted", 80, 20)}),
    ],
)
def test_the_surplus_is_carried_from_lot_to_lot_at_two_a_day(using, lots, wasted, expected):
    arrived(using, **lots)

    found = at(using)

    assert found["uses"] == [{"product": SPRAY, "units": 180, "days": 90}]
    assert (found["wasted"], becomes(found)) == (wasted, expected)


def test_what_has_expired_and_what_is_blocked_are_classes_of_their_own(using, gro):
    arrived(using, OLD=(7, 0), GOOD=(30, 30), HELD=(90, 60))
    gro.post(f"/lots/{SPRAY}/HELD/quarantine", {"reason": "frozen"})

    found = at(using)

    assert (found["wasted"], found["expired"], found["blocked"]) == (0, 7, 90)
    assert becomes(found) == {"OLD": ("expired", 0, 7), "GOOD": ("used", 30, 0), "HELD": ("blocked", 0, 0)}


def test_a_cost_without_a_known_price_is_null_and_with_one_it_is_the_units_times_it(using):
    arrived(using, A=(100, 30))
    arrived(using, product=SWAB, S=(10, 30))
    unknown = at(using)

    in_one_transaction(lambda session: session.execute(update(Product).where(Product.code == SPRAY).values(unit_price_ore=25_000, price_source="made up for a test")))
    known = at(using)

    assert (unknown["cost_ore"], unknown["unpriced"], {lot["cost_ore"] for lot in unknown["lots"]}) == (None, 50, {None})
    assert (known["cost_ore"], known["unpriced"]) == (40 * 25_000, 10)
    assert {lot["number"]: lot["cost_ore"] for lot in known["lots"]} == {"A": 1_000_000, "S": None}


def test_what_would_be_wasted_could_be_used_at_the_nearest_place_that_has_room(using, cato):
    arrived(using, A=(150, 30))

    told = {who.name: at(who)["lots"][0]["movable"] for who in (using, cato)}

    assert told["birk"] == [{"place": BUS, "units": 30, "km": 0.0}]
    assert [(one["place"], one["units"]) for one in told["cato"]] == [(BUS, 30), (BERGEN, 30)]
    assert 250 < told["cato"][1]["km"] < 350


def test_a_place_that_has_closed_takes_nothing(using):
    arrived(using, A=(150, 30))
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == BUS).values(closed_on=TODAY)))

    assert at(using)["lots"][0]["movable"] == []


def test_of_many_places_nothing_is_said_of_where_things_could_be_used(using):
    arrived(using, A=(150, 30))

    assert {lot["movable"] for place in using.get("/waste").json for lot in place["lots"]} == {None}


def test_who_sees_what_and_an_area_holds_its_places(using, alma, dina, cato, caller):
    arrived(using, A=(150, 30))
    arrived(using, BUS, A=(150, 30))
    arrived(dina, BERGEN, A=(150, 30))

    def listed(who, **asked):
        return [one["place"] for one in who.get("/waste", **asked).json]

    assert listed(using) == listed(alma) == listed(caller("erik")) == [BUS, PLACE]
    assert listed(dina) == [BERGEN]
    assert listed(cato) == listed(cato, area="NO") == [BERGEN, BUS, PLACE]
    assert listed(cato, area="03") == listed(cato, area="0301") == listed(cato, municipality="0301") == [BUS, PLACE]
    assert listed(cato, area="46") == [BERGEN]
    assert listed(dina, place=PLACE) == listed(dina, place="nowhere") == listed(dina, area="03") == listed(cato, area="99") == []
    problem(cato.get("/waste", area="sett"), 422, "values-are-wrong")


def test_a_place_that_bears_an_old_number_lies_where_its_municipality_went(using, cato):
    arrived(using, A=(150, 30))
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == PLACE).values(municipality="0602")))

    assert [one["place"] for one in cato.get("/waste", area="33").json] == [PLACE]
    assert [one["place"] for one in cato.get("/waste", area="3301").json] == [one["place"] for one in cato.get("/waste", area="0602").json] == [PLACE]


def test_the_list_is_paged_by_place(using, cato, dina):
    arrived(using, A=(150, 30))
    arrived(dina, BERGEN, A=(150, 30))

    first = cato.get("/waste", limit=1)
    after = first.headers["Link"].split("after=")[1].split(">")[0].split("&")[0]
    second = cato.get("/waste", limit=1, after=after)

    assert [one["place"] for one in (*first.json, *second.json)] == [BERGEN, PLACE]
    assert "Link" not in second.headers


def test_sums_are_the_sums_of_the_lots_and_many_places_take_no_more_queries_than_one(using, dina, person, request):
    arrived(using, OLD=(7, 0), A=(150, 30), B=(80, 40), C=(9, 300))
    arrived(using, product=SWAB, S=(10, 30), T=(5, 0))
    arrived(using, BUS, A=(150, 30), D=(3, 1))
    arrived(dina, BERGEN, E=(150, 90))
    cato, counted = person("cato"), Counter()

    def count(*_):
        counted.update(["statements"])

    request.addfinalizer(lambda: event.remove(db.engine, "before_cursor_execute", count))
    event.listen(db.engine, "before_cursor_execute", count)

    def asked(**area):
        counted.clear()
        places = places_in(db.session(), by=cato, today=TODAY, **area)
        return {one.place.code: one.totals for one in waste_at(db.session(), places, today=TODAY)}, counted["statements"], totals_at(db.session(), places, today=TODAY)

    (everywhere, many, summed), (here, one, _) = asked(), asked(place=PLACE)

    assert many == one
    assert len(everywhere) == 3
    assert everywhere[PLACE] == here[PLACE]
    for code, products in summed.items():
        total = Totals()
        for part in products.values():
            total = total.plus(part)
        assert total == everywhere[code]
