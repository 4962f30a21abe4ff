"""What coverage is reckoned by: months, intervals and how sure they are, models, levels, borders that change."""

from datetime import date
from itertools import pairwise
from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supply.coverage.errors import EndsBeforeItBegins, InTheYearsToCome
from supply.coverage.rules import windows
from supply.coverage.rules.allocation import Allocation, Base, Model
from supply.coverage.rules.asked import window_asked
from supply.coverage.rules.bodies import Split, bodies, carry, county_of
from supply.coverage.rules.estimates import Published, chosen, outdated
from supply.coverage.rules.facts import EQUIPMENT, Member
from supply.coverage.rules.figures import Threshold
from supply.coverage.rules.gaps import Kind, PlaceSeen, at_places, without_distribution
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, SYRINGE, Counted, State, Sums
from supply.coverage.rules.thresholds import levels, verdict

PWID_2019 = Interval(low=7100, point=8500, high=10_000)
TODAY = date(2026, 11, 20)
COUNTS = st.floats(min_value=1, max_value=1e6)


@st.composite
def intervals(draw):
    low, point, high = sorted(draw(st.tuples(COUNTS, COUNTS, COUNTS)))
    return Interval(low=low, point=point, high=high)


class TestWindows:
    def test_a_window_that_cuts_a_month_counts_it_whole_and_says_so(self):
        found = windows.window(date(2026, 1, 15), date(2026, 3, 31))

        assert (found.starts_on, found.ends_on, found.months) == (date(2026, 1, 1), date(2026, 3, 31), 3)
        assert found.cuts_a_month
        assert not windows.quarter(2026, 1).cuts_a_month

    def test_a_quarter_is_compared_with_the_quarter_before(self):
        assert windows.quarter(2026, 1).before == windows.quarter(2025, 4)
        assert windows.year(2020).before == windows.year(2019)

    def test_a_quarter_stands_for_a_year_four_times(self):
        assert windows.quarter(2026, 2).to_a_year == 4

    def test_without_days_the_last_twelve_months_that_have_ended_are_asked_for(self):
        found = window_asked(None, None, today=TODAY)

        assert (found.starts_on, found.ends_on) == (date(2025, 11, 1), date(2026, 10, 31))

    def test_with_one_day_twelve_months_are_asked_for(self):
        assert window_asked(date(2019, 1, 1), None, today=TODAY) == windows.year(2019)
        assert window_asked(None, date(2019, 12, 31), today=TODAY) == windows.year(2019)

    def test_a_period_that_cannot_be_is_refused(self):
        with pytest.raises(EndsBeforeItBegins):
            window_asked(date(2026, 2, 1), date(2026, 1, 1), today=TODAY)
        with pytest.raises(InTheYearsToCome):
            window_asked(date(2027, 1, 1), None, today=TODAY)

    @given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
    def test_the_period_before_has_as_many_months_and_ends_the_day_before(self, one, other):
        found = windows.window(*sorted((one, other)))

        assert found.before.months == found.months == len(list(found.each_month()))
        assert (found.starts_on - found.before.ends_on).days == 1


class TestIntervals:
    def test_coverage_is_low_where_many_inject(self):
        found = Interval(low=7400, point=8700, high=10_500).under(2_900_000)

        assert [round(bound) for bound in (found.low, found.point, found.high)] == [276, 333, 392]

    @given(intervals())
    def test_the_published_bounds_are_the_95_percent_of_the_fitted_curve(self, interval):
        if interval.low < interval.point * 0.999:
            assert isclose(interval.chance_at_most(interval.low), 0.025, rel_tol=1e-6)
        if interval.high > interval.point * 1.001:
            assert isclose(interval.chance_at_most(interval.high), 0.975, rel_tol=1e-6)
        assert interval.chance_at_most(interval.point * 1.0000001) >= 0.5

    @given(intervals(), COUNTS, COUNTS)
    def test_a_larger_number_is_not_exceeded_more_surely(self, interval, one, other):
        less, more = sorted((one, other))

        assert 0 <= interval.chance_at_most(less) <= interval.chance_at_most(more) <= 1

    def test_without_an_interval_nothing_says_how_sure_it_is(self):
        assert Interval(point=8888).chance_at_most(9000) is None

    def test_where_no_point_was_published_the_middle_is_reckoned(self):
        assert isclose(Interval(low=8100, high=10_000).middle, 9000)

    @given(intervals(), st.floats(min_value=1.01, max_value=5))
    def test_a_model_is_less_sure_than_what_it_was_made_of(self, interval, factor):
        found = interval.widened(factor)

        assert found.low < interval.low * 1.0000001
        assert found.high > interval.high * 0.9999999
        assert found.point == interval.point


@st.composite
def bases(draw):
    persons = draw(st.dictionaries(st.from_regex(r"[0-9]{4}", fullmatch=True), COUNTS, min_size=1, max_size=12))
    numbers = sorted(persons)
    cut = draw(st.integers(0, len(numbers)))
    county = frozenset(numbers[:cut])
    deaths = draw(st.integers(0, 300))
    known = draw(st.dictionaries(st.sampled_from(numbers), st.floats(min_value=1, max_value=1000), max_size=5))
    return Base(persons=persons, county_deaths=((county, float(deaths)),) if county else (), deaths=float(deaths + draw(st.integers(0, 300))), known=known)


class TestAllocation:
    @given(bases())
    def test_what_the_municipalities_are_given_adds_up_to_the_country(self, base):
        allocation = Allocation(PWID_2019, base)

        for model in Model:
            each = [allocation.of([number], model) for number in base.persons]
            assert isclose(sum(one.middle or 0 for one in each), 8500, rel_tol=1e-9), model

    @given(bases())
    def test_every_allocated_interval_is_wider_than_the_country_s(self, base):
        allocation = Allocation(PWID_2019, base)

        for model in Model:
            for number in base.persons:
                found = allocation.of([number], model)
                if found.middle:
                    assert found.high / found.low > PWID_2019.high / PWID_2019.low

    def test_a_county_that_has_many_deaths_is_given_more(self):
        base = Base(persons={"0301": 500, "4601": 500}, county_deaths=((frozenset({"0301"}), 75.0),), deaths=100.0)

        allocation = Allocation(PWID_2019, base)

        assert isclose(allocation.shares[Model.DEATHS]["0301"], 0.75)
        assert isclose(allocation.shares[Model.POPULATION]["0301"], 0.5)
        assert allocation.of(["0301"], Model.BLENDED).low <= allocation.of(["0301"], Model.POPULATION).low

    def test_those_that_know_share_by_that_what_they_have_together(self):
        base = Base(persons={"1": 100, "2": 100, "3": 200}, known={"1": 30, "2": 10})

        shares = Allocation(PWID_2019, base).shares[Model.KNOWN]

        assert {number: round(share, 3) for number, share in shares.items()} == {"1": 0.375, "2": 0.125, "3": 0.5}

    def test_an_area_without_inhabitants_known_is_given_nothing(self):
        assert not Allocation(PWID_2019, Base(persons={"1": 1})).of(["2"], Model.POPULATION).is_known


CHANGES = [
    (date(2018, 1, 1), "1601", "5001", "renumber"),
    (date(2018, 1, 1), "1702", "5004", "renumber"),
    (date(2020, 1, 1), "5004", "5006", "merge"),
    (date(2020, 1, 1), "5039", "5006", "merge"),
    (date(2020, 1, 1), "1504", "1507", "merge"),
    (date(2020, 1, 1), "1529", "1507", "merge"),
    (date(2020, 1, 1), "5012", "5055", "split"),
    (date(2020, 1, 1), "5012", "5056", "split"),
    (date(2024, 1, 1), "1507", "1508", "split"),
    (date(2024, 1, 1), "1507", "1580", "split"),
]
NUMBERS = sorted({number for _, old, new, _ in CHANGES for number in (old, new)} | {"0301"})


class TestBorders:
    def test_merges_add_renumberings_carry_on_and_a_split_is_not_guessed(self):
        found = carry({"1702": 32, "5039": 3, "1601": 100, "1504": 40, "0301": 900}, CHANGES, since=date(2017, 1, 1), until=TODAY)

        assert found.by_number == {"5006": 35, "5001": 100, "0301": 900}
        [(split, value)] = found.left.items()
        assert (split.number, split.into, split.split_on, value) == ("1507", ("1508", "1580"), date(2024, 1, 1), 40)

    def test_a_figure_of_the_day_of_the_change_stands_under_the_new_number_already(self):
        assert carry({"5006": 35}, CHANGES, since=date(2020, 1, 1), until=TODAY).by_number == {"5006": 35}

    def test_only_what_has_happened_by_then_is_followed(self):
        assert bodies(CHANGES, until=date(2019, 12, 31))("1504") == "1504"
        assert bodies(CHANGES, until=date(2023, 12, 31))("1504") == "1507"
        assert isinstance(bodies(CHANGES, until=TODAY)("1504"), Split)

    def test_a_split_stays_in_its_county(self):
        assert county_of(bodies(CHANGES, until=TODAY)("1504")) == "15"
        assert county_of(Split(number="1", split_on=TODAY, into=("1508", "5055"))) is None

    @given(st.dictionaries(st.sampled_from(NUMBERS), st.integers(0, 10**7)), st.dates(date(2015, 1, 1), TODAY), st.dates(date(2015, 1, 1), TODAY))
    def test_the_sum_before_is_the_sum_after(self, values, one, other):
        since, until = sorted((one, other))

        assert carry(values, CHANGES, since=since, until=until).total == sum(values.values())


def published(**changes):
    usual = {"area": "NO", "year": 2019, "low": 7100, "point": 8500, "high": 10_000, "kind": "pwid", "method": None, "source": "FHI", "published_on": None, "confidence": "high"}
    return Published(**usual | changes)


class TestEstimates:
    def test_the_newest_up_to_the_year_counts_and_of_several_the_surest(self):
        known = [published(year=2016, point=8700), published(), published(source="press", confidence="low", point=9000), published(year=2023, point=1)]

        assert chosen(known, area="NO", year=2022).point == 8500
        assert chosen(known, area="NO", year=2018).point == 8700
        assert chosen(known, area="NO", year=2010) is None

    def test_known_injectors_are_no_estimate(self):
        assert chosen([published(kind="known_injectors")], area="NO", year=2022) is None

    def test_an_old_one_of_its_own_gives_way(self):
        assert outdated(published(area="4601", year=2007), published())
        assert not outdated(published(area="4601", year=2012), published())


SYRINGES = [Threshold(code="s", label=label, unit="", value=value, starts_on="2012-01-01", source="WHO") for label, value in (("low", 0.0), ("medium", 100.0), ("high", 200.0), ("target_2030", 300.0))]


class TestVerdicts:
    def test_medium_says_how_sure_it_is(self):
        found = verdict(levels(SYRINGES, numerator=1_500_000, denominator=PWID_2019, scale=1))

        assert found.label == "medium"
        assert isclose(found.certainty, 1 - PWID_2019.chance_at_most(7500), rel_tol=1e-9)
        assert 0.9 < found.certainty < 1

    def test_the_target_of_a_later_year_is_no_level(self):
        found = levels(SYRINGES, numerator=4_000_000, denominator=PWID_2019, scale=1)

        assert verdict(found).label == "high"
        assert next(level for level in found if level.label == "target_2030").needs == 2_550_000

    def test_a_level_is_reached_from_its_value_on(self):
        found = levels(SYRINGES, numerator=200 * 8500, denominator=PWID_2019, scale=1)

        assert verdict(found).label == "high"
        assert next(level for level in found if level.label == "high").chance == 0.5

    def test_what_is_not_known_has_no_level(self):
        assert verdict(levels(SYRINGES, numerator=None, denominator=PWID_2019, scale=1)) is None

    @given(st.floats(min_value=0, max_value=1e8), intervals())
    def test_the_chances_of_all_levels_add_up_to_one(self, numerator, denominator):
        found = [level for level in levels(SYRINGES, numerator=numerator, denominator=denominator, scale=1) if not level.is_target]

        chances = [one.chance for one in found] + [0.0]
        assert isclose(sum(one - after for one, after in pairwise(chances)), 1)
        assert chances == sorted(chances, reverse=True)


class TestSums:
    def test_a_place_is_reported_partly_reported_or_not(self):
        def state(**told):
            return Sums(places=1, months=12, **told).state(SYRINGE)

        assert state() is State.NOT
        assert state(active=3) is State.PARTLY
        assert state(said=11, active=11) is State.PARTLY
        assert state(said=12) is State.ZERO

    def test_sprays_are_packs_of_their_product_and_unknown_packs_are_told(self):
        sums = Sums()
        sums.add(Counted(place_id=1, product="nyxoid", group=NALOXONE, what=HANDED_OUT, occasion="first_time", units=5), {"nyxoid": 2})
        sums.add(Counted(place_id=1, product="other", group=NALOXONE, what=HANDED_OUT, occasion="unknown", units=3), {"nyxoid": 2})

        assert (sums.packs, sums.unpacked, sums.handed_out(NALOXONE)) == (2.5, 3, 8)


class TestGaps:
    def test_known_injecting_without_equipment_says_what_would_close_it(self):
        lorenskog = Member(number="3222", name="Lørenskog", people=None, known=32.0, known_year=2016)

        [gap] = without_distribution([lorenskog], enough=200)

        assert (gap.kind, gap.needs_syringes, gap.needs_places) == (Kind.NO_DISTRIBUTION, 6400, 1)

    def test_where_equipment_is_handed_out_or_few_live_nothing_lacks(self):
        giving = Member(number="1", name="A", people=None, known=32.0, gives=frozenset({EQUIPMENT}))
        small = Member(number="2", name="B", people=None, persons=19_999.0)

        assert list(without_distribution([giving, small], enough=200)) == []

    def test_a_place_without_the_full_set_and_one_that_is_silent(self):
        window = windows.year(2025)
        half = PlaceSeen(code="a", name="A", area="1", gives=frozenset({SYRINGE, "cooker", "acid", "filter"}), last_active=date(2025, 12, 1))
        silent = PlaceSeen(code="b", name="B", area="1", last_active=date(2025, 10, 1))
        never = PlaceSeen(code="c", name="C", area="1")

        found = list(at_places([half, silent, never], window))

        assert [(gap.kind, gap.place, gap.lacks) for gap in found] == [(Kind.NO_FULL_SET, "a", ("swab",)), (Kind.SILENT, "b", ())]
