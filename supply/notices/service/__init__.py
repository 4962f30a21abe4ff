"""Queue a notice. In the caller's transaction: what is undone is told to nobody."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from supply.errors import plain
from supply.notices.models import Notice


def queue(session: Session, *, place_id: int, kind: str, facts: dict[str, Any], now: datetime) -> None:
    """Tell the people at a place something, once it is sent."""
    session.execute(insert(Notice).values(place_id=place_id, kind=kind, facts=plain(facts), made_at=now))
