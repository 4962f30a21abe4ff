"""Notices: written in the transaction that causes them, sent by a job."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Notice(Base):
    """Something the people at a place are to be told: what kind of thing, and its facts."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(code_text(30))
    facts: Mapped[dict[str, object]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (Index("ix_notice_place_id", "place_id", "made_at"),)
