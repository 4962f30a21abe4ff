"""Questions to the ledger; none of them writes."""

from inventory.queries.acts import (
    Locked,
    Original,
    PackFacts,
    ProductFacts,
    find_original,
    find_visible_place_id,
    locked_places,
    locked_shelves,
    net_by_day,
    packs_of,
    products_and_lots,
    repeats_of,
    units_in_virtual,
)

__all__ = [
    "Locked",
    "Original",
    "PackFacts",
    "ProductFacts",
    "find_original",
    "find_visible_place_id",
    "locked_places",
    "locked_shelves",
    "net_by_day",
    "packs_of",
    "products_and_lots",
    "repeats_of",
    "units_in_virtual",
]
