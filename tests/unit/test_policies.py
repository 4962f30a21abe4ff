"""How a place orders: what is said nearer holds, field by field."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as some

from orders.queries.policies import house_at_depots
from orders.rules.policies import FIELDS, Method, Said, Scope, resolve, wrong_with
from tests.conftest import settings_for

HOUSE = Said(scope=Scope.HOUSE, method=Method.REORDER_POINT, lead_days=5, review_days=14, cover_days=14, service_level=0.95, months_min=1, months_max=3, count_days_max=90)
SPRAY = {"product": "spray", "group": "naloxone", "days_needed": 14}


def holds(*said):
    return resolve([HOUSE, *said], **SPRAY)


def test_each_field_is_as_it_was_said_nearest_and_names_for_whom():
    policy = holds(
        Said(scope=Scope.NATION, group="naloxone", lead_days=9, cover_days=28),
        Said(scope=Scope.MUNICIPALITY, lead_days=4),
        Said(scope=Scope.PLACE, product="spray", service_level=0.99),
    )

    assert (policy.lead_days, policy.cover_days, policy.service_level, policy.review_days) == (4, 28, 0.99, 14)
    assert {name: policy.said[name].scope for name in ("lead_days", "cover_days", "service_level", "review_days")} == {
        "lead_days": Scope.MUNICIPALITY,
        "cover_days": Scope.NATION,
        "service_level": Scope.PLACE,
        "review_days": Scope.HOUSE,
    }


def test_a_product_is_nearer_than_its_group_and_that_than_all_for_the_same_area():
    said = [Said(scope=Scope.NATION, lead_days=1), Said(scope=Scope.NATION, product="spray", lead_days=3), Said(scope=Scope.NATION, group="naloxone", lead_days=2)]

    assert holds(*said).lead_days == 3
    assert holds(said[0], said[2]).lead_days == 2


def test_what_a_place_says_of_all_is_nearer_than_what_the_nation_says_of_the_product():
    assert holds(Said(scope=Scope.PLACE, lead_days=2), Said(scope=Scope.NATION, product="spray", lead_days=9)).lead_days == 2


def test_what_is_said_of_another_product_or_group_does_not_hold():
    assert holds(Said(scope=Scope.PLACE, product="syringe", lead_days=2), Said(scope=Scope.PLACE, group="syringe", lead_days=3)).lead_days == 5


def test_a_lead_time_is_set_where_somebody_nearer_than_the_house_said_it():
    assert not holds().lead_is_set
    assert holds(Said(scope=Scope.NATION, lead_days=5)).lead_is_set


def test_no_days_of_the_week_take_back_those_said_further_away():
    said = Said(scope=Scope.NATION, order_weekdays=(0, 3))

    assert holds(said).between_orders == 4
    assert holds(said, Said(scope=Scope.PLACE, order_weekdays=())).between_orders == 14


def test_a_service_level_takes_back_a_fixed_safety_stock_said_further_away():
    fixed = Said(scope=Scope.NATION, safety_units=40, service_level=0.8)

    assert holds(fixed).safety_units == 40
    assert holds(fixed, Said(scope=Scope.PLACE, service_level=0.9)).safety_units is None
    assert holds(fixed, Said(scope=Scope.PLACE, service_level=0.9, safety_units=5)).safety_units == 5
    assert "safety_units" not in holds(fixed, Said(scope=Scope.NATION, product="spray", service_level=0.9)).said


def test_a_maximum_below_the_minimum_is_named():
    assert wrong_with(holds(Said(scope=Scope.PLACE, months_min=4))) == ["months_max"]
    assert wrong_with(holds()) == []


sayings = some.builds(
    Said, scope=some.sampled_from([*Scope][1:]), product=some.sampled_from([None, "spray", "other"]), lead_days=some.none() | some.integers(0, 365), months_max=some.none() | some.floats(3, 60)
)


@given(some.lists(sayings, max_size=8))
def test_every_field_is_that_of_the_nearest_saying_that_says_it(said):
    policy = holds(*said)

    for name in FIELDS:
        saying = [one for one in [HOUSE, *said] if one.product in {None, "spray"} and getattr(one, name) is not None]
        nearest = max((one.nearness for one in saying), default=None)
        assert (policy.said[name].nearness if name in policy.said else None) == nearest
    assert policy.months_max == Fraction(str(policy.said["months_max"].months_max))


def test_what_the_house_says_of_a_group_at_depots_stands_on_what_it_says_of_all_others():
    here = settings_for("sqlite://", reorder_at_depots={"other": {"lead_days": 28, "reserve_days": 42}, "naloxone": {"reserve_days": 20}})

    spray, needle = (resolve(house_at_depots(here), product="", group=group, days_needed=14) for group in ("naloxone", "needle"))
    assert (spray.lead_days, spray.reserve_days, spray.review_days) == (28, 20, 14)
    assert (needle.lead_days, needle.reserve_days, needle.review_days) == (28, 42, 14)
