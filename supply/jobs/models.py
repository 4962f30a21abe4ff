"""Timed work: one row for each time that a job was due and somebody took it up."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class JobRun(Base):
    """A run of a job: when it was due, who runs it (`worker`, a random token), when it last gave a sign of life, and how it ended."""

    __tablename__ = "job_run"
    job: Mapped[str] = mapped_column(code_text(30), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    worker: Mapped[str] = mapped_column(code_text(32))
    tries: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Instant)
    beat_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(code_text(10))
    done: Mapped[int]
    total: Mapped[int | None]
    facts: Mapped[dict[str, object] | None] = mapped_column(JSON)
    error: Mapped[str | None] = mapped_column(String(300))
    __table_args__ = (CheckConstraint("outcome IN ('running', 'done', 'failed', 'lost')", name="outcome"),)
