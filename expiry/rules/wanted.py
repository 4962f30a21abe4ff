"""What can be asked of the lists of this feature: frozen values, made by the schemas. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AlertsWanted:
    """Which alerts: of a place, or of an area (NO, a county of two digits, a municipality of four); of a kind; in a state (None: those that are not settled)."""

    place: str | None = None
    area: str | None = None
    municipality: str | None = None
    kind: str | None = None
    state: str | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class WasteWanted:
    """Of which places: one, those of a municipality, those of an area (NO, a county, a municipality); all that one sees where none is named."""

    place: str | None = None
    municipality: str | None = None
    area: str | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Acknowledged:
    """That somebody takes an alert in hand, and what will be done."""

    plan: str


@dataclass(frozen=True, kw_only=True)
class RunsWanted:
    """Which runs of disposals: of a place, in a state."""

    place: str | None = None
    state: str | None = None
    limit: int = 100
    after: str | None = None
