"""What is played: places and their depots, products, what is demanded day by day, and how goods get there. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

Series = tuple[str, str]
"""A place and a product."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place, the depot that serves it (a depot has none: the supplier serves it), and the weekday on which it orders, 0 being Monday."""

    code: str
    depot: str | None
    order_weekday: int = 0


@dataclass(frozen=True, kw_only=True)
class Product:
    """A product: the group whose defaults hold, units in a pack, how long a new lot keeps (0: it has no lot), and how many of its last days a depot no longer ships."""

    code: str
    group: str
    pack: int
    shelf_life_days: int = 0
    ship_days_min: int = 0


@dataclass(frozen=True, kw_only=True)
class Demanded:
    """What a place is asked for of a product from a day on, day by day; before `starts` and from `ends` on (days of the play) nobody asks, and an empty shelf is no stock-out."""

    units: Sequence[int]
    starts: int = 0
    ends: int = 1_000_000

    def is_used(self, day: int) -> bool:
        """Whether the place has to do with the product on a day."""
        return self.starts <= day < self.ends


@dataclass(frozen=True, kw_only=True)
class World:
    """How goods get there and what is written down. All of it is made up: no source says how long Norwegian deliveries take or how often they fail."""

    lead_days: tuple[int, int] = (3, 8)
    """From a depot to a place, when it has the goods."""
    late_chance: float = 0.03
    late_days: tuple[int, int] = (15, 40)
    supplier_days: tuple[int, int] = (14, 28)
    supplier_late_chance: float = 0.08
    supplier_late_days: tuple[int, int] = (35, 60)
    short_a_year: float = 1.0
    """How often a year the supplier has nothing of a product, for how long; what was ordered comes afterwards."""
    short_days: tuple[int, int] = (10, 50)
    old_lots: float = 0.12
    """As in the made-up history: how many deliveries of goods that keep less than 1,200 days are old, with so many days left beyond those a depot still ships."""
    old_days_left: tuple[int, int] = (30, 240)
    noted: float = 0.5
    """The chance that a day's unmet demand is noted."""
    start_days: int = 56
    """Days of use that lie at a place when it begins, by a guess that is wrong by up to a factor of two."""
    start_days_depot: int = 90


@dataclass(frozen=True, kw_only=True)
class Network:
    """All that is played, over so many days; what happens in the first `warm_days` is not judged, it is the past that rules look back on."""

    first_day: date
    days: int
    warm_days: int
    places: Sequence[Place]
    products: Sequence[Product]
    demand: Mapping[Series, Demanded]
    seed: int
    world: World = World()

    @property
    def judged(self) -> tuple[date, date]:
        """Give the first and the last day that are judged."""
        return self.first_day + timedelta(days=self.warm_days), self.first_day + timedelta(days=self.days - 1)

    def chance(self, *of: object) -> Random:
        """Give the chance of one thing: the same for every rule that is played, whatever it orders."""
        return self.chance_of(self.seed, *of)

    @staticmethod
    def chance_of(seed: int, *of: object) -> Random:
        """Give the chance of one thing of a seed."""
        return Random(" ".join(map(str, (seed, *of))))  # noqa: S311  a story, not a secret

    def shortages(self, product: Product) -> list[tuple[int, int]]:
        """Give when the supplier has nothing of a product: from which day to which, the last not counted."""
        chance, found, day = self.chance("short", product.code), [], 0.0
        while self.world.short_a_year and (day := day + chance.expovariate(self.world.short_a_year / 365)) < self.days:
            until = int(day) + chance.randint(*self.world.short_days)
            found.append((int(day), until))
            day = until
        return found
