"""What coverage keeps: the public editions it has made."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant


class PublicQuarter(Base):
    """The public edition of a quarter as of a checkpoint, hidden cells as null. Never changed: two editions of one quarter could be compared."""

    __tablename__ = "public_quarter"
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    checkpoint: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
