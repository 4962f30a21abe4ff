"""The reference data that coverage is reckoned from, read whole: it is small, and does not grow with the ledger. What was made of the same rows is kept."""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supply.coverage.rules.bodies import Body, Split, bodies
from supply.coverage.rules.estimates import Published
from supply.coverage.rules.facts import PublishedTotal
from supply.coverage.rules.figures import Threshold
from supply.coverage.rules.numerators import NALOXONE
from supply.reference import queries as reference
from supply.reference.models import County, Deaths, Estimate, Indicator, Membership, Municipality, Pack, Place, Population, Product, Reported
from supply.reference.rules import Change
from supply.straight import run_together

HANDING_OUT = ("service_point", "outreach", "prison", "pharmacy")
"""Kinds of places that are there to hand out, and so have something to report; a depot has when it hands out."""


@dataclass(frozen=True, slots=True)
class PlaceKnown:
    """A place, and the number its municipality has in the reference data."""

    id: int
    code: str
    name: str
    kind: str
    municipality: str | None
    owner: str | None
    served_by_id: int | None
    opened_on: date | None
    closed_on: date | None
    example: bool

    def is_open_in(self, month: date, last_day: date) -> bool:
        """Whether it is open on some day of a month."""
        return (self.opened_on is None or self.opened_on <= last_day) and (self.closed_on is None or self.closed_on > month)


@dataclass(frozen=True, slots=True)
class DeathsKnown:
    """Deaths in an area and year, in the newest edition."""

    area: str
    year: int
    deaths: int
    opioid_share: float | None
    edition: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Background:
    """All of it; `borders` is the day whose municipalities figures are given for. Nobody changes it, since others go by the same."""

    borders: date
    changes: Sequence[Change]
    municipalities: Mapping[str, str]
    """Names by number, of the day of the borders."""
    counties: Mapping[str, str]
    county_numbers: Mapping[str, frozenset[str]]
    """By county every municipality number that was ever in it, with the periods left out."""
    valid: Sequence[tuple[str, str, date | None, str]]
    """Number, from, to and county of every municipality there was."""
    places: Sequence[PlaceKnown]
    populations: Sequence[tuple[str, date, str, int, str]]
    deaths: Sequence[DeathsKnown]
    estimates: Sequence[Published]
    memberships: Sequence[tuple[str, str, date, date | None, str | None]]
    published: Sequence[PublishedTotal]
    thresholds: Sequence[Threshold]
    pack_units: Mapping[str, int]
    naloxone: frozenset[str]

    @cached_property
    def body(self) -> Callable[[str], Body]:
        """Tell what a number of any day has become by the day of the borders."""
        return bodies(self.changes, until=self.borders)

    @cached_property
    def home(self) -> Mapping[int, Body | None]:
        """Give by place the municipality of the borders in which it lies."""
        return {place.id: None if place.municipality is None else self.body(place.municipality) for place in self.places}

    def body_since(self, day: date) -> Callable[[str], Body]:
        """Tell what a number that stands for a day has become."""
        if day not in self._since:
            self._since[day] = bodies(self.changes, since=day, until=self.borders)
        return self._since[day]

    @cached_property
    def _since(self) -> dict[date, Callable[[str], Body]]:
        return {}

    @property
    def common_pack(self) -> int | None:
        """Give how many sprays all naloxone packs hold; None where they differ, or one is not known."""
        sizes = {self.pack_units.get(code) for code in self.naloxone}
        return next(iter(sizes)) if len(sizes) == 1 else None

    @cached_property
    def once(self) -> Callable[..., Any]:
        """Give what makes something of this and a few words more, such as denominators of a window, and keeps what was asked for last."""
        return functools.lru_cache(maxsize=24)(lambda make, *asked: make(self, *asked))

    def members_of(self, programme: str, day: date) -> frozenset[Body]:
        """Give the municipalities that are in a programme on a day, as what they have become by then; unconfirmed ones are not counted."""
        found: frozenset[Body] = self.once(_members_of, programme, day)
        return found


def read(session: Session, *, borders: date) -> Background:
    """Read all of it, in one go."""
    return _made(tuple(tuple(rows) for rows in run_together(session, [(query, {}) for query in _ALL])), borders)


_ALL = (
    select(Municipality.number, Municipality.valid_from, Municipality.valid_to, Municipality.county, Municipality.name).order_by(Municipality.number, Municipality.valid_from),
    select(County.number, County.valid_from, County.valid_to, County.name).order_by(County.number, County.valid_from),
    reference.CHANGES,
    select(Place.id, Place.code, Place.name, Place.kind, Place.municipality, Place.owner, Place.served_by_id, Place.opened_on, Place.closed_on, Place.example)
    .where(Place.kind != "virtual")
    .order_by(Place.code),
    select(Population.area, Population.on, Population.ages, Population.persons, Population.source),
    select(Deaths.area, Deaths.year, Deaths.deaths, Deaths.opioid_share, Deaths.edition, Deaths.source).order_by(Deaths.area, Deaths.year, Deaths.edition_order),
    select(
        *(Estimate.area, Estimate.year, Estimate.low, Estimate.point, Estimate.high, Estimate.kind, Estimate.method, Estimate.source, Estimate.published_on, Estimate.confidence, Estimate.entered_by)
    ).order_by(Estimate.area, Estimate.year, Estimate.kind, Estimate.source),
    select(Membership.municipality, Membership.programme, Membership.starts_on, Membership.ends_on, Membership.confidence),
    select(Reported.area, Reported.starts_on, Reported.ends_on, Reported.group, Reported.units, Reported.unit_as_reported, Reported.scope, Reported.source).order_by(
        Reported.area, Reported.starts_on, Reported.id
    ),
    select(Indicator.code, Indicator.label, Indicator.unit, Indicator.threshold, Indicator.starts_on, Indicator.source).order_by(Indicator.code, Indicator.threshold, Indicator.label),
    select(Product.code, Pack.units).join(Product, Product.id == Pack.product_id).where(Pack.level == "pack").order_by(Product.code, Pack.units),
    select(Product.code).where(Product.group == NALOXONE),
)
"""What is asked of the database, in the order in which it is told apart again."""


@functools.lru_cache(maxsize=8)  # it changes with the reference data, and is asked for with every figure
def _made(rows: tuple[tuple[Any, ...], ...], borders: date) -> Background:
    municipalities, counties, changes, places, populations, deaths, estimates, memberships, published, thresholds, packs, naloxone = rows
    county_numbers: dict[str, set[str]] = {}
    for number, _, _, county, _ in municipalities:
        county_numbers.setdefault(county, set()).add(number)
    newest = {(area, year): (area, year, *rest) for area, year, *rest in deaths}
    pack_units: dict[str, int] = {}
    for code, units in packs:
        pack_units.setdefault(code, units)
    return Background(
        borders=borders,
        changes=changes,
        municipalities=_names(((number, valid_from, valid_to, name) for number, valid_from, valid_to, _, name in municipalities), borders),
        counties=_names(counties, borders),
        county_numbers={county: frozenset(numbers) for county, numbers in county_numbers.items()},
        valid=[(number, valid_from, valid_to, county) for number, valid_from, valid_to, county, _ in municipalities],
        places=[PlaceKnown(*place) for place in places],
        populations=populations,
        deaths=[DeathsKnown(*one) for one in newest.values()],
        estimates=[_published(*one) for one in estimates],
        memberships=memberships,
        published=[
            PublishedTotal(area=area, starts_on=starts_on, ends_on=ends_on, group=group, units=units, unit_as_reported=unit, scope=scope, source=source)
            for area, starts_on, ends_on, group, units, unit, scope, source in published
        ],
        thresholds=[Threshold(code=code, label=label, unit=unit, value=value, starts_on=starts_on, source=source) for code, label, unit, value, starts_on, source in thresholds],
        pack_units=pack_units,
        naloxone=frozenset(code for (code,) in naloxone),
    )


def _published(
    area: str,
    year: int,
    low: float | None,
    point: float | None,
    high: float | None,
    kind: str,
    method: str | None,
    source: str,
    published_on: date | None,
    confidence: str | None,
    entered_by: int | None,
) -> Published:
    return Published(area=area, year=year, low=low, point=point, high=high, kind=kind, method=method, source=source, published_on=published_on, confidence=confidence, local=entered_by is not None)


def split_into(body: Body) -> tuple[str, ...]:
    """Give what a body was split into; nothing where it was not."""
    return body.into if isinstance(body, Split) else ()


def _is_member(of: str, programme: str, starts_on: date, ends_on: date | None, confidence: str | None, day: date) -> bool:
    return of == programme and starts_on <= day and (ends_on is None or ends_on > day) and confidence != "unconfirmed"


def _members_of(background: Background, programme: str, day: date) -> frozenset[Body]:
    body = bodies(background.changes, until=min(day, background.borders))
    return frozenset(body(number) for number, of, starts_on, ends_on, confidence in background.memberships if _is_member(of, programme, starts_on, ends_on, confidence, day))


def _names(rows: Iterable[tuple[str, str, date | None, str]], day: date) -> dict[str, str]:
    return {number: name for number, valid_from, valid_to, name in rows if valid_from <= day.isoformat() and (valid_to is None or valid_to > day)}
