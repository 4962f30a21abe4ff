"""What the list of projected waste is asked, and what its rows look like."""

import marshmallow as ma
from marshmallow import fields

from expiry.rules import wanted
from inventory.rules.projection import Fate
from supply.fields import Area, Text
from supply.schemas import ListArgs


class WasteArgs(ListArgs):
    """Of which places: one, those of a municipality or an area; all one sees where none is named."""

    makes = wanted.WasteWanted
    place = Text(60)
    municipality = Text(4)
    area = Area()


class MovableOut(ma.Schema):
    """A place that would use so many of the units in time; `km` as the crow flies between the municipalities."""

    place = fields.String(required=True)
    units = fields.Integer(required=True)
    km = fields.Float(required=True, allow_none=True)


class WastedLotOut(ma.Schema):
    """A lot at a place: of its units so many are used by its last day and so many wasted. What is in quarantine is neither. Without a known price the cost is null, never 0."""

    product = fields.String(required=True)
    number = fields.String(required=True)
    expires_on = fields.Date(required=True, allow_none=True)
    fate = fields.String(required=True, validate=ma.validate.OneOf([fate.value for fate in Fate]))
    units = fields.Integer(required=True)
    used = fields.Integer(required=True)
    wasted = fields.Integer(required=True)
    cost_ore = fields.Integer(required=True, allow_none=True)
    movable = fields.List(fields.Nested(MovableOut), required=True, allow_none=True)


class UseOut(ma.Schema):
    """A place's use of a product: so many units in so many days."""

    product = fields.String(required=True)
    units = fields.Integer(required=True)
    days = fields.Integer(required=True)


class PlaceWasteOut(ma.Schema):
    """What becomes of all that lies at a place at its own use. `wasted` leaves out what has `expired` already and what is `blocked`; `unpriced` are units of `wasted` whose price is not known.

    `movable` of a lot is null unless one place is asked about.
    """

    place = fields.String(required=True)
    municipality = fields.String(required=True, allow_none=True)
    wasted = fields.Integer(required=True)
    expired = fields.Integer(required=True)
    blocked = fields.Integer(required=True)
    cost_ore = fields.Integer(required=True, allow_none=True)
    unpriced = fields.Integer(required=True)
    uses = fields.List(fields.Nested(UseOut), required=True)
    lots = fields.List(fields.Nested(WastedLotOut), required=True)
