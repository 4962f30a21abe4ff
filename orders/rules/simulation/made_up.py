"""Demand that is made up, at the true scale of the network: the made-up history's shares, goods and season, and beyond it what makes orders hard. Pure; the same seed asks for the same."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import exp, sqrt
from random import Random

from inventory.demo.goods import GOODS, SPRAYS, Good, season
from inventory.demo.places import BIG, Spot
from orders.rules.simulation.network import Demanded, Network, Place, Product, Series, World

SHIP_DAYS_MIN = {"naloxone": 180, "other": 90}
"""As config/reference/products.csv has it."""
ORDER_WEEKDAYS, DEPOT_WEEKDAY = (0, 3), 2
"""Half of the places order on Mondays, half on Thursdays, depots on Wednesdays; made up."""
GROUPS = {"naloxone": "naloxone", "syringe": "syringe"}


@dataclass(frozen=True, kw_only=True)
class Whims:
    """How demand moves, all of it made up: how many places and products begin or end, how a level drifts in a year and wavers from week to week, how much days differ, and how often and how large lumps are."""

    begins: float = 0.05
    ends: float = 0.04
    drift: float = 0.25
    wavers: float = 0.12
    stays: float = 0.9
    shape: float = 3.0
    """Of the gamma a day's expectation is drawn from; with the Poisson it makes a negative binomial."""
    lumps: float = 0.004
    lump: tuple[float, float] = (4.0, 10.0)


WHIMS = Whims()


def network_of(spots: Iterable[tuple[str, Spot]], served_by: Mapping[str, str], *, seed: int, judged: tuple[date, date], warm_days: int, world: World | None = None) -> Network:
    """Make up a network and what is demanded in it, judged from one day to another; places that no depot serves are left out."""
    first_day, days = judged[0] - timedelta(days=warm_days), (judged[1] - judged[0]).days + 1 + warm_days
    served = [spot for kind, spot in spots if kind != "depot" and spot.code in served_by]
    places = [Place(code=spot.code, depot=served_by[spot.code], order_weekday=ORDER_WEEKDAYS[nth % 2]) for nth, spot in enumerate(served)]
    depots = [Place(code=code, depot=None, order_weekday=DEPOT_WEEKDAY) for code in dict.fromkeys(place.depot for place in places) if code]
    demand: dict[Series, Demanded] = {}
    for spot in served:
        demand |= {(spot.code, good.product): one for good, one in zip(GOODS, _demanded(spot, seed, first_day, days), strict=True)}
    return Network(first_day=first_day, days=days, warm_days=warm_days, places=[*places, *depots], products=[_product(good) for good in GOODS], demand=demand, seed=seed, world=world or World())


def _product(good: Good) -> Product:
    group = GROUPS.get(good.product.partition("-")[0], "other")
    return Product(code=good.product, group=group, pack=good.box, shelf_life_days=good.shelf_life_days, ship_days_min=SHIP_DAYS_MIN.get(group, SHIP_DAYS_MIN["other"]) if good.shelf_life_days else 0)


def _demanded(spot: Spot, seed: int, first_day: date, days: int) -> Iterator[Demanded]:
    """Make up a place's demand of each product: with some chance the place as a whole, or a product there, begins or ends while it is played."""
    chance = Random(f"{seed} demand {spot.code}")  # noqa: S311  a story, not a secret
    since, until = _while(chance, days)
    for good in GOODS:
        starts, ends = _while(chance, days)
        starts, ends = max(since, starts), min(until, ends)
        if starts >= ends:
            starts, ends = 0, days
        units = [units if starts <= nth < ends else 0 for nth, units in enumerate(_asked(spot, good, chance, first_day, days))]
        yield Demanded(units=units, starts=starts, ends=ends)


def _while(chance: Random, days: int) -> tuple[int, int]:
    begins, ends = chance.random() < WHIMS.begins, chance.random() < WHIMS.ends
    return chance.randrange(days) if begins else 0, chance.randrange(days // 2, days) if ends else days


def _asked(spot: Spot, good: Good, chance: Random, first_day: date, days: int) -> Iterator[int]:
    """Ask day by day: so many people, each for a handful."""
    weekdays = range(7) if spot.daily >= BIG else (0, 2, 4)
    handful = good.box if good in SPRAYS else max(1, good.box // 10)
    daily = spot.daily * good.per_syringe * 7 / len(weekdays) / handful
    drift, level = chance.gauss(0, WHIMS.drift) / 365, 0.0
    for nth, today in enumerate(accumulate([timedelta(days=1)] * (days - 1), lambda day, one: day + one, initial=first_day)):
        if nth % 7 == 0:
            level = WHIMS.stays * level + chance.gauss(0, WHIMS.wavers)
        if today.weekday() not in weekdays:
            yield 0
            continue
        expected = daily * season(today) * exp(drift * nth + level) * chance.gammavariate(WHIMS.shape, 1 / WHIMS.shape)
        if chance.random() < WHIMS.lumps:
            expected += chance.uniform(*WHIMS.lump) * max(daily, 0.5)
        yield _poisson(expected, chance) * handful


def _poisson(mean: float, chance: Random) -> int:
    """Draw a Poisson: by counting, or where it is large by the normal curve, which is then as good."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, sqrt(mean))))
    floor, product, count = exp(-mean), chance.random(), 0
    while product > floor:
        product *= chance.random()
        count += 1
    return count
