"""One edition of the figures: of an area and its parts, in a window, as of a moment. Tables, charts, files and reports are all rendered from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from sqlalchemy.orm import Session

from supply.auth.rules import Person
from supply.clock import day_of
from supply.coverage import Ledger
from supply.coverage.errors import NoSuchCheckpoint
from supply.coverage.queries.areas import Area, Sight, area_of, parts_of, sees_everything
from supply.coverage.queries.background import Background, PlaceKnown
from supply.coverage.queries.basis import background_at
from supply.coverage.queries.denominators import Denominators
from supply.coverage.queries.public import Public, last_quarter, last_year, public
from supply.coverage.queries.summed import Summed, summed
from supply.coverage.rules import gaps, reckoning, thresholds
from supply.coverage.rules.asked import Asked
from supply.coverage.rules.bodies import Split
from supply.coverage.rules.facts import EQUIPMENT, PROGRAMMES, Facts, Member
from supply.coverage.rules.figures import Figure
from supply.coverage.rules.gaps import Gap, PlaceSeen
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, NEEDLE, SYRINGE, AsOf, Sums
from supply.coverage.rules.windows import Window


@dataclass(frozen=True, kw_only=True)
class Edition:
    """The figures of an area (the first) and of its parts, with all they rest on: whole where the area is the reader's own, else as the public edition shows them."""

    asked: Asked
    as_of: AsOf
    areas: tuple[Area, ...]
    figures: tuple[Figure, ...]
    background: Background
    denominators: Denominators
    sight: Sight
    lived: Summed
    """What every place came to."""
    public: Public
    last_public: date | None
    """The first day of the last quarter that is public."""
    last_active: Mapping[int, date]
    """By place the last month of the window, or of the one it is compared with, in which it recorded anything."""

    @cached_property
    def own(self) -> frozenset[str]:
        """Give the areas that are seen whole."""
        municipalities = (Area(code=number, name=None, numbers=frozenset({number})) for number in self.area.numbers)
        return frozenset(area.code for area in (*self.areas, *municipalities) if self.sight.holds(area))

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """Give the municipalities of the area, as they are seen with it."""
        return Finder(self.lived if self.sight.holds(self.area) else self.public, self.denominators).members(self.area)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """Give what is lacking in those of its municipalities that are seen whole; nothing where it was not asked for."""
        if not self.asked.gaps:
            return ()
        return tuple(_gaps(self.lived, self.denominators, self.own & self.area.numbers, self.last_active))

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


def edition(session: Session, asked: Asked, *, by: Person, ledger: Ledger, today: date) -> Edition:
    """Give an edition; refuses an area that is not known, and a checkpoint that was not taken. Read it in one snapshot.

    Where no days were named and an area is not the reader's own, it is of the last twelve months that are public.
    """
    as_of = ledger.as_of(session, asked.checkpoint)
    if as_of is None:
        raise NoSuchCheckpoint(at="as_of")
    background = background_at(session, asked.checkpoint, borders=asked.borders or (today if asked.checkpoint is None else day_of(as_of.at)))
    sight, last = Sight.of(by, background), last_quarter(session)
    if not (asked.named or last is None or all(map(sight.holds, _areas(background, asked)))):
        asked = replace(asked, window=last_year(last))
    areas = _areas(background, asked)
    look = _Look(session, background, as_of, ledger, others=not all(map(sight.holds, areas)), by_then=None if asked.checkpoint is None else as_of.at, apart=asked.gaps)
    found = [look.at(window) for window in ((asked.window, asked.window.before) if asked.compared else (asked.window,))]
    whole, shown = ([Finder(sums, Denominators.of(background, sums.window, asked.model)) for sums in each] for each in zip(*found, strict=True))
    return Edition(
        asked=asked,
        as_of=_seen_heads(as_of, background, by),
        areas=areas,
        figures=tuple(figure for area in areas for figure in _figures(area, whole if sight.holds(area) else shown, asked)),
        background=background,
        denominators=whole[0].denominators,
        sight=sight,
        lived=found[0][0],
        public=found[0][1],
        last_public=last,
        last_active={place_id: month for lived, _ in reversed(found) for place_id, month in lived.last_active.items()},
    )


def _areas(background: Background, asked: Asked) -> tuple[Area, ...]:
    area = area_of(background, asked.area, day=asked.window.ends_on)
    return (area, *parts_of(background, area, asked.within, day=asked.window.ends_on))


@dataclass(frozen=True)
class _Look:
    """Where the figures of an edition are read: as of when, and whether areas of others are asked for."""

    session: Session
    background: Background
    as_of: AsOf
    ledger: Ledger
    others: bool
    by_then: datetime | None
    apart: bool

    def at(self, window: Window) -> tuple[Summed, Public]:
        """Give what is known of a window, and what the public edition shows of it."""
        shown = public(self.session, window, self.background, by=self.by_then) if self.others else Public(window, self.background, {})
        return summed(self.session, self.background, window, self.as_of, self.ledger, apart=self.apart), shown


def _figures(area: Area, finders: Sequence["Finder"], asked: Asked) -> list[Figure]:
    now, *before = finders
    return reckoning.figures(now.facts(area), now.background.thresholds, codes=asked.indicators, before=before[0].facts(area) if before else None)


class Finder:
    """The facts of areas in one window, from all that is known or from what the public edition shows."""

    def __init__(self, sums: Summed | Public, denominators: Denominators) -> None:
        self.sums, self.denominators, self.background = sums, denominators, denominators.background
        self.network = self._members_of("network")
        self.programmes = {programme: self._members_of(programme) for programme in PROGRAMMES}

    def facts(self, area: Area) -> Facts:
        """Give what the indicators of an area are reckoned from."""
        denominators = self.denominators
        return Facts(
            area=area.code,
            window=self.sums.window,
            sums=self._of_municipality(area.code) if len(area.code) == 4 else self.sums.of(area),
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
        people, persons = self.denominators.by_municipality[number]
        gives = {programme for programme, members in self.programmes.items() if number in members}
        gives |= {NALOXONE} if sums.hands_out(NALOXONE) else set()
        gives |= {EQUIPMENT} if sums.hands_out(SYRINGE) or sums.hands_out(NEEDLE) else set()
        return Member(
            number=number,
            name=name,
            people=people,
            known=known.persons if known else None,
            known_year=known.year if known else None,
            known_in_part=known.in_part if known else False,
            persons=persons.interval.point if persons else None,
            gives=frozenset(gives),
            places=sums.places,
            in_network=number in self.network,
        )

    def _of_municipality(self, number: str) -> Sums:
        return self.sums.by_municipality.get(number, _NOTHING)

    def _members_of(self, programme: str) -> frozenset[str]:
        members = self.background.members_of(programme, self.sums.window.ends_on)
        return frozenset(body for member in members if not isinstance(member, Split) and not isinstance(body := self.background.body(member), Split))


_NOTHING = Sums()


def _seen_heads(as_of: AsOf, background: Background, by: Person) -> AsOf:
    """Leave out where the journals stand that are not the reader's to see."""
    if sees_everything(by):
        return as_of
    seen = {place.code for place in background.places if by.sees(place)}
    return replace(as_of, heads={code: number for code, number in as_of.heads.items() if code in seen})


def _gaps(lived: Summed, denominators: Denominators, seen: frozenset[str], last_active: Mapping[int, date]) -> list[Gap]:
    """Give the gaps in the municipalities that the reader sees whole."""
    found, background, window = Finder(lived, denominators), denominators.background, lived.window
    areas = [area_of(background, number, day=window.ends_on) for number in sorted(seen)]
    members = [member for area in areas for member in found.members(area)]
    configured = thresholds.in_force(background.thresholds, "syringes_per_person", window)
    enough = next((one.value for one in configured if one.label == "high" and one.value), gaps.ENOUGH_SYRINGES)
    names = {member.number: member.name for member in members}
    low = (figure for area in areas for figure in reckoning.figures(found.facts(area), background.thresholds, codes=("syringes_per_person",)))
    places = (_place_seen(place, lived, last_active.get(place.id)) for place in background.places if background.home[place.id] in names and place.id in lived.by_place)
    return gaps.in_order([*gaps.without_distribution(members, enough=enough), *gaps.low(low, names, enough=enough), *gaps.at_places(places, window)])


def _place_seen(place: PlaceKnown, now: Summed, last_active: date | None) -> PlaceSeen:
    sums, home = now.by_place[place.id], now.background.home[place.id]
    return PlaceSeen(
        code=place.code,
        name=place.name,
        area=home if isinstance(home, str) else None,
        gives=frozenset(group for (what, group), units in sums.units.items() if what == HANDED_OUT and units > 0),
        last_active=last_active,
        closed=place.closed_on is not None and place.closed_on <= now.window.ends_on,
    )
