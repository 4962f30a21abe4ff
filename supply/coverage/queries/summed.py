"""What every place came to in a window, and with it every area."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce

from sqlalchemy.orm import Session

from supply.clock import day_of
from supply.coverage import Ledger
from supply.coverage.queries.areas import Area
from supply.coverage.queries.background import HANDING_OUT, Background, PlaceKnown
from supply.coverage.rules.bodies import Body
from supply.coverage.rules.numerators import HANDED_OUT, AsOf, Reporting, Sums
from supply.coverage.rules.windows import Window, months_from


@dataclass(frozen=True)
class Summed:
    """What every place came to in a window."""

    window: Window
    home: Mapping[int, Body | None]
    by_place: Mapping[int, Sums]
    reporting: Reporting

    def of(self, area: Area) -> Sums:
        """Give the sum over the places of an area."""
        return reduce(Sums.take_in, (sums for place_id, sums in self.by_place.items() if area.holds(self.home.get(place_id))), Sums())

    @cached_property
    def by_municipality(self) -> Mapping[str, Sums]:
        """Give the sums of the municipalities of the borders in which there are places."""
        return {body: sums for body, sums in self.by_body.items() if isinstance(body, str)}

    @cached_property
    def by_body(self) -> Mapping[Body | None, Sums]:
        """Give the sums of all that places lie in: municipalities, splits, and what is not known (None)."""
        found: defaultdict[Body | None, Sums] = defaultdict(Sums)
        for place_id, sums in self.by_place.items():
            found[self.home.get(place_id)].take_in(sums)
        return found

    @cached_property
    def last_active(self) -> Mapping[int, date]:
        """Give by place the last month in which it recorded anything."""
        return dict(sorted(self.reporting.active))


def summed(session: Session, background: Background, window: Window, as_of: AsOf, ledger: Ledger) -> Summed:
    """Give what every place came to in a window, as of a moment."""
    reporting = ledger.reporting(session, window, as_of)
    by_place: dict[int, Sums] = {}
    for one in ledger.counted(session, window, as_of):
        by_place.setdefault(one.place_id, Sums()).add(one, background.pack_units)
    months = [(month, months_from(month, 1).ends_on) for month in window.each_month() if month <= day_of(as_of.at)]
    for place in background.places:
        if sums := _place_sums(place, by_place, months):
            expected = [month for month, last_day in months if place.is_open_in(month, last_day)]
            sums.places, sums.months = 1, len(expected)
            sums.said = sum((place.id, month) in reporting.said for month in expected)
            sums.active = sum((place.id, month) in reporting.active for month in expected)
    return Summed(window, background.home, by_place, reporting)


def _place_sums(place: PlaceKnown, by_place: dict[int, Sums], months: Iterable[tuple[date, date]]) -> Sums | None:
    """Give the sums of a place that has something to report in these months: it is there to hand out and is open, or it did hand out."""
    known = by_place.get(place.id)
    if place.kind in HANDING_OUT and any(place.is_open_in(*month) for month in months):
        return by_place.setdefault(place.id, Sums())
    return known if known is not None and any(units for (what, _), units in known.units.items() if what == HANDED_OUT) else None
