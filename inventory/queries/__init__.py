"""Questions to the ledger; none of them writes."""

from inventory.queries.acts import (
    Locked,
    Named,
    Opening,
    Original,
    PackFacts,
    ProductFacts,
    find_original,
    find_visible_place_id,
    net_by_day,
    opening,
    packs_of,
    products_and_lots,
    recorded_at,
    units_in_virtual,
)
from inventory.queries.shelves import contents_of, events_of, holds_on, lots_lying_at, moved_after, open_holds, parts_of_lot, units_packed

__all__ = [
    "Locked",
    "Named",
    "Opening",
    "Original",
    "PackFacts",
    "ProductFacts",
    "contents_of",
    "events_of",
    "find_original",
    "find_visible_place_id",
    "holds_on",
    "lots_lying_at",
    "moved_after",
    "net_by_day",
    "open_holds",
    "opening",
    "packs_of",
    "parts_of_lot",
    "products_and_lots",
    "recorded_at",
    "units_in_virtual",
    "units_packed",
]
