"""A place says that all of a month is entered: from then on nothing in it means none. In the caller's transaction."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from inventory.errors import InTheFuture, MonthNotOver, NotYourPlace, TooLongAgo
from inventory.models import Journal, MonthReport
from inventory.rules.reports import MonthEntered, first_day_after
from supply.auth.rules import Person
from supply.clock import day_of
from supply.errors import Missing
from supply.reference import queries as reference


def say_entered(session: Session, said: MonthEntered, *, by: Person, now: datetime, ledger_opens_on: date) -> MonthReport:
    """Keep that a month is fully entered at a place. Said again it changes nothing until more has been entered; then it is kept beside what was said before. Refuses a month that is not over."""
    place = reference.find_place(session, said.place)
    if place is None or not by.sees(place):
        raise Missing(at="place")
    if by.role_at(place) is None:
        raise NotYourPlace(place=place.code)
    month, today = said.month.replace(day=1), day_of(now)
    if month > today:
        raise InTheFuture(today=today, at="month")
    if first_day_after(month) > today:
        raise MonthNotOver(on=first_day_after(month), at="month")
    if first_day_after(month) <= ledger_opens_on:
        raise TooLongAgo(opens_on=ledger_opens_on, at="month")
    journal = session.get(Journal, place.id, with_for_update=True)
    number = journal.last_number if journal is not None else 0
    report = session.get(MonthReport, (place.id, month, number))
    if report is None:
        report = MonthReport(place_id=place.id, month=month, posting=number, said_by=by.account_id, said_at=now)
        session.add(report)
        session.flush()
    return report
