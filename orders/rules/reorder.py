"""Whether to order, how much, and why: the one definition. Pure.

Demand d is units a day; the protected days L + R are those from an order to the delivery of the next. With S the safety stock, an order is due when usable stock U and all that is coming are no more than
the point d·(L + R) + S, and fills up to d·(L + R + cover) + S, at most the maximum months of use; by months of stock it is due below the minimum, and fills up to the maximum (USAID | DELIVER,
The Logistics Handbook; reorder point and order-up-to level with a periodic review: Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains).
Days and rates are fractions, so that a proposal can be reckoned again to the unit; only the safety stock comes from curves, and is rounded up to whole units at once.

A unit counts as usable where it can be given out before its last day has gone, first expired, first out, at the pace the level that is filled up to allows: what lies there is wanted up to that level, and
what expires within the days is worth no more than can be used of it by then. See docs/decisions/027.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from math import ceil
from operator import mul

from inventory.rules.projection import Lying, Use, Waste, projected_waste, wasted_in_all
from orders.rules.policies import Method, Policy
from orders.rules.quantiles import demand_at_most, normal_safety

DEFINITION = "reorder-1"
DAYS_A_MONTH = Fraction(487, 16)
"""365.25 ÷ 12."""
RARE_BELOW = 30
"""From so many units in the protected days on, z·σ·√ is used as the handbooks have it; below, demand is rare and a normal curve says too little. A house default: no source sets it."""
LASTS_DAYS_MAX = 3_650


class Basis(StrEnum):
    """What the daily demand was made of."""

    MEASURED = "measured"
    FORECAST = "forecast"
    DEFAULT = "default"
    """Too few days were known; the programme's default stands in."""
    UNKNOWN = "unknown"
    """Too few days, and no default."""


class Because(StrEnum):
    """Why nothing is proposed."""

    ENOUGH = "enough"
    UNKNOWN = "unknown"
    NOT_USED = "not_used"
    LESS_THAN_A_PACK = "less_than_a_pack"
    """What is missing is not worth a pack."""
    DRAFT_WAITS = "draft_waits"
    """What is missing stands on a draft that nobody has sent yet."""
    DECLINED = "declined"
    """Somebody declined it, and the next order is not due yet."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Units a day in an average month, how much a day's demand varies (variance), what that was made of, and how many days it is known from."""

    daily: Fraction
    variance: float
    basis: Basis
    days_behind: float | None = None
    """How many days of the past the rate leans on, where it is not sure of itself; None: it is taken as it is."""
    days: int = 0
    units: int = 0

    def variance_in(self, days: int) -> float:
        """Give the variance of the demand of so many days: of each day's, and of a rate that is itself an estimate."""
        return self.variance * days + (self.variance * days * days / self.days_behind if self.days_behind else 0.0)


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the past makes likely: units a day, the variance of a day, and how many days of the past that leans on."""

    daily: float
    variance: float
    days_behind: float


@dataclass(frozen=True, kw_only=True)
class Position:
    """What lies at a place of a product by lot, and what is coming: asked for in open orders (drafts that were accepted too), and of that in transit."""

    lots: Sequence[Lying] = ()
    on_order: int = 0
    in_transit: int = 0
    in_drafts: int = 0
    """How much of what is on order stands on drafts that nobody has sent."""
    owed: int = 0
    """What the place itself has yet to send of what was approved, and holds nothing for."""
    shelf_life_days_min: int = 0
    """How many of its last days a lot is of no use here, since a depot does not send it any more; its lots count as ending so much earlier."""

    @property
    def of_use(self) -> Sequence[Lying]:
        """Give the lots with the last day they are of use here."""
        less = timedelta(days=self.shelf_life_days_min)
        return [replace(lot, expires_on=lot.expires_on - less) if lot.expires_on else lot for lot in self.lots] if less else self.lots

    @property
    def on_hand(self) -> int:
        """Give all that lies there."""
        return sum(lot.units for lot in self.lots)


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """How many units to order and all that led to it."""

    today: date
    units: int
    packs: int
    pack: int
    because: Because | None
    demand: Demand
    policy: Policy
    position: Position = field(repr=False)
    usable: int
    safety: int
    point: int
    target: int
    capped: bool
    """Whether the maximum months kept the level down."""
    runs_out_on: date | None
    """The first day without stock if nothing comes; None where it does not run out."""
    lasts_until: date | None
    """The last day that stock, all that is coming and this order last."""

    @property
    def available(self) -> int:
        """Give what is usable and what is coming."""
        return self.usable + self.position.on_order - self.position.owed


def measured(units: int, days: int, variance: float, policy: Policy, *, daily: Fraction | None = None, forecast: Forecast | None = None) -> Demand:
    """Give the demand to reckon with: by the method, or the default where too few days are known, unless so much was used in them that it would be more even if nothing were in the rest.

    `days` are those on which demand could show, `daily` the rate where it is not the one by the other (months that differ by known factors; a depot's many places).
    """
    if days < policy.days_needed:
        default = policy.default_monthly
        if default is None:
            return Demand(daily=Fraction(0), variance=0.0, basis=Basis.UNKNOWN, days=days, units=units)
        if (at_least := Fraction(units, policy.days_needed)) > default / DAYS_A_MONTH:
            return Demand(daily=at_least, variance=variance, basis=Basis.MEASURED, days=days, units=units)
        return Demand(daily=default / DAYS_A_MONTH, variance=float(default / DAYS_A_MONTH), basis=Basis.DEFAULT, days=days, units=units)
    if policy.method is Method.FORECAST and forecast is not None:
        rate = Fraction(forecast.daily).limit_denominator(1_000_000)
        return Demand(daily=rate, variance=forecast.variance, basis=Basis.FORECAST, days_behind=forecast.days_behind, days=days, units=units)
    return Demand(daily=Fraction(units, days) if daily is None else daily, variance=variance, basis=Basis.MEASURED, days=days, units=units)


def propose(position: Position, demand: Demand, policy: Policy, *, pack: int, today: date) -> Proposal:
    """Say how many units to order of a product, and why none."""
    protected, filled = (expected(demand.daily, policy.season, today, days) for days in (policy.protected_days, policy.horizon_days))
    safety = safety_units(protected, demand, policy)
    monthly = demand.daily * DAYS_A_MONTH
    if policy.method is Method.MONTHS:
        point, wanted = ceil(monthly * policy.months_min), ceil(monthly * policy.months_max)
    else:
        point, wanted = ceil(protected + safety), ceil(filled + safety)
    target = max(point, min(wanted, ceil(monthly * policy.months_max)))
    usable = usable_units(position.of_use, pace_of(policy, target), today=today)
    available = usable + position.on_order - position.owed
    because = _nothing(demand, available, point, target, in_drafts=position.in_drafts)
    missing = 0 if because else target - available
    packs = in_packs(missing, pack=pack, threshold=policy.pack_threshold)
    units = packs * pack
    return Proposal(
        today=today,
        units=units,
        packs=packs,
        pack=pack,
        because=because or (Because.LESS_THAN_A_PACK if not packs else None),
        demand=demand,
        policy=policy,
        position=position,
        usable=usable,
        safety=safety,
        point=point,
        target=target,
        capped=target < wanted,
        runs_out_on=runs_out_on(usable, demand.daily, policy.season, today=today),
        lasts_until=_lasts_until(available + units, demand.daily, policy.season, today),
    )


def safety_units(protected: Fraction, demand: Demand, policy: Policy) -> int:
    """Give the safety stock for what is expected in the protected days: the fixed one, or what demand stays within at the service level, beyond the mean."""
    if policy.safety_units is not None:
        return policy.safety_units
    if policy.method is Method.MONTHS or not protected:
        return 0
    variance = demand.variance_in(policy.protected_days)
    if protected >= RARE_BELOW and policy.method is Method.REORDER_POINT:
        return ceil(normal_safety(variance, level=policy.service_level))
    return max(0, ceil(demand_at_most(float(protected), variance, level=policy.service_level) - protected))


def pace_of(policy: Policy, target: int) -> Use:
    """Give the pace at which what lies there is reckoned to be used: the level that is filled up to, in the days that it is to last. Where nothing is wanted nobody knows that it will not be used."""
    if not target:
        return Use(units=10**9, days=1)
    days = ceil(policy.months_max * DAYS_A_MONTH) if policy.method is Method.MONTHS else policy.horizon_days
    return Use(units=target, days=max(1, days))


def what_counts(proposal: Proposal) -> list[Waste]:
    """Give for each lot that lies there how many units of it count as usable, and what becomes of the rest; added up it is what the proposal reckons with."""
    today, less = proposal.today, timedelta(days=proposal.position.shelf_life_days_min)
    found = projected_waste(proposal.position.of_use, pace_of(proposal.policy, proposal.target), today=today)
    ends = [None if lot.expires_on is None else lot.expires_on + less for lot in found]
    return [replace(lot, expires_on=end, is_expired=end is not None and end < today) for lot, end in zip(found, ends, strict=True)]


def is_quiet(proposal: Proposal, quiet_until: date | None) -> bool:
    """Whether a proposal is not made since somebody declined it: until the next order is due, unless it would run out before a delivery."""
    if quiet_until is None or quiet_until <= proposal.today:
        return False
    return proposal.runs_out_on is None or proposal.runs_out_on > proposal.today + timedelta(days=proposal.policy.lead_days)


def usable_units(lots: Sequence[Lying], pace: Use, *, today: date) -> int:
    """Give how many units can be given out in time at a pace, first expired, first out: neither expired nor blocked, nor more of what expires soon than is wanted by then."""
    lasting = [lot for lot in lots if not lot.is_blocked and not lot.is_expired(today)]
    dated = [(lot.expires_on, lot.units) for lot in lasting if lot.expires_on is not None]
    return sum(lot.units for lot in lasting) - wasted_in_all(dated, pace, today=today)


def in_packs(units: int, *, pack: int, threshold: int) -> int:
    """Give how many whole packs: one more where the loose units exceed the threshold. 26 in packs of 10: 3 at a threshold of 4, 2 at one of 7."""
    return 0 if units <= 0 else units // pack + (units % pack > threshold)


def expected(daily: Fraction, season: Mapping[int, float], today: date, days: int) -> Fraction:
    """Give the demand of so many days from tomorrow on, with what their months are known to use."""
    if not season:
        return daily * days
    factors = (Fraction(str(season.get((today + timedelta(days=nth + 1)).month, 1))) for nth in range(days))
    return daily * sum(factors, Fraction(0))


def variance_of(units_by_day: Sequence[int]) -> float:
    """Give the variance of a day's demand over the days that are known (n − 1); the mean where a single day is."""
    if len(units_by_day) < 2:
        return float(sum(units_by_day))
    days, units = len(units_by_day), sum(units_by_day)
    squares: int = sum(map(mul, units_by_day, units_by_day))
    return (days * squares - units * units) / (days * (days - 1))


def runs_out_on(units: int, daily: Fraction, season: Mapping[int, float], *, today: date) -> date | None:
    """Give the first day of which the expected demand is more than what is left, today being the last day gone; None where nothing is used, or for ten years."""
    last = _lasts_until(units, daily, season, today)
    return None if last is None else last + timedelta(days=1)


def _lasts_until(units: int, daily: Fraction, season: Mapping[int, float], today: date) -> date | None:
    if daily <= 0:
        return None
    if not season:
        days = int(units / daily)
        return today + timedelta(days=days) if days <= LASTS_DAYS_MAX else None
    left = Fraction(units)
    for nth in range(1, LASTS_DAYS_MAX):
        left -= daily * Fraction(str(season.get((today + timedelta(days=nth)).month, 1)))
        if left < 0:
            return today + timedelta(days=nth - 1)
    return None


def _nothing(demand: Demand, available: int, point: int, target: int, *, in_drafts: int) -> Because | None:
    if demand.basis is Basis.UNKNOWN and not target:
        return Because.UNKNOWN
    if not target:
        return Because.NOT_USED
    if available <= point and available < target:
        return None
    return Because.DRAFT_WAITS if available - in_drafts <= point and available - in_drafts < target else Because.ENOUGH
