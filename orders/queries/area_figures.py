"""The figures of an area: which places, products and months they are about, and the rows they are shown in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.queries.areas import COUNTRY, PlaceNamed, places_in
from inventory.rules.consumption import Window
from inventory.rules.periods import By, window_asked
from orders.queries.figures import Known, known, lead_time
from orders.queries.policies import policies
from orders.queries.reorder import LeadTime
from orders.rules.figures import Figures, by, figures_of, fill_rate
from orders.rules.wanted import FiguresWanted
from supply.auth.rules import Person
from supply.clock import day_of
from supply.reference.models import Place, Product
from supply.rows import parts_of
from supply.settings import Settings

NOWHERE = "-"
"""What places are counted under of whose municipality nobody knows what it has become."""


@dataclass(frozen=True, kw_only=True)
class AreaFigures:
    """What is known of the places a person sees in an area."""

    area: str
    place: str | None
    places: Mapping[int, PlaceNamed]
    products: Mapping[int, Product]
    window: Window
    known: Known
    lead: LeadTime | None

    @cached_property
    def whole(self) -> Figures:
        """Sum up all of it."""
        return figures_of(self.known.shelves)

    @cached_property
    def by_product(self) -> Mapping[str, Figures]:
        """Sum up each product, by code."""
        found = by(self.known.shelves, lambda one: self.products[one.product_id].code)
        return dict(sorted(found.items()))

    @cached_property
    def beneath(self) -> Mapping[str, Figures]:
        """Sum up what lies beneath: the counties of the country, the municipalities of a county, the places of a municipality; of a place itself nothing."""
        if self.place is not None:
            return {}
        return dict(sorted(by(self.known.shelves, lambda one: self._beneath(self.places[one.place_id])).items()))

    @property
    def months(self) -> list[date]:
        """Give the first days of the months."""
        return [month.since for month in self.window.months()]

    def fill_by_month(self, product: str | None = None) -> list[float | None]:
        """Give the fill rate of each month, of a product or of all together; None where nothing was asked for."""
        goods = [key for key, one in self.products.items() if product in {None, one.code}]
        sums = [[self.known.by_month.get((month, key), (0, 0)) for key in goods] for month in self.months]
        return [fill_rate(sum(given for given, _ in each), sum(unmet for _, unmet in each)) for each in sums]

    def _beneath(self, place: PlaceNamed) -> str:
        if len(self.area) == 4:
            return place.code
        number = place.municipality
        return NOWHERE if number is None else number[:2] if self.area == COUNTRY else number


def area_figures(session: Session, wanted: FiguresWanted, *, person: Person, now: datetime, settings: Settings) -> AreaFigures:
    """Read the figures of an area or a place; whole months, the last one as far as it has come. Refuses more than three years, and months that end before they begin."""
    today = day_of(now)
    window = _whole_months(window_asked(By.MONTH, wanted.from_, wanted.to, today=today), today)
    named = places_in(session, by=person, today=today, area=wanted.area, place=wanted.place, stocked=False)
    places = [place for part in parts_of([one.id for one in named]) for place in session.scalars(select(Place).where(Place.id.in_(part)).order_by(Place.id))]
    goods = [one for one in session.scalars(select(Product).order_by(Product.code)) if wanted.product in {None, one.code} and wanted.group in {None, one.group}]
    found = known(session, places, goods, window, policies(session, settings, today=today), today=today, alone=wanted.place is not None)
    return AreaFigures(
        area=wanted.area or COUNTRY,
        place=wanted.place,
        places={one.id: one for one in named},
        products={one.id: one for one in goods},
        window=window,
        known=found,
        lead=lead_time(session, [place.id for place in places], now=now),
    )


def _whole_months(window: Window, today: date) -> Window:
    last = (window.until.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return Window(since=window.since.replace(day=1), until=min(last, today))


def page_of(rows: Mapping[str, Figures], *, after: str | None, limit: int) -> tuple[Sequence[tuple[str, Figures]], str | None]:
    """Give a part of rows by code, and the code after which the next part begins."""
    left = [(code, one) for code, one in rows.items() if after is None or code > after]
    return left[:limit], left[limit - 1][0] if len(left) > limit else None
