"""The one clock: instants are UTC, days are those of Oslo."""

import functools
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def now() -> datetime:
    """Give the present instant, UTC, to the microsecond."""
    return datetime.now(UTC)


def today() -> date:
    """Give the present day in Oslo; neither summer-time night shifts it."""
    return day_of(now())


def day_of(instant: datetime) -> date:
    """Give the day in Oslo on which an instant falls."""
    return instant.astimezone(OSLO).date()


@functools.lru_cache(maxsize=1024)
def instant_text(instant: datetime) -> str:
    """Write an instant as RFC 3339, UTC, microseconds."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
