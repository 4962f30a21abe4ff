"""What places have said about their months."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant


class MonthReport(Base):
    """A place has said that all of a month is entered, when its journal stood at a posting (0: it had none). Said again when more has come, so that what was said by a checkpoint stays known."""

    __tablename__ = "month_report"
    place_id: Mapped[int] = mapped_column(ForeignKey("place.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    posting: Mapped[int] = mapped_column(primary_key=True)
    said_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (CheckConstraint("posting >= 0", name="posting"), Index("ix_month_report_month", "month"))
