"""The areas figures are given for: the country, counties, municipalities, and sets of them; and whose places lie in each."""

from collections.abc import Callable, Collection
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


def homes(background: Background) -> dict[int, Body | None]:
    """Give by place the municipality of the borders in which it lies."""
    return {place.id: None if place.municipality is None else background.body(place.municipality) for place in background.places}


def sees_everything(by: Person) -> bool:
    """Whether somebody sees the stock of the whole country, and so all figures whole."""
    return any(grant.everywhere for grant in by.granting("see stock"))


def ownership(background: Background, *, by: Person) -> Callable[[Area], bool]:
    """Give what tells whether an area is somebody's own, to be seen whole: they hold a role in all its municipalities, or see every place there that hands out. All else they see in the public edition."""
    if sees_everything(by):
        return lambda _area: True
    granted = {number for grant in by.granting("see stock") for number in grant.municipalities}
    home = homes(background)
    handing_out = [(home[place.id], by.sees(place)) for place in background.places if place.kind in HANDING_OUT]

    def is_own(area: Area) -> bool:
        if area.code == NATION:
            return False
        there = [seen for body, seen in handing_out if area.holds(body)]
        return area.numbers <= granted or (bool(there) and all(there))

    return is_own


def _set(background: Background, code: str, day: date) -> Area:
    name = code.removeprefix("set:")
    if name in SETS:
        return Area(code=code, name=None, numbers=frozenset(body for number in SETS[name] if not isinstance(body := background.body(number), Split)))
    if name not in PROGRAMME_SETS:
        raise NoSuchArea(at="area")
    members = {background.body(member) if not isinstance(member, Split) else member for member in background.members_of(name, day)}
    numbers = frozenset(member for member in members if not isinstance(member, Split))
    return Area(code=code, name=None, numbers=numbers, left_out=tuple(sorted((member for member in members if isinstance(member, Split)), key=lambda one: one.number)))
