"""Whether to order, how much, and why."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from inventory.rules.consumption import Consumption, Window
from inventory.rules.projection import Lying, Use
from orders.rules.policies import Method, Policy
from orders.rules.reorder import DAYS_A_MONTH, Basis, Because, Demand, Position, in_packs, is_quiet, measured, propose, usable_units, variance_of, what_counts

TODAY = date(2026, 11, 20)
LONG = date(2029, 6, 30)


def policy(**changes) -> Policy:
    values = {
        "method": Method.REORDER_POINT,
        "lead_days": 3,
        "review_days": 0,
        "cover_days": 0,
        "service_level": 0.95,
        "months_min": Fraction(1),
        "months_max": Fraction(100),
        "safety_units": 0,
        "count_days_max": 90,
        "days_needed": 14,
    }
    return Policy(**values | changes)


def lots(units=0, expires_on=LONG) -> tuple[Lying, ...]:
    return (Lying(lot="L1", units=units, expires_on=expires_on),) if units else ()


def used(units, days, variance=0.0, **changes):
    return measured(units, days, variance, policy(**changes))


MONTHLY = Demand(daily=1 / DAYS_A_MONTH, variance=0.0, basis=Basis.MEASURED, days=90, units=3)
BY_MONTHS = policy(method=Method.MONTHS, months_min=Fraction(5), months_max=Fraction(20))


def test_fifty_used_in_ten_days_with_three_days_to_delivery_and_five_kept_are_a_point_of_twenty():
    demand = used(50, 10, days_needed=10)

    proposal = propose(Position(), demand, policy(days_needed=10, safety_units=5), pack=1, today=TODAY)

    assert proposal.point == 20


def test_all_days_without_stock_and_no_history_are_the_default_and_it_says_so():
    nothing = Consumption(window=Window(since=date(2026, 8, 1), until=TODAY))

    demand = used(nothing.units, nothing.days, default_monthly=Fraction(487, 16))

    assert (demand.basis, demand.daily, demand.days) == (Basis.DEFAULT, 1, 0)


def test_thirteen_days_of_stock_are_too_few_and_fourteen_are_enough():
    assert used(26, 13, default_monthly=Fraction(5)).basis is Basis.DEFAULT
    assert used(28, 14, default_monthly=Fraction(5)).daily == 2


def test_without_a_default_nothing_is_made_up():
    proposal = propose(Position(), used(26, 13), policy(), pack=1, today=TODAY)

    assert (proposal.units, proposal.because, proposal.demand.basis) == (0, Because.UNKNOWN, Basis.UNKNOWN)


@pytest.mark.parametrize(("on_hand", "units"), [(1, 19), (5, 15), (6, 0), (20, 0)])
def test_below_the_minimum_months_it_is_filled_up_to_the_maximum(on_hand, units):
    assert propose(Position(lots=lots(on_hand)), MONTHLY, BY_MONTHS, pack=1, today=TODAY).units == units


@pytest.mark.parametrize(("pack", "threshold", "units", "packs"), [(10, 4, 26, 3), (10, 7, 26, 2), (100, 50, 250, 2), (100, 50, 251, 3), (10, 0, 20, 2), (10, 0, 21, 3), (1, 0, 0, 0), (10, 0, -5, 0)])
def test_loose_units_beyond_the_threshold_are_another_pack(pack, threshold, units, packs):
    assert in_packs(units, pack=pack, threshold=threshold) == packs


def test_expired_units_and_those_that_cannot_be_used_in_time_do_not_count():
    pace = Use(units=100, days=100)
    there = (
        Lying(lot="EXPIRED", units=50, expires_on=TODAY - timedelta(days=1)),
        Lying(lot="SOON", units=30, expires_on=TODAY + timedelta(days=9)),
        Lying(lot="LATER", units=20, expires_on=LONG),
        Lying(lot="BLOCKED", units=7, expires_on=LONG, is_blocked=True),
    )

    assert usable_units(there, pace, today=TODAY) == 10 + 20


def test_what_is_on_order_and_in_transit_counts():
    demand, rule = used(90, 90), policy(lead_days=20, review_days=10, safety_units=0)

    alone = propose(Position(), demand, rule, pack=1, today=TODAY)
    coming = propose(Position(on_order=25, in_transit=10), demand, rule, pack=1, today=TODAY)

    assert (alone.units, coming.units) == (30, 5)
    assert propose(Position(on_order=31), demand, rule, pack=1, today=TODAY).because is Because.ENOUGH


def test_all_that_a_person_needs_to_see_is_in_a_proposal():
    demand = used(378, 90)  # 4.2 a day

    proposal = propose(Position(lots=lots(31), on_order=20), demand, policy(lead_days=9, review_days=7, safety_units=38), pack=10, today=TODAY)

    assert (proposal.usable, proposal.units, proposal.packs) == (31, 60, 6)
    assert proposal.runs_out_on == date(2026, 11, 28)
    assert proposal.lasts_until == date(2026, 12, 16)


def test_what_is_missing_and_not_worth_a_pack_waits():
    proposal = propose(Position(lots=lots(98)), used(90, 90), policy(lead_days=100, pack_threshold=4), pack=10, today=TODAY)

    assert (proposal.units, proposal.because) == (0, Because.LESS_THAN_A_PACK)


def test_the_maximum_months_keep_the_level_down_but_never_below_the_point():
    demand = used(90, 90)

    capped = propose(Position(), demand, policy(lead_days=10, cover_days=200, months_max=Fraction(1)), pack=1, today=TODAY)
    late = propose(Position(), demand, policy(lead_days=60, cover_days=200, months_max=Fraction(1)), pack=1, today=TODAY)

    assert (capped.target, capped.capped) == (31, True)
    assert (late.target, late.point) == (60, 60)


def test_in_summer_more_is_wanted():
    demand = used(90, 90)
    rule = policy(lead_days=30, season={6: 1.5})

    assert propose(Position(), demand, rule, pack=1, today=date(2026, 5, 31)).point == 45
    assert propose(Position(), demand, rule, pack=1, today=date(2026, 4, 30)).point == 30


def test_a_place_that_orders_on_mondays_and_thursdays_waits_four_days_at_most():
    assert policy(order_weekdays=(0, 3)).between_orders == 4
    assert policy(order_weekdays=(2,)).between_orders == 7


def test_where_nothing_is_used_nothing_is_ordered():
    assert propose(Position(), used(0, 90, safety_units=None), policy(safety_units=None), pack=1, today=TODAY).because is Because.NOT_USED


def test_a_single_lumpy_day_varies_as_it_should():
    assert variance_of([0, 0, 0, 12]) == pytest.approx(36)


DEMANDS = some.builds(
    Demand,
    daily=some.fractions(min_value=0, max_value=50, max_denominator=400),
    variance=some.floats(0, 400),
    basis=some.just(Basis.MEASURED),
    days=some.just(90),
)
POLICIES = some.builds(
    policy,
    method=some.sampled_from(Method),
    lead_days=some.integers(0, 60),
    review_days=some.integers(0, 60),
    cover_days=some.integers(0, 60),
    service_level=some.floats(0.5, 0.99),
    months_max=some.fractions(1, 12),
    pack_threshold=some.integers(0, 9),
    safety_units=some.none() | some.integers(0, 50),
    season=some.sampled_from([{}, {6: 1.2, 7: 1.3, 8: 1.2}]),
)
LOTS = some.lists(some.builds(Lying, lot=some.just("L"), units=some.integers(1, 400), expires_on=some.none() | some.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=400))), max_size=5)


@given(LOTS, LOTS, some.integers(0, 200), some.integers(0, 200), DEMANDS, POLICIES, some.sampled_from([1, 10, 100]))
def test_more_stock_never_proposes_more(there, more, on_order, more_on_order, demand, rule, pack):
    less = propose(Position(lots=there, on_order=on_order), demand, rule, pack=pack, today=TODAY)

    then = propose(Position(lots=[*there, *more], on_order=on_order + more_on_order), demand, rule, pack=pack, today=TODAY)

    assert then.units <= less.units


@given(LOTS, some.integers(0, 200), DEMANDS, POLICIES)
def test_when_what_was_proposed_is_on_order_nothing_more_is(there, on_order, demand, rule):
    proposal = propose(Position(lots=there, on_order=on_order), demand, rule, pack=10, today=TODAY)

    again = propose(Position(lots=there, on_order=on_order + proposal.units), demand, rule, pack=10, today=TODAY)

    assert again.units == 0


def test_what_stands_on_a_draft_that_waits_is_why_nothing_is_proposed():
    demand, rule = used(90, 90), policy(lead_days=20, review_days=10)

    assert propose(Position(on_order=40, in_drafts=40), demand, rule, pack=1, today=TODAY).because is Because.DRAFT_WAITS
    assert propose(Position(on_order=80, in_drafts=40), demand, rule, pack=1, today=TODAY).because is Because.ENOUGH


def test_what_is_declined_is_quiet_until_its_day_unless_it_would_run_out_before_a_delivery():
    plenty = propose(Position(lots=lots(10)), used(90, 90), policy(lead_days=3, review_days=30), pack=1, today=TODAY)
    little = propose(Position(lots=lots(2)), used(90, 90), policy(lead_days=3, review_days=30), pack=1, today=TODAY)
    day = TODAY + timedelta(days=1)

    assert [is_quiet(plenty, until) for until in (None, TODAY, day)] == [False, False, True]
    assert not is_quiet(little, day)


def test_where_nothing_is_used_all_that_has_not_expired_is_usable():
    there = (*lots(500), Lying(lot="OLD", units=9, expires_on=TODAY - timedelta(days=1)))

    assert propose(Position(lots=there), used(0, 90), policy(), pack=1, today=TODAY).usable == 500


@given(
    there=some.lists(
        some.builds(Lying, lot=some.text("ABC", max_size=2), units=some.integers(0, 90), expires_on=some.dates(date(2026, 11, 1), date(2027, 6, 1)), is_blocked=some.booleans()), max_size=6
    ),
    a_day=some.integers(0, 20),
)
def test_what_counts_of_each_lot_adds_up_to_what_is_usable(there, a_day):
    proposal = propose(Position(lots=there), used(a_day * 90, 90), policy(lead_days=9, review_days=14, cover_days=14), pack=1, today=TODAY)

    assert sum(lot.used for lot in what_counts(proposal)) == proposal.usable
