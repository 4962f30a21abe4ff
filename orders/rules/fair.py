"""Who gets how much of what is too little for all: equal days of stock, up to what each asked for. Pure.

Everybody is filled up to the same number of days of use, like water in vessels that are joined: who has more than that already gets nothing, who asked for less gets what they asked for.
Before that everybody gets their floor (a pack, say), those with the fewest days first, so that nobody's shelf stays empty. What is left over after rounding to whole packs goes pack by pack to
whoever has the fewest days. The rule is published with each proposal; people may do otherwise, and say why.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST_USE = 1
"""A place that used nothing yet is reckoned as if it used one unit in the period: it has asked, so it expects somebody."""
DAYS_MAX = 36_500


@dataclass(slots=True, kw_only=True)  # not frozen: a run makes thousands, and each would cost twice as much
class Claim:
    """What somebody asks for: who they are, what they have and have coming, how many they used in so many days, how many they want, in packs of how many, and their floor."""

    who: str
    wanted: int
    has: int
    used: int
    days: int
    pack: int = 1
    floor: int = 0
    emergency: bool = False

    def days_with(self, units: int) -> float:
        """Give how many days it lasts with so many more."""
        return (self.has + units) * self.days / max(self.used, LEAST_USE)

    def units_for(self, days: int) -> int:
        """Give how many units, in whole packs, last for so many days: rounded down, at least the floor, at most what is wanted."""
        missing = max(0, days * max(self.used, LEAST_USE) // self.days - self.has)
        return min(self.wanted, max(missing // self.pack * self.pack, min(self.floor, self.wanted)))


@dataclass(frozen=True, kw_only=True)
class Share:
    """What each is proposed, and up to how many days of stock everybody is filled."""

    units: Mapping[str, int]
    days: int


def share(stock: int, claims: Sequence[Claim]) -> Share:
    """Share units among those who ask. Nobody gets more than they want; when there is enough, everybody gets that."""
    if sum(claim.wanted for claim in claims) <= stock:
        return Share(units={claim.who: claim.wanted for claim in claims}, days=DAYS_MAX)
    if sum(claim.units_for(0) for claim in claims) > stock:
        return Share(units=_floors(stock, claims), days=0)
    low, high = 0, DAYS_MAX
    while low < high:  # the most days for which there is enough
        middle = (low + high + 1) // 2
        if sum(claim.units_for(middle) for claim in claims) <= stock:
            low = middle
        else:
            high = middle - 1
    units = {claim.who: claim.units_for(low) for claim in claims}
    return Share(units=_with_what_is_left(stock, claims, units), days=low)


def _floors(stock: int, claims: Sequence[Claim]) -> dict[str, int]:
    """Give floors as far as there is enough for them, in whole packs: emergencies first, then who has the fewest days."""
    units = {claim.who: 0 for claim in claims}
    for claim in sorted(claims, key=lambda claim: (not claim.emergency, claim.days_with(0), claim.who)):
        floor = claim.units_for(0)
        units[claim.who] = floor if floor <= stock else stock // claim.pack * claim.pack
        stock -= units[claim.who]
    return units


def _with_what_is_left(stock: int, claims: Sequence[Claim], units: dict[str, int]) -> dict[str, int]:
    """Give the packs that are left after rounding, one by one, to whoever has the fewest days and still wants one."""
    left, by_who = stock - sum(units.values()), {claim.who: claim for claim in claims}

    def turn(claim: Claim) -> tuple[float, bool, str]:
        return (claim.days_with(units[claim.who]), not claim.emergency, claim.who)

    turns = [turn(claim) for claim in claims]
    heapq.heapify(turns)
    while left > 0 and turns:
        claim = by_who[turns[0][2]]
        more = min(claim.pack, claim.wanted - units[claim.who])
        if not 0 < more <= left:
            heapq.heappop(turns)  # what is left only shrinks: never again
            continue
        units[claim.who] += more
        left -= more
        heapq.heapreplace(turns, turn(claim))
    return units
