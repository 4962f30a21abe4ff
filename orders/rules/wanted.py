"""What is asked of lists of orders. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OrdersWanted:
    """Orders of a place, from a giver, in a state, or all that are open."""

    place: str | None = None
    supplied_by: str | None = None
    state: str | None = None
    open: bool = False
    after: str | None = None
    limit: int = 100
