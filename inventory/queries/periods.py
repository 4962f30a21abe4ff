"""What places used, period by period: the days read from the moves, summed up by the one definition."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.queries import use
from inventory.queries.demand import demand_days
from inventory.rules.consumption import Consumption, DemandDays, Together, Window, together
from inventory.rules.periods import EARLIEST, By, parts_of_window
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.reference.models import Place, Product


class PlaceLike(Protocol):
    """What is asked of a place here."""

    @property
    def id(self) -> int:
        """Give its key."""

    @property
    def code(self) -> str:
        """Give its code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """A product at a place: its days, and the window as far as the place was there."""

    place: str
    product: str
    days: DemandDays
    window: Window

    def used(self) -> Consumption:
        """Sum up the window."""
        return self.days.consumption(self.window)

    def by(self, by: By) -> Iterator[Consumption]:
        """Sum up each of its months, weeks or days."""
        return (self.days.consumption(part) for part in parts_of_window(self.window, by))


def shelves(session: Session, places: Sequence[PlaceLike], window: Window, *, products: Collection[int] | None = None) -> list[Shelf]:
    """Give the days of each place and product that lay there or was asked for, by code. Days before the month in which a place first recorded anything are not its."""
    codes = {place.id: place.code for place in places}
    began = use.began(session, codes, since=EARLIEST)
    goods = dict(session.execute(select(Product.id, Product.code)).all())
    found = []
    for (place_id, product_id), days in demand_days(session, codes, window, products=products).items():
        since = max(window.since, began.get(place_id, window.since))
        if since <= window.until:
            found.append(Shelf(place=codes[place_id], product=goods[product_id], days=days, window=replace(window, since=since)))
    return sorted(found, key=lambda one: (one.place, one.product))


def by_period(found: Sequence[Shelf], window: Window, by: By) -> Iterator[tuple[Window, Together]]:
    """Give each month, week or day of a window with what the places used in it together; a place counts from when it was there."""
    for part in parts_of_window(window, by):
        yield part, together(one.days.consumption(replace(part, since=max(part.since, one.window.since))) for one in found if one.window.since <= part.until)


def of_depot(found: Sequence[Shelf], depot: str) -> list[Shelf]:
    """Give what a depot's demand is summed up from: the shelves of the places it serves, and its own where it hands out itself; its own days say nothing of theirs."""
    asked_there = {one.product for one in found if one.place == depot and ((used := one.used()).handed_out or used.unmet or used.units_left_out)}
    served_ones = {one.product for one in found if one.place != depot}
    return [one for one in found if one.place != depot or one.product in asked_there or one.product not in served_ones]


def served(session: Session, depot_id: int, *, by: Person) -> tuple[list[Place], int]:
    """Give the places a depot serves that a person sees, by name, and how many others there are."""
    theirs = list(session.scalars(select(Place).where(Place.served_by_id == depot_id).order_by(Place.name, Place.id)))
    seen = [place for place in theirs if by.sees(place)]
    return seen, len(theirs) - len(seen)


def places_with_use(session: Session, *, by: Person, place: str | None, after: str | None, limit: int) -> list[Place]:
    """List by code the places a person sees, from one on: `after` is included, for its list may go on."""
    query = select(Place).where(Place.kind != "virtual", accounts.visible(by))
    if place is not None:
        query = query.where(Place.code == place)
    if after is not None:
        query = query.where(Place.code >= after)
    return list(session.scalars(query.order_by(Place.code).limit(limit)))
