"""Where what is handed out does not reach, and what would close each gap. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from supply.coverage.rules.facts import EQUIPMENT, Member
from supply.coverage.rules.figures import Figure
from supply.coverage.rules.numerators import SET_PARTS, SYRINGE
from supply.coverage.rules.windows import Window

LARGE_PERSONS = 20_000
"""Above so many inhabitants a municipality is called large: the bound of KORFOR's survey of 2016 (Dagsavisen, December 2017)."""
SILENT_MONTHS = 2
"""A place that recorded nothing for so many months at the end of a window, and did before, has stopped reporting; our own rule."""
ENOUGH_SYRINGES = 200.0
"""Syringes per person a year from which coverage is high (WHO, UNODC, UNAIDS Technical Guide, 2012); used where the configuration has no level for the window."""


class Kind(StrEnum):
    """What is lacking."""

    NO_DISTRIBUTION = "no_distribution"
    LARGE_WITHOUT = "large_without"
    LOW = "low"
    NO_FULL_SET = "no_full_set"
    SILENT = "silent"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A gap, and what would close it: so many syringes a year (more), so many service points, these parts of a set, reports since a month."""

    kind: Kind
    area: str | None
    name: str
    place: str | None = None
    people: float | None = None
    are_known: bool = False
    """Whether the people are known to the municipality; else they are estimated, or allocated by a model."""
    people_year: int | None = None
    persons: float | None = None
    coverage: float | None = None
    needs_syringes: float | None = None
    needs_places: int = 0
    lacks: tuple[str, ...] = ()
    silent_since: date | None = None


@dataclass(frozen=True, kw_only=True)
class PlaceSeen:
    """A place that hands out: the product groups it gave in a window, and the last month in which it recorded anything (in the window or in the one before)."""

    code: str
    name: str
    area: str | None
    gives: frozenset[str] = field(default_factory=frozenset)
    last_active: date | None = None
    closed: bool = False


def without_distribution(members: Iterable[Member], *, enough: float) -> Iterable[Gap]:
    """Give municipalities with known injecting where no equipment is handed out, and large ones where nobody knows."""
    for one in members:
        if EQUIPMENT in one.gives:
            continue
        if one.known:
            yield Gap(
                kind=Kind.NO_DISTRIBUTION,
                area=one.number,
                name=one.name,
                people=one.known,
                are_known=True,
                people_year=one.known_year,
                persons=one.persons,
                needs_syringes=one.known * enough,
                needs_places=0 if one.places else 1,
            )
        elif one.persons and one.persons > LARGE_PERSONS:
            needs = one.middle * enough if one.middle else None
            yield Gap(kind=Kind.LARGE_WITHOUT, area=one.number, name=one.name, people=one.middle, persons=one.persons, needs_syringes=needs, needs_places=0 if one.places else 1)


def low(figures: Iterable[Figure], names: Mapping[str, str], *, enough: float) -> Iterable[Gap]:
    """Give areas whose coverage with syringes is low, with how many more a year are enough."""
    for one in figures:
        if one.verdict is None or one.verdict.label != "low" or one.denominator is None or one.numerator is None or one.numerator.units is None:
            continue
        people = one.denominator.interval.middle or 0
        more = max(0.0, people * enough - one.numerator.units * one.window.to_a_year)
        yield Gap(kind=Kind.LOW, area=one.area, name=names.get(one.area, one.area), people=people, coverage=one.value.point, needs_syringes=more)


def at_places(places: Iterable[PlaceSeen], window: Window) -> Iterable[Gap]:
    """Give places that hand out syringes and not the full set, and places that have stopped reporting."""
    silent_from = _months_before_the_end(window)
    for one in places:
        lacks = tuple(part for part in SET_PARTS if part not in one.gives)
        if SYRINGE in one.gives and lacks:
            yield Gap(kind=Kind.NO_FULL_SET, area=one.area, name=one.name, place=one.code, lacks=lacks)
        if one.last_active is not None and one.last_active < silent_from and not one.closed:
            yield Gap(kind=Kind.SILENT, area=one.area, name=one.name, place=one.code, silent_since=one.last_active)


def in_order(gaps: Iterable[Gap]) -> list[Gap]:
    """Put the gaps in order: by kind, the most syringes needed first."""
    kinds: Sequence[Kind] = list(Kind)
    return sorted(gaps, key=lambda gap: (kinds.index(gap.kind), -(gap.needs_syringes or 0), -(gap.persons or 0), gap.name, gap.place or ""))


def _months_before_the_end(window: Window) -> date:
    months = list(window.each_month())
    return months[-min(SILENT_MONTHS, len(months))]
