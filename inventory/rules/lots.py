"""What happened to a lot, and what was in force on a day. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

BLOCKING_REASONS = ("frozen", "too_warm", "damaged", "suspected_defect", "sales_stop", "other")
"""Why a lot is put in quarantine."""
RELEASING_REASONS = ("examined", "notice_lifted", "mistake", "other")
"""Why it is let out again."""
QUARANTINE, RECALL = {"quarantine": 1, "release": -1}, {"recall": 1, "lift": -1}
"""What blocks a lot once more, and what does so once less. Each ends its own: a release lifts no recall."""


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


@dataclass(frozen=True, kw_only=True)
class NamedLot:
    """A lot as a notice names it; the expiry it states, if it does."""

    lot: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotEvent:
    """A quarantine of a lot (at a place, or everywhere: None), its release, a recall, its lifting, or a new expiry; in the order in which they were recorded."""

    kind: str
    happened_on: date
    place_id: int | None = None
    expires_before: date | None = None
    expires_after: date | None = None


def expiry_on(day: date, events: Iterable[LotEvent], *, now: date | None) -> date | None:
    """Give the expiry that was in force at the end of a day; `now` is the one in force after all events."""
    return next((event.expires_before for event in events if event.kind == "redate" and event.happened_on > day), now)


def blocks_on(day: date, events: Iterable[LotEvent], *, place_id: int) -> int:
    """Give how many quarantines and recalls of the lot were in force at a place at the end of a day.

    A recall that is in force now is so on every day: nothing leaves once it has committed, however far back it is dated.
    """
    here = [event for event in events if event.place_id in {None, place_id}]
    quarantines, recalls = ([(event.happened_on, sign) for event in here if (sign := signs.get(event.kind))] for signs in (QUARANTINE, RECALL))
    on_the_day = [sum(sign for happened_on, sign in of_kind if happened_on <= day) for of_kind in (quarantines, recalls)]
    return on_the_day[0] + max(on_the_day[1], sum(sign for _, sign in recalls))


def is_recalled_after(day: date, events: Sequence[LotEvent]) -> bool:
    """Whether the lot is recalled now, and the last recall of it came after a day: what is dated on that day was not seen when the recall was traced."""
    recalls = [event for event in events if event.kind in RECALL]
    return sum(RECALL[event.kind] for event in recalls) > 0 and day < max(event.happened_on for event in recalls if event.kind == "recall")
