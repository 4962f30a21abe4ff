"""The areas figures are given for: the country, counties, municipalities, and sets of them; and whose places lie in each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from supply.auth.rules import Person
from supply.coverage.errors import NoSuchArea, NotByDistrict
from supply.coverage.queries.background import HANDING_OUT, Background
from supply.coverage.rules.asked import PROGRAMME_SETS, SETS, Within
from supply.coverage.rules.bodies import Body, Split, county_of
from supply.coverage.rules.estimates import NATION

DISTRICT_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area: its municipalities of the borders, and the name it has (None of the country and of sets, which pages name)."""

    code: str
    name: str | None
    numbers: frozenset[str]
    left_out: tuple[Split, ...] = ()
    """Members that were split since: they are not guessed."""

    def holds(self, body: Body | None) -> bool:
        """Whether a place lies in it. What a split left behind lies in its county and the country."""
        if self.code == NATION:
            return True
        if body is None:
            return False
        if isinstance(body, Split):
            return len(self.code) == 2 and county_of(body) == self.code
        return body in self.numbers


def area_of(background: Background, code: str, *, day: date) -> Area:
    """Give an area by its code; refuses one that is not known. A municipality's old number gives the one it has become. The members of a programme are those of a day."""
    if code == NATION:
        return Area(code=NATION, name=None, numbers=frozenset(background.municipalities))
    if code.startswith("set:"):
        return _set(background, code, day)
    if len(code) == DISTRICT_DIGITS and code.isdigit():
        raise NotByDistrict(at="area")
    if code in background.counties:
        return Area(code=code, name=background.counties[code], numbers=frozenset(number for number in background.municipalities if number.startswith(code)))
    body = background.body(code) if len(code) == 4 else code
    if isinstance(body, Split) or body not in background.municipalities:
        raise NoSuchArea(at="area")
    return Area(code=body, name=background.municipalities[body], numbers=frozenset({body}))


def parts_of(background: Background, area: Area, within: Collection[Within], *, day: date) -> list[Area]:
    """Give the counties, and the municipalities, that an area consists of."""
    codes: list[str] = []
    if Within.COUNTIES in within and area.code == NATION:
        codes += background.counties
    if Within.MUNICIPALITIES in within and len(area.code) != 4:
        codes += sorted(area.numbers)
    return [area_of(background, code, day=day) for code in codes]


@dataclass(frozen=True, kw_only=True)
class Sight:
    """Which areas are somebody's own, to be seen whole: those in all of whose municipalities they hold a role, or where they see every place that hands out."""

    everything: bool
    granted: frozenset[str] = frozenset()
    seen: frozenset[Body | None] = frozenset()
    """Where places that hand out lie which they see."""
    unseen: frozenset[Body | None] = frozenset()

    @classmethod
    def of(cls, by: Person, background: Background) -> "Sight":
        """Give what somebody sees: whoever sees the stock of the whole country sees all."""
        if sees_everything(by):
            return cls(everything=True)
        places = [(background.home[place.id], by.sees(place)) for place in background.places if place.kind in HANDING_OUT]
        granted = frozenset(number for grant in by.granting("see stock") for number in grant.municipalities)
        return cls(everything=False, granted=granted, seen=frozenset(home for home, sees in places if sees), unseen=frozenset(home for home, sees in places if not sees))

    def holds(self, area: Area) -> bool:
        """Whether an area is theirs to see whole; the country is nobody's own. All else they see in the public edition."""
        if self.everything or area.code == NATION:
            return self.everything
        if area.numbers and area.numbers <= self.granted:
            return True
        return any(area.holds(home) for home in self.seen) and not any(area.holds(home) for home in self.unseen)


def sees_everything(by: Person) -> bool:
    """Whether somebody sees the stock of the whole country, and so all figures whole."""
    return any(grant.everywhere for grant in by.granting("see stock"))


def _set(background: Background, code: str, day: date) -> Area:
    name = code.removeprefix("set:")
    if name in SETS:
        return Area(code=code, name=None, numbers=frozenset(body for number in SETS[name] if not isinstance(body := background.body(number), Split)))
    if name not in PROGRAMME_SETS:
        raise NoSuchArea(at="area")
    members = {background.body(member) if not isinstance(member, Split) else member for member in background.members_of(name, day)}
    numbers = frozenset(member for member in members if not isinstance(member, Split))
    return Area(code=code, name=None, numbers=numbers, left_out=tuple(sorted((member for member in members if isinstance(member, Split)), key=lambda one: one.number)))
