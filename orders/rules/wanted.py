"""What is asked of lists of orders, proposals and rules of ordering. Pure."""

from dataclasses import dataclass, field

from orders.rules.spoken import WhatIf


@dataclass(frozen=True, kw_only=True)
class OrdersWanted:
    """Orders of a place, from a giver, in a state, or all that are open."""

    place: str | None = None
    supplied_by: str | None = None
    state: str | None = None
    open: bool = False
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True, kw_only=True)
class ProposalsWanted:
    """Which proposals are listed: at a place, in a municipality, in a state."""

    limit: int = 100
    after: str | None = None
    place: str | None = None
    municipality: str | None = None
    state: str = "open"


@dataclass(frozen=True, kw_only=True)
class ReckoningWanted:
    """For which place it is reckoned what to order now: of one product or of all, with what is tried out."""

    place: str
    product: str | None = None
    tried: WhatIf = field(default_factory=WhatIf)


@dataclass(frozen=True, kw_only=True)
class RulesWanted:
    """Which rules of ordering are listed: of an area, or of all areas that somebody may read; all that was ever said, or what holds."""

    limit: int = 100
    after: str | None = None
    area: str | None = None
    holding: bool = False


@dataclass(frozen=True, kw_only=True)
class PolicyWanted:
    """For which place and product it is asked how it orders."""

    place: str
    product: str
