"""What coverage keeps: the public editions it has made, and the reference data that figures rested on at a checkpoint, so that figures as of it stay what they were."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class PublicQuarter(Base):
    """The public edition of a quarter as of a checkpoint, hidden cells as null. Never changed: two editions of one quarter could be compared."""

    __tablename__ = "public_quarter"
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    checkpoint: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)


class Basis(Base):
    """Reference data as canonical JSON, compressed, under its own SHA-256: the same data is kept once."""

    __tablename__ = "coverage_basis"
    digest: Mapped[str] = mapped_column(code_text(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class BasisAt(Base):
    """Which reference data there was when a checkpoint was taken. The number is that of a checkpoint of the ledger, which is not known here."""

    __tablename__ = "coverage_basis_at"
    checkpoint_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    basis: Mapped[str] = mapped_column(code_text(64), ForeignKey("coverage_basis.digest"))
