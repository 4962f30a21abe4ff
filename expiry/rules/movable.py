"""What one place would waste and another would use: so many units of a lot, from here to there. Pure.

This is the seam for whoever plans moves across the country. A plan is any list of `Move`; it keeps what `possible_moves` keeps, and the property tests in tests/unit/test_movable.py say it:
of a lot no more is moved than would be wasted of it, a place is given no more than it has room for (`inventory.rules.projection.room`, what it was given before included), and so no unit that was to be used
anywhere is wasted for it. What is here looks at one place that has too much and goes to the nearest first; a planner will weigh all places that have too much against each other,
and what a journey costs. It needs no more than `Surplus` and `Taker`, which `expiry.queries.movable` reads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inventory.rules.projection import Lying, Use, room


@dataclass(frozen=True, kw_only=True)
class Surplus:
    """Units of a lot that would be wasted where they lie, and the last day they may be used."""

    lot: str
    units: int
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Taker:
    """A place that may use some: what lies there of the product, its use, how far away it is (None: not known), and the lots that are in quarantine there."""

    place: str
    lying: tuple[Lying, ...]
    use: Use
    km: float | None = None
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Move:
    """So many units of a lot that a place would use in time; `km` is how far away it is, where that is known."""

    lot: str
    place: str
    units: int
    km: float | None


def possible_moves(surplus: Sequence[Surplus], takers: Sequence[Taker], *, today: date, per_lot_max: int) -> list[Move]:
    """Say for lots of one product where they would be used, the lot that expires first looked at first, in at most so many parts each.

    The nearest place comes first, then those whose distance nobody knows, the largest room first. What a place is given for one lot it has no room for in the next.
    """
    moves: list[Move] = []
    given: dict[str, list[Lying]] = {taker.place: [*taker.lying] for taker in takers}
    for lot in sorted(surplus, key=lambda lot: (lot.expires_on, lot.lot)):
        left, parts = lot.units, 0
        for taker, free in _in_order(lot, takers, given, today=today):
            units = min(left, free)
            moves.append(Move(lot=lot.lot, place=taker.place, units=units, km=taker.km))
            given[taker.place].append(Lying(lot=lot.lot, units=units, expires_on=lot.expires_on))
            left, parts = left - units, parts + 1
            if not left or parts == per_lot_max:
                break
    return moves


def _in_order(lot: Surplus, takers: Sequence[Taker], given: dict[str, list[Lying]], *, today: date) -> list[tuple[Taker, int]]:
    """Give the places that have room for a lot, and how much, in the order in which they are asked."""
    rooms = [(taker, room(given[taker.place], taker.use, lot.expires_on, today=today)) for taker in takers if lot.lot not in taker.blocked]
    return sorted(((taker, free) for taker, free in rooms if free), key=lambda one: (one[0].km is None, one[0].km or 0.0, -one[1], one[0].place))
