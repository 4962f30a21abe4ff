"""What every area came to in a window; and every place, where somebody asks for that."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, reduce
from typing import TypeVar

from sqlalchemy.orm import Session

from supply.clock import day_of
from supply.coverage import Ledger
from supply.coverage.queries.areas import Area
from supply.coverage.queries.background import HANDING_OUT, Background, PlaceKnown
from supply.coverage.rules.bodies import Body
from supply.coverage.rules.numerators import HANDED_OUT, AsOf, Counted, Reporting, Sums
from supply.coverage.rules.windows import Window, months_from

K = TypeVar("K", bound=Hashable)
NEVER: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Summed:
    """What was counted in a window and how far it is reported, as of a day; summed once, by whatever is asked for."""

    window: Window
    background: Background
    expected: Mapping[int, frozenset[date]]
    """By place the months that it can report."""
    counted: Sequence[Counted]
    reporting: Reporting

    def of(self, area: Area) -> Sums:
        """Give the sum over the places of an area."""
        return reduce(Sums.take_in, (sums for body, sums in self.by_body.items() if area.holds(body)), Sums())

    @cached_property
    def by_municipality(self) -> Mapping[str, Sums]:
        """Give the sums of the municipalities of the borders in which there are places."""
        return {body: sums for body, sums in self.by_body.items() if isinstance(body, str)}

    @cached_property
    def by_body(self) -> Mapping[Body | None, Sums]:
        """Give the sums of all that places lie in: municipalities, splits, and what is not known (None)."""
        numbered: dict[Body | None, int] = {}  # numbers are found faster than what they stand for, and there are many rows
        found = self._by({place_id: numbered.setdefault(body, len(numbered)) for place_id, body in self.background.home.items()})
        return {body: found[number] for body, number in numbered.items() if number in found}

    @cached_property
    def by_place(self) -> Mapping[int, Sums]:
        """Give the sums of the places that handed anything out, got anything back or have something to report; right only where they are told apart."""
        return self._by({place_id: place_id for place_id in self.background.home})

    @cached_property
    def last_active(self) -> Mapping[int, date]:
        """Give by place the last month in which it recorded anything."""
        return {place_id: max(months) for place_id, months in self.reporting.active.items() if months}

    def _by(self, key_of: Mapping[int, K]) -> Mapping[K, Sums]:
        found: defaultdict[K, Sums] = defaultdict(Sums)
        pack_units = self.background.pack_units
        for one in self.counted:
            found[key_of[one.place_id]].add(one, pack_units)
        for place_id, (months, said, active) in self._reported.items():
            sums = found[key_of[place_id]]
            sums.places += 1
            sums.months += months
            sums.said += said
            sums.active += active
        return found

    @cached_property
    def _reported(self) -> Mapping[int, tuple[int, int, int]]:
        """Give how many months are expected, said to be entered and recorded in, by place that has something to report: it is there to hand out and is open, or it did hand out."""
        given = Counter[tuple[int, str]]()
        for one in self.counted:
            if one.what == HANDED_OUT:
                given[one.place_id, one.group] += one.units
        gave = {place_id for (place_id, _), units in given.items() if units}
        found = {}
        known: dict[tuple[frozenset[date], ...], tuple[int, int, int]] = {}  # most places are alike
        for place in self.background.places:
            expected = self.expected[place.id]
            if place.id in gave or _reports(place, expected):
                months = expected, self.reporting.said.get(place.id, NEVER), self.reporting.active.get(place.id, NEVER)
                if months not in known:
                    known[months] = len(expected), len(expected & months[1]), len(expected & months[2])
                found[place.id] = known[months]
        return found


def summed(session: Session, background: Background, window: Window, as_of: AsOf, ledger: Ledger, *, apart: bool = False) -> Summed:
    """Read what is summed of a window, as of a moment; `apart` where places are to be told apart. Those of which it matters whether they handed out always are."""
    expected = _expected(background.places, window, day_of(as_of.at))
    alone = None if apart else [place.id for place in background.places if not _reports(place, expected[place.id])]
    return Summed(window, background, expected, [*ledger.counted(session, window, as_of, alone)], ledger.reporting(session, window, as_of))


def _reports(place: PlaceKnown, expected: frozenset[date]) -> bool:
    """Whether a place has something to report though it hands nothing out: it is there to hand out, and is open."""
    return bool(expected) and place.kind in HANDING_OUT


def _expected(places: Iterable[PlaceKnown], window: Window, day: date) -> Mapping[int, frozenset[date]]:
    """Give by place the months up to a day in which it is open; most are open in the same."""
    months = [(month, months_from(month, 1).ends_on) for month in window.each_month() if month <= day]
    known: dict[tuple[date | None, date | None], frozenset[date]] = {}
    found = {}
    for place in places:
        opened = place.opened_on, place.closed_on
        if opened not in known:
            known[opened] = frozenset(month for month, last_day in months if place.is_open_in(month, last_day))
        found[place.id] = known[opened]
    return found
