"""What a posting looks like in an answer."""

from typing import Any
from urllib.parse import quote

import marshmallow as ma
from marshmallow import fields

from inventory.rules.commands import Kind
from inventory.rules.entries import Posting
from inventory.rules.shelf import Lot
from supply.clock import instant_text
from supply.fields import InstantOut

KINDS = tuple(kind.value for kind in Kind)


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


class CountedOut(ma.Schema):
    """What a count expected and found of a lot."""

    lot = fields.Nested(LotOut, required=True)
    expected = fields.Integer(required=True)
    counted = fields.Integer(required=True)


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
    counted = fields.List(fields.Nested(CountedOut), required=True)


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
                "lot": _lot_json(move.lot),
                "from": move.origin.code,
                "to": move.target.code,
                "units": move.units,
                "occasion": move.occasion,
                "recipient": move.recipient,
            }
            for move in draft.moves
        ],
        "tallies": [{"product": tally.product, "what": tally.what, "units": tally.units} for tally in draft.tallies],
        "counted": [{"lot": _lot_json(line.lot), "expected": line.expected, "counted": line.counted} for line in draft.counted],
    }


def _lot_json(lot: Lot) -> dict[str, Any]:
    return {"product": lot.product, "number": lot.number, "expires_on": lot.expires_on.isoformat() if lot.expires_on else None}


def posting_location(journal: str, number: int) -> str:
    """Give the address of a posting; the same from a request, a batch and an import."""
    return f"/api/v1/journals/{quote(journal, safe='')}/{number}"
