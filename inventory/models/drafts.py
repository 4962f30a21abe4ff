"""What is not in the ledger yet: count sheets that are being filled in, and files that are to be imported."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class CountSheet(Base):
    """A count that is going on: of a place or a product group there. `seen` is the journal number its figures are compared at."""

    __tablename__ = "count_sheet"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    group: Mapped[str | None] = mapped_column("product_group", code_text(20))
    blind: Mapped[bool]
    passes: Mapped[int]
    looks: Mapped[int]
    seen: Mapped[int]
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    saved_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    number: Mapped[int | None]
    __table_args__ = (Index("ix_count_sheet_place_id", "place_id", "ended_at"),)


class CountSheetLine(Base):
    """A lot on a sheet: what was expected when it was opened and when it was last looked at, and what was counted first and again; None is not counted."""

    __tablename__ = "count_sheet_line"
    sheet_id: Mapped[int] = mapped_column(ForeignKey("count_sheet.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    lot: Mapped[str] = mapped_column(code_text(20))
    expires_on: Mapped[date | None]
    expected: Mapped[int] = mapped_column(BigInteger)
    expected_seen: Mapped[int] = mapped_column(BigInteger)
    first: Mapped[int | None]
    second: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(code_text(40))
    __table_args__ = (UniqueConstraint("sheet_id", "product_id", "lot"),)


class ImportFile(Base):
    """A file somebody sent in to be looked at before it is entered; gone once it is."""

    __tablename__ = "import_file"
    id: Mapped[str] = mapped_column(code_text(43), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    name: Mapped[str] = mapped_column(String(120))
    content: Mapped[bytes]
    sent_at: Mapped[datetime] = mapped_column(Instant)
