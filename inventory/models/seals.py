"""Where all journals stood at a moment, and what verifications found."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant


class Checkpoint(Base):
    """The heads of all journals at one moment; a figure is as of a checkpoint."""

    __tablename__ = "checkpoint"
    id: Mapped[int] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(Instant)


class CheckpointHead(Base):
    """Where one journal stood at a checkpoint."""

    __tablename__ = "checkpoint_head"
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("checkpoint.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    number: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class VerifyRun(Base):
    """What a verification looked at and what it found; `heads` is where each journal stood."""

    __tablename__ = "verify_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime] = mapped_column(Instant)
    postings: Mapped[int]
    moves: Mapped[int]
    failure: Mapped[dict[str, object] | None] = mapped_column(JSON)
    heads: Mapped[dict[str, object]] = mapped_column(JSON)
