"""The reference data that figures rested on at a checkpoint, kept for ever, so that the figures as of it stay what they were."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, code_text


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
