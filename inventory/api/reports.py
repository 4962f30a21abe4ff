"""The route by which a place says that a month is entered."""

from typing import Any

from sqlalchemy.orm import Session

from inventory.api.ground import api, ledger_opens_on
from inventory.rules.reports import MonthEntered
from inventory.schemas.reports import MonthReportIn, MonthReportOut
from inventory.service import reports
from supply import clock
from supply.asking import current_person
from supply.web import gives, may, once, takes


@api.post("/month-reports")
@may("record stock")
@takes(MonthReportIn)
@once
@gives(MonthReportOut, 201)
def report_month(session: Session, said: MonthEntered) -> dict[str, Any]:
    """Say that all of a month is entered at a place: with no hand-outs in it, none were made."""
    report = reports.say_entered(session, said, by=current_person(), now=clock.now(), ledger_opens_on=ledger_opens_on())
    return {"place": said.place, "month": report.month, "posting": report.posting, "said_at": report.said_at}
