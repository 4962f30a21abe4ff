"""One edition of the figures: of an area and its parts, in a window, as of a moment. Tables, charts, files and reports are all rendered from it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, reduce

from sqlalchemy.orm import Session

from supply.auth.rules import Person
from supply.clock import day_of
from supply.coverage import Ledger
from supply.coverage.errors import NoSuchCheckpoint
from supply.coverage.queries import background as backgrounds
from supply.coverage.queries.areas import Area, Sight, area_of, parts_of, public_edition, seen_area
from supply.coverage.queries.background import HANDING_OUT, Background, PlaceKnown
from supply.coverage.queries.denominators import Denominators
from supply.coverage.rules import gaps, reckoning, thresholds
from supply.coverage.rules.asked import Asked
from supply.coverage.rules.bodies import Body, Split
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.facts import EQUIPMENT, PROGRAMMES, Facts, Member
from supply.coverage.rules.figures import Figure
from supply.coverage.rules.gaps import Gap, PlaceSeen
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, NEEDLE, SYRINGE, AsOf, Reporting, Sums
from supply.coverage.rules.windows import Window, months_from


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The figures of an area (the first) and of those of its parts that the reader may see, with all they rest on."""

    asked: Asked
    as_of: AsOf
    areas: tuple[Area, ...]
    figures: tuple[Figure, ...]
    background: Background
    denominators: Denominators
    sight: Sight
    found: "Finder"
    last_active: Mapping[int, date]
    """By place the last month of the window, or of the one before, in which it recorded anything."""

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Give the municipalities of the area that the reader sees whole."""
        seen = {area.code for area in public_edition((area_of(self.background, number, day=self.window.ends_on) for number in self.area.numbers), self.sight)}
        return tuple(member for member in self.found.members(self.area) if member.number in seen)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Give what is lacking in those municipalities."""
        return tuple(_gaps(self.found, self.members, self.last_active))

    @property
    def area(self) -> Area:
        """Give the area that was asked for."""
        return self.areas[0]

    @property
    def window(self) -> Window:
        """Give the months that are counted."""
        return self.asked.window

    @cached_property
    def by_area(self) -> Mapping[str, tuple[Figure, ...]]:
        """Give the figures by area."""
        found: dict[str, list[Figure]] = {area.code: [] for area in self.areas}
        for figure in self.figures:
            found[figure.area].append(figure)
        return {code: tuple(figures) for code, figures in found.items()}

    def of(self, area: str, indicator: str) -> tuple[Figure, ...]:
        """Give an area's figures of an indicator."""
        return tuple(figure for figure in self.by_area.get(area, ()) if figure.indicator == indicator)


@dataclass(frozen=True)
class Summed:
    """What every place came to in a window."""

    window: Window
    by_place: Mapping[int, Sums]
    reporting: Reporting

    def over(self, holds: Callable[[Body | None], bool], home: Mapping[int, Body | None]) -> Sums:
        """Give the sum over the places of an area."""
        return reduce(Sums.take_in, (sums for place_id, sums in self.by_place.items() if holds(home.get(place_id))), Sums())

    @cached_property
    def last_active(self) -> dict[int, date]:
        """Give by place the last month in which it recorded anything."""
        return dict(sorted(self.reporting.active))


def edition(session: Session, asked: Asked, *, by: Person, ledger: Ledger, today: date) -> Edition:
    """Give an edition; refuses an area that is not known, or not the reader's to see, and a checkpoint that was not taken. Read it in one snapshot."""
    background = backgrounds.read(session, borders=asked.borders or today)
    day, sight = asked.window.ends_on, Sight.of(by, background)
    area = seen_area(background, asked.area, day=day, sight=sight)
    as_of = ledger.as_of(session, asked.checkpoint)
    if as_of is None:
        raise NoSuchCheckpoint(at="as_of")
    areas = (area, *public_edition(parts_of(background, area, asked.within, day=day), sight))
    now, denominators = _summed(session, background, asked.window, as_of, ledger), Denominators(background, asked.window, asked.model)
    found, before = Finder(now, denominators), None
    if asked.compared:
        earlier = asked.window.before
        before = Finder(_summed(session, background, earlier, as_of, ledger), Denominators(background, earlier, asked.model))
    figures = [figure for one in areas for figure in reckoning.figures(found.facts(one), background.thresholds, codes=asked.indicators, before=before.facts(one) if before else None)]
    return Edition(
        asked=asked,
        as_of=_seen_heads(as_of, background, by),
        areas=areas,
        figures=tuple(figures),
        background=background,
        denominators=denominators,
        sight=sight,
        found=found,
        last_active=((before.summed.last_active if before else {}) | now.last_active),
    )


class Finder:
    """The facts of areas in one window."""

    def __init__(self, summed: Summed, denominators: Denominators) -> None:
        self.summed, self.denominators, self.background = summed, denominators, denominators.background
        self.home = self.background.home
        self.network = self._members_of("network")
        self.programmes = {programme: self._members_of(programme) for programme in PROGRAMMES}

    def facts(self, area: Area) -> Facts:
        """Give what the indicators of an area are reckoned from."""
        denominators = self.denominators
        return Facts(
            area=area.code,
            window=self.summed.window,
            sums=self.summed.over(area.holds, self.home) if area.code == NATION or len(area.numbers) != 1 else self._of_municipality(next(iter(area.numbers))),
            people=denominators.people(area.code, area.numbers),
            deaths=denominators.deaths(area.code),
            persons=denominators.persons(area.code, area.numbers),
            published=tuple(one for one in self.background.published if one.area == area.code),
            members=self.members(area),
            pack_units=self.background.common_pack,
        )

    def members(self, area: Area) -> tuple[Member, ...]:
        """Give the municipalities of an area."""
        return tuple(self._every[number] for number in sorted(area.numbers) if number in self._every)

    @cached_property
    def _every(self) -> Mapping[str, Member]:
        return {number: self._member(number, name) for number, name in self.background.municipalities.items()}

    def _member(self, number: str, name: str) -> Member:
        sums, known = self._of_municipality(number), self.denominators.known.get(number)
        persons = self.denominators.persons(number, {number})
        gives = {programme for programme, members in self.programmes.items() if number in members}
        gives |= {NALOXONE} if sums.handed_out(NALOXONE) > 0 else set()
        gives |= {EQUIPMENT} if sums.handed_out(SYRINGE) > 0 or sums.handed_out(NEEDLE) > 0 else set()
        return Member(
            number=number,
            name=name,
            people=self.denominators.people(number, {number}),
            known=known.persons if known else None,
            known_year=known.year if known else None,
            known_in_part=known.in_part if known else False,
            persons=persons.interval.point if persons else None,
            gives=frozenset(gives),
            places=sums.places,
            in_network=number in self.network,
        )

    def _of_municipality(self, number: str) -> Sums:
        return self._by_municipality.get(number, _NOTHING)

    @cached_property
    def _by_municipality(self) -> Mapping[str, Sums]:
        found: defaultdict[str, Sums] = defaultdict(Sums)
        for place_id, sums in self.summed.by_place.items():
            body = self.home.get(place_id)
            if isinstance(body, str):
                found[body].take_in(sums)
        return found

    def _members_of(self, programme: str) -> frozenset[str]:
        members = self.background.members_of(programme, self.summed.window.ends_on)
        return frozenset(body for member in members if not isinstance(member, Split) and not isinstance(body := self.background.body(member), Split))


_NOTHING = Sums()


def _seen_heads(as_of: AsOf, background: Background, by: Person) -> AsOf:
    """Leave out where the journals stand that are not the reader's to see."""
    seen = {place.code for place in background.places if by.sees(place)}
    return replace(as_of, heads={code: number for code, number in as_of.heads.items() if code in seen})


def _summed(session: Session, background: Background, window: Window, as_of: AsOf, ledger: Ledger) -> Summed:
    reporting = ledger.reporting(session, window, as_of)
    by_place: defaultdict[int, Sums] = defaultdict(Sums)
    for one in ledger.counted(session, window, as_of):
        by_place[one.place_id].add(one, background.pack_units)
    months = [(month, months_from(month, 1).ends_on) for month in window.each_month() if month <= day_of(as_of.at)]
    for place in background.places:
        if sums := _place_sums(place, by_place, months):
            expected = [month for month, last_day in months if place.is_open_in(month, last_day)]
            sums.places, sums.months = 1, len(expected)
            sums.said = sum((place.id, month) in reporting.said for month in expected)
            sums.active = sum((place.id, month) in reporting.active for month in expected)
    return Summed(window, by_place, reporting)


def _place_sums(place: PlaceKnown, by_place: defaultdict[int, Sums], months: Iterable[tuple[date, date]]) -> Sums | None:
    """Give the sums of a place that has something to report in these months: it is there to hand out and is open, or it did hand out."""
    known = by_place.get(place.id)
    if place.kind in HANDING_OUT and any(place.is_open_in(*month) for month in months):
        return by_place[place.id]
    return known if known is not None and any(units for (what, _), units in known.units.items() if what == HANDED_OUT) else None


def _gaps(found: Finder, members: Sequence[Member], last_active: Mapping[int, date]) -> list[Gap]:
    """Give the gaps in the municipalities that the reader sees whole."""
    background, day = found.background, found.summed.window.ends_on
    configured = thresholds.in_force(background.thresholds, "syringes_per_person", found.summed.window)
    enough = next((one.value for one in configured if one.label == "high" and one.value), gaps.ENOUGH_SYRINGES)
    names = {member.number: member.name for member in members}
    areas = (area_of(background, number, day=day) for number in names)
    low = (figure for area in areas for figure in reckoning.figures(found.facts(area), background.thresholds, codes=("syringes_per_person",)))
    places = (_place_seen(found, place, last_active.get(place.id)) for place in background.places if found.home[place.id] in names and place.id in found.summed.by_place)
    return gaps.in_order([*gaps.without_distribution(members, enough=enough), *gaps.low(low, names, enough=enough), *gaps.at_places(places, found.summed.window)])


def _place_seen(found: Finder, place: PlaceKnown, last_active: date | None) -> PlaceSeen:
    sums, home = found.summed.by_place[place.id], found.home[place.id]
    return PlaceSeen(
        code=place.code,
        name=place.name,
        area=home if isinstance(home, str) else None,
        gives=frozenset(group for (what, group), units in sums.units.items() if what == HANDED_OUT and units > 0),
        last_active=last_active,
        closed=place.closed_on is not None and place.closed_on <= found.summed.window.ends_on,
    )
