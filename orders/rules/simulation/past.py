"""Demand as the ledger knows it, to be played again. On days without stock nobody knows what was wanted: they are given the demand of a day with stock, drawn by chance. Pure."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from inventory.demo.goods import GOODS
from inventory.rules.consumption import DemandDays
from orders.rules.simulation.made_up import DEPOT_WEEKDAY, ORDER_WEEKDAYS
from orders.rules.simulation.network import Demanded, Network, Place, Product, Series, World

SHELF_LIFE_DAYS = {good.product: good.shelf_life_days for good in GOODS}
SHELF_LIFE_DAYS_ELSE = 1095
"""How long a new lot keeps is not in the ledger before it comes: as in the made-up history."""


def network_of(days: Mapping[Series, DemandDays], served_by: Mapping[str, str], products: Sequence[Product], *, seed: int, warm_days: int, world: World | None = None) -> Network:
    """Make a network of what places that a depot serves were asked for; all days are of one window."""
    window = next(iter(days.values())).window
    demand = {series: _demanded(series, one, seed) for series, one in days.items() if series[0] in served_by and one.with_stock}
    codes = dict.fromkeys(place for place, _ in demand)
    places = [Place(code=code, depot=served_by[code], order_weekday=ORDER_WEEKDAYS[nth % 2]) for nth, code in enumerate(codes)]
    depots = [Place(code=code, depot=None, order_weekday=DEPOT_WEEKDAY) for code in dict.fromkeys(served_by[code] for code in codes)]
    return Network(first_day=window.since, days=window.days, warm_days=warm_days, places=[*places, *depots], products=products, demand=demand, seed=seed, world=world or World())


def _demanded(series: Series, days: DemandDays, seed: int) -> Demanded:
    chance = Network.chance_of(seed, "past", *series)
    known = days.counted()
    good, first = days.with_stock & ~days.left_out, next(nth for nth in range(days.window.days) if days.with_stock >> nth & 1)
    units = []
    for nth in range(days.window.days):
        day = days.window.since + timedelta(days=nth)
        asked = days.handed_out.get(day, 0) + days.unmet.get(day, 0) if good >> nth & 1 else chance.choice(known) if known else 0
        units.append(max(0, asked) if nth >= first else 0)
    return Demanded(units=units, starts=first)
