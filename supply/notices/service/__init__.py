"""Queue notices. In the caller's transaction: what is undone is told to nobody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from supply.db import table_of
from supply.errors import plain
from supply.notices.models import Notice
from supply.rows import add_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the people at a place are to be told: what kind of thing, and its facts."""

    place_id: int
    kind: str
    facts: dict[str, Any]


def queue(session: Session, *, place_id: int, kind: str, facts: dict[str, Any], now: datetime) -> None:
    """Tell the people at a place something, once it is sent."""
    queue_all(session, [Told(place_id=place_id, kind=kind, facts=facts)], now=now)


def queue_all(session: Session, told: Iterable[Told], *, now: datetime) -> None:
    """Tell the people at some places something each, once it is sent."""
    add_rows(session, table_of(Notice), [{"place_id": one.place_id, "kind": one.kind, "facts": plain(one.facts), "made_at": now} for one in told])
