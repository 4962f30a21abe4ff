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
    units_in_virtual,
)

__all__ = [
    "Locked",
    "Named",
    "Opening",
    "Original",
    "PackFacts",
    "ProductFacts",
    "find_original",
    "find_visible_place_id",
    "net_by_day",
    "opening",
    "packs_of",
    "products_and_lots",
    "units_in_virtual",
]
