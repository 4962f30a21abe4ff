"""Take an alert in hand. In the caller's transaction."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from expiry.errors import AcknowledgedAlready, AlertOver, NotYourAlert
from expiry.models import Alert
from expiry.queries import alerts
from expiry.rules.wanted import Acknowledged
from supply.auth.rules import Person
from supply.errors import Missing
from supply.reference.models import Place


def acknowledge(session: Session, alert_id: int, said: Acknowledged, *, by: Person, now: datetime) -> alerts.AlertRead:
    """Say that somebody takes an alert in hand and what will be done. Refuses one that somebody has in hand, and one that is over."""
    seen = alerts.find_alert(session, alert_id, by=by)
    if seen is None:
        raise Missing
    alert = session.scalars(select(Alert).where(Alert.id == alert_id).with_for_update().execution_options(populate_existing=True)).one()
    if not _may(session, alert, by):
        raise NotYourAlert
    if alert.settled_at is not None:
        raise AlertOver
    if alert.acknowledged_at is not None:
        raise AcknowledgedAlready(by=seen.acknowledged_by, plan=alert.plan)
    alert.acknowledged_at, alert.acknowledged_by, alert.plan = now, by.account_id, said.plan
    session.flush()
    found = alerts.find_alert(session, alert_id, by=by)
    assert found is not None
    return found


def _may(session: Session, alert: Alert, by: Person) -> bool:
    """Whether it is somebody's to take in hand: who records at the place; of the house itself who sees its timed work and may acknowledge at all."""
    if alert.place_id is None:
        return by.may("see jobs") and by.may("acknowledge alerts")
    place = session.get(Place, alert.place_id)
    return place is not None and by.role_at(place) is not None
