"""What can be asked of the ledger of units under way: what is sent, what arrives, what becomes of the rest. Orders ask it; nobody sends it as such."""

from dataclasses import dataclass
from datetime import date

from inventory.rules.commands.acts import LotLine


@dataclass(frozen=True, kw_only=True)
class DispatchLine:
    """Units of a lot that are sent; they must be usable until a day."""

    product: str
    lot: str
    units: int
    usable_until: date


@dataclass(frozen=True, kw_only=True)
class SurplusLine:
    """Units that arrived and that nobody sent; of a lot that nobody knew, with its expiry."""

    product: str
    lot: str
    units: int
    expires_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """Units that leave a place for another, and are under way until they are counted there. What was held for them is let go before."""

    place: str
    occurred_on: date
    lines: tuple[DispatchLine, ...]
    document: str
    to_depot: bool = False
    """Whether they go back to a depot, which takes what is not usable too."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Units that were under way and were counted on arrival; and those of a surplus, which nobody sent."""

    place: str
    occurred_on: date
    lines: tuple[LotLine, ...]
    document: str
    surplus: tuple[SurplusLine, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Settlement:
    """What became of units that were sent and not counted in: they lie at the place after all, or they are lost."""

    place: str
    occurred_on: date
    lines: tuple[LotLine, ...]
    document: str
    lost: bool = False
