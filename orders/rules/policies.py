"""How a place orders a product: said for the nation, a municipality or a place, for all products, a group or one. What is said nearer holds, field by field. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from fractions import Fraction
from typing import Any


class Method(StrEnum):
    """By what is decided that it is time to order, and how much."""

    MONTHS = "months"
    """Below the minimum months of stock, up to the maximum."""
    REORDER_POINT = "reorder_point"
    """When what is there and coming no longer lasts until the next delivery, by the average use."""
    FORECAST = "forecast"
    """Likewise, by what the past of slow and lumpy demand makes likely."""


class Scope(StrEnum):
    """For whom something is said, from far to near; the house is what the configuration says."""

    HOUSE = "house"
    NATION = "nation"
    MUNICIPALITY = "municipality"
    PLACE = "place"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody said for a scope and for a product, a group, or (neither) all of them; None is not said."""

    scope: Scope
    product: str | None = None
    group: str | None = None
    method: Method | None = None
    lead_days: int | None = None
    """Days from order to delivery; also where they could be measured."""
    review_days: int | None = None
    order_weekdays: tuple[int, ...] | None = None
    """The days on which orders are placed: 0 is Monday. They stand in place of the review interval."""
    cover_days: int | None = None
    reserve_days: int | None = None
    """How many days later than usual a delivery may come and the shelf still not be empty."""
    service_level: float | None = None
    months_min: float | None = None
    months_max: float | None = None
    pack_threshold: int | None = None
    """Loose units that are not worth another pack."""
    safety_units: int | None = None
    """A fixed safety stock, instead of what the service level asks for; a service level said nearer takes it back."""
    default_monthly: float | None = None
    """Units a month that are reckoned with where too little is known."""
    season: Mapping[int, float] | None = None
    """By month: how much is used against an average month."""
    count_days_max: int | None = None

    @property
    def about(self) -> str:
        """Give what it is said of: a product, `group:` and a group, or `*`."""
        return self.product or (f"group:{self.group}" if self.group else "*")

    @property
    def nearness(self) -> tuple[int, int]:
        """Give how near it is to one product at one place."""
        return [*Scope].index(self.scope), 2 if self.product else 1 if self.group else 0


FIELDS = tuple(one.name for one in fields(Said) if one.name not in {"scope", "product", "group"})
"""What can be said."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How a place orders a product; `said` names for each field where that was said."""

    method: Method
    lead_days: int
    review_days: int
    order_weekdays: tuple[int, ...] = ()
    cover_days: int
    service_level: float
    months_min: Fraction
    months_max: Fraction
    pack_threshold: int = 0
    safety_units: int | None = None
    default_monthly: Fraction | None = None
    season: Mapping[int, float] = field(default_factory=dict)
    count_days_max: int
    days_needed: int
    lead_is_set: bool = False
    """Whether somebody nearer than the house set the lead time; otherwise it is measured where it can be."""
    reserve_days: int = 0
    lead_is_measured: bool = False
    """Whether the lead time is what deliveries took."""
    said: Mapping[str, Said] = field(default_factory=dict, compare=False)

    @property
    def between_orders(self) -> int:
        """Give the days from one order to the next, at most."""
        if not self.order_weekdays:
            return self.review_days
        days = sorted(set(self.order_weekdays))
        return max((later - earlier - 1) % 7 + 1 for earlier, later in zip(days, [*days[1:], days[0]], strict=True))

    @property
    def protected_days(self) -> int:
        """Give the days that stock must last from an order to the delivery of the next, L + R, and those held in reserve against a late one."""
        return self.lead_days + self.between_orders + self.reserve_days

    @property
    def horizon_days(self) -> int:
        """Give the days an order fills up to: L + R + cover."""
        return self.protected_days + self.cover_days


def resolve(said: Iterable[Said], *, product: str, group: str, days_needed: int) -> Policy:
    """Give what holds for a product, from what was said for its place, its municipality, the nation and by the house; the house must have said all that a policy needs.

    A service level that is said nearer than a fixed safety stock stands in its stead.
    """
    nearest: dict[str, Said] = {}
    for one in sorted((one for one in said if one.product in {None, product} and one.group in {None, group}), key=lambda one: one.nearness):
        nearest |= {name: one for name in FIELDS if getattr(one, name) is not None}
    if "safety_units" in nearest and nearest["service_level"].nearness > nearest["safety_units"].nearness:
        del nearest["safety_units"]
    values: dict[str, Any] = {name: getattr(one, name) for name, one in nearest.items()}
    for name in ("months_min", "months_max", "default_monthly"):
        if name in values:
            values[name] = Fraction(str(values[name]))
    return Policy(**values, days_needed=days_needed, lead_is_set=nearest["lead_days"].scope is not Scope.HOUSE, said=nearest)


def wrong_with(policy: Policy) -> Sequence[str]:
    """Name the fields of a policy that contradict each other."""
    return ["months_max"] if policy.months_max < policy.months_min else []
