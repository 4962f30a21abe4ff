"""Notices, who was told, what they chose, and the letters to them: written in transactions, sent by a job."""

from datetime import date, datetime, time

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text

_NOT_SPREAD, _UNREAD, _NOT_WEIGHED = text("spread_at IS NULL"), text("read_at IS NULL"), text("weighed_at IS NULL")
_WAITS = text("sent_at IS NULL AND ended_at IS NULL")


class Notice(Base):
    """Something the people at a place are to be told: what kind of thing, and its facts; and when it was put into inboxes."""

    __tablename__ = "notice"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(code_text(30))
    facts: Mapped[dict[str, object]] = mapped_column(JSON)
    made_at: Mapped[datetime] = mapped_column(Instant)
    spread_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (Index("ix_notice_place_id", "place_id", "made_at"), Index("ix_notice_not_spread", "id", sqlite_where=_NOT_SPREAD, postgresql_where=_NOT_SPREAD))


class Told(Base):
    """A notice in somebody's inbox. `weighed_at`: when it was decided whether it is mailed; `letter_id`: the one letter that tells it."""

    __tablename__ = "notice_told"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True, index=True)
    urgency: Mapped[str] = mapped_column(code_text(8))
    made_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    weighed_at: Mapped[datetime | None] = mapped_column(Instant)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letter.id"), index=True)
    __table_args__ = (
        CheckConstraint("urgency IN ('routine', 'urgent', 'critical')", name="urgency"),
        CheckConstraint("letter_id IS NULL OR weighed_at IS NOT NULL", name="weighed"),
        Index("ix_notice_told_unread", "account_id", "made_at", sqlite_where=_UNREAD, postgresql_where=_UNREAD),
        Index("ix_notice_told_not_weighed", "account_id", "urgency", sqlite_where=_NOT_WEIGHED, postgresql_where=_NOT_WEIGHED),
    )


class NoticeChoice(Base):
    """What somebody chose about notices: see rules.Choices."""

    __tablename__ = "notice_choice"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    digest: Mapped[bool]
    urgent: Mapped[bool]
    everything: Mapped[bool]
    quiet_from: Mapped[time] = mapped_column(Time)
    quiet_to: Mapped[time] = mapped_column(Time)
    left_out: Mapped[list[str]] = mapped_column(JSON)


class Letter(Base):
    """A letter to a person: one digest for each day, and what could not wait. Its address is the person's when it is sent; `message_id` stays the same however often it is tried."""

    __tablename__ = "letter"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(code_text(8))
    digest_on: Mapped[date | None]
    message_id: Mapped[str] = mapped_column(code_text(320), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int]
    next_try_at: Mapped[datetime] = mapped_column(Instant)
    problem: Mapped[str | None] = mapped_column(String(300))
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_to: Mapped[str | None] = mapped_column(code_text(254))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_because: Mapped[str | None] = mapped_column(code_text(8))
    __table_args__ = (
        CheckConstraint("kind IN ('digest', 'urgent', 'critical')", name="kind"),
        CheckConstraint("(kind = 'digest') = (digest_on IS NOT NULL)", name="digest"),
        CheckConstraint("ended_because IS NULL OR ended_because IN ('refused', 'failed', 'nobody')", name="ended_because"),
        UniqueConstraint("account_id", "digest_on"),
        Index("ix_letter_waits", "next_try_at", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index("ix_letter_ended_at", "ended_at"),
        Index("ix_letter_made_at", "made_at"),
    )


class RefusingAddress(Base):
    """An address for which a mail server said that it takes no mail, ever: until the person's address is another, or an administrator says otherwise."""

    __tablename__ = "refusing_address"
    address: Mapped[str] = mapped_column(code_text(254), primary_key=True)
    refused_at: Mapped[datetime] = mapped_column(Instant)
    answer: Mapped[str] = mapped_column(String(300))
