"""What a proposal was reckoned from, kept and reckoned again to the unit."""

import json
from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from inventory.rules.projection import Lying
from orders.rules.inputs import reckoned_again, written
from orders.rules.policies import Method, Policy
from orders.rules.reorder import Basis, Demand, Position, propose
from orders.rules.spoken import WhatIf

TODAY = date(2026, 11, 20)
days = some.integers(0, 365)
policies = some.builds(
    Policy,
    method=some.sampled_from(Method),
    lead_days=days,
    review_days=days,
    order_weekdays=some.lists(some.integers(0, 6), max_size=7).map(tuple),
    cover_days=days,
    service_level=some.floats(0.5, 0.999),
    months_min=some.fractions(0, 6, max_denominator=100),
    months_max=some.fractions(6, 60, max_denominator=100),
    pack_threshold=some.integers(0, 1000),
    safety_units=some.none() | some.integers(0, 1000),
    default_monthly=some.none() | some.fractions(0, 1000, max_denominator=100),
    season=some.dictionaries(some.integers(1, 12), some.floats(0.1, 10), max_size=12),
    count_days_max=days,
    days_needed=some.integers(1, 30),
    lead_is_set=some.booleans(),
    lead_is_measured=some.booleans(),
)
demands = some.builds(
    Demand,
    daily=some.fractions(0, 30, max_denominator=1_000_000),
    variance=some.floats(0, 1000),
    days_behind=some.none() | some.floats(1, 365),
    basis=some.sampled_from(Basis),
    days=days,
    units=some.integers(0, 10_000),
)
lots = some.builds(Lying, lot=some.text("ABC1-", max_size=5), units=some.integers(0, 500), expires_on=some.none() | some.dates(date(2026, 11, 1), date(2028, 1, 1)), is_blocked=some.booleans())
positions = some.builds(Position, lots=some.lists(lots, max_size=5), on_order=some.integers(0, 500), in_transit=some.integers(0, 500), in_drafts=some.integers(0, 500), owed=some.integers(0, 500))


@given(position=positions, demand=demands, rule=policies, pack=some.integers(1, 100))
def test_what_was_kept_is_reckoned_again_to_the_unit_and_the_day(position, demand, rule, pack):
    proposal = propose(position, demand, rule, pack=pack, today=TODAY)

    kept = json.loads(json.dumps(written(proposal)))

    assert reckoned_again(kept) == proposal
    assert written(reckoned_again(kept)) == kept


@given(rule=policies, lead=some.none() | days, cover=some.none() | days, level=some.none() | some.floats(0.5, 0.999))
def test_what_is_tried_out_stands_in_and_the_rest_is_as_the_rule_has_it(rule, lead, cover, level):
    tried = WhatIf(lead_days=lead, cover_days=cover, service_level=level).on(rule)

    assert tried.lead_days == (rule.lead_days if lead is None else lead)
    assert tried.cover_days == (rule.cover_days if cover is None else cover)
    assert tried.service_level == (rule.service_level if level is None else level)
    assert WhatIf().on(rule) == rule


def test_a_lead_time_that_was_measured_is_said_to_be():
    rule = Policy(
        method=Method.MONTHS, lead_days=4, review_days=7, cover_days=7, service_level=0.95, months_min=Fraction(1), months_max=Fraction(3), count_days_max=90, days_needed=14, lead_is_measured=True
    )

    assert written(propose(Position(), Demand(daily=Fraction(1), variance=1.0, basis=Basis.MEASURED), rule, pack=1, today=TODAY))["policy"]["said_for"] == {"lead_days": "measured"}
