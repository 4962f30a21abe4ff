"""Many acts in one request, and their answers."""

import marshmallow as ma
from marshmallow import fields

from inventory.rules import wanted
from inventory.schemas.acts import BATCH_KINDS
from supply.fields import Key, Lines, Members, OneOf, YesText
from supply.schemas import StrictSchema


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
