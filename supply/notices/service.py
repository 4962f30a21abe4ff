"""Queue a notice. In the caller's transaction: what is undone is told to nobody."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from supply.db import table_of
from supply.errors import plain
from supply.notices.models import Notice
from supply.rows import add_rows


def queue(session: Session, *, place_id: int, kind: str, facts: dict[str, Any], now: datetime) -> None:
    """Tell the people at a place something, once it is sent."""
    session.execute(insert(Notice).values(place_id=place_id, kind=kind, facts=plain(facts), made_at=now))


def queue_all(session: Session, told: Sequence[dict[str, Any]]) -> None:
    """Tell the people at many places something: place_id, kind, facts and made_at of each."""
    add_rows(session, table_of(Notice), [one | {"facts": plain(one["facts"])} for one in told])
