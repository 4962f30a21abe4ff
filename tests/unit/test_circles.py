"""Circles on the map are near their places, none hides another, and their areas are as those they stand for."""

import csv
import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supply.coverage.rules.circles import Spot, apart, circles_of, radii, sample_radii
from supply.settings import ROOT

with (ROOT / "config" / "reference" / "points.csv").open(encoding="utf-8") as file:
    NORWAY = [Spot(number=row["number"], east=float(row["east_km"]), north=float(row["north_km"])) for row in csv.DictReader(file)]

places = st.floats(-200, 200).map(lambda value: round(value, 1))
many = st.lists(st.tuples(places, places, st.floats(0.1, 60)), min_size=1, max_size=40)


def moved(circle, spot):
    return math.dist((circle.east, circle.north), (spot.east, spot.north))


def free_between(one, other):
    return math.dist((one.east, one.north), (other.east, other.north)) - one.radius - other.radius


def spots_of(drawn):
    return [Spot(number=f"{nth:04}", east=east, north=north) for nth, (east, north, _) in enumerate(drawn)], {f"{nth:04}": radius for nth, (*_, radius) in enumerate(drawn)}


@settings(max_examples=50)
@given(many, st.sampled_from([0.0, 2.0]))
def test_no_circle_hides_another_nor_comes_nearer_than_the_gap(drawn, gap):
    circles = apart(*spots_of(drawn), gap=gap)

    assert all(free_between(one, other) >= gap - 1e-3 for one, other in combinations(circles, 2))


@settings(max_examples=50)
@given(many)
def test_nobody_is_moved_further_than_all_the_others_are_wide(drawn):
    spots, radius_of = spots_of(drawn)

    circles = apart(spots, radius_of, gap=0)

    assert all(moved(circle, spot) <= 2 * sum(radius_of.values()) for circle, spot in zip(circles, spots, strict=True))
    assert {circle.number: circle.radius for circle in circles} == pytest.approx(radius_of)


@settings(max_examples=20)
@given(many, st.randoms(use_true_random=False))
def test_the_same_places_and_sizes_give_the_same_circles_in_whatever_order_they_come(drawn, shuffler):
    spots, radius_of = spots_of(drawn)
    shuffled = list(spots)
    shuffler.shuffle(shuffled)

    assert apart(shuffled, radius_of) == apart(spots, radius_of)


def test_who_is_alone_stays():
    (circle,) = apart([Spot(number="0301", east=262.4, north=6657.0)], {"0301": 40.0})

    assert (circle.east, circle.north, circle.radius) == (262.4, 6657.0, 40.0)


def test_all_on_one_spot_are_spread_around_it():
    spots = [Spot(number=f"{nth:04}", east=0, north=0) for nth in range(30)]

    circles = apart(spots, dict.fromkeys((spot.number for spot in spots), 5.0), gap=0)

    assert max(math.hypot(circle.east, circle.north) for circle in circles) < 60


def test_the_country_keeps_its_shape():
    """Made-up sizes as skewed as the population: one city holds an eighth, half of all are small."""
    sizes = {spot.number: 4000.0 / (1 + nth) ** 0.8 for nth, spot in enumerate(sorted(NORWAY, key=lambda spot: spot.number[::-1]))}

    circles = circles_of(NORWAY, sizes)

    place = {spot.number: spot for spot in NORWAY}
    ways = sorted(moved(circle, place[circle.number]) for circle in circles)
    assert len(circles) == 357
    assert all(free_between(one, other) > 0 for one, other in combinations(circles, 2))
    assert sum(ways) / len(ways) < 20
    assert ways[-1] < 150
    assert max(circles, key=lambda circle: circle.north).number.startswith("56")


def test_areas_are_to_each_other_as_the_sizes():
    radius_of = radii({"a": 400, "b": 100, "c": 0, "d": None}, area=1000, radius_min=1)

    assert radius_of["a"] == pytest.approx(2 * radius_of["b"])
    assert math.pi * (radius_of["a"] ** 2 + radius_of["b"] ** 2) == pytest.approx(1000)
    assert radius_of["c"] == radius_of["d"] == 1


def test_the_legend_tells_what_size_means():
    sizes = {"a": 1200.0, "b": 300.0, "c": 4.0}

    samples = sample_radii(sizes, area=1000, radius_min=2)

    assert [size for size, _ in samples[:2]] == [1000, 100]
    assert all(radius == pytest.approx(radii(sizes, area=1000, radius_min=2)["a"] * math.sqrt(size / 1200)) for size, radius in samples)
    assert samples[-1][1] == 2
    assert sample_radii({"a": None}) == []
