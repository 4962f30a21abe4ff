"""What became of the units of a lot, place by place, so that nothing is left unexplained. Pure.

A move counts where it left or came to a place; one between two that are no places (people, the lost) at the place whose journal says it. A correction counts negatively where its original counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Protocol


class MovedLike(Protocol):
    """Units of a lot that moved, in the journal of a place; `undoes` in corrections, `bought` in receipts."""

    @property
    def journal_id(self) -> int:
        """Whose journal says it."""

    @property
    def lot_id(self) -> int:
        """Of which lot."""

    @property
    def from_id(self) -> int:
        """Where it left; below zero: no place."""

    @property
    def to_id(self) -> int:
        """Where it came to; below zero: no place."""

    @property
    def undoes(self) -> bool:
        """Whether a correction moved it."""

    @property
    def bought(self) -> bool:
        """Whether it came with a receipt."""

    @property
    def units(self) -> int:
        """How many."""


@dataclass(slots=True, kw_only=True)
class Numbers:
    """What became of a lot's units at a place: in `received` (from suppliers), `came` (from other places) and `taken_back` (from people); out all the others; `lost` less what was found, `packed` into kits less what came out."""

    received: int = 0
    came: int = 0
    taken_back: int = 0
    sent: int = 0
    handed_out: int = 0
    destroyed: int = 0
    returned: int = 0
    lost: int = 0
    packed: int = 0
    on_hand: int = 0

    @property
    def in_transit(self) -> int:
        """Give what went away from places and came to none; of a single place it means nothing."""
        return self.sent - self.came

    @property
    def unexplained(self) -> int:
        """Give what came and neither went nor lies there: zero, or the books are wrong."""
        came = self.received + self.came + self.taken_back
        return came - (self.sent + self.handed_out + self.destroyed + self.returned + self.lost + self.packed + self.on_hand)

    def add(self, other: "Numbers", times: int = 1) -> None:
        """Add what became of other units, each counted so many times."""
        for field in fields(Numbers):
            setattr(self, field.name, getattr(self, field.name) + times * getattr(other, field.name))


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What became of all units of a lot that suppliers ever sent, in the country. `kits` is what became of those in kits, in units of the lot: what lies in kits, was handed out in them, and so on."""

    received: int
    on_hand: int
    in_transit: int
    handed_out: int
    destroyed: int
    returned: int
    lost: int
    in_kits: int
    unexplained: int
    kits: "KitSum"


@dataclass(frozen=True, kw_only=True)
class KitSum:
    """What became of the units of a lot that are in kits; `received` came in kits that were bought or found under the same number, whose content nobody knows."""

    on_hand: int
    in_transit: int
    handed_out: int
    destroyed: int
    returned: int
    lost: int
    received: int
    unexplained: int


def numbers_by_shelf(moved: Iterable[MovedLike], virtual: Mapping[int, str]) -> dict[tuple[int, int], Numbers]:
    """Give by place and lot what became of its units; `virtual` names what is no place by its id. `on_hand` is for the caller to fill in from the shelves."""
    found: dict[tuple[int, int], Numbers] = defaultdict(Numbers)
    for move in moved:
        origin, target, units = (move.to_id, move.from_id, -move.units) if move.undoes else (move.from_id, move.to_id, move.units)
        at_origin = found[origin if origin >= 0 else target if target >= 0 else move.journal_id, move.lot_id]
        at_target = found[target if target >= 0 else origin if origin >= 0 else move.journal_id, move.lot_id]
        if origin < 0:
            _leave(at_target if target >= 0 else at_origin, virtual[origin], units, to_place=target >= 0, bought=move.bought)
        if target < 0:
            _reach(at_origin if origin >= 0 else at_target, virtual[target], units)
        if origin >= 0 and target >= 0:
            at_origin.sent += units
            at_target.came += units
    return dict(found)


def ever_put(moved: Iterable[MovedLike]) -> dict[tuple[int, int], int]:
    """Give by place and lot how many units were ever put there, by whatever act: it never falls, so as long as it is what it was nothing has come."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    for move in moved:
        if move.to_id >= 0:
            found[move.to_id, move.lot_id] += move.units
    return dict(found)


def _leave(at: Numbers, origin: str, units: int, *, to_place: bool, bought: bool) -> None:
    """Count units that come from what is no place."""
    if origin == "supplier":
        at.received += units if to_place or bought else 0
        at.returned -= 0 if to_place or bought else units
    elif origin == "people":
        at.taken_back += units if to_place else 0
        at.handed_out -= 0 if to_place else units
    elif origin == "transit":
        at.came += units
    elif origin == "destroyed":
        at.destroyed -= units
    elif origin == "lost":
        at.lost -= units
    else:
        at.packed -= units


def _reach(at: Numbers, target: str, units: int) -> None:
    """Count units that go to what is no place."""
    if target == "supplier":
        at.returned += units
    elif target == "people":
        at.handed_out += units
    elif target == "transit":
        at.sent += units
    elif target == "destroyed":
        at.destroyed += units
    elif target == "lost":
        at.lost += units
    else:
        at.packed += units


def sum_of(lot_id: int, shelves: Mapping[tuple[int, int], Numbers], kits: Mapping[tuple[int, int], int]) -> Sum:
    """Give what became of all units of a lot; `kits` gives by the lots of kit and part the units of the part in one kit. Everything received is there, or on its way, or gone where the sum says."""
    own, inside = Numbers(), Numbers()
    for (_, of_lot), numbers in shelves.items():
        if of_lot == lot_id:
            own.add(numbers)
        elif each := kits.get((of_lot, lot_id)):
            inside.add(numbers, each)
    in_kits = KitSum(
        on_hand=inside.on_hand,
        in_transit=inside.in_transit,
        handed_out=inside.handed_out - inside.taken_back,
        destroyed=inside.destroyed,
        returned=inside.returned,
        lost=inside.lost,
        received=inside.received,
        unexplained=inside.unexplained + (own.packed + inside.packed if own.packed > 0 or inside.packed else 0),  # kits that are recalled themselves were packed, and are in no other
    )
    return Sum(
        received=own.received,
        on_hand=own.on_hand,
        in_transit=own.in_transit,
        handed_out=own.handed_out - own.taken_back,
        destroyed=own.destroyed,
        returned=own.returned,
        lost=own.lost,
        in_kits=own.packed,
        unexplained=own.unexplained,
        kits=in_kits,
    )
