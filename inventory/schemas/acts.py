"""What the acts of the interface take: JSON or a form, to commands."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l

from inventory.rules import commands
from inventory.rules.commands import Kind, Occasion, Recipient
from supply.fields import Day, Lines, Note, OneOf, Text, TrueOrFalse, Units, Whole
from supply.reference.rules import gtin as read_gtin
from supply.schemas import StrictSchema


def code(**settings: Any) -> Text:
    """Give a field for the code of a place or a product."""
    return Text(60, **settings)


def lot_number(**settings: Any) -> Text:
    """Give a field for a lot's number: at most 20 characters, as GS1 has it."""
    return Text(20, **settings)


class Gtin(Text):
    """The number under a bar code, 8, 12, 13 or 14 digits, handed on as 14; a wrong check digit is refused."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(14, metadata={"minLength": 8, "pattern": "^[0-9]+$"}, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> str:
        digits = super()._deserialize(value, attr, data, **settings)
        try:
            return read_gtin(digits.zfill(14) if len(digits) in {8, 12, 13} else digits)
        except ValueError as error:
            raise ma.ValidationError(str(_l("This is no GTIN: look at the digits under the bar code again."))) from error


class ReceiptLineIn(StrictSchema):
    """A line of a delivery: product, gtin or scan says what; units or packs say how many (a scan alone is one pack)."""

    makes = commands.ReceiptLine
    product = code(load_default=None)
    gtin = Gtin(load_default=None)
    scan = Text(200, lines=False, load_default=None)
    lot = lot_number(load_default=None)
    expires_on = Day(load_default=None)
    units = Units(load_default=None)
    packs = Units(load_default=None)
    damaged = Units(0, load_default=None)

    @ma.pre_load
    def let_separators_through(self, data: Any, **_: Any) -> Any:
        """Let a scan hold the separator GS, which no other text may."""
        if isinstance(data, dict) and isinstance(data.get("scan"), str):
            return data | {"scan": data["scan"].replace("\x1d", "\N{SYMBOL FOR GROUP SEPARATOR}")}
        return data

    @ma.validates_schema
    def says_what_and_how_many(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a line that names nothing, or says units and packs both."""
        if not (data.get("product") or data.get("gtin") or data.get("scan")):
            raise ma.ValidationError(str(_l("Say which product: choose it, or scan its label.")), "product")
        if data.get("units") is not None and data.get("packs") is not None:
            raise ma.ValidationError(str(_l("Write units or packs, not both.")), "units")
        if data.get("units") is None and data.get("packs") is None and not data.get("scan"):
            raise ma.ValidationError(str(_l("This must be filled in.")), "units")


class ActIn(StrictSchema):
    """What all acts say: where, on which day, and a note."""

    place = code(required=True)
    occurred_on = Day(required=True)
    note = Note(load_default=None)


class ReceiptIn(ActIn):
    """A delivery from a supplier."""

    makes = commands.Receipt
    supplier = Text(80, load_default=None)
    document = Text(80, load_default=None)
    confirm_duplicate = TrueOrFalse(load_default=False)
    lines = Lines(ReceiptLineIn, required=True)


class HandOutLineIn(StrictSchema):
    """Units given; without lot the one that expires first."""

    makes = commands.HandOutLine
    product = code(required=True)
    units = Units(required=True)
    lot = lot_number(load_default=None)
    occasion = OneOf(*(word.value for word in Occasion), load_default="unknown")
    recipient = OneOf(*(word.value for word in Recipient), load_default="unknown")
    assemble = TrueOrFalse(load_default=False)

    @ma.validates_schema
    def packs_no_named_lot(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a line that names a lot and asks for kits to be packed: those packed have a lot of their own."""
        if data.get("assemble") and data.get("lot") is not None:
            raise ma.ValidationError(str(_l("Leave the lot empty: kits packed now get a lot of their own.")), "lot")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the line, its words as members of their lists."""
        return commands.HandOutLine(**data | {"occasion": Occasion(data["occasion"]), "recipient": Recipient(data["recipient"])})


class TallyLineIn(StrictSchema):
    """Units counted without a lot."""

    makes = commands.TallyLine
    product = code(required=True)
    units = Units(required=True)


class HandOutIn(ActIn):
    """Units given to people, and what could not be given."""

    makes = commands.HandOut
    lines = Lines(HandOutLineIn, low=0, load_default=())
    unmet = Lines(TallyLineIn, low=0, load_default=())


class LotLineIn(StrictSchema):
    """Units of one lot."""

    makes = commands.LotLine
    product = code(required=True)
    lot = lot_number(required=True)
    units = Units(required=True)


class ReturnIn(ActIn):
    """Units that came back unused, and a count of used ones."""

    makes = commands.Return
    reason = OneOf(*commands.REASONS[Kind.RETURN], required=True)
    lines = Lines(LotLineIn, low=0, load_default=())
    used = Lines(TallyLineIn, low=0, load_default=())


class SupplierReturnIn(ActIn):
    """Units sent back to the supplier."""

    makes = commands.SupplierReturn
    reason = OneOf(*commands.REASONS[Kind.SUPPLIER_RETURN], required=True)
    document = Text(80, load_default=None)
    lines = Lines(LotLineIn, required=True)


class DisposalIn(ActIn):
    """Units destroyed."""

    makes = commands.Disposal
    reason = OneOf(*commands.REASONS[Kind.DISPOSAL], required=True)
    document = Text(80, load_default=None)
    lines = Lines(LotLineIn, required=True)


class TransferLineIn(StrictSchema):
    """Units moved; without lot the one that expires first."""

    makes = commands.TransferLine
    product = code(required=True)
    units = Units(required=True)
    lot = lot_number(load_default=None)


class TransferIn(ActIn):
    """Units moved between places of one owner."""

    makes = commands.Transfer
    to = code(required=True)
    document = Text(80, load_default=None)
    lines = Lines(TransferLineIn, required=True)


class ReclassificationLineIn(StrictSchema):
    """Units whose meaning is put right."""

    product = code(required=True)
    lot = lot_number(required=True)
    units = Units(required=True)
    from_ = OneOf(*commands.VIRTUAL_BETWEEN, required=True, data_key="from")
    to = OneOf(*commands.VIRTUAL_BETWEEN, required=True)
    occasion = OneOf(*(word.value for word in Occasion), load_default=None)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the line."""
        return commands.ReclassificationLine(**data | {"occasion": Occasion(data["occasion"]) if data["occasion"] else None})


class ReclassificationIn(ActIn):
    """What happened to units is put right; the shelf stays."""

    makes = commands.Reclassification
    reason = OneOf(*commands.REASONS[Kind.RECLASSIFICATION], required=True)
    lines = Lines(ReclassificationLineIn, required=True)


class CorrectionIn(StrictSchema):
    """The opposite of a posting."""

    makes = commands.Correction
    journal = code(required=True)
    number = Units(required=True)
    reason = OneOf(*commands.REASONS[Kind.CORRECTION], required=True)
    note = Note(load_default=None)


class CountReasonIn(StrictSchema):
    """So many units of a difference, and why."""

    makes = commands.CountReason
    reason = OneOf(*commands.REASONS[Kind.COUNT], required=True)
    units = Units(required=True)


class CountLineIn(StrictSchema):
    """What was found of a lot: zero is none; a lot left out is not counted."""

    makes = commands.CountLine
    product = code(required=True)
    lot = lot_number(load_default=None)
    expires_on = Day(load_default=None)
    units = Units(0, required=True)
    reason = OneOf(*commands.REASONS[Kind.COUNT], load_default=None)
    reasons = Lines(CountReasonIn, low=0, high=20, load_default=())

    @ma.validates_schema
    def says_why_once(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse a line that explains the whole difference and parts of it."""
        if data.get("reason") is not None and data.get("reasons"):
            raise ma.ValidationError(str(_l("Give one reason, or reasons for parts of the difference, not both.")), "reason")


class CountIn(ActIn):
    """What was found on the shelves; `seen` is the journal number last seen, `whole` that all that lies there was counted."""

    makes = commands.Count
    seen = Whole(0, 2**31 - 1, load_default=None)
    whole = TrueOrFalse(load_default=False)
    lines = Lines(CountLineIn, required=True)


class FoundIn(StrictSchema):
    """A lot that was found and does not stand on a sheet."""

    product = code(required=True)
    lot = lot_number(load_default=None)
    expires_on = Day(load_default=None)


class AssemblyIn(ActIn):
    """Kits packed; without parts those that expire first are taken."""

    makes = commands.Assembly
    kit = code(required=True)
    units = Units(required=True)
    parts = Lines(LotLineIn, low=0, load_default=())


class UnpackingIn(ActIn):
    """Kits taken apart; what was missing stays away."""

    makes = commands.Unpacking
    kit = code(required=True)
    lot = lot_number(required=True)
    units = Units(required=True)
    parts = Lines(LotLineIn, low=0, load_default=())
    missing = Lines(LotLineIn, low=0, load_default=())


SCHEMAS: dict[str, type[StrictSchema]] = {
    "receipts": ReceiptIn,
    "handouts": HandOutIn,
    "returns": ReturnIn,
    "supplier-returns": SupplierReturnIn,
    "disposals": DisposalIn,
    "transfers": TransferIn,
    "reclassifications": ReclassificationIn,
    "corrections": CorrectionIn,
    "counts": CountIn,
    "assemblies": AssemblyIn,
    "unpackings": UnpackingIn,
}
"""What each act of the interface takes."""

BATCH_KINDS = {
    "receipt": "receipts",
    "handout": "handouts",
    "return": "returns",
    "supplier_return": "supplier-returns",
    "disposal": "disposals",
    "transfer": "transfers",
    "reclassification": "reclassifications",
    "correction": "corrections",
    "count": "counts",
    "assembly": "assemblies",
    "unpacking": "unpackings",
}
"""What a posting in a batch calls its act."""
