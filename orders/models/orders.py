"""Orders, their lines, what happened to them, and the shipments that fill them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text

_OPEN = "state NOT IN ('closed', 'cancelled')"


class Order(Base):
    """Units asked for at a place. `supplied_by_id` is who gives; None is a supplier. `version` grows with every act: who acts says which one they saw."""

    __tablename__ = "supply_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code_text(20), unique=True)
    kind: Mapped[str] = mapped_column(code_text(10))
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    supplied_by_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    state: Mapped[str] = mapped_column(code_text(16))
    version: Mapped[int]
    emergency: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(String(500))
    copy_of: Mapped[str | None] = mapped_column(code_text(20))
    standing_id: Mapped[int | None]
    due_on: Mapped[date | None]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    shipped_at: Mapped[datetime | None] = mapped_column(Instant)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        CheckConstraint("kind IN ('order', 'loan', 'return', 'supply')", name="kind"),
        UniqueConstraint("standing_id", "due_on"),
        Index("ix_supply_order_place_id", "place_id", "id"),
        Index("ix_supply_order_open", "supplied_by_id", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_supply_order_supplied_by_id", "supplied_by_id", "id"),
    )


class OrderLine(Base):
    """So many units of a product: requested, approved, shipped, arrived, and cancelled of what was approved. `known` is what was known when it was submitted."""

    __tablename__ = "order_line"
    order_id: Mapped[int] = mapped_column(ForeignKey("supply_order.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    requested: Mapped[int]
    pack: Mapped[int]
    approved: Mapped[int | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    known: Mapped[dict[str, object] | None] = mapped_column(JSON)
    shipped: Mapped[int] = mapped_column(server_default="0")
    arrived: Mapped[int] = mapped_column(server_default="0")
    cancelled: Mapped[int] = mapped_column(server_default="0")
    __table_args__ = (
        UniqueConstraint("order_id", "product_id"),
        CheckConstraint("requested > 0 AND pack > 0 AND approved >= 0", name="units"),
        CheckConstraint("0 <= arrived AND arrived <= shipped AND 0 <= cancelled AND shipped + cancelled <= coalesce(approved, 0)", name="progress"),
    )


class OrderEvent(Base):
    """What somebody did to an order, and the state and version it led to. Only ever added to."""

    __tablename__ = "order_event"
    order_id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(code_text(12))
    state: Mapped[str] = mapped_column(code_text(16))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    account_id: Mapped[int]
    role: Mapped[str] = mapped_column(code_text(16))
    facts: Mapped[dict[str, object]] = mapped_column(JSON)


class Shipment(Base):
    """What was sent from one place to another, for one order or several; `posting` is its number in the sender's journal."""

    __tablename__ = "shipment"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(code_text(80), unique=True)
    from_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    to_place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    posting: Mapped[int]
    sent_at: Mapped[datetime] = mapped_column(Instant)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        Index("ix_shipment_from_open", "from_place_id", "id", sqlite_where=text("settled_at IS NULL"), postgresql_where=text("settled_at IS NULL")),
        Index("ix_shipment_to_open", "to_place_id", "id", sqlite_where=text("settled_at IS NULL"), postgresql_where=text("settled_at IS NULL")),
    )


class ShipmentLine(Base):
    """Units of a lot in a shipment, for a line of an order: sent, arrived, and settled of the rest. `rejected` and `missing` is how the rest was counted, and why."""

    __tablename__ = "shipment_line"
    shipment_id: Mapped[int] = mapped_column(ForeignKey("shipment.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    order_line: Mapped[int]
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    sent: Mapped[int]
    arrived: Mapped[int] = mapped_column(server_default="0")
    settled: Mapped[int] = mapped_column(server_default="0")
    rejected: Mapped[int] = mapped_column(server_default="0")
    missing: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str | None] = mapped_column(code_text(20))
    __table_args__ = (
        ForeignKeyConstraint(["order_id", "order_line"], ["order_line.order_id", "order_line.line"]),
        CheckConstraint("sent > 0 AND arrived >= 0 AND settled >= 0 AND arrived + settled <= sent", name="units"),
        Index("ix_shipment_line_order_id", "order_id", "order_line"),
    )


class StandingOrder(Base):
    """An order that repeats: drafted anew every so many months, until it is ended."""

    __tablename__ = "standing_order"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    supplied_by_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    lines: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    months: Mapped[int]
    starts_on: Mapped[date]
    next_on: Mapped[date]
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (CheckConstraint("months > 0", name="months"),)
