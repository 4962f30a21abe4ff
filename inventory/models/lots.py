"""Lots: what is known of them, what is in kits, what happened to them, and what is promised of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Lot(Base):
    """A lot of a product, its number compared exactly. `expires_on` is what is in force now; None is undated.

    `blocks` counts the quarantines of it everywhere that are not released and the recalls that are not lifted, `changed_on` is the day of the last event, `kit_version` what a kit holds.
    """

    __tablename__ = "lot"
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    number: Mapped[str] = mapped_column(code_text(20))
    expires_on: Mapped[date | None]
    kit_version: Mapped[int | None]
    blocks: Mapped[int] = mapped_column(server_default="0")
    changed_on: Mapped[date | None]
    __table_args__ = (UniqueConstraint("product_id", "number"),)


class LotGtin(Base):
    """A GTIN seen on a lot."""

    __tablename__ = "lot_gtin"
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    gtin: Mapped[str] = mapped_column(code_text(14), primary_key=True)


class KitLotPart(Base):
    """So many units of a lot in each kit of a lot of kits."""

    __tablename__ = "kit_lot_part"
    kit_lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    part_lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True)
    units: Mapped[int]
    __table_args__ = (CheckConstraint("units > 0", name="units"), Index("ix_kit_lot_part_part_lot_id", "part_lot_id"))


class LotEvent(Base):
    """What happened to a lot, everywhere or at a place: a quarantine, its release, a new expiry, a recall, its lifting. A kit's follow from those of its parts."""

    __tablename__ = "lot_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    kind: Mapped[str] = mapped_column(code_text(12))
    happened_on: Mapped[date]
    reason: Mapped[str | None] = mapped_column(code_text(40))
    document: Mapped[str | None] = mapped_column(String(80))
    authority: Mapped[str | None] = mapped_column(String(80))
    expires_before: Mapped[date | None]
    expires_after: Mapped[date | None]
    because_of_id: Mapped[int | None] = mapped_column(ForeignKey("lot_event.id"))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role: Mapped[str] = mapped_column(String(12))
    request_key: Mapped[str] = mapped_column(code_text(80))
    __table_args__ = (CheckConstraint("kind IN ('quarantine', 'release', 'redate', 'recall', 'lift')", name="kind"), Index("ix_lot_event_lot_id", "lot_id"))


class Hold(Base):
    """Units of a lot at a place promised to somebody: `document` says to whom. Ended, they are free again or gone."""

    __tablename__ = "hold"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    units: Mapped[int]
    document: Mapped[str] = mapped_column(String(80))
    line: Mapped[int | None]
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_because: Mapped[str | None] = mapped_column(code_text(20))
    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        Index("ix_hold_document", "document", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
        Index("ix_hold_open", "place_id", "lot_id", sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL")),
    )
