"""Alerts: what somebody at a place is to look at, from when it is seen until it is over."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Alert(Base):
    """Something is so at a place (None: in the house itself): what kind of thing, of which subject, and the day it is about. Never raised twice.

    `subject` tells alerts of a kind apart: the ids of place, lot and band ("7/12/90"), of place and product, the place's and the number of a document; `band` is the days before the last usable day.
    """

    __tablename__ = "alert"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(code_text(16))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("place.id"))
    subject: Mapped[str] = mapped_column(code_text(80))
    about_on: Mapped[date]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    band: Mapped[int | None]
    document: Mapped[str | None] = mapped_column(code_text(80))
    units: Mapped[int | None]
    raised_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    plan: Mapped[str | None] = mapped_column(String(500))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged"),
        UniqueConstraint("kind", "subject", "about_on"),
        Index("uq_alert_open", "kind", "subject", unique=True, sqlite_where=text("settled_at IS NULL"), postgresql_where=text("settled_at IS NULL")),
        Index("ix_alert_place_id", "place_id", "settled_at"),
        Index("ix_alert_raised_at", "raised_at"),
    )
