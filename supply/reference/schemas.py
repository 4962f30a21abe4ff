"""Reference data as JSON."""

import marshmallow as ma
from marshmallow import fields

from supply.fields import Day, Text, WholeText
from supply.reference.lists import Wanted
from supply.schemas import ListArgs


def _maybe_text() -> fields.String:
    return fields.String(required=True, allow_none=True)


def _text() -> fields.String:
    return fields.String(required=True)


def _maybe_day() -> fields.Date:
    return fields.Date(required=True, allow_none=True)


class PlaceArgs(ListArgs):
    """Which places."""

    makes = Wanted
    municipality = Text(4)
    kind = Text(20)


class ProductArgs(ListArgs):
    """Which products."""

    makes = Wanted
    group = Text(20)


class PackArgs(ListArgs):
    """Which packs."""

    makes = Wanted
    product = Text(60)


class KitArgs(ListArgs):
    """Which kits."""

    makes = Wanted
    kit = Text(60)


class MunicipalityArgs(ListArgs):
    """Which municipalities, on which day."""

    makes = Wanted
    on = Day()
    county = Text(2)
    programme = Text(12)


class EstimateArgs(ListArgs):
    """Which estimates."""

    makes = Wanted
    area = Text(20)
    year = WholeText(1900, 2200)


class IndicatorArgs(ListArgs):
    """Which indicator."""

    makes = Wanted
    code = Text(60)


class PlaceOut(ma.Schema):
    """A place where stock can be; `example` where no source names it."""

    code = _text()
    name = _text()
    kind = _text()
    municipality = _maybe_text()
    owner = _maybe_text()
    served_by = _maybe_text()
    opened_on = _maybe_day()
    closed_on = _maybe_day()
    example = fields.Boolean(required=True)
    source = _maybe_text()


class ProductOut(ma.Schema):
    """A product with names and units in three languages."""

    code = _text()
    name_nb = _text()
    name_nn = _text()
    name_en = _text()
    group = _text()
    unit_nb = _text()
    unit_nn = _text()
    unit_en = _text()
    doses_per_unit = fields.Integer(required=True, allow_none=True)
    lot_required = fields.Boolean(required=True)
    expiry_required = fields.Boolean(required=True)
    shelf_life_days_min = fields.Integer(required=True, allow_none=True)
    note = _maybe_text()
    source = _maybe_text()
    unit_price_ore = fields.Integer(required=True, allow_none=True)
    price_source = _maybe_text()
    witness_on_disposal = fields.Boolean(required=True)


class PackOut(ma.Schema):
    """A pack: its GTIN and how many units are in it."""

    gtin = _text()
    product = _text()
    units = fields.Integer(required=True)
    level = _text()
    item_number = _maybe_text()
    source = _maybe_text()


class KitOut(ma.Schema):
    """A part of a kit, in a version of its content."""

    kit = _text()
    version = fields.Integer(required=True)
    part = _text()
    units = fields.Integer(required=True)
    from_ = fields.Date(required=True, data_key="from")
    source = _maybe_text()


class ProgrammeOut(ma.Schema):
    """A programme a municipality is in; `unconfirmed` where no source settles it."""

    programme = _text()
    confidence = _maybe_text()


class MunicipalityOut(ma.Schema):
    """A municipality with the programmes it is in."""

    number = _text()
    name = _text()
    county = _text()
    valid_from = _text()
    valid_to = _maybe_day()
    programmes = fields.List(fields.Nested(ProgrammeOut), required=True)
    source = _text()


class EstimateOut(ma.Schema):
    """An estimate as published; what was not published is null."""

    area = _text()
    year = fields.Integer(required=True)
    low = fields.Integer(required=True, allow_none=True)
    point = fields.Integer(required=True, allow_none=True)
    high = fields.Integer(required=True, allow_none=True)
    kind = _text()
    method = _maybe_text()
    source = _text()
    published_on = _maybe_day()
    confidence = _maybe_text()
    rate_per_1000 = fields.Float(required=True, allow_none=True)


class IndicatorOut(ma.Schema):
    """A threshold of an indicator."""

    code = _text()
    label = _text()
    from_ = fields.String(required=True, data_key="from")
    unit = _text()
    threshold = fields.Float(required=True, allow_none=True)
    source = _text()
