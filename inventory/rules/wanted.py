"""What can be asked of the ledger's lists: frozen values, made by the schemas. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, kw_only=True)
class StockWanted:
    """Which stock is asked for; `on` a past day, else now."""

    place: str | None = None
    municipality: str | None = None
    product: str | None = None
    group: str | None = None
    on: date | None = None
    usable: bool | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class JournalWanted:
    """Which postings of a journal; `newest_first` for people, in order for readers that page."""

    from_: date | None = None
    to: date | None = None
    product: str | None = None
    lot: str | None = None
    kind: str | None = None
    use: str | None = None
    """Only what use is made of: handed_out, or unmet."""
    limit: int = 100
    after: str | None = None
    newest_first: bool = False


@dataclass(frozen=True, kw_only=True)
class LotsWanted:
    """Which lots."""

    product: str | None = None
    number: str | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class VerifyWanted:
    """Of which place what came since the last run is checked too."""

    place: str | None = None


@dataclass(frozen=True, kw_only=True)
class BatchEntry:
    """A posting of a batch: its kind, its own key, its body as sent."""

    kind: str
    key: str
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Postings in order."""

    postings: tuple[BatchEntry, ...]


@dataclass(frozen=True, kw_only=True)
class BatchHow:
    """Whether each posting stands by itself, or all or none."""

    each: bool = False


@dataclass(frozen=True, kw_only=True)
class NewMark:
    """Days that say nothing of what is usual: where, of what, from when to when, and why."""

    area: str
    about: str
    starts_on: date
    ends_on: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class UseWanted:
    """Whose use of what, cut into months, weeks or days, from when to when."""

    place: str | None = None
    product: str | None = None
    by: str = "month"
    from_: date | None = None
    to: date | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class MarksWanted:
    """Which marks on days: those that reach a place, else all one may see; with `ended`, those too that count no more."""

    place: str | None = None
    ended: bool = False
    limit: int = 100
    after: str | None = None
