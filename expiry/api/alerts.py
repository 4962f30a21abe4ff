"""Routes of alerts."""

from sqlalchemy.orm import Session

from expiry.api.ground import api
from expiry.queries import alerts as queries
from expiry.queries.alerts import AlertRead
from expiry.rules.wanted import Acknowledged, AlertsWanted
from expiry.schemas.alerts import AcknowledgeIn, AlertOut, AlertsArgs
from expiry.service import alerts as service
from supply import clock
from supply.asking import current_person
from supply.errors import Missing
from supply.web import Page, gives, may, once, reads, takes


@api.get("/alerts")
@may("see alerts")
@takes(AlertsArgs, "query")
@reads
@gives(AlertOut, many=True)
def list_alerts(session: Session, wanted: AlertsWanted) -> Page:
    """List alerts, the earliest day first."""
    items, next_after = queries.alerts(session, wanted, by=current_person(), today=clock.today())
    return Page(items=items, next_after=next_after)


@api.get("/alerts/<int(max=2147483647):alert_id>")
@may("see alerts")
@reads
@gives(AlertOut)
def get_alert(session: Session, alert_id: int) -> AlertRead:
    """Give an alert."""
    if (found := queries.find_alert(session, alert_id, by=current_person())) is None:
        raise Missing
    return found


@api.post("/alerts/<int(max=2147483647):alert_id>/acknowledge")
@may("acknowledge alerts")
@takes(AcknowledgeIn)
@once
@gives(AlertOut)
def acknowledge_alert(session: Session, said: Acknowledged, alert_id: int) -> AlertRead:
    """Take an alert in hand, saying what will be done."""
    return service.acknowledge(session, alert_id, said, by=current_person(), now=clock.now())
