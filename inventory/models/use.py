"""What is known of use beyond the ledger's sums: what is left out of the average, and on how many days there was nothing."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class OneOff(Base):
    """Days that say nothing of what is usual (a festival, a contaminated batch): left out of the average, at a place or in an area, of a product, a group or (`*`) all. Ended, it counts no more, from the beginning."""

    __tablename__ = "one_off"
    id: Mapped[int] = mapped_column(primary_key=True)
    area: Mapped[str] = mapped_column(code_text(60))
    """A place's code, a municipality's number, or NO."""
    about: Mapped[str] = mapped_column(code_text(70))
    """A product's code, `group:` and a group, or `*`."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="days"), Index("ix_one_off_ends_on", "ends_on"))


class Stockout(Base):
    """On how many days of a window a place had nothing usable of a product, and what of its use is left out, as reckoned last night. What a figure is made of is reckoned from the moves; lists of the whole country take this."""

    __tablename__ = "stockout"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True)
    since: Mapped[date]
    until: Mapped[date]
    days: Mapped[int]
    days_left_out: Mapped[int]
    units_left_out: Mapped[int]
    definition: Mapped[str] = mapped_column(code_text(20))
    reckoned_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (CheckConstraint("days >= 0 AND days_left_out >= 0", name="days"),)
