"""What the list of figures is asked, and what its rows look like."""

import marshmallow as ma
from marshmallow import fields

from orders.rules.wanted import FiguresWanted
from orders.schemas.acts import code
from supply.fields import Area, Day, OneOf, Text
from supply.schemas import ListArgs


class FiguresArgs(ListArgs):
    """Of which area or place, of what, over which months (those that the days lie in); a row for each product, or for each area beneath."""

    makes = FiguresWanted

    area = Area()
    place = code()
    product = code()
    group = Text(20)
    by = OneOf("product", "area", load_default="product")
    from_ = Day(data_key="from")
    to = Day()


class SupplyFigureOut(ma.Schema):
    """The figures of a product in the area, or of an area beneath it (`code`: a product, a county, a municipality or a place). Shares are from 0 to 1; what is not known is null.

    Stock is today's, and its months those of the use of about three months. Stock-outs of an area are counted over `stockout_since` to `stockout_until`, as reckoned last night; those of one place over its months.
    Lead time is that of all deliveries of a year to the area, in days. Months of stock of a row by area add up units of all its products: ask for a product or a group.
    """

    code = fields.String(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    handed_out = fields.Integer(required=True)
    unmet = fields.Integer(required=True)
    fill_rate = fields.Float(required=True, allow_none=True)
    usable = fields.Integer(required=True)
    months_of_stock = fields.Float(required=True, allow_none=True)
    stockout_since = fields.Date(required=True, allow_none=True)
    stockout_until = fields.Date(required=True, allow_none=True)
    days = fields.Integer(required=True)
    days_without = fields.Integer(required=True)
    stockout_rate = fields.Float(required=True, allow_none=True)
    in_use = fields.Integer(required=True)
    over = fields.Integer(required=True)
    under = fields.Integer(required=True)
    overstock = fields.Float(required=True, allow_none=True)
    understock = fields.Float(required=True, allow_none=True)
    lead_days = fields.Float(required=True, allow_none=True)
    lead_days_max = fields.Integer(required=True, allow_none=True)
    deliveries = fields.Integer(required=True)
