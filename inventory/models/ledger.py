"""The ledger's tables. Postings, moves, tallies and count lines are only ever added to; triggers and roles see to that.

What they name (place, lot, product, account, epoch) is never deleted, so it is not looked up for every row: see docs/decisions/008.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Epoch(Base):
    """One life of the database: a restored copy starts a new one, so that no number is given twice unseen."""

    __tablename__ = "epoch"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(code_text(32), unique=True)
    started_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(120))


class Posting(Base):
    """One act by one person at one place, numbered without gaps in that place's journal and sealed with the one before."""

    __tablename__ = "posting"
    place_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    epoch_id: Mapped[int]
    kind: Mapped[str] = mapped_column(code_text(20))
    reason: Mapped[str | None] = mapped_column(code_text(40))
    occurred_on: Mapped[date]
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int]
    role: Mapped[str] = mapped_column(String(12))
    request_key: Mapped[str] = mapped_column(code_text(80))
    corrects: Mapped[int | None]
    supplier: Mapped[str | None] = mapped_column(String(80))
    document: Mapped[str | None] = mapped_column(String(80))
    note_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    previous_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    __table_args__ = (
        ForeignKeyConstraint(["place_id", "corrects"], ["posting.place_id", "posting.number"], name="fk_posting_corrects"),
        ForeignKeyConstraint(["recorded_by", "request_key"], ["request.account_id", "request.key"], name="fk_posting_request", deferrable=True, initially="DEFERRED"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("(kind = 'correction') = (corrects IS NOT NULL)", name="corrects"),
        Index("uq_posting_place_id_corrects", "place_id", "corrects", unique=True, sqlite_where=text("corrects IS NOT NULL"), postgresql_where=text("corrects IS NOT NULL")),
        Index("ix_posting_supplier_document", "supplier", "document"),
        Index("ix_posting_place_id_occurred_on", "place_id", "occurred_on"),
        Index("ix_posting_recorded_by_request_key", "recorded_by", "request_key"),
    )


class PostingNote(Base):
    """What somebody wrote beside a posting: the only row that may be erased; the posting keeps SHA-256(salt + note)."""

    __tablename__ = "posting_note"
    place_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    note: Mapped[str] = mapped_column(String(500))
    salt: Mapped[bytes] = mapped_column(LargeBinary(16))
    __table_args__ = (ForeignKeyConstraint(["place_id", "number"], ["posting.place_id", "posting.number"]),)


_FROM_OTHER, _TO_OTHER = "from_place_id <> place_id AND from_place_id > 0", "to_place_id <> place_id AND to_place_id > 0"
"""Moves that stand in the journal of another place than the one they leave, or come to."""
_VIRTUAL = "from_place_id < 0 AND to_place_id < 0"
"""Moves that no shelf knows of: put right in their meaning, or returned and destroyed."""


class Move(Base):
    """So many units of a lot from one place to another. `expires_on` is what was in force when it was recorded."""

    __tablename__ = "move"
    place_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int]
    from_place_id: Mapped[int]
    to_place_id: Mapped[int]
    units: Mapped[int]
    occurred_on: Mapped[date]
    expires_on: Mapped[date | None]
    occasion: Mapped[str | None] = mapped_column(code_text(16))
    recipient: Mapped[str | None] = mapped_column(code_text(16))
    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        CheckConstraint("from_place_id <> to_place_id", name="two_places"),
        Index("ix_move_from", "from_place_id", "lot_id", "occurred_on"),
        Index("ix_move_to", "to_place_id", "lot_id", "occurred_on"),
        Index("ix_move_from_other", "from_place_id", "lot_id", sqlite_where=text(_FROM_OTHER), postgresql_where=text(_FROM_OTHER)),
        Index("ix_move_to_other", "to_place_id", "lot_id", sqlite_where=text(_TO_OTHER), postgresql_where=text(_TO_OTHER)),
        Index("ix_move_virtual", "place_id", "occurred_on", sqlite_where=text(_VIRTUAL), postgresql_where=text(_VIRTUAL)),
    )


class Tally(Base):
    """A count without a lot and without a move: unmet demand, used units returned."""

    __tablename__ = "tally"
    place_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int]
    what: Mapped[str] = mapped_column(code_text(16))
    units: Mapped[int]
    occurred_on: Mapped[date]
    __table_args__ = (
        CheckConstraint("units <> 0", name="units"),
        CheckConstraint("what IN ('unmet', 'used_returned')", name="what"),
        Index("ix_tally_place_id_product_id_occurred_on", "place_id", "product_id", "occurred_on"),
    )


class CountLine(Base):
    """What a count expected and found of a lot; also where nothing differed, for it closes the lot."""

    __tablename__ = "count_line"
    place_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int]
    expected: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(BigInteger)
    __table_args__ = (CheckConstraint("counted >= 0", name="counted"), Index("ix_count_line_lot_id", "place_id", "lot_id"))


class Journal(Base):
    """Where a place's journal stands; the row that every writer at the place locks."""

    __tablename__ = "journal"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    last_number: Mapped[int]
    last_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    last_recorded_at: Mapped[datetime | None] = mapped_column(Instant)


class Stock(Base):
    """What lies at a physical place of a lot, kept in the transaction of the moves that make it; `blocks` counts the quarantines here that are not released, `stopped_by` is the verification that found a difference here."""

    __tablename__ = "stock"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    on_hand: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)
    last_moved_on: Mapped[date]
    counted_on: Mapped[date | None]
    counted_by: Mapped[int | None]
    blocks: Mapped[int] = mapped_column(server_default="0")
    stopped_by: Mapped[int | None]
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="on_hand"),
        CheckConstraint("held >= 0 AND held <= on_hand", name="held"),
        Index("ix_stock_lot_id", "lot_id"),
        Index("ix_stock_stopped", "place_id", "lot_id", sqlite_where=text("stopped_by IS NOT NULL"), postgresql_where=text("stopped_by IS NOT NULL")),
    )


class MonthTotals(Base):
    """Units by month, place, product (a kit: version of its content) and flow; signed, the sum of the moves and tallies behind it. A row holds the months of a year; in one that is NULL nothing was recorded."""

    __tablename__ = "month_totals"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    kit_version: Mapped[int] = mapped_column(primary_key=True)
    flow: Mapped[str] = mapped_column(code_text(16), primary_key=True)
    occasion: Mapped[str] = mapped_column(code_text(16), primary_key=True)
    recipient: Mapped[str] = mapped_column(code_text(16), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    m01: Mapped[int | None] = mapped_column(BigInteger)
    m02: Mapped[int | None] = mapped_column(BigInteger)
    m03: Mapped[int | None] = mapped_column(BigInteger)
    m04: Mapped[int | None] = mapped_column(BigInteger)
    m05: Mapped[int | None] = mapped_column(BigInteger)
    m06: Mapped[int | None] = mapped_column(BigInteger)
    m07: Mapped[int | None] = mapped_column(BigInteger)
    m08: Mapped[int | None] = mapped_column(BigInteger)
    m09: Mapped[int | None] = mapped_column(BigInteger)
    m10: Mapped[int | None] = mapped_column(BigInteger)
    m11: Mapped[int | None] = mapped_column(BigInteger)
    m12: Mapped[int | None] = mapped_column(BigInteger)
    __table_args__ = (Index("ix_month_totals_year_place", "year", "place_id"),)
