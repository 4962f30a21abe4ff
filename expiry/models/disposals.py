"""Runs of disposals: everything expired at a place destroyed in one act, prepared by one and, where a product asks for it, confirmed by another."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text

_OPEN = "state = 'prepared'"


class DisposalRun(Base):
    """Everything expired at a place, to be destroyed or destroyed: `posting` is its number in the place's journal once it is. A place has one at a time that waits.

    `ended_by` is who confirmed or dropped it; the database itself refuses that the one who prepared it is the witness.
    """

    __tablename__ = "disposal_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code_text(80), unique=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    state: Mapped[str] = mapped_column(code_text(12))
    occurred_on: Mapped[date]
    method: Mapped[str | None] = mapped_column(String(500))
    needs_witness: Mapped[bool]
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    prepared_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    posting: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("state IN ('prepared', 'confirmed', 'dropped')", name="state"),
        CheckConstraint("(state = 'prepared') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        CheckConstraint("(state = 'confirmed') = (posting IS NOT NULL)", name="posting"),
        CheckConstraint("NOT needs_witness OR state <> 'confirmed' OR ended_by <> prepared_by", name="witness"),
        Index("ix_disposal_run_place_id", "place_id", "id"),
        Index("uq_disposal_run_open", "place_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
    )


class DisposalLine(Base):
    """A lot of a run as it was seen: so many lay there and so many are destroyed; where fewer, why."""

    __tablename__ = "disposal_line"
    run_id: Mapped[int] = mapped_column(ForeignKey("disposal_run.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    lying: Mapped[int] = mapped_column(BigInteger)
    units: Mapped[int]
    expires_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(code_text(24))
    __table_args__ = (
        CheckConstraint("units >= 0 AND units <= lying", name="units"),
        CheckConstraint("(units < lying) = (reason IS NOT NULL)", name="reason"),
        UniqueConstraint("run_id", "lot_id"),
    )
