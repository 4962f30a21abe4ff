"""Kinds of alerts, and where they come from: a source says as one statement what is so at a moment. Pure but for the statement, which it does not run."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What somebody is to look at."""

    EXPIRY = "expiry"
    LOW_STOCK = "low_stock"
    STOCK_OUT = "stock_out"
    LATE_ORDER = "late_order"
    DISCREPANCY = "discrepancy"
    COUNT_OLD = "count_old"
    CLOCK = "clock"


class State(StrEnum):
    """Where an alert stands: raised, taken in hand by somebody, over."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    SETTLED = "settled"


URGENT = frozenset({Kind.STOCK_OUT})
"""Kinds that are told at once; the others stand in the day's digest."""


@dataclass(frozen=True, kw_only=True)
class Moment:
    """When it is looked at what is so: the instant, the day in Oslo, and when the daily work before this was due (None: never)."""

    now: datetime
    today: date
    due_at: datetime
    before_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where alerts of a kind come from. `what` gives a SELECT with the columns place_id, subject, about_on, product_id, lot_id, band, document, units, a row for each subject.

    What `returns` may be raised again on a later day after it was over (stock that runs low again); what does not is told apart by the day it is about (a lot's last usable day) and raised once.
    """

    kind: Kind
    what: Callable[[Moment], Any]
    returns: bool


def band_of(days: tuple[int, ...], left: int) -> int | None:
    """Give the narrowest band that so many days before the last usable day fall into: of (180, 90, 30, 0), 29 days are band 30; None where it is too early for any."""
    reached = [band for band in days if left <= band]
    return min(reached) if reached else None
