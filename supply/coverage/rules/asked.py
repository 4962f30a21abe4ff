"""What an edition of the figures is asked for. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from supply.coverage.errors import EndsBeforeItBegins, InTheYearsToCome, NoSuchQuarter, TooLongAPeriod
from supply.coverage.rules import windows
from supply.coverage.rules.allocation import Model
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.windows import MONTHS_IN_A_YEAR, Window

SETS: Mapping[str, tuple[str, ...]] = {"oslo-bergen": ("0301", "4601"), "oslo-bergen-trondheim": ("0301", "4601", "5001")}
"""The cities that published totals speak of together (config/reference/reported.csv), by today's numbers."""
PROGRAMME_SETS = ("network", "naloxone", "equipment")
"""Sets whose members are dated in the reference data."""
YEARS_MAX = 30
YEAR_MIN = 1990
"""Nothing is known of years before."""


class Within(StrEnum):
    """Which parts of an area have figures of their own."""

    COUNTIES = "counties"
    MUNICIPALITIES = "municipalities"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The figures of an area in a window, as of now or of a checkpoint; of its parts too where `within` says which."""

    window: Window
    area: str = NATION
    checkpoint: int | None = None
    model: Model = Model.BLENDED
    within: tuple[Within, ...] = ()
    indicators: tuple[str, ...] | None = None
    compared: bool = True
    """Whether each figure has that of the period before beside it."""
    gaps: bool = True
    """Whether what is lacking at places is asked for too: then every place is told apart."""
    borders: date | None = None
    """The day whose municipalities count; today unless it is said."""
    named: bool = True
    """Whether somebody named its days."""


@dataclass(frozen=True, kw_only=True)
class NewEstimate:
    """An estimate with its method and source: how many inject in an area (`pwid`), or are known to (`known_injectors`)."""

    area: str
    year: int
    kind: str
    method: str
    source: str
    low: int | None = None
    point: int | None = None
    high: int | None = None
    published_on: date | None = None
    confidence: str | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a route is asked: days, an area, an indicator, a model, parts, a checkpoint; what is left out has its usual value."""

    from_: date | None = None
    to: date | None = None
    area: str = NATION
    indicator: str | None = None
    model: str = Model.BLENDED.value
    within: str | None = None
    as_of: int | None = None

    def asked(self, today: date) -> Asked:
        """Give the edition that is asked for; refuses a period that cannot be."""
        return Asked(
            window=window_asked(self.from_, self.to, today=today),
            area=self.area,
            checkpoint=self.as_of,
            model=Model(self.model),
            within=(Within(self.within),) if self.within else (),
            indicators=(self.indicator,) if self.indicator else None,
            named=self.from_ is not None or self.to is not None,
        )


def quarter_named(name: str) -> Window:
    """Give a quarter by its name, 2026Q3 or 2026-Q3; refuses what is none."""
    found = re.fullmatch(r"([0-9]{4})-?Q([1-4])", name)
    if found is None or int(found[1]) < YEAR_MIN:
        raise NoSuchQuarter(at="quarter")
    return windows.quarter(int(found[1]), int(found[2]))


def window_asked(first: date | None, last: date | None, *, today: date) -> Window:
    """Give the months that were asked for: the last twelve that have ended where no day is named, twelve where one is. Refuses a period that ends before it begins, is too long or has not begun."""
    if first is None and last is None:
        return windows.last_months(today)
    _check_days([("from", first), ("to", last)], today)
    if first is None:
        assert last is not None
        first = windows.months_before(windows.window(last, last).ends_on, MONTHS_IN_A_YEAR - 1)
    if last is None:
        last = windows.months_from(first.replace(day=1), MONTHS_IN_A_YEAR).ends_on
    if last < first:
        raise EndsBeforeItBegins(at="to")
    if last.year - first.year >= YEARS_MAX:
        raise TooLongAPeriod(years=YEARS_MAX, at="from")
    return windows.window(first, last)


def _check_days(days: Iterable[tuple[str, date | None]], today: date) -> None:
    """Refuse days of which nothing can be known, and those no calendar has months around."""
    for name, day in days:
        if day is None:
            continue
        if day.year < YEAR_MIN:
            raise TooLongAPeriod(years=YEARS_MAX, at=name)
        if (day if name == "from" else day.replace(month=1, day=1)) > today:
            raise InTheYearsToCome(today=today, at=name)
