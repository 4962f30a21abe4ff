"""What rules of ordering take and give in the interface; forms take the same."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from orders.rules import spoken, wanted
from orders.rules.policies import Method, Policy
from orders.schemas.acts import code
from supply.fields import InstantOut, Note, Number, OneOf, Text, Whole, YesText
from supply.schemas import ListArgs, StrictSchema

DAYS_MAX, MONTHS_MAX, UNITS_MAX = 365, 60, 1_000_000
SERVICE = (0.5, 0.999)
"""A certainty of one would take an endless stock, and below a half nobody means it."""
REASON_LENGTH = 200


class WeekdaysIn(fields.List[Any]):
    """Days of the week, 0 is Monday; none is any day."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(Whole(0, 6), validate=ma.validate.Length(0, 7), error_messages={"null": _l("Send a list here."), "invalid": _l("Send a list here.")}, **settings)


class SeasonIn(StrictSchema.from_dict({f"{month}": Number(0.1, 10) for month in range(1, 13)}, name="SeasonMonths")):  # type: ignore[misc]  # a class that is made of twelve months
    """By month how much is used against an average month."""


class SaidIn(StrictSchema):
    """What is said of ordering. What is left out is as it was said further away."""

    method = OneOf(*(method.value for method in Method))
    lead_days = Whole(0, DAYS_MAX)
    review_days = Whole(0, DAYS_MAX)
    order_weekdays = WeekdaysIn()
    cover_days = Whole(0, DAYS_MAX)
    service_level = Number(*SERVICE)
    months_min = Number(0, MONTHS_MAX)
    months_max = Number(0, MONTHS_MAX)
    pack_threshold = Whole(0, UNITS_MAX)
    safety_units = Whole(0, UNITS_MAX)
    default_monthly = Number(0, UNITS_MAX)
    season = fields.Nested(SeasonIn, error_messages={"null": _l("Send an object here.")})
    count_days_max = Whole(0, DAYS_MAX)


class RuleIn(StrictSchema):
    """What somebody says of ordering, for an area and of a subject; all of it: what was said before of the same holds no more."""

    makes = spoken.NewRule
    area = Text(60, required=True)
    about = Text(70, required=True)
    said = fields.Nested(SaidIn, required=True, error_messages={"required": _l("This must be filled in."), "null": _l("This must be filled in.")})
    reason = Note(REASON_LENGTH, load_default=None)


class RuleOut(ma.Schema):
    """What was said of ordering, by whom, and whether it holds."""

    id = fields.Integer(required=True)
    area = fields.String(required=True)
    about = fields.String(required=True)
    said = fields.Dict(required=True)
    reason = fields.String(required=True, allow_none=True)
    said_at = InstantOut(required=True)
    said_by = fields.String(required=True)
    holds = fields.Boolean(required=True)


class RulesArgs(ListArgs):
    """Which rules: of an area; those that hold alone."""

    makes = wanted.RulesWanted
    area = Text(60)
    holding = YesText(load_default=False)


class PolicyArgs(StrictSchema):
    """The place and the product whose ordering is asked about."""

    makes = wanted.PolicyWanted
    place = code(required=True)
    product = code(required=True)


class SaidForOut(ma.Schema):
    """For whom a field was said (house, nation, municipality, place; measured), and of what."""

    scope = fields.String(required=True)
    about = fields.String(required=True)


class PolicyFieldsOut(ma.Schema):
    """How a place orders a product. Rates that must not be rounded stand as text: a fraction, or a decimal number with all its digits."""

    method = fields.String(required=True)
    lead_days = fields.Integer(required=True)
    review_days = fields.Integer(required=True)
    order_weekdays = fields.List(fields.Integer(), required=True)
    cover_days = fields.Integer(required=True)
    service_level = fields.String(required=True)
    months_min = fields.String(required=True)
    months_max = fields.String(required=True)
    pack_threshold = fields.Integer(required=True)
    safety_units = fields.Integer(required=True, allow_none=True)
    default_monthly = fields.String(required=True, allow_none=True)
    season = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    count_days_max = fields.Integer(required=True)
    days_needed = fields.Integer(required=True)
    lead_is_set = fields.Boolean(required=True)
    lead_is_measured = fields.Boolean(required=True)


class KeptPolicyOut(PolicyFieldsOut):
    """A policy as it is kept with a proposal: for each field that somebody said, for whom."""

    said_for = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class PolicyOut(PolicyFieldsOut):
    """A policy as it holds, and for each field for whom and of what it was said."""

    place = fields.String(required=True)
    product = fields.String(required=True)
    said_for = fields.Dict(keys=fields.String(), values=fields.Nested(SaidForOut), required=True)


def said_for(policy: Policy) -> dict[str, dict[str, str]]:
    """Give for each field of a policy for whom and of what it was said."""
    found = {name: {"scope": said.scope.value, "about": said.about} for name, said in policy.said.items()}
    return found | ({"lead_days": {"scope": "measured", "about": "*"}} if policy.lead_is_measured else {})
