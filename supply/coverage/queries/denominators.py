"""What the numerators are divided by, for every area of a window: estimates, deaths, inhabitants, those known to inject."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from supply.coverage.queries.background import Background, DeathsKnown, split_into
from supply.coverage.rules import estimates
from supply.coverage.rules.allocation import Allocation, Base, Model
from supply.coverage.rules.bodies import Carried, Split, carry, county_of
from supply.coverage.rules.estimates import KNOWN, NATION, Published
from supply.coverage.rules.figures import Denominator, Note
from supply.coverage.rules.intervals import Interval
from supply.coverage.rules.windows import Window

DEATHS_OLDER_YEARS_MAX = 5
"""Deaths of a year that lies further back than this say nothing about a window; our own rule."""


@dataclass(frozen=True, kw_only=True)
class KnownInjecting:
    """How many are known to inject in a municipality of the borders, as counted in a year."""

    persons: float
    year: int
    in_part: bool
    source: str


@dataclass(frozen=True)
class Denominators:
    """The denominators of a window."""

    background: Background
    window: Window
    model: Model

    @property
    def year(self) -> int:
        """Give the year in which the window ends."""
        return self.window.ends_on.year

    @classmethod
    def of(cls, background: Background, window: Window, model: Model) -> "Denominators":
        """Give those of a window; the same ones as long as the reference data is the same."""
        found: Denominators = background.once(cls, window, model)
        return found

    @cached_property
    def national(self) -> Published | None:
        """Give the national estimate that counts."""
        return estimates.chosen(self.background.estimates, area=NATION, year=self.year)

    def people(self, area: str, numbers: Collection[str]) -> Denominator | None:
        """Give how many inject in an area of some municipalities: by its own estimate, or what a model allocates of the national one."""
        national = self.national
        if area == NATION:
            return None if national is None else _as_published(national)
        own = estimates.chosen((replace(one, area=area) for one in self._own.get(area, ())), area=area, year=self.year)
        if own is not None and not estimates.outdated(own, national):
            return _as_published(own)
        if national is None:
            return None
        interval = self.allocation.of(numbers, self.model)
        if not interval.is_known:
            return None
        return Denominator(interval=interval, what="people_who_inject", source=national.source, method=national.method, year=national.year, model=self.model.value, confidence=national.confidence)

    @cached_property
    def by_municipality(self) -> Mapping[str, tuple[Denominator | None, Denominator | None]]:
        """Give by municipality how many inject there, and how many live there."""
        return {number: (self.people(number, {number}), self.persons(number, {number})) for number in self.background.municipalities}

    @cached_property
    def allocation(self) -> Allocation:
        """Give what shares the national estimate."""
        interval = self.national.interval if self.national else Interval()
        county_deaths, deaths = self._county_deaths
        known = {number: one.persons for number, one in self.known.items()}
        return Allocation(interval, Base(persons=self._weights, county_deaths=county_deaths, deaths=deaths, known=known))

    @cached_property
    def known(self) -> Mapping[str, KnownInjecting]:
        """Give by municipality how many are known to inject there, by the newest count up to the window."""
        rows: dict[str, list[tuple[Published, str]]] = defaultdict(list)
        for one in self.background.estimates:
            if one.kind == KNOWN and one.year <= self.year and one.interval.middle and len(one.area) == 4:
                body = self.background.body_since(date(one.year, 1, 1))(one.area)
                if not isinstance(body, Split):
                    rows[body].append((one, one.area))
        found = {}
        for number, theirs in rows.items():
            year = max(one.year for one, _ in theirs)
            newest = {area: one for one, area in theirs if one.year == year}
            persons = sum(one.interval.middle or 0 for one in newest.values())
            in_part = bool(self._numbers_then(number, date(year, 1, 1)) - set(newest))
            found[number] = KnownInjecting(persons=persons, year=year, in_part=in_part, source="; ".join(sorted({one.source for one in newest.values()})))
        return found

    def deaths(self, area: str) -> Denominator | None:
        """Give the opioid deaths of a year in an area: those published for the newest year up to the window, times the share that opioids have of them."""
        known = [one for one in self._deaths_in(area) if self.year - DEATHS_OLDER_YEARS_MAX <= one.year <= self.year]
        if not known:
            return None
        newest = max(known, key=lambda one: one.year)
        share, notes = self._opioid_share(newest)
        if share is None:
            return None
        if newest.year != self.year:
            notes = (*notes, Note.OTHER_YEAR)
        method = f"{newest.deaths} × {share:g}, {newest.edition}"
        return Denominator(interval=Interval(point=newest.deaths * share), what="opioid_deaths", source=newest.source, method=method, year=newest.year, notes=notes)

    def persons(self, area: str, numbers: Collection[str]) -> Denominator | None:
        """Give the inhabitants of an area on the last day up to the window's end for which they are known of all municipalities."""
        if self._everybody is None:
            return None
        on, source, carried = self._everybody
        count = self._inhabitants(area, numbers, carried)
        return None if not count else Denominator(interval=Interval(point=count), what="inhabitants", source=source, year=on.year, on=on)

    @cached_property
    def _everybody(self) -> tuple[date, str, Carried] | None:
        """Give the inhabitants of all ages, with their day and source."""
        on = self._on("all", on_or_before=True)
        if on is None:
            return None
        source = next(source for number, day, ages, _, source in self.background.populations if (number, day, ages) == (NATION, on, "all"))
        return on, source, self._carried("all", on)

    def _inhabitants(self, area: str, numbers: Collection[str], carried: Carried) -> float:
        if area == NATION:
            return carried.total
        if any(number not in carried.by_number for number in numbers) and len(area) != 2:
            return 0
        split = sum(count for body, count in carried.left.items() if len(area) == 2 and county_of(body) == area)
        return sum(carried.by_number.get(number, 0) for number in numbers) + split

    @cached_property
    def _own(self) -> Mapping[str, list[Published]]:
        """Give by area of the borders its own estimates; that of a municipality which is now a part of another is none."""
        found: dict[str, list[Published]] = defaultdict(list)
        for one in self.background.estimates:
            if len(one.area) != 4:
                found[one.area].append(one)
                continue
            since = date(one.year, 1, 1)
            body = self.background.body_since(since)(one.area)
            if not isinstance(body, Split) and self._numbers_then(body, since) <= {one.area, body}:
                found[body].append(one)
        return found

    def own(self, area: str) -> list[Published]:
        """Give the estimates there are of an area itself, side by side, the newest first."""
        return sorted(self._own.get(area, ()), key=lambda one: (-one.year, one.kind, one.source))

    def _numbers_then(self, number: str, day: date) -> set[str]:
        """Give the numbers of a day that have become one of the borders."""
        return {then for then, now in self._then(day).items() if now == number}

    def _then(self, day: date) -> Mapping[str, object]:
        known: dict[date, Mapping[str, object]] = self.__dict__.setdefault("_known_then", {})
        if day not in known:
            body = self.background.body_since(day)
            known[day] = {number: body(number) for number, valid_from, valid_to, _ in self.background.valid if valid_from <= day.isoformat() and (valid_to is None or valid_to > day)}
        return known[day]

    @cached_property
    def _weights(self) -> Mapping[str, float]:
        """Give the inhabitants of 15 to 64 of each municipality of the borders, on the last day up to the window for which they are known of all, else on the first.

        A municipality that came of a split since has none: those of all ages stand for them, in the country's proportion.
        """
        on = self._on("15-64", on_or_before=False)
        newest = max((day for area, day, ages, _, _ in self.background.populations if (area, ages) == (NATION, "all")), default=None)
        if on is None or newest is None:
            return {}
        grown, everybody = self._carried("15-64", on), self._carried("all", newest)
        ratio = grown.total / everybody.total
        return {number: grown.by_number.get(number) or everybody.by_number.get(number, 0) * ratio for number in self.background.municipalities}

    @cached_property
    def _county_deaths(self) -> tuple[tuple[tuple[frozenset[str], float], ...], float]:
        """Give the counties' deaths of the newest year up to the window for which some are known, and the country's of that year."""
        by_year: dict[int, dict[str, int]] = defaultdict(dict)
        for one in self.background.deaths:
            if one.year <= self.year and len(one.area) == 2:
                by_year[one.year][one.area] = one.deaths
        usable = [year for year, known in by_year.items() if NATION in known and len(known) > 1]
        if not usable:
            return (), 0
        year = max(usable)
        return tuple((self._lay_in(county, year), float(deaths)) for county, deaths in sorted(by_year[year].items()) if county != NATION), float(by_year[year][NATION])

    def _lay_in(self, county: str, year: int) -> frozenset[str]:
        """Give the municipalities of the borders that lay in a county at the end of a year, or since it was drawn."""
        day = date(year, 12, 31)
        ever = [(number, valid_from, valid_to) for number, valid_from, valid_to, of in self.background.valid if of == county]
        then = [number for number, valid_from, valid_to in ever if valid_from <= day.isoformat() and (valid_to is None or valid_to > day)] or [number for number, _, _ in ever]
        found = [self.background.body(number) for number in then]
        parts = [self.background.body(part) for body in found for part in split_into(body)]
        return frozenset(body for body in (*found, *parts) if not isinstance(body, Split))

    def _deaths_in(self, area: str) -> Iterable[DeathsKnown]:
        return (one for one in self.background.deaths if area in {one.area, self.background.body(one.area)})

    def _opioid_share(self, of: DeathsKnown) -> tuple[float | None, tuple[Note, ...]]:
        """Give the share of opioids: published with the deaths, else the country's of that year, else of the newest year before."""
        if of.opioid_share is not None:
            return of.opioid_share, ()
        known = {one.year: one.opioid_share for one in self.background.deaths if one.area == NATION and one.opioid_share is not None and one.year <= of.year}
        if not known:
            return None, ()
        year = max(known)
        notes = ((Note.SHARE_OF_THE_NATION,) if of.area != NATION else ()) + ((Note.SHARE_OF_ANOTHER_YEAR,) if year != of.year else ())
        return known[year], notes

    def _on(self, ages: str, *, on_or_before: bool) -> date | None:
        """Give the newest day up to the window's end on which the municipalities' inhabitants add up to the country's; else, where that will do, the first such day."""
        whole: dict[date, int] = {}
        parts: dict[date, int] = defaultdict(int)
        for area, on, of, count, _ in self.background.populations:
            if of == ages and area == NATION:
                whole[on] = count
            elif of == ages and len(area) == 4:
                parts[on] += count
        complete = sorted(on for on, count in whole.items() if parts[on] == count)
        sooner = [on for on in complete if on <= self.window.ends_on]
        return sooner[-1] if sooner else None if on_or_before or not complete else complete[0]

    def _carried(self, ages: str, on: date) -> Carried:
        values = {area: float(count) for area, day, of, count, _ in self.background.populations if (day, of, len(area)) == (on, ages, 4)}
        return carry(values, self.background.changes, since=on, until=self.background.borders)


def _as_published(one: Published) -> Denominator:
    notes = (Note.MIDDLE_RECKONED,) if one.point is None else (Note.NO_INTERVAL,) if one.low is None or one.high is None else ()
    return Denominator(interval=one.interval, what="people_who_inject", source=one.source, method=one.method, year=one.year, confidence=one.confidence, notes=notes)
