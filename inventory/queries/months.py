"""The month totals asked for by month: a row holds those of a year, a column each, and nothing recorded is NULL. From a first month to a last, each named by a day in it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import reduce
from itertools import groupby
from operator import add
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, case, cast, func, literal, literal_column, or_
from sqlalchemy.orm import InstrumentedAttribute

from inventory.models import MonthTotals


def _plain(number: int) -> ColumnElement[int]:
    """Write a number into a statement as it is: the database then plans for it, and reckons faster."""
    return literal_column(str(number), Integer)


EACH: tuple[InstrumentedAttribute[int | None], ...] = tuple(getattr(MonthTotals, f"m{month:02}") for month in range(1, 13))
SUMS = tuple(cast(func.sum(column), BigInteger) for column in EACH)
"""The sum of each month of a year; NULL where nothing was recorded in it."""


def _bits(months: Iterable[int]) -> ColumnElement[int]:
    """Give those of some months of a year in which anything was recorded, as bits; January is the lowest."""
    return reduce(add, (case((func.count(EACH[month - 1]) > _plain(0), _plain(1 << month - 1)), else_=_plain(0)) for month in months))


RECORDED = _bits(range(1, 13))
"""The months of a year in which anything was recorded, as bits."""


def within(first: date, last: date) -> ColumnElement[bool]:
    """Give the condition that a row is of a year that holds some of the months."""
    return MonthTotals.year.between(_plain(first.year), _plain(last.year))


def units_in(first: date, last: date) -> ColumnElement[int]:
    """Give the units of a row in the months, 0 where nothing was recorded."""
    of_years = [(MonthTotals.year == _plain(year), reduce(add, (func.coalesce(column, _plain(0)) for _, column in months))) for year, months in _by_year(first, last)]
    return case(*of_years, else_=_plain(0))


def sum_in(first: date, last: date) -> ColumnElement[int]:
    """Give the sum of the units of rows in the months."""
    return cast(func.sum(units_in(first, last)), BigInteger)


def recorded_in(first: date, last: date) -> ColumnElement[bool]:
    """Give the condition that a row was written in the months, whatever it came to."""
    return or_(*((MonthTotals.year == _plain(year)) & or_(*(column.is_not(None) for _, column in months)) for year, months in _by_year(first, last)))


def recorded_in_each(first: date, last: date) -> Iterator[tuple[int, ColumnElement[int]]]:
    """Give by year those of the months in which anything was recorded, as bits."""
    return ((year, _bits(month.month for month, _ in months)) for year, months in _by_year(first, last))


def first_in(first: date, last: date) -> ColumnElement[date]:
    """Give the first of the months in which a row was written."""
    return case(*[((MonthTotals.year == _plain(year)) & column.is_not(None), literal(month)) for year, months in _by_year(first, last) for month, column in months])


def months_of(year: int, totals: Sequence[Any]) -> Iterator[tuple[date, int]]:
    """Give the months of a year in which anything was recorded, with what stands for each."""
    return ((date(year, month, 1), int(total)) for month, total in enumerate(totals, start=1) if total is not None)


def months_recorded(year: int, bits: int) -> list[date]:
    """Give the months of a year that are among some bits."""
    return [date(year, nth + 1, 1) for nth in range(len(EACH)) if bits >> nth & 1]


def _by_year(first: date, last: date) -> Iterable[tuple[int, list[tuple[date, InstrumentedAttribute[int | None]]]]]:
    """Give by year the months and their columns."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    months = ((date(number // 12, number % 12 + 1, 1), EACH[number % 12]) for number in numbers)
    return ((year, list(of_year)) for year, of_year in groupby(months, key=lambda one: one[0].year))
