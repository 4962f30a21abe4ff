"""Recalls: the notice, its lots, the places it concerns, and what each answered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Recall(Base):
    """A notice that lots of a product are to be taken back, or a drill that only acts so. Closed: nobody is asked any more; lifted: the lots are free again."""

    __tablename__ = "recall"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code_text(20), unique=True)
    level: Mapped[int] = mapped_column("class")
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    gtin: Mapped[str | None] = mapped_column(code_text(14))
    document: Mapped[str] = mapped_column(String(80))
    authority: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(500))
    drill: Mapped[bool]
    answer_hours: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    closed_because: Mapped[str | None] = mapped_column(String(500))
    lifted_at: Mapped[datetime | None] = mapped_column(Instant)
    lifted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    lifted_because: Mapped[str | None] = mapped_column(String(500))
    __table_args__ = (
        CheckConstraint("class IN (1, 2, 3)", name="class"),
        CheckConstraint("answer_hours > 0", name="answer_hours"),
        CheckConstraint("NOT drill OR lifted_at IS NULL", name="drill"),
    )


class RecallRaise(Base):
    """That a recall is graver than was said before: which class it was and is, by whose document, and why. Only ever added to."""

    __tablename__ = "recall_raise"
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    level: Mapped[int] = mapped_column("class", primary_key=True)
    level_before: Mapped[int] = mapped_column("class_before")
    document: Mapped[str] = mapped_column(String(80))
    authority: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(500))
    raised_at: Mapped[datetime] = mapped_column(Instant)
    raised_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (CheckConstraint("class >= 1 AND class < class_before", name="class"),)


class RecallLot(Base):
    """A lot that a notice names. `known`: whether the service had seen it before; in a drill a lot that it has not seen is not made (`lot_id` None)."""

    __tablename__ = "recall_lot"
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code_text(20))
    expires_on: Mapped[date | None]
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    known: Mapped[bool]
    __table_args__ = (UniqueConstraint("recall_id", "number"),)


_WAITING = "must_answer AND answered_at IS NULL"


class RecallPlace(Base):
    """A place that a recall concerns: what lay there, was held, was in kits, and was on its way to it when the recall committed (or the place joined), in units of the product; by when it is to answer.

    `answered_at` is when it had answered in full; units that come to lie there later take it away again. `reminders` counts the due times it was reminded of.
    """

    __tablename__ = "recall_place"
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)
    in_kits: Mapped[int] = mapped_column(BigInteger)
    in_transit: Mapped[int] = mapped_column(BigInteger)
    must_answer: Mapped[bool]
    joined_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    reminders: Mapped[int]
    reminded_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (Index("ix_recall_place_waiting", "place_id", sqlite_where=text(_WAITING), postgresql_where=text(_WAITING)),)


class RecallAnswer(Base):
    """What a place answered once: of each lot how many were found, and of these destroyed and returned, and how many were ever put there (units that come later are not answered for); the postings it became (none in a drill). Only ever added to."""

    __tablename__ = "recall_answer"
    id: Mapped[int] = mapped_column(primary_key=True)
    recall_id: Mapped[int] = mapped_column(ForeignKey("recall.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    kept_apart: Mapped[bool]
    note: Mapped[str | None] = mapped_column(String(500))
    postings: Mapped[list[int]] = mapped_column(JSON)
    answered_at: Mapped[datetime] = mapped_column(Instant)
    answered_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(code_text(16))
    request_key: Mapped[str] = mapped_column(code_text(80))
    __table_args__ = (Index("ix_recall_answer_recall_id", "recall_id", "place_id"),)
