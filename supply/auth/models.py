"""Accounts, what they may do and where, their keys and sessions, and the access log."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Account(Base):
    """A person or a service. `number` is the staff number the ledger knows; it is never given to anyone else."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code_text(12), unique=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(code_text(254), unique=True)
    language: Mapped[str] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    active: Mapped[bool]
    made_up: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (CheckConstraint("kind IN ('person', 'service')", name="kind"),)


class Grant(Base):
    """A role at a place, in a municipality, or (both empty) in the whole country."""

    __tablename__ = "role_grant"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    municipality: Mapped[str | None] = mapped_column(code_text(4))
    __table_args__ = (
        CheckConstraint("role IN ('depot', 'municipality', 'approver', 'directorate', 'admin')", name="role"),
        CheckConstraint("place_id IS NULL OR municipality IS NULL", name="one_area"),
    )


class ApiKey(Base):
    """A key of a service account: shown once, kept as a digest, ended by a date or at once."""

    __tablename__ = "api_key"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)


class WebSession(Base):
    """A signed-in browser: the cookie holds a random token, this row its digest."""

    __tablename__ = "web_session"
    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class AccessEntry(Base):
    """What was refused, signed in, overridden or exported, by whom and when; never a body or a secret."""

    __tablename__ = "access_log"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    act: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str | None] = mapped_column(String(200))
    __table_args__ = (Index("ix_access_log_at", "at"),)
