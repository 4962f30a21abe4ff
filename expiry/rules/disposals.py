"""Runs of disposals: what is asked, in which states they are, and whether what was prepared still fits what lies there. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

REASON = "expired"
"""Why the ledger says the units were destroyed."""


class State(StrEnum):
    """Where a run stands."""

    PREPARED = "prepared"
    """It waits for a witness."""
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


FOUND_FEWER = "found_fewer"
REASONS = (FOUND_FEWER, "goes_to_supplier", "kept_for_examination", "other")
"""Why fewer of a lot are destroyed than lie there. Whoever found fewer counts first: destroying is no way to count."""


@dataclass(frozen=True, kw_only=True)
class RunLine:
    """Units of an expired lot to be destroyed, 0 where it is left out; where fewer than lie there, why."""

    product: str
    lot: str
    units: int
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class NewRun:
    """What somebody prepares: everything expired at a place on a day, or the lines named, which leave none of it unsaid; `method` is how it is destroyed."""

    place: str
    occurred_on: date
    method: str | None = None
    lines: tuple[RunLine, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A line of a run, and what lies there of its lot now, by the expiry in force."""

    product: str
    lot: str
    units: int
    expires_on: date
    lies: int
    expires_on_now: date | None

    @property
    def fits(self) -> bool:
        """Whether as many lie there as are to be destroyed, and their expiry is the one that was seen."""
        return self.lies >= self.units and self.expires_on_now == self.expires_on


def not_fitting(lines: Iterable[Fitted]) -> list[Mapping[str, object]]:
    """Name the lines that can no longer be destroyed as they were prepared, each with what lies there now."""
    return [
        {
            "product": line.product,
            "lot": line.lot,
            "prepared": line.units,
            "lies": line.lies,
            "expires_on": line.expires_on.isoformat(),
            "expires_on_now": line.expires_on_now.isoformat() if line.expires_on_now else None,
        }
        for line in lines
        if line.units and not line.fits
    ]
