"""The months a figure is about. Figures are sums of whole months: a window that cuts a month is widened, and says so. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Window:
    """From the first day of a month to the last day of a month; `asked_from` and `asked_to` are the days that were asked for."""

    starts_on: date
    ends_on: date
    asked_from: date
    asked_to: date

    @property
    def cuts_a_month(self) -> bool:
        """Whether other days were asked for than are counted."""
        return (self.asked_from, self.asked_to) != (self.starts_on, self.ends_on)

    @property
    def months(self) -> int:
        """Give how many months it has."""
        return _nth(self.ends_on) - _nth(self.starts_on) + 1

    @property
    def last_month(self) -> date:
        """Give the first day of its last month."""
        return self.ends_on.replace(day=1)

    @property
    def to_a_year(self) -> float:
        """Give what a sum over it is multiplied with to stand for a year."""
        return MONTHS_IN_A_YEAR / self.months

    @property
    def before(self) -> "Window":
        """Give as many months just before it."""
        first = _month(_nth(self.starts_on) - self.months)
        return window(first, self.starts_on - timedelta(days=1))

    def each_month(self) -> Iterator[date]:
        """Give the first day of each of its months."""
        return (_month(_nth(self.starts_on) + nth) for nth in range(self.months))


def window(first: date, last: date) -> Window:
    """Give the whole months that hold some days; `last` is not before `first`."""
    return Window(starts_on=first.replace(day=1), ends_on=_month(_nth(last) + 1) - timedelta(days=1), asked_from=first, asked_to=last)


def year(number: int) -> Window:
    """Give a calendar year."""
    return window(date(number, 1, 1), date(number, 12, 31))


def quarter(number: int, nth: int) -> Window:
    """Give a quarter of a year, the first being 1."""
    return months_from(date(number, 3 * nth - 2, 1), 3)


def months_from(first: date, many: int) -> Window:
    """Give so many months from one on."""
    return window(first, _month(_nth(first) + many) - timedelta(days=1))


def last_months(today: date, many: int = MONTHS_IN_A_YEAR) -> Window:
    """Give the last so many months that have ended."""
    return months_from(_month(_nth(today) - many), many)


def months_before(day: date, many: int) -> date:
    """Give the first day of the month so many months before a day's."""
    return _month(_nth(day) - many)


def _nth(day: date) -> int:
    return day.year * MONTHS_IN_A_YEAR + day.month - 1


def _month(nth: int) -> date:
    return date(nth // MONTHS_IN_A_YEAR, nth % MONTHS_IN_A_YEAR + 1, 1)
