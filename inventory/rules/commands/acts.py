"""What can be asked of the ledger at a place, and for a count."""

from dataclasses import dataclass
from datetime import date

from inventory.rules.commands.words import Occasion, Recipient
from supply.once.rules import came_later


@dataclass(frozen=True, kw_only=True)
class ReceiptLine:
    """What arrived: the product said by its code, its GTIN or a scanned label; units, or whole packs."""

    product: str | None = None
    gtin: str | None = None
    scan: str | None = None
    lot: str | None = None
    expires_on: date | None = None
    units: int | None = None
    packs: int | None = None
    damaged: int | None = came_later(None)
    """How many of the units arrived damaged: they are destroyed at once, and never lie on the shelf."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A delivery from a supplier."""

    place: str
    occurred_on: date
    lines: tuple[ReceiptLine, ...]
    supplier: str | None = None
    document: str | None = None
    confirm_duplicate: bool = False
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class HandOutLine:
    """Units handed out; without a lot number the lot that expires first is taken."""

    product: str
    units: int
    lot: str | None = None
    occasion: Occasion = Occasion.UNKNOWN
    recipient: Recipient = Recipient.UNKNOWN
    assemble: bool = came_later(default=False)
    """Whether kits that are missing are packed from parts in the act."""


@dataclass(frozen=True, kw_only=True)
class TallyLine:
    """Units of a product counted without a lot: what could not be given, or came back used."""

    product: str
    units: int


@dataclass(frozen=True, kw_only=True)
class HandOut:
    """Units given to people, and what was asked for and could not be given."""

    place: str
    occurred_on: date
    lines: tuple[HandOutLine, ...] = ()
    unmet: tuple[TallyLine, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class LotLine:
    """Units of one lot."""

    product: str
    lot: str
    units: int


@dataclass(frozen=True, kw_only=True)
class Return:
    """Units that came back from people, unused, and a count of used ones."""

    place: str
    occurred_on: date
    reason: str
    lines: tuple[LotLine, ...] = ()
    used: tuple[TallyLine, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class SupplierReturn:
    """Units sent back to the supplier."""

    place: str
    occurred_on: date
    reason: str
    lines: tuple[LotLine, ...]
    document: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Disposal:
    """Units destroyed."""

    place: str
    occurred_on: date
    reason: str
    lines: tuple[LotLine, ...]
    document: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class TransferLine:
    """Units moved; without a lot number the lot that expires first is taken."""

    product: str
    units: int
    lot: str | None = None


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """Units moved between two places of one owner."""

    place: str
    to: str
    occurred_on: date
    lines: tuple[TransferLine, ...]
    document: str | None = None
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReclassificationLine:
    """Units whose meaning is put right: from one virtual place to another."""

    product: str
    lot: str
    units: int
    from_: str
    to: str
    occasion: Occasion | None = None


@dataclass(frozen=True, kw_only=True)
class Reclassification:
    """What happened to units is put right; the shelf stays as it is."""

    place: str
    occurred_on: date
    reason: str
    lines: tuple[ReclassificationLine, ...]
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The exact opposite of a posting, on its day."""

    journal: str
    number: int
    reason: str
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class CountReason:
    """So many units of a difference, and why."""

    reason: str
    units: int


@dataclass(frozen=True, kw_only=True)
class CountLine:
    """What was found of a lot, none included. `reason` explains the whole difference, `reasons` parts of it; what is left is unexplained. `expected` is what the counter was shown, if a sheet knows."""

    product: str
    units: int
    lot: str | None = None
    expires_on: date | None = None
    reason: str | None = None
    reasons: tuple[CountReason, ...] = ()
    expected: int | None = None


@dataclass(frozen=True, kw_only=True)
class Count:
    """What was found on the shelves of a place. `seen` is the journal number the counter last saw: what moved after it stays on top. A lot left out is not counted."""

    place: str
    occurred_on: date
    lines: tuple[CountLine, ...]
    seen: int | None = None
    whole: bool = False
    """Whether all that lies there was counted: then a lot left out is refused."""
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Assembly:
    """Kits packed from parts: those that expire first, or the lots named."""

    place: str
    occurred_on: date
    kit: str
    units: int
    parts: tuple[LotLine, ...] = ()
    note: str | None = None


@dataclass(frozen=True, kw_only=True)
class Unpacking:
    """Kits taken apart: their parts come back, all but those recorded as missing. `parts`, if said, is what was found, and must be just that."""

    place: str
    occurred_on: date
    kit: str
    lot: str
    units: int
    parts: tuple[LotLine, ...] = ()
    missing: tuple[LotLine, ...] = ()
    note: str | None = None
