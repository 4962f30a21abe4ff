"""What was said of how to order, what the past makes likely, and what to order."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, CheckConstraint, Float, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text

_OPEN = "state = 'open'"


class ReorderRule(Base):
    """What somebody said of ordering: for a place, a municipality or the nation, of a product, a group or all. The last of the same area and subject holds; only ever added to."""

    __tablename__ = "reorder_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(code_text(60))
    """A place's code, a municipality's number, or NO."""
    about: Mapped[str] = mapped_column(code_text(70))
    """A product's code, `group:` and a group, or `*`."""
    said: Mapped[dict[str, object]] = mapped_column(JSON)
    """What is said, field by field; what is not said is not there. All of it: what stood there before holds no more."""
    reason: Mapped[str | None] = mapped_column(String(200))
    said_at: Mapped[datetime] = mapped_column(Instant)
    said_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (Index("ix_reorder_rule_area", "area", "about", "id"),)


class Forecast(Base):
    """What the past of a place's demand of a product makes likely, as reckoned last night: by which method, units a day and the variance of a day, how far it was off on its own past, and from how many weeks."""

    __tablename__ = "forecast"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    method: Mapped[str] = mapped_column(code_text(12))
    daily: Mapped[float] = mapped_column(Float)
    variance: Mapped[float] = mapped_column(Float)
    days_behind: Mapped[float] = mapped_column(Float)
    """How many days of the past the rate leans on; fewer, and it is less sure itself."""
    error: Mapped[float | None] = mapped_column(Float)
    weeks: Mapped[int]
    until: Mapped[date]
    reckoned_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (CheckConstraint("daily >= 0 AND variance >= 0 AND days_behind > 0", name="rate"),)


class Proposal(Base):
    """That a place order so many units of a product, and everything that led to it. An open one is brought up to date; one that was accepted or declined stays as it was then."""

    __tablename__ = "proposal"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    state: Mapped[str] = mapped_column(code_text(10))
    units: Mapped[int] = mapped_column(BigInteger)
    pack: Mapped[int]
    runs_out_on: Mapped[date | None]
    inputs: Mapped[dict[str, object]] = mapped_column(JSON)
    definition: Mapped[str] = mapped_column(code_text(20))
    made_at: Mapped[datetime] = mapped_column(Instant)
    reckoned_at: Mapped[datetime] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(String(200))
    order_number: Mapped[str | None] = mapped_column(code_text(20))
    quiet_until: Mapped[date | None]
    """Declined: nothing is proposed again before this day, unless the shelf would be empty."""
    __table_args__ = (
        CheckConstraint("state IN ('open', 'accepted', 'declined', 'over')", name="state"),
        CheckConstraint("units > 0 AND pack > 0", name="units"),
        CheckConstraint("(state IN ('accepted', 'declined')) = (decided_at IS NOT NULL) AND (decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(state = 'accepted') = (order_number IS NOT NULL)", name="accepted"),
        CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name="declined"),
        Index("uq_proposal_open", "place_id", "product_id", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_proposal_place_id", "place_id", "product_id", "id"),
        Index("ix_proposal_order_number", "order_number"),
    )
