"""JSON and forms to commands, postings to JSON."""

from typing import Any
from urllib.parse import quote

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from inventory.rules import commands, wanted
from inventory.rules.commands import Kind, Occasion, Recipient
from inventory.rules.entries import Posting
from supply.clock import instant_text
from supply.reference.rules import gtin as read_gtin
from supply.schemas import Day, InstantOut, Key, Lines, ListArgs, Members, Note, OneOf, StrictSchema, Text, TrueOrFalse, Units, YesText

KINDS = tuple(kind.value for kind in Kind)


def _code(**settings: Any) -> Text:
    return Text(60, **settings)


def _lot(**settings: Any) -> Text:
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
    product = _code(load_default=None)
    gtin = Gtin(load_default=None)
    scan = Text(200, lines=False, load_default=None)
    lot = _lot(load_default=None)
    expires_on = Day(load_default=None)
    units = Units(load_default=None)
    packs = Units(load_default=None)

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

    place = _code(required=True)
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
    product = _code(required=True)
    units = Units(required=True)
    lot = _lot(load_default=None)
    occasion = OneOf(*(word.value for word in Occasion), load_default="unknown")
    recipient = OneOf(*(word.value for word in Recipient), load_default="unknown")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Any:
        """Make the line, its words as members of their lists."""
        return commands.HandOutLine(**data | {"occasion": Occasion(data["occasion"]), "recipient": Recipient(data["recipient"])})


class TallyLineIn(StrictSchema):
    """Units counted without a lot."""

    makes = commands.TallyLine
    product = _code(required=True)
    units = Units(required=True)


class HandOutIn(ActIn):
    """Units given to people, and what could not be given."""

    makes = commands.HandOut
    lines = Lines(HandOutLineIn, low=0, load_default=())
    unmet = Lines(TallyLineIn, low=0, load_default=())


class LotLineIn(StrictSchema):
    """Units of one lot."""

    makes = commands.LotLine
    product = _code(required=True)
    lot = _lot(required=True)
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
    product = _code(required=True)
    units = Units(required=True)
    lot = _lot(load_default=None)


class TransferIn(ActIn):
    """Units moved between places of one owner."""

    makes = commands.Transfer
    to = _code(required=True)
    document = Text(80, load_default=None)
    lines = Lines(TransferLineIn, required=True)


class ReclassificationLineIn(StrictSchema):
    """Units whose meaning is put right."""

    product = _code(required=True)
    lot = _lot(required=True)
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
    journal = _code(required=True)
    number = Units(required=True)
    reason = OneOf(*commands.REASONS[Kind.CORRECTION], required=True)
    note = Note(load_default=None)


SCHEMAS: dict[str, type[StrictSchema]] = {
    "receipts": ReceiptIn,
    "handouts": HandOutIn,
    "returns": ReturnIn,
    "supplier-returns": SupplierReturnIn,
    "disposals": DisposalIn,
    "transfers": TransferIn,
    "reclassifications": ReclassificationIn,
    "corrections": CorrectionIn,
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
}
"""What a posting in a batch calls its act."""


class LotOut(ma.Schema):
    """A lot in an answer."""

    product = fields.String(required=True)
    number = fields.String(required=True)
    expires_on = fields.Date(required=True, allow_none=True)


class MoveOut(ma.Schema):
    """Units of a lot from one place to another."""

    lot = fields.Nested(LotOut, required=True)
    from_ = fields.String(required=True, data_key="from")
    to = fields.String(required=True)
    units = fields.Integer(required=True)
    occasion = fields.String(required=True, allow_none=True)
    recipient = fields.String(required=True, allow_none=True)


class TallyOut(ma.Schema):
    """Units of a product counted without a lot."""

    product = fields.String(required=True)
    what = fields.String(required=True, validate=ma.validate.OneOf(["unmet", "used_returned"]))
    units = fields.Integer(required=True)


class PostingOut(ma.Schema):
    """A posting as it stands in its journal."""

    journal = fields.String(required=True)
    number = fields.Integer(required=True)
    kind = fields.String(required=True, validate=ma.validate.OneOf(KINDS))
    reason = fields.String(required=True, allow_none=True)
    occurred_on = fields.Date(required=True)
    recorded_at = InstantOut(required=True)
    recorded_by = fields.String(required=True)
    role = fields.String(required=True)
    supplier = fields.String(required=True, allow_none=True)
    document = fields.String(required=True, allow_none=True)
    corrects = fields.Integer(required=True, allow_none=True)
    corrected_by = fields.Integer(allow_none=True)
    digest = fields.String(required=True)
    moves = fields.List(fields.Nested(MoveOut), required=True)
    tallies = fields.List(fields.Nested(TallyOut), required=True)


def posting_json(posting: Posting) -> dict[str, Any]:
    """Write a posting as PostingOut documents it; by hand, for this is written with every posting there is."""
    draft = posting.draft
    return {
        "journal": draft.place.code,
        "number": posting.number,
        "kind": draft.kind.value,
        "reason": draft.reason,
        "occurred_on": draft.occurred_on.isoformat(),
        "recorded_at": instant_text(posting.recorded_at),
        "recorded_by": posting.recorded_by,
        "role": draft.role,
        "supplier": draft.supplier,
        "document": draft.document,
        "corrects": draft.corrects,
        "digest": posting.digest.hex(),
        "moves": [
            {
                "lot": {"product": move.lot.product, "number": move.lot.number, "expires_on": move.lot.expires_on.isoformat() if move.lot.expires_on else None},
                "from": move.origin.code,
                "to": move.target.code,
                "units": move.units,
                "occasion": move.occasion,
                "recipient": move.recipient,
            }
            for move in draft.moves
        ],
        "tallies": [{"product": tally.product, "what": tally.what, "units": tally.units} for tally in draft.tallies],
    }


def posting_location(journal: str, number: int) -> str:
    """Give the address of a posting; the same from a request, a batch and an import."""
    return f"/api/v1/journals/{quote(journal, safe='')}/{number}"


class StockArgs(ListArgs):
    """Which stock: of a place, a municipality, a product or group; on a day; usable only."""

    makes = wanted.StockWanted

    place = _code()
    municipality = Text(4)
    product = _code()
    group = Text(20)
    on = Day()
    usable = YesText()


class StockOut(ma.Schema):
    """What lies at a place of a lot. On a past day only on_hand is known; held and available are then null."""

    place = fields.String(required=True)
    lot = fields.Nested(LotOut, required=True)
    on_hand = fields.Integer(required=True)
    held = fields.Integer(required=True, allow_none=True)
    available = fields.Integer(required=True, allow_none=True)
    usable = fields.Boolean(required=True)


class JournalArgs(ListArgs):
    """Which postings of a journal."""

    makes = wanted.JournalWanted

    from_ = Day(data_key="from")
    to = Day()
    product = _code()
    lot = _lot()
    kind = OneOf(*KINDS)


class LotArgs(ListArgs):
    """Which lots."""

    makes = wanted.LotsWanted

    product = _code()
    number = _lot()


class LotKnownOut(ma.Schema):
    """A lot with the expiry in force and the GTINs seen on it."""

    product = fields.String(required=True)
    number = fields.String(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    gtins = fields.List(fields.String(), required=True)


class VerifyArgs(StrictSchema):
    """Of which place what came since the last run is checked too."""

    makes = wanted.VerifyWanted

    place = _code()


class VerifyOut(ma.Schema):
    """What the last run checked, and the first failure it found."""

    state = fields.String(required=True, validate=ma.validate.OneOf(["never run", "in order", "failed"]))
    started_at = InstantOut(required=True, allow_none=True)
    finished_at = InstantOut(required=True, allow_none=True)
    postings = fields.Integer(required=True)
    moves = fields.Integer(required=True)
    failure = fields.Dict(required=True, allow_none=True)
    place = fields.String(required=True, allow_none=True)
    since_postings = fields.Integer(required=True, allow_none=True)


class BatchEntryIn(StrictSchema):
    """A posting of a batch: what it is, its own key, and its body."""

    makes = wanted.BatchEntry

    kind = OneOf(*BATCH_KINDS, required=True)
    key = Key(required=True)
    body = Members(required=True)


class BatchIn(StrictSchema):
    """Up to a thousand postings, in order."""

    makes = wanted.Batch

    postings = Lines(BatchEntryIn, required=True)


class BatchArgs(StrictSchema):
    """Whether each posting stands by itself, or all or none."""

    makes = wanted.BatchHow

    each = YesText(load_default=False)


class BatchAnswerOut(ma.Schema):
    """What one posting of a batch was answered."""

    key = fields.String(required=True)
    status = fields.Integer(required=True)
    replayed = fields.Boolean(required=True)
    body = fields.Dict(required=True)


class BatchOut(ma.Schema):
    """An answer for each posting of a batch, in order."""

    postings = fields.List(fields.Nested(BatchAnswerOut), required=True)
