"""Which of the published estimates of how many inject counts for an area and a year. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from supply.coverage.rules.intervals import Interval

PWID, KNOWN = "pwid", "known_injectors"
KINDS = (PWID, KNOWN)
NATION = "NO"
OLDER_YEARS_MAX = 10
"""An area's own estimate gives way when the national one is newer by more years than this; our own rule."""
_CONFIDENCE = {"high": 3, "medium": 2, "low": 1}


@dataclass(frozen=True, kw_only=True)
class Published:
    """An estimate as published; `local` where somebody entered it here, and it is in no reference file."""

    area: str
    year: int
    low: float | None
    point: float | None
    high: float | None
    kind: str
    method: str | None
    source: str
    published_on: date | None
    confidence: str | None
    local: bool = False

    @property
    def interval(self) -> Interval:
        """Give it as an interval."""
        return Interval(low=self.low, point=self.point, high=self.high)


def chosen(estimates: Iterable[Published], *, area: str, year: int) -> Published | None:
    """Give the estimate that counts: of the newest year up to one; of several for it the one that is surest, then the one that says most, then the one published last."""
    fitting = [one for one in estimates if one.area == area and one.kind == PWID and one.year <= year and one.interval.is_known]
    return max(fitting, key=lambda one: (one.year, _CONFIDENCE.get(one.confidence or "", 0), one.low is not None, one.published_on or date.min, one.source), default=None)


def outdated(own: Published, national: Published | None) -> bool:
    """Whether an area's own estimate is so much older than the national one that it gives way."""
    return national is not None and national.year - own.year > OLDER_YEARS_MAX
