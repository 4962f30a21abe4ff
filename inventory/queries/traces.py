"""Where units of some lots ever were: all their moves and all that lies of them, asked at one moment. The cost is that of the lots' own moves, however long the ledger is."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from inventory.models import KitLotPart


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Units of a lot that moved from one place to another in the journal of a place; `undoes` in corrections, `bought` in receipts."""

    journal_id: int
    lot_id: int
    from_id: int
    to_id: int
    undoes: bool
    bought: bool
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """What lies at a place of a lot, how many of it are held, and whether it was ever there at all."""

    place_id: int
    lot_id: int
    on_hand: int
    held: int


@dataclass(frozen=True, kw_only=True)
class Traced:
    """All moves and shelves of some lots, and of the kits that hold units of them; of a kit's lot the units of each lot in one kit."""

    moved: tuple[Moved, ...]
    lying: tuple[Lying, ...]
    kits: dict[tuple[int, int], int]
    """By the kit's lot and the part's the units of the part in one kit."""


TRACE = """
WITH asked AS (
    SELECT id AS lot_id FROM lot WHERE id IN :lots UNION SELECT kit_lot_id FROM kit_lot_part WHERE part_lot_id IN :lots
), origin AS MATERIALIZED (
    SELECT s.place_id, s.lot_id FROM asked a JOIN stock s ON s.lot_id = a.lot_id UNION ALL SELECT v.id, a.lot_id FROM asked a CROSS JOIN place v WHERE v.id < 0
), moved AS MATERIALIZED (
    SELECT m.place_id, m.number, m.lot_id, m.from_place_id, m.to_place_id, m.units FROM origin f CROSS JOIN {moves_of_origin}
)
SELECT d.place_id, d.lot_id, d.from_place_id, d.to_place_id, CASE o.kind WHEN 'correction' THEN 1 ELSE 0 END, CASE coalesce((SELECT k.kind FROM posting k WHERE k.place_id = d.place_id AND k.number = o.corrects), o.kind) WHEN 'receipt' THEN 1 ELSE 0 END, sum(d.units), 0
FROM moved d CROSS JOIN {posting_of_move}
GROUP BY d.place_id, d.lot_id, d.from_place_id, d.to_place_id, 5, 6
UNION ALL
SELECT s.place_id, s.lot_id, NULL, NULL, 0, 0, s.on_hand, s.held FROM asked a JOIN stock s ON s.lot_id = a.lot_id
"""
"""Every move leaves a place: one where the lot has a shelf, or a virtual one. So all of them are found by the index on place and lot, before anything else is asked of them."""
_NEXT = {
    "sqlite": {  # SQLite looks at the tables of a CROSS JOIN in the order in which they stand
        "{moves_of_origin}": "move m WHERE m.from_place_id = f.place_id AND m.lot_id = f.lot_id",
        "{posting_of_move}": "posting o WHERE o.place_id = d.place_id AND o.number = d.number",
    },
    "postgresql": {  # OFFSET keeps PostgreSQL from reading all there are for a few
        "{moves_of_origin}": "LATERAL (SELECT * FROM move WHERE from_place_id = f.place_id AND lot_id = f.lot_id OFFSET 0) AS m",
        "{posting_of_move}": "LATERAL (SELECT kind, corrects FROM posting WHERE place_id = d.place_id AND number = d.number OFFSET 0) AS o",
    },
}


def trace_for(dialect: str) -> str:
    """Give the question as a database is asked it: shelf by shelf, never the whole ledger."""
    asked = TRACE
    for what, joined in _NEXT[dialect].items():
        asked = asked.replace(what, joined)
    return asked


_TRACE = {dialect: text(trace_for(dialect)).bindparams(bindparam("lots", expanding=True)) for dialect in _NEXT}


def trace(session: Session, lot_ids: Collection[int]) -> Traced:
    """Give all moves and shelves of some lots and of the kits they are in."""
    if not lot_ids:
        return Traced(moved=(), lying=(), kits={})
    moved, lying = [], []
    for place_id, lot_id, from_id, to_id, undoes, bought, units, held in session.execute(_TRACE[session.get_bind().dialect.name], {"lots": sorted(lot_ids)}):
        if from_id is None:
            lying.append(Lying(place_id=place_id, lot_id=lot_id, on_hand=int(units), held=int(held)))
        else:
            moved.append(Moved(journal_id=place_id, lot_id=lot_id, from_id=from_id, to_id=to_id, undoes=bool(undoes), bought=bool(bought), units=int(units)))
    kits = select(KitLotPart.kit_lot_id, KitLotPart.part_lot_id, KitLotPart.units).where(KitLotPart.part_lot_id.in_(lot_ids))
    return Traced(moved=tuple(moved), lying=tuple(lying), kits={(kit_id, part_id): units for kit_id, part_id, units in session.execute(kits)})
