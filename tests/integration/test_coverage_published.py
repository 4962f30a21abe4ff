"""The figures Norway has published come out of the reference data again, each from its own origin."""

from datetime import date

import pytest

from supply.auth.rules import Grant, Person, Role
from supply.coverage.queries.background import read
from supply.coverage.queries.edition import edition
from supply.coverage.rules import windows
from supply.coverage.rules.asked import Asked
from supply.coverage.rules.bodies import Split
from supply.coverage.rules.numerators import Origin
from supply.coverage.rules.shares import share_within

CATO = Person(account_id=0, number="", name="", language="en", grants=(Grant(role=Role.DIRECTORATE),))
TODAY = date(2026, 11, 20)


@pytest.fixture
def figures(app, session):
    """Give the national figures of a year by indicator, what is counted and origin."""

    def find(year):
        found = edition(session, Asked(window=windows.year(year)), by=CATO, ledger=app.extensions["coverage_ledger"], today=TODAY)
        return {(figure.indicator, figure.counted, figure.numerator.origin): figure for figure in found.figures if figure.numerator}

    return find


def test_the_syringes_of_2017_were_333_for_each_who_injected(figures):
    found = figures(2017)["syringes_per_person", "syringes", Origin.PUBLISHED]

    assert (found.numerator.units, found.denominator.year) == (2_900_000, 2016)
    assert [round(bound) for bound in (found.value.low, found.value.point, found.value.high)] == [276, 333, 392]
    assert "EMCDDA" in found.numerator.source
    assert "FHI" in found.denominator.source
    assert found.verdict.label == "high"
    assert next(level for level in found.levels if level.label == "target_2030").reached


def test_the_needles_of_2016_are_no_syringes_and_say_so(figures):
    found = figures(2016)

    assert ("syringes_per_person", "syringes", Origin.PUBLISHED) not in found
    assert "other_scope" in found["syringes_per_person", "needles", Origin.PUBLISHED].notes


def test_opioids_took_228_in_2019_and_twenty_and_nine_times_as_many_are_needed(figures):
    found = figures(2019)["naloxone_against_deaths", "sprays", Origin.PUBLISHED]

    assert found.denominator.interval.point == pytest.approx(275 * 0.83)
    assert round(found.denominator.interval.point) == 228
    needs = {level.label: level.needs for level in found.levels}
    assert needs["target"] == pytest.approx(4565)
    assert int(needs["floor"]) == 2054


def test_a_hundred_for_100_000_were_5328_sprays_in_2019(figures):
    found = figures(2019)["naloxone_per_100000", "sprays", Origin.PUBLISHED]

    assert int(next(level.needs for level in found.levels if level.label == "target")) == 5328
    assert found.denominator.on == date(2019, 1, 1)


def test_4500_sprays_are_two_figures_by_what_is_counted(figures):
    found = figures(2019)

    by_sprays, by_packs = (found["naloxone_against_deaths", counted, Origin.PUBLISHED] for counted in ("sprays", "packs"))
    assert (round(by_sprays.value.point, 1), by_sprays.verdict.label) == (19.7, "floor")
    assert (round(by_packs.value.point, 1), by_packs.numerator.what) == (9.9, "packs")


def test_what_was_published_is_never_added_to_the_ledger(figures):
    found = figures(2019)

    assert found["naloxone_against_deaths", "sprays", Origin.LEDGER].value.point is None
    assert found["naloxone_against_deaths", "sprays", Origin.PUBLISHED].numerator.units == 4500


def test_the_network_of_2019_held_51_8_percent_of_the_inhabitants(session):
    background = read(session, borders=date(2019, 12, 31))

    members = background.members_of("network", date(2019, 12, 31))
    persons = {area: count for area, on, ages, count, _ in background.populations if (on, ages) == (date(2019, 1, 1), "all")}
    share = share_within(members, persons, persons["NO"])

    assert len(members) == 34
    assert sum(persons[number] for number in members) == 2_761_615
    assert round(100 * share, 1) == 51.8


def test_a_member_that_was_split_is_not_guessed(session):
    background = read(session, borders=TODAY)

    members = background.members_of("network", TODAY)

    split = [member for member in members if isinstance(member, Split)]
    assert [(one.number, one.into) for one in split] == [("1507", ("1508", "1580"))]
    assert share_within(members, {}, 1) is None
