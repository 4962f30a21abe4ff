"""What runs of disposals take and give."""

import marshmallow as ma
from marshmallow import fields

from expiry.rules import disposals, wanted
from expiry.rules.disposals import REASONS, State
from supply.fields import Day, InstantOut, Lines, Note, OneOf, Text, Units
from supply.schemas import ListArgs, StrictSchema


class DisposalRunLineIn(StrictSchema):
    """Units of an expired lot, 0 where it is left out; where fewer than lie there, why."""

    makes = disposals.RunLine
    product = Text(60, required=True)
    lot = Text(20, required=True)
    units = Units(0, required=True)
    reason = OneOf(*REASONS, load_default=None)


class DisposalRunIn(StrictSchema):
    """A disposal of everything expired at a place; without lines all of it, with them each expired lot named once."""

    makes = disposals.NewRun
    place = Text(60, required=True)
    occurred_on = Day(required=True)
    method = Note(load_default=None)
    lines = Lines(DisposalRunLineIn, load_default=None)


class DisposalRunActIn(StrictSchema):
    """An act that says nothing more."""


class DisposalRunsArgs(ListArgs):
    """Which runs: of a place, in a state."""

    makes = wanted.RunsWanted
    place = Text(60)
    state = OneOf(*(state.value for state in State))


class DisposalRunLineOut(ma.Schema):
    """A lot of a run: how many lay there when it was prepared, how many are destroyed, by the expiry that was in force then."""

    product = fields.String(required=True)
    number = fields.String(required=True, attribute="lot")
    expires_on = fields.Date(required=True)
    lying = fields.Integer(required=True)
    units = fields.Integer(required=True)
    reason = fields.String(required=True, allow_none=True)


class DisposalRunOut(ma.Schema):
    """A run as it stands; `posting` is its number in the place's journal once it is confirmed, `ended_by` the witness, or who dropped it."""

    number = fields.String(required=True)
    place = fields.String(required=True)
    state = fields.String(required=True, validate=ma.validate.OneOf([state.value for state in State]))
    occurred_on = fields.Date(required=True)
    reason = fields.String(required=True)
    method = fields.String(required=True, allow_none=True)
    needs_witness = fields.Boolean(required=True)
    prepared_at = InstantOut(required=True)
    prepared_by = fields.String(required=True)
    ended_at = InstantOut(required=True, allow_none=True)
    ended_by = fields.String(required=True, allow_none=True)
    posting = fields.Integer(required=True, allow_none=True)
    units = fields.Integer(required=True)
    lines = fields.List(fields.Nested(DisposalRunLineOut), required=True)
