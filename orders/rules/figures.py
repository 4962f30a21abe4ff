"""How supply went, in six figures: sums over products at places. Pure. The definitions in words stand in the docstrings, and on the page."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from inventory.rules.consumption import DAYS_A_MONTH

K = TypeVar("K")


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """A product at a place: what the figures are summed up from."""

    place_id: int
    product_id: int
    handed_out: int = 0
    unmet: int = 0
    usable: int = 0
    own_daily: float = 0.0
    """Units a day that the place itself hands out and is asked for."""
    daily: float = 0.0
    """Units a day that it needs: its own and, for a depot, those of the places it serves."""
    days: int = 0
    """The days that count, with and without usable stock."""
    days_without: int = 0
    months_min: float = 0.0
    months_max: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether more lies there than the maximum months of its demand."""
        return self.daily > 0 and self.usable > self.months_max * self.daily * DAYS_A_MONTH

    @property
    def is_under(self) -> bool:
        """Whether less lies there than the minimum months of its demand."""
        return self.daily > 0 and self.usable < self.months_min * self.daily * DAYS_A_MONTH


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """Sums over shelves, and the figures they come to; a figure of which nothing is known is None, never 0."""

    shelves: int = 0
    used: int = 0
    """Shelves with a demand: those that can be over- or understocked."""
    handed_out: int = 0
    unmet: int = 0
    usable: int = 0
    daily: float = 0.0
    days: int = 0
    days_without: int = 0
    over: int = 0
    under: int = 0

    @property
    def months_of_stock(self) -> float | None:
        """Give how many months what is usable at all places lasts: usable ÷ what all of them hand out and are asked for in a month. A depot's stock counts, what it sends to its places is theirs to use."""
        return self.usable / (self.daily * DAYS_A_MONTH) if self.daily else None

    @property
    def stockout_rate(self) -> float | None:
        """Give the share of days on which a product had no usable stock at a place: days without ÷ days, of all products at all places."""
        return _share(self.days_without, self.days)

    @property
    def fill_rate(self) -> float | None:
        """Give the share of what was asked for that was handed out: handed out ÷ (handed out + asked for in vain)."""
        return _share(max(0, self.handed_out), max(0, self.handed_out) + max(0, self.unmet))

    @property
    def overstock(self) -> float | None:
        """Give the share of products in use at places of which more lies there than the maximum months of the rule that holds there."""
        return _share(self.over, self.used)

    @property
    def understock(self) -> float | None:
        """Give the share of products in use at places of which less lies there than the minimum months of the rule that holds there."""
        return _share(self.under, self.used)


def figures_of(shelves: Iterable[Shelf]) -> Figures:
    """Sum up shelves."""
    found = list(shelves)
    return Figures(
        shelves=len(found),
        used=sum(one.daily > 0 for one in found),
        handed_out=sum(one.handed_out for one in found),
        unmet=sum(one.unmet for one in found),
        usable=sum(one.usable for one in found),
        daily=sum(one.own_daily for one in found),
        days=sum(one.days for one in found),
        days_without=sum(one.days_without for one in found),
        over=sum(one.is_over for one in found),
        under=sum(one.is_under for one in found),
    )


def by(shelves: Iterable[Shelf], key: Callable[[Shelf], K]) -> Mapping[K, Figures]:
    """Sum up shelves by what a key gives of each."""
    found: dict[K, list[Shelf]] = {}
    for one in shelves:
        found.setdefault(key(one), []).append(one)
    return {of: figures_of(theirs) for of, theirs in found.items()}


def fill_rate(handed_out: int, unmet: int) -> float | None:
    """Give the share of what was asked for that was handed out; None where nothing was."""
    return Figures(handed_out=handed_out, unmet=unmet).fill_rate


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
