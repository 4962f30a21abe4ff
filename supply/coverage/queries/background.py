"""The reference data that coverage is reckoned from, read whole: it is small, and does not grow with the ledger."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

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

HANDING_OUT = ("service_point", "outreach", "prison", "pharmacy")
"""Kinds of places that are there to hand out, and so have something to report; a depot has when it hands out."""


@dataclass(frozen=True, kw_only=True, slots=True)
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


@dataclass(frozen=True, kw_only=True, slots=True)
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
    """All of it; `borders` is the day whose municipalities figures are given for."""

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

    def members_of(self, programme: str, day: date) -> frozenset[Body]:
        """Give the municipalities that are in a programme on a day, as what they have become by then; unconfirmed ones are not counted."""
        body = bodies(self.changes, until=min(day, self.borders))
        return frozenset(body(number) for number, of, starts_on, ends_on, confidence in self.memberships if _is_member(of, programme, starts_on, ends_on, confidence, day))


def read(session: Session, *, borders: date) -> Background:
    """Read all of it."""
    valid = [
        (number, valid_from, valid_to, county)
        for number, valid_from, valid_to, county in session.execute(select(Municipality.number, Municipality.valid_from, Municipality.valid_to, Municipality.county))
    ]
    county_numbers: dict[str, set[str]] = {}
    for number, _, _, county in valid:
        county_numbers.setdefault(county, set()).add(number)
    return Background(
        borders=borders,
        changes=reference.changes(session),
        municipalities=_names(session, Municipality, borders),
        counties=_names(session, County, borders),
        county_numbers={county: frozenset(numbers) for county, numbers in county_numbers.items()},
        valid=valid,
        places=_places(session),
        populations=[
            (area, on, ages, persons, source) for area, on, ages, persons, source in session.execute(select(Population.area, Population.on, Population.ages, Population.persons, Population.source))
        ],
        deaths=_deaths(session),
        estimates=estimates(session),
        memberships=[
            (number, programme, starts_on, ends_on, confidence)
            for number, programme, starts_on, ends_on, confidence in session.execute(
                select(Membership.municipality, Membership.programme, Membership.starts_on, Membership.ends_on, Membership.confidence)
            )
        ],
        published=_published(session),
        thresholds=_thresholds(session),
        pack_units=_packs(session),
        naloxone=frozenset(session.scalars(select(Product.code).where(Product.group == NALOXONE))),
    )


def estimates(session: Session) -> list[Published]:
    """Give every estimate, published or entered here, by area and year."""
    rows = session.scalars(select(Estimate).order_by(Estimate.area, Estimate.year, Estimate.kind, Estimate.source))
    return [
        Published(
            area=one.area,
            year=one.year,
            low=one.low,
            point=one.point,
            high=one.high,
            kind=one.kind,
            method=one.method,
            source=one.source,
            published_on=one.published_on,
            confidence=one.confidence,
            local=one.entered_by is not None,
        )
        for one in rows
    ]


def split_into(body: Body) -> tuple[str, ...]:
    """Give what a body was split into; nothing where it was not."""
    return body.into if isinstance(body, Split) else ()


def _is_member(of: str, programme: str, starts_on: date, ends_on: date | None, confidence: str | None, day: date) -> bool:
    return of == programme and starts_on <= day and (ends_on is None or ends_on > day) and confidence != "unconfirmed"


def _names(session: Session, kind: type[Municipality] | type[County], day: date) -> dict[str, str]:
    query = select(kind.number, kind.name).where(kind.valid_from <= day.isoformat(), kind.valid_to.is_(None) | (kind.valid_to > day)).order_by(kind.number)
    return dict(session.execute(query).all())


def _places(session: Session) -> list[PlaceKnown]:
    query = select(Place.id, Place.code, Place.name, Place.kind, Place.municipality, Place.owner, Place.served_by_id, Place.opened_on, Place.closed_on, Place.example).where(Place.kind != "virtual")
    rows = session.execute(query.order_by(Place.code))
    names = tuple(rows.keys())
    return [PlaceKnown(**dict(zip(names, row, strict=True))) for row in rows]


def _deaths(session: Session) -> list[DeathsKnown]:
    newest = {(one.area, one.year): one for one in session.scalars(select(Deaths).order_by(Deaths.area, Deaths.year, Deaths.edition_order))}
    return [DeathsKnown(area=one.area, year=one.year, deaths=one.deaths, opioid_share=one.opioid_share, edition=one.edition, source=one.source) for one in newest.values()]


def _published(session: Session) -> list[PublishedTotal]:
    rows: Iterable[Reported] = session.scalars(select(Reported).order_by(Reported.area, Reported.starts_on, Reported.id))
    return [
        PublishedTotal(area=one.area, starts_on=one.starts_on, ends_on=one.ends_on, group=one.group, units=one.units, unit_as_reported=one.unit_as_reported, scope=one.scope, source=one.source)
        for one in rows
    ]


def _thresholds(session: Session) -> list[Threshold]:
    rows = session.scalars(select(Indicator).order_by(Indicator.code, Indicator.threshold, Indicator.label))
    return [Threshold(code=one.code, label=one.label, unit=one.unit, value=one.threshold, starts_on=one.starts_on, source=one.source) for one in rows]


def _packs(session: Session) -> dict[str, int]:
    """Give by product how many units its smallest pack holds."""
    found: dict[str, int] = {}
    for code, units in session.execute(select(Product.code, Pack.units).join(Product, Product.id == Pack.product_id).where(Pack.level == "pack").order_by(Product.code, Pack.units)):
        found.setdefault(code, units)
    return found
