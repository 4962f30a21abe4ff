"""A map that shows people, not area: one circle for each municipality at its place, sized by how many it stands for, moved apart so that none hides another. Pure; kilometres throughout.

First all circles push each other apart and are drawn back to their places, round after round, so that what is crowded spreads evenly and the country keeps its shape (as in Dorling's cartograms, 1996). What still overlaps after that is put, the largest first,
at the free place nearest to where it then stands, which always exists. The result depends on nothing but places and sizes, so it may be kept.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

AREA = 100_000.0
"""Square kilometres of all circles together: a third of the mainland, so that the country can be recognised."""
RADIUS_MIN = 6.0
"""Kilometres: nearly four pixels on a screen 700 pixels wide. What is drawn so small is not to scale, and the legend says so."""
GAP = 1.5
ROUNDS = 120
PULL = 0.02
"""How much of the way back to its place a circle goes in each round of the first part."""
LARGE = 20
"""So many of the largest are compared with all others, so that the grid for these can be fine."""
SLACK = 1e-6


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A municipality and where it is: kilometres east and north."""

    number: str
    east: float
    north: float


@dataclass(frozen=True, kw_only=True)
class Circle:
    """A circle: where its middle is, and its radius."""

    number: str
    east: float
    north: float
    radius: float


def circles_of(spots: Sequence[Spot], sizes: Mapping[str, float | None]) -> tuple[Circle, ...]:
    """Give a circle for each municipality, sized by whom it stands for and moved apart; what was drawn lately is kept, since it takes half a second. What has no size stands for nobody known, and is smallest."""
    radius_of = radii({spot.number: sizes.get(spot.number) for spot in spots})
    return _kept(tuple(spots), tuple(sorted(radius_of.items())))


def radii(sizes: Mapping[str, float | None], *, area: float = AREA, radius_min: float = RADIUS_MIN) -> dict[str, float]:
    """Give radii so that areas are to each other as the sizes, all together so many square kilometres; those too small to be seen, and of unknown size, have the least radius."""
    whole = _whole(sizes)
    return {number: max(radius_min, _radius(size or 0.0, whole, area)) for number, size in sizes.items()}


def sample_radii(sizes: Mapping[str, float | None], *, area: float = AREA, radius_min: float = RADIUS_MIN) -> list[tuple[float, float]]:
    """Give sizes and the radii they are drawn with, for the legend: powers of ten from the largest on, and last the size up to which all are drawn alike."""
    whole, largest = _whole(sizes), max((size or 0.0 for size in sizes.values()), default=0.0)
    if not largest:
        return []
    power = 10.0 ** math.floor(math.log10(largest))
    shown = [(size, radius) for size in (power, power / 10) if (radius := _radius(size, whole, area)) > radius_min * 1.2]
    return [*shown, (radius_min**2 * math.pi / area * whole, radius_min)]


def _whole(sizes: Mapping[str, float | None]) -> float:
    return sum(size for size in sizes.values() if size) or 1.0


def _radius(size: float, whole: float, area: float) -> float:
    return math.sqrt(size / whole * area / math.pi)


def apart(spots: Sequence[Spot], radius_of: Mapping[str, float], *, gap: float = GAP) -> list[Circle]:
    """Move circles apart so that no two overlap, at least a gap between them, each near its place; in the order of their numbers."""
    order = sorted(spots, key=lambda spot: spot.number)
    discs = [_Disc(spot, radius_of[spot.number] + gap / 2) for spot in order]
    for nth in range(ROUNDS):
        pull = PULL if nth < ROUNDS * 2 // 3 else 0.0
        if not _push(discs, pull=pull) and not pull:
            break
    _settle(discs)
    return [Circle(number=disc.number, east=disc.east, north=disc.north, radius=disc.radius - gap / 2) for disc in discs]


@lru_cache(maxsize=16)
def _kept(spots: tuple[Spot, ...], radius_of: tuple[tuple[str, float], ...]) -> tuple[Circle, ...]:
    return tuple(apart(spots, dict(radius_of)))


class _Disc:
    """A circle on its way, with half of the gap around it."""

    __slots__ = ("east", "home", "north", "number", "radius")

    def __init__(self, spot: Spot, radius: float) -> None:
        self.number, self.radius = spot.number, radius
        self.east, self.north = self.home = spot.east, spot.north


def _push(discs: Sequence[_Disc], *, pull: float) -> bool:
    """Draw every circle a little back, then push those that overlap apart, the smaller further; give whether any did."""
    for disc in discs:
        disc.east += (disc.home[0] - disc.east) * pull
        disc.north += (disc.home[1] - disc.north) * pull
    pushed = False
    for one, other in _near(discs):
        east, north = other.east - one.east, other.north - one.north
        wanted = one.radius + other.radius
        if abs(east) >= wanted or abs(north) >= wanted or (distance := math.hypot(east, north)) >= wanted:
            continue
        pushed = True
        if distance < SLACK:
            east, north, distance = _direction(one, other)
        step = (wanted - distance) / distance * 1.01
        share = other.radius**2 / (one.radius**2 + other.radius**2)
        one.east -= east * step * share
        one.north -= north * step * share
        other.east += east * step * (1 - share)
        other.north += north * step * (1 - share)
    return pushed


def _direction(one: _Disc, other: _Disc) -> tuple[float, float, float]:
    """Give a direction for two that stand on one spot, the same each time."""
    angle = sum(map(ord, one.number + other.number)) * 2.4
    return math.cos(angle) * SLACK, math.sin(angle) * SLACK, SLACK


def _near(discs: Sequence[_Disc]) -> Iterator[tuple[_Disc, _Disc]]:
    """Give pairs that may overlap: the few large ones with all, the others by the squares of a grid they stand in."""
    by_size = sorted(discs, key=lambda disc: (-disc.radius, disc.number))
    large, others = by_size[:LARGE], by_size[LARGE:]
    for nth, one in enumerate(large):
        yield from ((one, other) for other in by_size[nth + 1 :])
    reach = 2 * max((disc.radius for disc in others), default=1.0)
    squares: dict[tuple[int, int], list[_Disc]] = defaultdict(list)
    for disc in others:
        squares[_square(disc.east, disc.north, reach)].append(disc)
    for (column, row), inside in sorted(squares.items()):
        yield from combinations(inside, 2)
        for beside in ((column + 1, row - 1), (column + 1, row), (column + 1, row + 1), (column, row + 1)):
            yield from ((one, other) for one in inside for other in squares.get(beside, ()))


def _square(east: float, north: float, reach: float) -> tuple[int, int]:
    return math.floor(east / reach), math.floor(north / reach)


def _settle(discs: Sequence[_Disc]) -> None:
    """Put each circle, the largest first, where it stands or at the nearest place that those before it leave free."""
    placed: list[_Disc] = []
    for disc in sorted(discs, key=lambda disc: (-disc.radius, disc.number)):
        stands, within = (disc.east, disc.north), disc.radius
        while True:
            near = [other for other in placed if math.dist(stands, (other.east, other.north)) < other.radius + disc.radius + within]
            place = _nearest_free(disc, near)
            if math.dist(place, stands) <= within:
                break  # no circle beyond those looked at can be in the way
            within *= 2
        disc.east, disc.north = place
        placed.append(disc)


def _nearest_free(disc: _Disc, placed: Sequence[_Disc]) -> tuple[float, float]:
    """Give the nearest place free of those placed: where it stands, straight out of one of them, or where it touches two."""
    stands = (disc.east, disc.north)
    rings = [(other.east, other.north, (other.radius + disc.radius) * (1 + SLACK)) for other in placed]
    if _is_free(stands, rings):
        return stands
    ways = [stands if math.dist(stands, (x, y)) >= away else _outwards(stands, x, y, away) for x, y, away in rings]
    ways += [place for one, other in combinations(rings, 2) for place in _touching(one, other)]
    return next(place for place in sorted(ways, key=lambda place: (math.dist(place, stands), place)) if _is_free(place, rings))


def _is_free(place: tuple[float, float], rings: Sequence[tuple[float, float, float]]) -> bool:
    return all(math.hypot(place[0] - x, place[1] - y) >= away * (1 - SLACK / 2) for x, y, away in rings)


def _outwards(stands: tuple[float, float], x: float, y: float, away: float) -> tuple[float, float]:
    east, north = stands[0] - x, stands[1] - y
    distance = math.hypot(east, north)
    return (x + east / distance * away, y + north / distance * away) if distance > SLACK else (x + away, y)


def _touching(one: tuple[float, float, float], other: tuple[float, float, float]) -> Iterator[tuple[float, float]]:
    """Give where two rings cross: the places at which a circle touches both."""
    (x, y, first), (x2, y2, second) = one, other
    distance = math.hypot(x2 - x, y2 - y)
    if distance < SLACK or distance > first + second or distance < abs(first - second):
        return
    along = (first**2 - second**2 + distance**2) / (2 * distance)
    across = math.sqrt(max(0.0, first**2 - along**2))
    east, north = (x2 - x) / distance, (y2 - y) / distance
    yield x + along * east - across * north, y + along * north + across * east
    yield x + along * east + across * north, y + along * north - across * east
