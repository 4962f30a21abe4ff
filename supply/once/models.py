"""The request table: written with the effect, in its transaction, and never changed."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, Instant, code_text


class Request(Base):
    """An account's key, what was asked under it (a digest), and the answer byte for byte."""

    __tablename__ = "request"
    account_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(code_text(80), primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int]
    body: Mapped[bytes]
    location: Mapped[str | None] = mapped_column(String(300))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
