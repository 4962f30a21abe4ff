"""What can be asked of what expires: frozen values, made by the schemas. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WasteWanted:
    """Of which places: one, those of a municipality, those of an area (NO, a county, a municipality); all that one sees where none is named."""

    place: str | None = None
    municipality: str | None = None
    area: str | None = None
    limit: int = 100
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class RunsWanted:
    """Which runs of disposals: of a place, in a state."""

    place: str | None = None
    state: str | None = None
    limit: int = 100
    after: str | None = None
