"""Coverage reckoned from the ledger: kits as their parts, what is put right, how far it is reported, sums that agree, and the same figures as of the same checkpoint."""

from datetime import date

import pytest
from sqlalchemy import select

from inventory.service import checks
from supply import clock
from supply.auth.rules import Grant, Person, Role
from supply.coverage.queries.edition import edition
from supply.coverage.queries.series import by_month
from supply.coverage.rules import windows
from supply.coverage.rules.asked import Asked, Within
from supply.coverage.rules.figures import WhyNot
from supply.coverage.rules.numerators import NEEDLE, SYRINGE, State
from supply.db import db, in_one_snapshot, in_one_transaction
from supply.reference.models import Place
from tests.conftest import DAY

CATO = Person(account_id=0, number="", name="", language="en", grants=(Grant(role=Role.DIRECTORATE),))
PLACE, OTHER = "oslo-servicepoint", "bergen-servicepoint"
OCTOBER = windows.months_from(date(2026, 10, 1), 1)
LAST_DAY = "2026-10-30"


@pytest.fixture
def figures(app):
    """Give an edition, read in one snapshot as everybody reads it."""

    def find(window=OCTOBER, **asked):
        db.session.rollback()
        return in_one_snapshot(
            lambda session: edition(session, Asked(window=window, **asked), by=CATO, ledger=app.extensions["coverage_ledger"], today=DAY),
        )

    return find


def give(caller, product, units, *, place=PLACE, on=LAST_DAY, **more):
    caller.receive(product=product, units=units, lot=f"L{caller.acts}", expires_on="2029-01-31", place=place, on=on)
    answer = caller.hand_out(units, product=product, place=place, on=on, **more)
    assert answer.status_code == 201, answer.text
    return answer.json


def only(found, area, indicator, counted=None):
    [figure] = [one for one in found.of(area, indicator) if counted in {None, one.counted}]
    return figure


def test_a_kit_counts_as_its_parts_and_loose_needles_stand_beside(ada, figures):
    give(ada, "syringe-1ml-29g", 100)
    give(ada, "needle-23g", 30)
    for part in ("syringe-1ml-29g", "swab", "acid", "filter"):
        ada.receive(product=part, units=10, lot="P", expires_on="2029-01-31", place=PLACE, on=LAST_DAY)
    assert ada.post("/receipts", {"place": PLACE, "occurred_on": LAST_DAY, "lines": [{"product": "cooker", "units": 10}]}).status_code == 201
    packed = ada.post("/assemblies", {"place": PLACE, "occurred_on": LAST_DAY, "kit": "kit-full", "units": 10})
    assert packed.status_code == 201, packed.text
    assert ada.hand_out(10, product="kit-full", place=PLACE, on=LAST_DAY).status_code == 201

    found = figures(area="0301")

    syringes = only(found, "0301", "syringes_per_person").numerator
    assert (syringes.units, syringes.aside["in_kits"], syringes.aside["loose_needles"]) == (110, 10, 30)
    assert only(found, "0301", "full_set_share").value.point == pytest.approx(10 / 110)


def test_naloxone_is_told_in_sprays_and_in_packs(ada, figures):
    give(ada, "naloxone-nyxoid", 40, occasion="refill_used")
    give(ada, "naloxone-ventizolve", 20, occasion="refill_lost")

    found = figures()

    assert only(found, "NO", "naloxone_against_deaths", "sprays").numerator.units == 60
    assert only(found, "NO", "naloxone_against_deaths", "packs").numerator.units == 30
    assert only(found, "NO", "used_on_overdose").value.point == pytest.approx(40 / 60)
    assert only(found, "NO", "naloxone_per_100000").notes.count("to_a_year") == 1


def test_what_is_put_right_is_counted_right(ada, figures):
    answer = give(ada, "syringe-1ml-29g", 50)
    assert ada.post("/corrections", {"journal": PLACE, "number": answer["number"], "reason": "mistyped"}).status_code == 201
    ada.hand_out(20, product="syringe-1ml-29g", place=PLACE, on=LAST_DAY)

    assert only(figures(), "NO", "syringes_per_person").numerator.units == 20


def test_used_syringes_that_come_back_are_a_share_of_those_handed_out(ada, figures):
    give(ada, "syringe-1ml-29g", 100)
    ada.post("/returns", {"place": PLACE, "occurred_on": LAST_DAY, "reason": "collected", "lines": [], "used": [{"product": "syringe-1ml-29g", "units": 45}]})

    found = only(figures(), "NO", "return_ratio")

    assert found.value.point == pytest.approx(0.45)


def test_a_month_is_not_reported_partly_reported_reported_and_reported_as_none(ada, figures):
    def state():
        return only(figures(area="4601"), "4601", "syringes_per_person").numerator.state

    places = list(db.session.scalars(select(Place.code).where(Place.municipality == "4601", Place.kind != "depot")))
    assert state() is State.NOT
    assert only(figures(area="4601"), "4601", "syringes_per_person").why_not is WhyNot.NOT_REPORTED

    ada.receive(product="syringe-1ml-29g", units=10, lot="A", expires_on="2029-01-31", place=OTHER, on=LAST_DAY)
    assert state() is State.PARTLY
    for code in places:
        assert ada.post("/month-reports", {"place": code, "month": "2026-10-01"}).status_code == 201
    assert state() is State.ZERO
    found = only(figures(area="4601"), "4601", "syringes_per_person")
    assert (found.value.point, found.verdict.label) == (0, "low")
    ada.hand_out(10, product="syringe-1ml-29g", place=OTHER, on=LAST_DAY)
    assert state() is State.REPORTED


def test_where_no_place_hands_out_nothing_is_known(figures):
    found = only(figures(area="5601"), "5601", "syringes_per_person")

    assert (found.value.point, found.why_not) == (None, WhyNot.NO_PLACE)
    assert found.denominator.is_model


def test_counties_and_municipalities_add_up_to_the_country(ada, figures):
    for place, units in ((PLACE, 100), (OTHER, 70), ("lorenskog-servicepoint", 7), ("haram-servicepoint", 3)):
        give(ada, "syringe-1ml-29g", units, place=place)

    found = figures(within=(Within.COUNTIES, Within.MUNICIPALITIES))

    by_area = {area.code: only(found, area.code, "syringes_per_person").numerator for area in found.areas}
    counties = sum(one.units or 0 for code, one in by_area.items() if len(code) == 2 and code != "NO")
    municipalities = sum(one.units or 0 for code, one in by_area.items() if len(code) == 4)
    assert by_area["NO"].units == counties == municipalities == 180
    people = [only(found, code, "syringes_per_person").denominator for code in by_area if len(code) == 4]
    assert sum(one.interval.middle for one in people) == pytest.approx(8500)


def test_it_is_compared_with_the_period_before(ada, figures):
    give(ada, "syringe-1ml-29g", 100, on="2026-09-10")
    give(ada, "syringe-1ml-29g", 150)

    found = only(figures(), "NO", "syringes_per_person")

    assert (found.before.numerator.units, found.numerator.units) == (100, 150)
    assert found.change == pytest.approx(50 * 12 / 8500)


def test_months_add_up_to_the_window(app, ada, figures):
    give(ada, "syringe-1ml-29g", 100, on="2026-09-10")
    give(ada, "needle-23g", 30)
    found = figures(windows.months_from(date(2026, 9, 1), 2), area="0301")

    months = in_one_snapshot(lambda session: by_month(session, found, app.extensions["coverage_ledger"]))

    assert [(one.month.month, one.syringes, one.needles) for one in months] == [(9, 100, 0), (10, 0, 30)]


def test_the_same_checkpoint_gives_the_same_figures_whatever_came_since(ada, figures):
    first = give(ada, "syringe-1ml-29g", 100)
    give(ada, "naloxone-nyxoid", 8, place=OTHER)
    ada.post("/month-reports", {"place": PLACE, "month": "2026-10-01"})
    checkpoint = in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    asked = {"checkpoint": checkpoint, "within": (Within.MUNICIPALITIES,)}
    before = figures(**asked)

    assert ada.post("/corrections", {"journal": PLACE, "number": first["number"], "reason": "mistyped"}).status_code == 201
    ada.hand_out(40, product="syringe-1ml-29g", place=PLACE, on=LAST_DAY)
    moved = {"product": first["moves"][0]["lot"]["product"], "lot": first["moves"][0]["lot"]["number"], "units": 5, "from": "people", "to": "lost"}
    assert ada.post("/reclassifications", {"place": PLACE, "occurred_on": LAST_DAY, "reason": "other", "lines": [moved]}).status_code == 201
    ada.post("/returns", {"place": PLACE, "occurred_on": LAST_DAY, "reason": "collected", "lines": [], "used": [{"product": "syringe-1ml-29g", "units": 9}]})
    give(ada, "naloxone-nyxoid", 2, place="lorenskog-servicepoint")
    ada.post("/month-reports", {"place": OTHER, "month": "2026-10-01"})
    after, now = figures(**asked), figures(within=(Within.MUNICIPALITIES,))

    assert after.figures == before.figures
    assert after.as_of == before.as_of
    assert after.gaps == before.gaps
    assert only(now, "NO", "syringes_per_person").numerator.units == 35
    assert only(after, "NO", "syringes_per_person").numerator.units == 100


def test_a_place_under_an_old_number_counts_where_its_municipality_went(ada, owner, figures):
    give(ada, "syringe-1ml-29g", 25, place="lorenskog-servicepoint")
    with owner.begin() as connection:
        connection.exec_driver_sql("UPDATE place SET municipality = '0230' WHERE code = 'lorenskog-servicepoint'")

    assert only(figures(area="3222"), "3222", "syringes_per_person").numerator.units == 25
    assert figures(area="0230").area.code == "3222"


def test_known_injectors_follow_their_municipality_and_say_when_they_are_a_part(figures):
    known = {member.number: (member.known, member.known_in_part) for member in figures().members if member.known}

    assert known["3222"] == (32, False)  # Lørenskog, renumbered twice
    assert known["3205"] == (27, True)  # Skedsmo, now a part of Lillestrøm
    assert known["5601"] == (29, False)  # Alta


def test_the_gaps_name_what_would_close_them(ada, figures):
    give(ada, "syringe-1ml-29g", 10, place=OTHER)

    found = {(gap.kind.value, gap.area, gap.place): gap for gap in figures().gaps}

    alta = found["no_distribution", "5601", None]
    assert (alta.people, alta.needs_syringes, alta.needs_places) == (29, 5800, 1)
    assert found["no_distribution", "3222", None].needs_places == 0  # it has a place already
    assert set(found["no_full_set", "4601", OTHER].lacks) == {"cooker", "swab", "acid", "filter"}
    assert ("low", "4601", None) in found
    assert SYRINGE not in NEEDLE


def test_the_network_of_today_leaves_out_what_was_split(figures):
    found = figures(area="set:network")

    assert [split.number for split in found.area.left_out] == ["1507"]
    assert len(found.members) == 32


def test_the_figures_are_the_same_whether_places_are_told_apart_or_not(ada, figures):
    give(ada, "syringe-1ml-29g", 100)
    give(ada, "syringe-2ml", 20)
    give(ada, "kit-full", 3)
    give(ada, "naloxone-nyxoid", 4)
    give(ada, "naloxone-ventizolve", 2)
    give(ada, "needle-23g", 30, place=OTHER)

    apart, together = (figures(within=(Within.COUNTIES, Within.MUNICIPALITIES), gaps=gaps) for gaps in (True, False))

    assert together.figures == apart.figures
    assert apart.gaps
    assert not together.gaps
