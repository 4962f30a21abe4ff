"""Where a series of numbers stands."""

from sqlalchemy.orm import Mapped, mapped_column

from supply.db import Base, code_text


class NumberSeries(Base):
    """The last number given in a series and year: the orders of a municipality, the shipments of a place, recalls."""

    __tablename__ = "number_series"
    series: Mapped[str] = mapped_column(code_text(60), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
