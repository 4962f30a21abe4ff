"""Everything expired at a place is destroyed in one act: prepared by one, and where a product asks for a witness, confirmed by another. In the caller's transaction.

The place's journal is locked first, as by every act there: of two who do something to a run at once, the second finds it as the first left it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from expiry.errors import disposals as errors
from expiry.models import DisposalLine, DisposalRun
from expiry.queries import disposals as queries
from expiry.rules.disposals import FOUND_FEWER, REASON, NewRun, RunLine, State, not_fitting
from inventory import service as ledger
from inventory.errors import InTheFuture, NothingEntered, NotYourPlace, TooLongAgo
from inventory.rules.commands import Disposal, LotLine
from inventory.rules.shelf import Shelf
from inventory.service import holds
from inventory.service.book import Book
from inventory.service.decide import decide
from supply import clock
from supply.auth.rules import Person
from supply.db import table_of
from supply.errors import Missing
from supply.notices import service as notices
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.series.service import next_number


@dataclass(frozen=True, kw_only=True)
class By:
    """Who acts, when, under which key, and how far back anything may be dated."""

    person: Person
    now: datetime
    key: str
    ledger_opens_on: date


@dataclass(frozen=True, kw_only=True)
class Line:
    """An expired lot as it lies, and how many of it are destroyed; where fewer, why."""

    shelf: Shelf
    expires_on: date
    units: int
    reason: str | None = None


def prepare(session: Session, asked: NewRun, *, by: By) -> DisposalRun:
    """Prepare the disposal of everything expired at a place. Where no product asks for a witness it is recorded at once.

    Refuses what the ledger would refuse of it (a day that is closed by a count, say), so that nothing is prepared that nobody could confirm.
    """
    place = _own_place(session, asked.place, by)
    _check_day(asked.occurred_on, by)
    holds.lock_journals(session, [place], by=by.person, now=by.now, ledger_opens_on=by.ledger_opens_on)
    if (other := queries.waiting_at(session, place.id)) is not None:
        raise errors.RunWaits(number=other)
    products = queries.expired_products(session, place.id, day=asked.occurred_on)
    book = holds.open_shelves(session, place.code, products, by=by.person, now=by.now, ledger_opens_on=by.ledger_opens_on)
    lines = _lines(book, place, asked)
    destroyed = [line for line in lines if line.units]
    if not destroyed:
        raise NothingEntered(at="lines")
    needs_witness = bool(queries.witnessed_products(session, {line.shelf.lot.product for line in destroyed}))
    year = clock.day_of(by.now).year
    run = DisposalRun(
        number=f"D-{place.code}-{year}-{next_number(session, f'disposal {place.id}', year):04}",
        place_id=place.id,
        state=State.PREPARED.value,
        occurred_on=asked.occurred_on,
        method=asked.method,
        needs_witness=needs_witness,
        prepared_at=by.now,
        prepared_by=by.person.account_id,
    )
    command = _command(run, place, [LotLine(product=line.shelf.lot.product, lot=line.shelf.lot.number, units=line.units) for line in destroyed])
    decide(book, command, ())
    _write(session, run, lines)
    if not needs_witness:
        _record(session, run, command, by=by)
    else:
        facts = {"number": run.number, "place": place.code, "by": by.person.number}
        notices.queue(session, place_id=place.id, kind="witness-needed", facts=facts, now=by.now)
    return run


def confirm(session: Session, number: str, *, by: By) -> DisposalRun:
    """Confirm, as the witness, that what was prepared is destroyed: just those lines become one posting. Refuses whoever prepared it, and a run that no longer fits what lies there."""
    run, place = _taken(session, number, by)
    if by.person.account_id == run.prepared_by:
        raise errors.WitnessIsAnother(number=number)
    lines = queries.fitted(session, run.id, place.id)
    if changed := not_fitting(lines):
        what = ", ".join(f"{one['lot']} ({one['prepared']} → {one['lies']})" for one in changed)
        raise errors.NoLongerFits(number=number, what=what, changed=changed)
    _record(session, run, _command(run, place, [LotLine(product=line.product, lot=line.lot, units=line.units) for line in lines if line.units]), by=by)
    return run


def drop(session: Session, number: str, *, by: By) -> DisposalRun:
    """Drop a run that waits: nothing is destroyed."""
    run, _ = _taken(session, number, by)
    run.state, run.ended_at, run.ended_by = State.DROPPED.value, by.now, by.person.account_id
    session.flush()
    return run


def _taken(session: Session, number: str, by: By) -> tuple[DisposalRun, Place]:
    """Give a run that waits, its place's journal locked, as it is by then."""
    found = queries.find_run(session, number, by=by.person)
    if found is None:
        raise Missing
    place = _own_place(session, found.place, by)
    holds.lock_journals(session, [place], by=by.person, now=by.now, ledger_opens_on=by.ledger_opens_on)
    run = session.scalars(select(DisposalRun).where(DisposalRun.number == number).with_for_update().execution_options(populate_existing=True)).one()
    if run.state != State.PREPARED:
        raise errors.RunEnded(number=number, state=run.state)
    return run, place


def _own_place(session: Session, code: str, by: By) -> Place:
    place = reference.find_place(session, code)
    if place is None or not by.person.sees(place):
        raise Missing(at="place")
    if by.person.role_at(place) is None:
        raise NotYourPlace(place=place.code)
    return place


def _check_day(day: date, by: By) -> None:
    if day > (today := clock.day_of(by.now)):
        raise InTheFuture(today=today, at="occurred_on")
    if day < by.ledger_opens_on:
        raise TooLongAgo(opens_on=by.ledger_opens_on, at="occurred_on")


def _lines(book: Book, place: Place, asked: NewRun) -> list[Line]:
    """Give the lines of a run: everything expired, or what was said of it; refuses what is not expired, was not named, or does not fit the books."""
    expired = {(shelf.lot.product, shelf.lot.number): Line(shelf=shelf, expires_on=on, units=shelf.on_hand) for shelf, on in _expired(book, place, asked.occurred_on)}
    if asked.lines is None:
        if not expired:
            raise errors.NothingExpired(place=place.code, occurred_on=asked.occurred_on)
        return list(expired.values())
    said: dict[tuple[str, str], Line] = {}
    for nth, line in enumerate(asked.lines):
        known, at = expired.get((line.product, line.lot)), f"lines.{nth}"
        if (line.product, line.lot) in said:
            raise errors.NamedTwice(product=line.product, lot=line.lot, at=f"{at}.lot")
        if known is None:
            raise errors.NotExpired(product=line.product, lot=line.lot, occurred_on=asked.occurred_on, at=f"{at}.lot")
        said[line.product, line.lot] = _said(known, line, at=at)
    for (product, lot), whole in expired.items():
        if (product, lot) not in said:
            raise errors.NotAllNamed(product=product, lot=lot, lying=whole.units, at="lines")
    return [said[key] for key in expired]


def _expired(book: Book, place: Place, day: date) -> Sequence[tuple[Shelf, date]]:
    """Give what lies at a place and had expired before a day, by product and expiry."""
    shelves = [(shelf, shelf.lot.expires_on) for shelf in book.shelves_at(book.place(place.code)) if shelf.on_hand]
    return sorted(((shelf, on) for shelf, on in shelves if on is not None and on < day), key=lambda one: (one[0].lot.product, one[1], one[0].lot.number))


def _said(known: Line, line: RunLine, *, at: str) -> Line:
    facts = {"product": line.product, "lot": line.lot, "lying": known.units, "units": line.units}
    if line.units > known.units or (line.units < known.units and line.reason == FOUND_FEWER):
        raise errors.CountFirst(**facts, at=f"{at}.units")
    if line.units < known.units and line.reason is None:
        raise errors.WhyFewer(**facts, at=f"{at}.reason")
    return Line(shelf=known.shelf, expires_on=known.expires_on, units=line.units, reason=line.reason if line.units < known.units else None)


def _command(run: DisposalRun, place: Place, lines: Sequence[LotLine]) -> Disposal:
    return Disposal(place=place.code, occurred_on=run.occurred_on, reason=REASON, lines=tuple(lines), document=run.number)


def _write(session: Session, run: DisposalRun, lines: Sequence[Line]) -> None:
    session.add(run)
    session.flush()
    rows = [
        {"run_id": run.id, "line": nth, "lot_id": line.shelf.lot.id, "lying": line.shelf.on_hand, "units": line.units, "expires_on": line.expires_on, "reason": line.reason}
        for nth, line in enumerate(lines, start=1)
    ]
    session.execute(insert(table_of(DisposalLine)), rows)


def _record(session: Session, run: DisposalRun, command: Disposal, *, by: By) -> None:
    posting = ledger.record(session, command, by=by.person, now=by.now, key=by.key, ledger_opens_on=by.ledger_opens_on)
    run.state, run.ended_at, run.ended_by, run.posting = State.CONFIRMED.value, by.now, by.person.account_id, posting.number
    session.flush()
