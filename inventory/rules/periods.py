"""The months, weeks and days that use is shown by, and how long a window may be. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

from inventory.errors import DaysBackwards, WindowTooLong
from inventory.rules.consumption import Window


class By(StrEnum):
    """What a window is cut into."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


DAYS_MAX: Mapping[By, int] = {By.MONTH: 3 * 366, By.WEEK: 53 * 7, By.DAY: 92}
"""So many days are shown at once, at most: three years by month, a year by week, a quarter by day. House limits: a page that a person reads, and a read that ends soon."""
EARLIEST = date(2014, 1, 1)
"""Nothing was handed out before: naloxone first was in 2014."""


def window_asked(by: By, since: date | None, until: date | None, *, today: date) -> Window:
    """Give the window that is asked for: up to today, and twelve months, twelve weeks or thirty days where nobody says since when. Refuses one that ends before it begins, or is too long."""
    last = max(EARLIEST, min(until or today, today))
    first = since or max(EARLIEST, _usual(by, last))
    if first > last:
        raise DaysBackwards(at="to" if until is not None else "from")
    window = Window(since=first, until=last)
    if window.days > DAYS_MAX[by]:
        raise WindowTooLong(at="from", days_max=DAYS_MAX[by])
    return window


def parts_of_window(window: Window, by: By) -> list[Window]:
    """Cut a window into calendar months, weeks from Monday to Sunday, or days; the first and the last are what lies inside it."""
    if by is By.MONTH:
        return window.months()
    found, first = [], window.since
    while first <= window.until:
        last = first if by is By.DAY else first + timedelta(days=6 - first.weekday())
        found.append(Window(since=first, until=min(last, window.until)))
        first = last + timedelta(days=1)
    return found


def _usual(by: By, last: date) -> date:
    """Give since when: the first of the eleventh month before, the Monday of the eleventh week before, the twenty-ninth day before."""
    if by is By.MONTH:
        months = last.year * 12 + last.month - 12
        return date(months // 12, months % 12 + 1, 1)
    return last - timedelta(days=last.weekday() + 77 if by is By.WEEK else 29)
