"""What is asked of lists of orders. Pure."""

from dataclasses import dataclass
from datetime import date


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
class FiguresWanted:
    """Figures of an area or a place, of a product, a group or all, over some months; a row for each product or for each area beneath."""

    area: str | None = None
    place: str | None = None
    product: str | None = None
    group: str | None = None
    by: str = "product"
    from_: date | None = None
    to: date | None = None
    after: str | None = None
    limit: int = 100
