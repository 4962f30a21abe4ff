"""Which months a place has said are entered."""

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inventory.models import MonthReport


def said_by_month(session: Session, place_id: int, *, since: date) -> dict[date, datetime]:
    """Give when a place last said of each month that it is entered."""
    newest = func.max(MonthReport.posting).label("posting")
    last = select(MonthReport.month, newest).where(MonthReport.place_id == place_id, MonthReport.month >= since).group_by(MonthReport.month).subquery()
    query = select(MonthReport.month, MonthReport.said_at).join(last, (last.c.month == MonthReport.month) & (last.c.posting == MonthReport.posting)).where(MonthReport.place_id == place_id)
    return dict(session.execute(query).all())
