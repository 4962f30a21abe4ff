"""Which places somebody sees in an area, and how far they lie from each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from math import hypot
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from inventory.models import Stock
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.reference import queries as reference
from supply.reference.models import County, Municipality, Place, Point
from supply.reference.rules import what_became

COUNTRY = "NO"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceNamed:
    """A place as lists name it; `municipality` is what its municipality has become by today (None where it was split, or nobody said)."""

    id: int
    code: str
    name: str
    municipality: str | None
    owner: str | None
    example: bool
    closed_on: date | None


def places_in(session: Session, *, by: Person, today: date, area: str | None = None, place: str | None = None, municipality: str | None = None, stocked: bool = True) -> list[PlaceNamed]:
    """List by code the places a person sees in an area; with `stocked`, those alone where something lies. A place that bears an old number lies where its municipality went."""
    conditions: list[ColumnElement[bool]] = [Place.kind != "virtual", accounts.visible(by)]
    if place is not None:
        conditions.append(Place.code == place)
    if stocked:
        conditions.append(select(Stock.place_id).where(Stock.place_id == Place.id, Stock.on_hand > 0).exists())
    became = what_became(reference.changes(session), today=today)
    query = select(Place.id, Place.code, Place.name, Place.municipality, Place.owner, Place.example, Place.closed_on).where(*conditions).order_by(Place.code)
    named = (_named(row, became) for row in session.execute(query))
    wanted = [became.get(municipality, municipality) or municipality] if municipality is not None else []
    wanted += [became.get(area, area) or area] if area not in {None, COUNTRY} else []
    return [one for one in named if all(_lies_in(one, where) for where in wanted if where)]


def numbers_in(session: Session, area: str, *, today: date) -> list[str]:
    """Give the numbers, old ones too, that places in a county or a municipality of today bear."""
    became = what_became(reference.changes(session), today=today)
    asked = became.get(area, area) or area
    numbers = [number for number in session.scalars(select(Place.municipality).where(Place.municipality.is_not(None)).distinct()) if number is not None]
    return sorted(number for number in numbers if _is_in(became.get(number, number), asked))


def _named(row: Any, became: Mapping[str, str | None]) -> PlaceNamed:
    number = row.municipality
    now = became.get(number, number) if number is not None else None
    return PlaceNamed(id=row.id, code=row.code, name=row.name, municipality=now, owner=row.owner, example=row.example, closed_on=row.closed_on)


def _lies_in(place: PlaceNamed, area: str) -> bool:
    """Whether a place lies in a county or a municipality: its number begins with the county's, or is the municipality's."""
    return _is_in(place.municipality, area)


def _is_in(municipality: str | None, area: str) -> bool:
    return municipality is not None and (municipality == area or (len(area) == 2 and municipality.startswith(area)))


def area_name(session: Session, area: str) -> str | None:
    """Give today's name of a county or a municipality; None where there is none."""
    kind = County if len(area) == 2 else Municipality
    return session.scalar(select(kind.name).where(kind.number == area, kind.valid_to.is_(None)))


def area_names(session: Session) -> tuple[dict[str, str], dict[str, str]]:
    """Give today's counties and municipalities by number."""
    counties, municipalities = (dict(session.execute(select(kind.number, kind.name).where(kind.valid_to.is_(None))).all()) for kind in (County, Municipality))
    return counties, municipalities


def distances(session: Session, *, of: str | None) -> dict[str, float]:
    """Give by municipality how many kilometres it lies from one, point to point as the crow flies; nothing where that one's point is not known."""
    points = {number: (east, north) for number, east, north in session.execute(select(Point.number, Point.east_km, Point.north_km))}
    if of not in points:
        return {}
    here = points[of]
    return {number: round(hypot(east - here[0], north - here[1]), 1) for number, (east, north) in points.items()}
