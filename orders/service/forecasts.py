"""Reckon what the past of many places makes likely, and keep it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inventory.queries.demand import Key, demand_days
from inventory.rules.consumption import DemandDays, Window
from orders.models import Forecast
from orders.queries.policies import Policies
from supply.clock import day_of
from supply.db import table_of
from supply.reference.models import Place, Product
from supply.rows import add_rows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEEKS = 52


def keep_forecasts(session: Session, places: Sequence[Place], policies: Policies, *, now: datetime) -> int:
    """Reckon for some places from the last 52 whole weeks up to yesterday; gives of how many products something is likely. Of what was never there to be given nothing is kept: it is unknown."""
    yesterday = day_of(now) - timedelta(days=1)
    window = Window(since=yesterday - timedelta(days=7 * WEEKS - 1), until=yesterday)
    days = demand_days(session, [place.id for place in places], window)
    rows = _rows(session, days, {place.id: place for place in places}, policies, now) if days else []
    table = table_of(Forecast)
    session.execute(delete(table).where(table.c.place_id.in_([place.id for place in places])))
    add_rows(session, table, rows)
    return len(rows)


def _rows(session: Session, days: dict[Key, DemandDays], places: dict[int, Place], policies: Policies, now: datetime) -> list[dict[str, Any]]:
    import numpy as np  # half a second, which nobody pays who starts the service

    from orders.rules.forecast import METHODS, forecast

    keys = [*days]
    products = {product.id: product for product in session.scalars(select(Product))}
    units, counted = _weekly([days[key] for key in keys])
    found = forecast(units, counted, _seasons([policies.at(places[place_id], products[product_id]).season for place_id, product_id in keys], days[keys[0]].window.weeks()))
    return [
        {
            "place_id": place_id,
            "product_id": product_id,
            "method": METHODS[found.method[nth]].value,
            "daily": float(found.rate_a_day[nth]),
            "variance": float(found.variance_a_day[nth]),
            "days_behind": float(found.days_behind[nth]),
            "error": None if np.isnan(found.error_a_day[nth]) else float(found.error_a_day[nth]),
            "weeks": int(found.weeks_known[nth]),
            "until": days[keys[nth]].window.until,
            "reckoned_at": now,
        }
        for nth, (place_id, product_id) in enumerate(keys)
        if not np.isnan(found.rate_a_day[nth]) and not np.isnan(found.variance_a_day[nth]) and found.days_behind[nth] > 0
    ]


def _weekly(series: Sequence[DemandDays]) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Give units and days that count of each series and week, the oldest week first."""
    import numpy as np

    units, counted = np.zeros((len(series), WEEKS)), np.zeros((len(series), WEEKS))
    for nth, days in enumerate(series):
        good = days.with_stock & ~days.left_out
        for by_day in (days.handed_out, days.unmet):
            for day, amount in by_day.items():
                place = (day - days.window.since).days
                if good >> place & 1:
                    units[nth, place // 7] += amount
        counted[nth] = [(good >> 7 * week & 0b1111111).bit_count() for week in range(WEEKS)]
    return np.maximum(units, 0), counted


def _seasons(seasons: Sequence[Any], weeks: Sequence[Window]) -> "NDArray[np.float64] | None":
    """Give what each week is known to use against an average one; nothing where no rule says so."""
    import numpy as np

    if not any(seasons):
        return None
    months = [[(week.since + timedelta(days=nth)).month for nth in range(7)] for week in weeks]
    return np.array([[sum(season.get(month, 1.0) for month in week) / 7 for week in months] for season in seasons])
