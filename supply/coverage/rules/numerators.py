"""What was handed out, as it comes from below, summed by area: with how far the places have reported. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

SYRINGE, NEEDLE, NALOXONE = "syringe", "needle", "naloxone"
SET_PARTS = ("cooker", "swab", "acid", "filter")
"""What a full set has beside the syringe: Helsedirektoratet, letter to the municipalities, 2018."""
HANDED_OUT, USED_RETURNED = "to_people", "used_returned"
REFILLS = ("refill_used", "refill_lost", "refill_expired", "refill_other")
REFILL_USED, REFILL_OTHER = REFILLS[0], REFILLS[-1]
ALL_REFILLS = "refills"
"""What the public edition calls all refills together."""


class State(StrEnum):
    """How far the places of an area have reported a window."""

    REPORTED = "reported"
    ZERO = "reported_zero"
    PARTLY = "partly"
    NOT = "not_reported"


class Origin(StrEnum):
    """Where a numerator comes from; figures of two origins are never added together."""

    LEDGER = "ledger"
    PUBLISHED = "published"


class Counted(NamedTuple):
    """Units of a product that a place handed out, or got back used, in some months; kits are counted as their parts, and `in_kits` of the units came so."""

    place_id: int
    product: str
    group: str
    what: str
    occasion: str
    units: int
    in_kits: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Acts:
    """How many acts of handing out a product group there were at most at a place in some months, as far as the journal tells them apart."""

    place_id: int
    group: str
    occasion: str
    acts: int


@dataclass(frozen=True, kw_only=True)
class Reporting:
    """By place the months in which it recorded anything, and those it has said it has entered fully; a place that has none need not be there."""

    active: Mapping[int, frozenset[date]]
    said: Mapping[int, frozenset[date]]


@dataclass(frozen=True, kw_only=True)
class AsOf:
    """What the figures are as of: a checkpoint, or now; and the last posting of each journal by then."""

    checkpoint: int | None
    at: datetime
    heads: Mapping[str, int]
    newest_checkpoint: int | None = None
    """The last checkpoint taken by then, when it is now."""


@dataclass(kw_only=True)
class Sums:
    """What the places of an area come to in a window."""

    units: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By what happened and product group."""
    in_kits: Counter[str] = field(default_factory=Counter)
    packs: float = 0
    unpacked: int = 0
    """Sprays of products whose pack is not known."""
    occasions: Counter[str] = field(default_factory=Counter)
    """Naloxone handed out by occasion."""
    places: int = 0
    months: int = 0
    """Place-months that can be reported."""
    said: int = 0
    active: int = 0
    hidden: frozenset[str] = frozenset()
    """What the public edition does not show of it (rules.quarters); it is counted as nothing here, and no figure is made of it."""
    unpublished: bool = False
    """Whether some of its months have no public edition yet."""

    def add(self, counted: Counted, pack_units: Mapping[str, int]) -> None:
        """Count what a place handed out, or got back."""
        self.units[counted.what, counted.group] += counted.units
        if counted.what != HANDED_OUT:
            return
        self.in_kits[counted.group] += counted.in_kits
        if counted.group == NALOXONE:
            self.occasions[counted.occasion] += counted.units
            if pack := pack_units.get(counted.product):
                self.packs += counted.units / pack
            else:
                self.unpacked += counted.units

    def take_in(self, other: "Sums") -> "Sums":
        """Add what the places of another area come to; the two share none."""
        self.units.update(other.units)
        self.in_kits.update(other.in_kits)
        self.occasions.update(other.occasions)
        self.packs += other.packs
        self.unpacked += other.unpacked
        self.places += other.places
        self.months += other.months
        self.said += other.said
        self.active += other.active
        self.hidden |= other.hidden
        self.unpublished = self.unpublished or other.unpublished
        return self

    def handed_out(self, group: str) -> int:
        """Give the units of a product group that were handed out."""
        return self.units[HANDED_OUT, group]

    def hands_out(self, group: str) -> bool:
        """Whether a product group was handed out; what is hidden is taken to have been, for nothings are the last to be hidden."""
        return self.handed_out(group) > 0 or group in self.hidden

    def state(self, group: str) -> State:
        """Say how far a product group is reported: all months of all places are said to be entered, or not all, or none of them has anything."""
        if self.months and self.said >= self.months:
            return State.REPORTED if self.hands_out(group) else State.ZERO
        return State.PARTLY if self.said or self.active else State.NOT
