"""What a place's days come to as the demand an order is reckoned with: its own, or a depot's from those of the places it serves. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from inventory.rules.consumption import Consumption, DemandDays
from orders.rules.policies import Policy
from orders.rules.reorder import Demand, Forecast, measured, variance_of


@dataclass(frozen=True, kw_only=True)
class Used:
    """What one place used: in all, on how many days that count, units a day of an average month (None where none counts), and how much a day varies."""

    consumption: Consumption
    daily: Fraction | None
    variance: float


def used(days: DemandDays, policy: Policy) -> Used:
    """Sum up a place's days."""
    found = days.consumption()
    weighed = _weighed(found, policy)
    return Used(consumption=found, daily=Fraction(found.units) / weighed if weighed else None, variance=variance_of(days.counted()))


def demand_of(places: Sequence[Used], policy: Policy, forecasts: Iterable[Forecast | None] = ()) -> Demand:
    """Give the demand of a place from its own days, or of a depot from those of all places it serves and its own.

    Each place counts at its own pace, for a depot's shelf may be full while a place's is empty. A place known from fewer days than are needed counts as if it were known from as many, so that one busy first
    day is not taken for every day. Places vary on their own, so variances add up.
    """
    if not places:
        return measured(0, 0, 0.0, policy)
    known = [forecast for forecast in forecasts if forecast is not None]
    together = _together(known) if len(known) == len(places) else None
    units, days = sum(place.consumption.units for place in places), max(place.consumption.days for place in places)
    if len(places) == 1:
        return measured(units, days, places[0].variance, policy, daily=places[0].daily, forecast=together)
    rates = (place.daily * Fraction(min(place.consumption.days, policy.days_needed), policy.days_needed) for place in places if place.daily is not None)
    return measured(units, days, sum(place.variance for place in places), policy, daily=sum(rates, Fraction(0)), forecast=together)


def _weighed(found: Consumption, policy: Policy) -> Fraction:
    """Give the days that count, each weighed by what its month is known to use against an average one."""
    if not policy.season:
        return Fraction(found.days)
    months = ((found.usable_days & found.window.bits(month.since, month.until)).bit_count() * Fraction(str(policy.season.get(month.since.month, 1))) for month in found.window.months())
    return sum(months, Fraction(0))


def _together(forecasts: Sequence[Forecast]) -> Forecast | None:
    """Add forecasts up: rates and variances, and the uncertainty of the rates (variance ÷ days behind)."""
    daily, variance = sum(one.daily for one in forecasts), sum(one.variance for one in forecasts)
    unsure = sum(one.variance / one.days_behind for one in forecasts)
    return Forecast(daily=daily, variance=variance, days_behind=variance / unsure if unsure else max(one.days_behind for one in forecasts)) if forecasts else None
