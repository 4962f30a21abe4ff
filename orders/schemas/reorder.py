"""What rules of ordering and proposals take and give in the interface; forms take the same."""

from typing import Any

import marshmallow as ma
from flask_babel import lazy_gettext as _l
from marshmallow import fields

from orders.rules import spoken, wanted
from orders.rules.policies import Method, Policy
from orders.schemas.acts import code
from supply.fields import InstantOut, Note, Number, NumberText, OneOf, Text, Whole, WholeText, YesText
from supply.schemas import ListArgs, StrictSchema

STATES = ("open", "accepted", "declined", "over")
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


class DemandOut(ma.Schema):
    """What the daily demand was made of: units on so many days that count, a fraction as text."""

    daily = fields.String(required=True)
    variance = fields.String(required=True)
    days_behind = fields.String(required=True, allow_none=True)
    basis = fields.String(required=True)
    days = fields.Integer(required=True)
    units = fields.Integer(required=True)


class LyingOut(ma.Schema):
    """Units of a lot that lie there and are promised to nobody."""

    lot = fields.String(required=True)
    units = fields.Integer(required=True)
    expires_on = fields.String(required=True, allow_none=True)
    is_blocked = fields.Boolean(required=True)


class PositionOut(ma.Schema):
    """What lies there, what is coming (of that in transit, and on drafts), and what the place has yet to send."""

    lots = fields.List(fields.Nested(LyingOut), required=True)
    on_order = fields.Integer(required=True)
    in_transit = fields.Integer(required=True)
    in_drafts = fields.Integer(required=True)
    owed = fields.Integer(required=True)


class WindowOut(ma.Schema):
    """The days that were looked at."""

    since = fields.String(required=True)
    until = fields.String(required=True)


class LeadTimeOut(ma.Schema):
    """How long deliveries took, on average and at most, and how many there were."""

    days = fields.Float(required=True)
    days_max = fields.Integer(required=True)
    deliveries = fields.Integer(required=True)


class InputsOut(ma.Schema):
    """All that a proposal was reckoned from, and what came out."""

    today = fields.String(required=True)
    pack = fields.Integer(required=True)
    demand = fields.Nested(DemandOut, required=True)
    policy = fields.Nested(KeptPolicyOut, required=True)
    position = fields.Nested(PositionOut, required=True)
    usable = fields.Integer(required=True)
    safety = fields.Integer(required=True)
    point = fields.Integer(required=True)
    target = fields.Integer(required=True)
    capped = fields.Boolean(required=True)
    units = fields.Integer(required=True)
    packs = fields.Integer(required=True)
    because = fields.String(required=True, allow_none=True)
    runs_out_on = fields.String(required=True, allow_none=True)
    lasts_until = fields.String(required=True, allow_none=True)
    counted_on = fields.String(required=True, allow_none=True)
    count_first = fields.Boolean(required=True)
    window = fields.Nested(WindowOut, required=True)
    lead_time = fields.Nested(LeadTimeOut, required=True, allow_none=True)


class ProposedOut(ma.Schema):
    """How much should be ordered of a product at a place."""

    place = fields.String(required=True)
    product = fields.String(required=True)
    units = fields.Integer(required=True)
    packs = fields.Integer(required=True)
    pack = fields.Integer(required=True)
    runs_out_on = fields.Date(required=True, allow_none=True)
    lasts_until = fields.Date(required=True, allow_none=True)
    count_first = fields.Boolean(required=True)
    quiet_until = fields.Date(required=True, allow_none=True)
    inputs = fields.Nested(InputsOut, required=True)


class ProposalOut(ProposedOut):
    """A proposal as it is kept; `order` is the draft it became."""

    id = fields.Integer(required=True)
    state = fields.String(required=True, validate=ma.validate.OneOf(STATES))
    definition = fields.String(required=True)
    made_at = InstantOut(required=True)
    reckoned_at = InstantOut(required=True)
    decided_at = InstantOut(required=True, allow_none=True)
    decided_by = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    order = fields.String(required=True, allow_none=True)


class ReckonedOut(ProposedOut):
    """What would be proposed now, or why nothing is; `proposal` is the one that is open."""

    because = fields.String(required=True, allow_none=True)
    proposal = fields.Integer(required=True, allow_none=True)

    @ma.pre_dump
    def flatten(self, one: Any, **_: Any) -> dict[str, Any]:
        """Give what is reckoned as the interface has it."""
        reckoned, need = one.proposal, one.need
        return {name: getattr(reckoned, name) for name in ("units", "packs", "pack", "runs_out_on", "lasts_until")} | {
            "place": need.place.code,
            "product": need.product.code,
            "count_first": need.is_count_old(today=reckoned.today),
            "quiet_until": one.quiet_until,
            "because": one.because,
            "proposal": one.open,
            "inputs": need.written(reckoned),
        }


class ProposalsArgs(ListArgs):
    """Which proposals are listed."""

    makes = wanted.ProposalsWanted
    place = code()
    municipality = Text(4)
    state = OneOf(*STATES, load_default="open")


class ReckoningArgs(StrictSchema):
    """For which place it is reckoned, of which product, and what is tried out."""

    place = code(required=True)
    product = code(load_default=None)
    lead_days = WholeText(0, DAYS_MAX, load_default=None)
    cover_days = WholeText(0, DAYS_MAX, load_default=None)
    service_level = NumberText(*SERVICE, load_default=None)

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> wanted.ReckoningWanted:
        """Make what is wanted."""
        return wanted.ReckoningWanted(place=data.pop("place"), product=data.pop("product"), tried=spoken.WhatIf(**data))


class PlaceIn(StrictSchema):
    """The place for which it is reckoned."""

    place = code(required=True)


class NumbersIn(fields.List[Any]):
    """Numbers of proposals, not endless; handed on as a tuple."""

    def __init__(self, **settings: Any) -> None:
        length = ma.validate.Length(1, 1000, error=_l("Send from {min} to {max} lines."))
        super().__init__(Whole(1, 2**31 - 1), validate=length, error_messages={"null": _l("Send a list here."), "invalid": _l("Send a list here.")}, **settings)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **settings: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **settings))


class AcceptIn(StrictSchema):
    """Which proposals become draft orders: some by their numbers, or all of a place."""

    makes = spoken.Accepted
    proposals = NumbersIn(load_default=())
    place = code(load_default=None)

    @ma.validates_schema
    def says_which(self, data: dict[str, Any], **_: Any) -> None:
        """Refuse what names proposals and a place both, or neither."""
        if bool(data.get("proposals")) == (data.get("place") is not None):
            raise ma.ValidationError(str(_l("Name proposals or a place, not both.")), "proposals")


class DeclineIn(StrictSchema):
    """Why a proposal is not followed."""

    makes = spoken.Declined
    reason = Note(REASON_LENGTH, required=True)


class ReckoningOut(ma.Schema):
    """How many proposals are new, were changed, and are over."""

    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    over = fields.Integer(required=True)


class DraftedOut(ma.Schema):
    """A draft order that was made of proposals."""

    number = fields.String(required=True)
    place = fields.String(required=True)
    kind = fields.String(required=True)


class AcceptedOut(ma.Schema):
    """The draft orders that proposals came to, one for each place."""

    orders = fields.List(fields.Nested(DraftedOut), required=True)


def said_for(policy: Policy) -> dict[str, dict[str, str]]:
    """Give for each field of a policy for whom and of what it was said."""
    found = {name: {"scope": said.scope.value, "about": said.about} for name, said in policy.said.items()}
    return found | ({"lead_days": {"scope": "measured", "about": "*"}} if policy.lead_is_measured else {})
