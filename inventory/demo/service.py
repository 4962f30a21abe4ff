"""Enter the made-up history: through the commands people use, by made-up accounts, whole or not at all."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from inventory.demo import history
from inventory.demo.history import KnownPlace, Promise, Tale
from inventory.models import Posting
from inventory.rules.reports import MonthEntered
from inventory.service import reports
from inventory.service.batches import Keyed, record_keyed
from supply.auth import queries as accounts
from supply.auth import service as auth
from supply.auth.rules import Person, Role
from supply.clock import day_of
from supply.coverage.rules import windows
from supply.reference import queries as reference
from supply.reference.models import Population

PASSWORD = "forsyn-demo"  # noqa: S105  it is printed for everybody, and opens made-up accounts alone
PEOPLE = (
    ("alma@example.no", "Alma Eksempel", auth.NewGrant(role=Role.DEPOT, place="osl-depot")),
    ("birk@example.no", "Birk Eksempel", auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301")),
    ("cato@example.no", "Cato Eksempel", auth.NewGrant(role=Role.DIRECTORATE)),
    ("dina@example.no", "Dina Eksempel", auth.NewGrant(role=Role.MUNICIPALITY, municipality="4601")),
    ("erik@example.no", "Erik Eksempel", auth.NewGrant(role=Role.APPROVER, municipality="0301")),
    ("frida@example.no", "Frida Eksempel", auth.NewGrant(role=Role.ADMIN)),
    ("gro@example.no", "Gro Eksempel", auth.NewGrant(role=Role.DEPOT)),
)


LATE_ONE_IN, LATE_MONTHS = 9, 2
"""So many made-up places have not said yet that their last months are entered; made up."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The tales to be entered, and what they were to come to."""

    tales: tuple[Tale, ...]
    promised: Promise

    @property
    def acts(self) -> int:
        """Give how many postings there will be."""
        return sum(len(tale.first) + len(tale.later) for tale in self.tales)


def has_postings(session: Session) -> bool:
    """Whether the ledger holds anything: then no history is made up beside it."""
    return bool(session.scalar(select(exists().where(Posting.number > 0))))


def plan(session: Session, *, years: int, seed: int, municipalities: int, today: date) -> Plan:
    """Tell the history of the network up to today; empty when no places are known."""
    first_day = today - timedelta(days=365 * years)
    spots = history.spots_of(known_places(session, since=first_day), persons(session), municipalities=municipalities)
    owners = dict.fromkeys(spot.owner for _, spot in spots)
    tales = [history.tell(owner, [one for one in spots if one[1].owner == owner], seed=seed, first_day=first_day, last_day=today) for owner in owners]
    return Plan(tales=tuple(tales), promised=history.promise(spots, years=years))


def known_places(session: Session, *, since: date) -> list[KnownPlace]:
    """Give the places that have been open since a day."""
    codes = {place.id: place.code for place in reference.places(session)}
    return [
        KnownPlace(code=place.code, kind=place.kind, owner=place.owner or "", served_by=codes.get(place.served_by_id or 0))
        for place in reference.places(session)
        if place.closed_on is None and (place.opened_on is None or place.opened_on <= since)
    ]


def persons(session: Session) -> dict[str, int]:
    """Give the inhabitants of each municipality, by the newest figure."""
    newest = select(Population.area, func.max(Population.on).label("on")).where(Population.ages == "all", func.length(Population.area) == 4).group_by(Population.area).subquery()
    query = select(Population.area, Population.persons).join(newest, (newest.c.area == Population.area) & (newest.c.on == Population.on)).where(Population.ages == "all")
    return dict(session.execute(query).all())


def add_people(session: Session, *, now: datetime) -> None:
    """Make the example accounts, one for each role, that are not there yet."""
    for email, name, grant in PEOPLE:
        if accounts.find_account(session, email) is None:
            auth.add_person(session, email=email, name=name, password=PASSWORD, grants=[grant], now=now, made_up=True)


def enter(session: Session, tales: Iterable[Tale], *, now: datetime, ledger_opens_on: date, each: Callable[[int], None]) -> None:
    """Enter the tales, each by a made-up account of its owner; what is put right comes after what it puts right."""
    for tale in tales:
        by = _clerk(session, tale, now=now)
        keys = (f"demo-{tale.owner}-{nth:06}" for nth in range(10**6))
        for acts in (tale.first, tale.later):
            _record(session, [Keyed(command=command, key=next(keys)) for command in acts], by=by, now=now, ledger_opens_on=ledger_opens_on, each=each)
        _say_months(session, tale, by=by, now=now, ledger_opens_on=ledger_opens_on)


def _record(session: Session, acts: Sequence[Keyed], *, by: Person, now: datetime, ledger_opens_on: date, each: Callable[[int], None]) -> None:
    if acts:
        record_keyed(session, acts, all_or_none=True, by=by, now=now, ledger_opens_on=ledger_opens_on, each=each)


def _say_months(session: Session, tale: Tale, *, by: Person, now: datetime, ledger_opens_on: date) -> None:
    """Say of each month of a tale that all of it is entered; every ninth place has yet to say so of the last two."""
    first = min((command.occurred_on for command in tale.first if hasattr(command, "occurred_on")), default=None)
    if first is None:
        return
    ended = list(windows.window(first, windows.last_months(day_of(now), 1).starts_on).each_month())
    for code in tale.places:
        late = zlib.crc32(code.encode()) % LATE_ONE_IN == 0
        for month in ended[: -LATE_MONTHS if late else len(ended)]:
            reports.say_entered(session, MonthEntered(place=code, month=month), by=by, now=now, ledger_opens_on=ledger_opens_on)


def _clerk(session: Session, tale: Tale, *, now: datetime) -> Person:
    grants = [auth.NewGrant(role=Role.MUNICIPALITY, municipality=tale.owner)] if tale.owner.isdigit() else [auth.NewGrant(role=Role.DEPOT, place=code) for code in tale.places]
    account = auth.service_account(session, f"Made-up staff of {tale.owner}", grants=grants, now=now)
    account.made_up = True
    session.flush()
    person = accounts.find_by_number(session, account.number, today=day_of(now))
    assert person is not None
    return person
