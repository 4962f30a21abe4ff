"""What happened to a lot, and what was in force on a day. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

BLOCKING_REASONS = ("frozen", "too_warm", "damaged", "suspected_defect", "sales_stop", "other")
"""Why a lot is put in quarantine."""
RELEASING_REASONS = ("examined", "notice_lifted", "mistake", "other")
"""Why it is let out again."""


@dataclass(frozen=True, kw_only=True)
class LotAct:
    """A lot to be put in quarantine, or let out of it: at a place, or (None) everywhere."""

    product: str
    number: str
    reason: str
    document: str | None = None
    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class Redated:
    """A lot and the day it now expires on."""

    product: str
    lot: str
    expires_on: date


@dataclass(frozen=True, kw_only=True)
class Redating:
    """Lots that an authority's document gives another expiry, all at once."""

    document: str
    authority: str
    lots: tuple[Redated, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEvent:
    """A quarantine of a lot (at a place, or everywhere: None), its release, or a new expiry; in the order in which they were recorded."""

    kind: str
    happened_on: date
    place_id: int | None = None
    expires_before: date | None = None
    expires_after: date | None = None


def expiry_on(day: date, events: Iterable[LotEvent], *, now: date | None) -> date | None:
    """Give the expiry that was in force at the end of a day; `now` is the one in force after all events."""
    return next((event.expires_before for event in events if event.kind == "redate" and event.happened_on > day), now)


def blocks_on(day: date, events: Iterable[LotEvent], *, place_id: int) -> int:
    """Give how many quarantines of the lot were in force at a place at the end of a day."""
    here = [event for event in events if event.happened_on <= day and event.place_id in {None, place_id}]
    return sum({"quarantine": 1, "release": -1}.get(event.kind, 0) for event in here)
