"""Which municipality a figure belongs to once the borders have changed: merges add, renumberings carry on, a split is not guessed. Pure."""

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from operator import itemgetter

from supply.reference.rules import Change

EVER = date.min


@dataclass(frozen=True, kw_only=True)
class Split:
    """A municipality that was split: what is known of the whole is not moved to its parts."""

    number: str
    split_on: date
    into: tuple[str, ...]


Body = str | Split
"""What a number has become: the number it has on a day, or the split it ended in."""


@dataclass(frozen=True, kw_only=True)
class Carried:
    """Figures by the numbers of a day, and what stays with municipalities that were split since."""

    by_number: Mapping[str, float] = field(default_factory=dict)
    left: Mapping[Split, float] = field(default_factory=dict)

    @property
    def total(self) -> float:
        """Give the sum of all, what was not moved too."""
        return sum(self.by_number.values()) + sum(self.left.values())


def bodies(changes: Iterable[Change], *, since: date = EVER, until: date) -> Callable[[str], Body]:
    """Give what tells which body a number of one day (`since`) belongs to on another; what happens on one day happens at once.

    A number that was never changed stays as it is, also one that is younger than `since`.
    """
    return _bodies(tuple(changes), since, until)


@functools.lru_cache(maxsize=64)  # the borders of a few days are asked for again and again, and change with the reference data alone
def _bodies(changes: tuple[Change, ...], since: date, until: date) -> Callable[[str], Body]:
    of_the_time = sorted(change for change in changes if since < change[0] <= until)
    steps = [(day, _by_old(of_a_day)) for day, of_a_day in groupby(of_the_time, key=itemgetter(0))]

    @functools.cache
    def body(number: str) -> Body:
        for day, step in steps:
            if number not in step:
                continue
            into, kinds = step[number]
            if "split" in kinds:
                return Split(number=number, split_on=day, into=into)
            number = into[0]
        return number

    return body


def carry(values: Mapping[str, float], changes: Iterable[Change], *, since: date, until: date) -> Carried:
    """Carry figures that stand under the numbers of one day on to another: nothing is lost and nothing is made up."""
    body = bodies(changes, since=since, until=until)
    by_number: dict[str, float] = {}
    left: dict[Split, float] = {}
    for number, value in values.items():
        now = body(number)
        if isinstance(now, Split):
            left[now] = left.get(now, 0) + value
        else:
            by_number[now] = by_number.get(now, 0) + value
    return Carried(by_number=by_number, left=left)


def county_of(body: Body) -> str | None:
    """Give the county's number, which a municipality's begins with; None where a split went over a county's border."""
    if not isinstance(body, Split):
        return body[:2]
    counties = {number[:2] for number in body.into}
    return counties.pop() if len(counties) == 1 else None


def _by_old(changes: Iterable[Change]) -> dict[str, tuple[tuple[str, ...], frozenset[str]]]:
    found: dict[str, tuple[tuple[str, ...], frozenset[str]]] = {}
    for _, old, new, kind in changes:
        into, kinds = found.get(old, ((), frozenset()))
        found[old] = (*into, new), kinds | {kind}
    return found
