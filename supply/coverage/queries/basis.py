"""The reference data as it was at a checkpoint: written as JSON when one is taken, read back when figures as of it are asked for."""

import hashlib
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from supply.coverage.models import Basis, BasisAt
from supply.coverage.queries import background as backgrounds
from supply.coverage.queries.background import Background, DeathsKnown, PlaceKnown
from supply.coverage.rules.estimates import Published
from supply.coverage.rules.facts import PublishedTotal
from supply.coverage.rules.figures import Threshold


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """Reference data as it is kept."""

    digest: str
    content: bytes


def frozen(background: Background) -> Frozen:
    """Write reference data down: canonical JSON, and its SHA-256."""
    text = canonical(background)
    return Frozen(digest=digest_of(text), content=zlib.compress(text, 9))


def canonical(background: Background) -> bytes:
    """Write reference data as canonical JSON: members in order, no white space."""
    return json.dumps(written(background), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(text: bytes) -> str:
    """Give the SHA-256 by which reference data is named."""
    return hashlib.sha256(text).hexdigest()


def background_at(session: Session, checkpoint: int | None, *, borders: date) -> Background:
    """Give the reference data that was there at a checkpoint, with the borders of that day; today's where there is none, or none was kept with it."""
    if checkpoint is not None:
        content = session.scalar(select(Basis.content).join(BasisAt, BasisAt.basis == Basis.digest).where(BasisAt.checkpoint_id == checkpoint))
        if content is not None:
            return read(json.loads(zlib.decompress(content)), borders=borders)
    return backgrounds.read(session, borders=borders)


def written(background: Background) -> dict[str, Any]:
    """Give reference data as JSON holds it."""
    return {
        "changes": [[day.isoformat(), *rest] for day, *rest in background.changes],
        "municipalities": dict(background.municipalities),
        "counties": dict(background.counties),
        "valid": sorted([number, valid_from, _day(valid_to), county] for number, valid_from, valid_to, county in background.valid),
        "places": [_plain(asdict(place)) for place in background.places],
        "populations": sorted([area, on.isoformat(), ages, persons, source] for area, on, ages, persons, source in background.populations),
        "deaths": [asdict(one) for one in background.deaths],
        "estimates": [_plain(asdict(one)) for one in background.estimates],
        "memberships": [[number, programme, starts_on.isoformat(), _day(ends_on), confidence] for number, programme, starts_on, ends_on, confidence in background.memberships],
        "published": [_plain(asdict(one)) for one in background.published],
        "thresholds": [asdict(one) for one in background.thresholds],
        "pack_units": dict(background.pack_units),
        "naloxone": sorted(background.naloxone),
    }


def read(kept: dict[str, Any], *, borders: date) -> Background:
    """Give reference data out of JSON."""
    county_numbers: dict[str, set[str]] = {}
    for number, _, _, county in kept["valid"]:
        county_numbers.setdefault(county, set()).add(number)
    return Background(
        borders=borders,
        changes=[(date.fromisoformat(day), old, new, kind) for day, old, new, kind in kept["changes"]],
        municipalities=kept["municipalities"],
        counties=kept["counties"],
        county_numbers={county: frozenset(numbers) for county, numbers in county_numbers.items()},
        valid=[(number, valid_from, _read_day(valid_to), county) for number, valid_from, valid_to, county in kept["valid"]],
        places=[PlaceKnown(**_days(place, "opened_on", "closed_on")) for place in kept["places"]],
        populations=[(area, date.fromisoformat(on), ages, persons, source) for area, on, ages, persons, source in kept["populations"]],
        deaths=[DeathsKnown(**one) for one in kept["deaths"]],
        estimates=[Published(**_days(one, "published_on")) for one in kept["estimates"]],
        memberships=[(number, programme, date.fromisoformat(starts_on), _read_day(ends_on), confidence) for number, programme, starts_on, ends_on, confidence in kept["memberships"]],
        published=[PublishedTotal(**_days(one, "starts_on", "ends_on")) for one in kept["published"]],
        thresholds=[Threshold(**one) for one in kept["thresholds"]],
        pack_units=kept["pack_units"],
        naloxone=frozenset(kept["naloxone"]),
    )


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def _days(values: dict[str, Any], *names: str) -> dict[str, Any]:
    return values | {name: _read_day(values[name]) for name in names}


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _read_day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
