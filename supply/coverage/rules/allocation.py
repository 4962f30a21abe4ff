"""How the national estimate is shared among areas that have none of their own: named models, each with a wider interval. Pure; what comes of it is a model, and is called one wherever it shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from supply.coverage.rules.intervals import Interval


class Model(StrEnum):
    """How the national estimate is shared among areas that have none of their own."""

    BLENDED = "blended"
    POPULATION = "population"
    DEATHS = "deaths"
    KNOWN = "known"


WITHIN = 1.5
"""Each model is taken to be right within this factor, 95 times in 100. Our own assumption: no source measures how those who inject are spread over Norway's municipalities."""


@dataclass(frozen=True, kw_only=True)
class Base:
    """What the models share by, each by the municipalities of one day: inhabitants, the county deaths that are known, those known to inject."""

    persons: Mapping[str, float]
    county_deaths: tuple[tuple[frozenset[str], float], ...] = ()
    """The municipalities of a county, and how many died in it, of a year."""
    deaths: float = 0
    """How many died in the whole country in that year."""
    known: Mapping[str, float] | None = None


SINGLE = tuple(model for model in Model if model is not Model.BLENDED)


@dataclass(frozen=True)
class Allocation:
    """The national estimate and what it is shared by."""

    national: Interval
    base: Base

    @cached_property
    def shares(self) -> Mapping[Model, Mapping[str, float]]:
        """Give by model each municipality's share of the country; those of a model add up to one."""
        found = {Model.POPULATION: _to_one(self.base.persons), Model.DEATHS: _to_one(_by_deaths(self.base)), Model.KNOWN: _to_one(_by_known(self.base))}
        blend = {number: sum(of[number] for of in found.values()) / len(found) for number in found[Model.POPULATION]}
        return {Model.BLENDED: blend, **found}

    def of(self, numbers: Collection[str], model: Model) -> Interval:
        """Give what some municipalities have together, with a wider interval; unknown where one of them has no share.

        Blended is the mean of the other models, from the lowest low among them to the highest high.
        """
        share = self._share(numbers, model)
        if not share:
            return Interval()
        if model is not Model.BLENDED:
            return self._wide.times(share)
        least, most = ends([self._share(numbers, one) or 0 for one in SINGLE])
        wide = self._wide
        return Interval(low=wide.times(least).low, point=wide.times(share).point, high=wide.times(most).high)

    @cached_property
    def _wide(self) -> Interval:
        """Give the national estimate as unsure as a model makes it: a share of it is as unsure as the whole, in proportion."""
        return self.national.widened(WITHIN)

    def _share(self, numbers: Collection[str], model: Model) -> float | None:
        of = self.shares[model]
        return sum(of[number] for number in numbers) if numbers and all(number in of for number in numbers) else None


def ends(shares: Collection[float]) -> tuple[float, float]:
    """Give the smallest share that is one, and the largest."""
    some = [share for share in shares if share]
    return min(some, default=0.0), max(some, default=0.0)


def _to_one(weights: Mapping[str, float]) -> Mapping[str, float]:
    total = sum(weights.values())
    return {number: weight / total for number, weight in weights.items()} if total else {}


def _by_deaths(base: Base) -> Mapping[str, float]:
    """Share by the deaths of the counties that are known, within each by inhabitants; what died elsewhere is shared by inhabitants among the others. By inhabitants alone where nobody is known to have died."""
    weights: dict[str, float] = {}
    left = base.deaths
    for numbers, deaths in base.county_deaths:
        there = {number: base.persons[number] for number in numbers if number in base.persons}
        persons = sum(there.values())
        weights |= {number: deaths * count / persons for number, count in there.items() if persons}
        left -= deaths
    others = {number: count for number, count in base.persons.items() if number not in weights}
    persons = sum(others.values())
    weights |= {number: max(left, 0) * count / persons for number, count in others.items() if persons}
    return weights if base.county_deaths and sum(weights.values()) else base.persons


def _by_known(base: Base) -> Mapping[str, float]:
    """Share by inhabitants; those municipalities that know how many inject share among themselves by that what they have together."""
    mapped = {number: count for number, count in (base.known or {}).items() if number in base.persons}
    known, together = sum(mapped.values()), sum(base.persons[number] for number in mapped)
    return {**base.persons, **{number: together * count / known for number, count in mapped.items() if known}}
