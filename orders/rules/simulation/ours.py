"""The rule of the house, as the service follows it: the demand of the days with stock, forecasts, and `propose`. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil, isnan
from statistics import fmean

from orders.rules.demands import Used, demand_of
from orders.rules.policies import Method, Policy
from orders.rules.reorder import Forecast, propose, variance_of
from orders.rules.simulation.seen import Seen, View

WINDOW_DAYS = 105
"""Use is an average over the last three to four months, as in the service."""
FORECAST_WEEKS = 52
LEADS_MIN = 3
"""As in the service: fewer deliveries say too little of how long they take."""


@dataclass(kw_only=True)
class Ours:
    """Orders by the policies of places, by product group, and by those of depots; `other` is every group that is not named."""

    name: str
    places: Mapping[str, Policy]
    depots: Mapping[str, Policy]
    replaces: bool = False
    _with_lead: dict[tuple[str, bool, int], Policy] = field(default_factory=dict)

    def every(self, *, is_depot: bool) -> int:
        """Say how many days lie between two orders of a place, or of a depot; all groups are ordered together."""
        return (self.depots if is_depot else self.places)["other"].review_days

    def order(self, views: Sequence[View]) -> list[int]:
        """Say for each how many units, in whole packs."""
        policies = [self._policy(view) for view in views]
        forecasts = forecasts_of([past for view, policy in zip(views, policies, strict=True) if policy.method is Method.FORECAST for past in view.pasts])
        return [self._units(view, policy, forecasts) for view, policy in zip(views, policies, strict=True)]

    def _units(self, view: View, policy: Policy, forecasts: Mapping[int, Forecast]) -> int:
        demand = demand_of([used(past) for past in view.pasts], policy, [forecasts.get(id(past)) for past in view.pasts])
        return propose(view.position, demand, policy, pack=view.pack, today=view.today).units

    def _policy(self, view: View) -> Policy:
        """Give the policy with the lead time that was measured, where nobody set it and enough deliveries say it."""
        said = self.depots if view.is_depot else self.places
        policy = said.get(view.group) or said["other"]
        if policy.lead_is_set or len(view.leads) < LEADS_MIN:
            return policy
        key = view.group, view.is_depot, ceil(fmean(view.leads))
        if key not in self._with_lead:
            self._with_lead[key] = replace(policy, lead_days=key[2])
        return self._with_lead[key]


def used(past: Seen) -> Used:
    """Sum up what the service knows of a place, as it does from the ledger."""
    found = past.consumption(WINDOW_DAYS)
    return Used(consumption=found, daily=Fraction(found.units, found.days) if found.days else None, variance=variance_of(past.of_days(WINDOW_DAYS)))


def forecasts_of(pasts: Sequence[Seen]) -> dict[int, Forecast]:
    """Forecast all at once, by the identity of each past of which enough is known."""
    if not pasts:
        return {}
    import numpy as np  # half a second, which nobody pays who starts the service

    from orders.rules.forecast import forecast

    units, days = np.zeros((len(pasts), FORECAST_WEEKS)), np.zeros((len(pasts), FORECAST_WEEKS))
    for row, past in enumerate(pasts):
        if known := past.weekly(FORECAST_WEEKS):
            units[row, -len(known) :], days[row, -len(known) :] = zip(*known, strict=True)
    found = forecast(units, days)
    rows = zip(pasts, found.rate_a_day.tolist(), found.variance_a_day.tolist(), found.days_behind.tolist(), strict=True)
    return {id(past): Forecast(daily=daily, variance=variance, days_behind=behind) for past, daily, variance, behind in rows if not isnan(daily) and not isnan(variance) and behind > 0}
