"""A label that somebody scans to say which lot they hold in the hand."""

from dataclasses import dataclass
from datetime import date

from inventory import queries
from inventory.errors import LabelIsAmbiguous, NoSuchPack
from inventory.service.deliveries import read_scan
from supply.db import reading


@dataclass(frozen=True, kw_only=True)
class LotScanned:
    """What a label says, its product known."""

    product: str
    lot: str | None
    expires_on: date | None


def lot_scanned(raw: str, *, at: str) -> LotScanned:
    """Read a label; refuses one that cannot be read, that can be read in two ways, or whose pack is not known."""
    readings = read_scan(raw, at=at)
    if len(readings) > 1:
        raise LabelIsAmbiguous(at=at)
    label = readings[0]
    packs = queries.packs_of(reading(), {label.gtin} if label.gtin else set(), {label.item_number} if label.item_number else set())
    product = label.product or (packs[0].product if packs else None)
    if product is None:
        raise NoSuchPack(gtin=label.gtin or label.item_number or "?", at=at)
    return LotScanned(product=product, lot=label.lot, expires_on=label.expires_on)
