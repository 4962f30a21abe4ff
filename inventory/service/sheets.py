"""Count sheets: opened, filled in by whoever counts, and recorded once. In the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.errors import ExpiryNeeded, LotDiffers, LotNeeded, NoLotHere, SheetEnded
from inventory.models import CountSheet, CountSheetLine, Journal, Lot, Stock
from inventory.queries import sheets as queries
from inventory.rules.commands import NO_LOT, Count
from inventory.rules.entries import Posting
from inventory.rules.sheets import Limit, Step, count_lines, next_step
from inventory.service.record import record
from supply.auth.rules import Person
from supply.errors import Missing
from supply.reference.models import Place, Product

PRESSED_TWICE = timedelta(seconds=30)


@dataclass(frozen=True, kw_only=True)
class Written:
    """What stands beside a lot on a page of the sheet; None is blank."""

    first: int | None
    second: int | None
    reason: str | None


_BLANK = Written(first=None, second=None, reason=None)


def open_sheet(session: Session, place: Place, *, group: str | None, blind: bool, by: Person, now: datetime) -> int:
    """Open a sheet of what lies at a place, or of a product group there; gives its number. Pressed twice, it is the same sheet."""
    untouched = select(CountSheet.id).where(CountSheet.place_id == place.id, CountSheet.group.is_not_distinct_from(group), CountSheet.blind == blind, CountSheet.opened_by == by.account_id)
    untouched = untouched.where(CountSheet.ended_at.is_(None), CountSheet.saved_at == CountSheet.opened_at, CountSheet.opened_at > now - PRESSED_TWICE)
    session.execute(select(Journal.place_id).where(Journal.place_id == place.id).with_for_update())
    if (there := session.scalar(untouched.order_by(CountSheet.id))) is not None:
        return there
    seen = _last_number(session, place)
    sheet = CountSheet(place_id=place.id, group=group, blind=blind, passes=0, looks=0, seen=seen, opened_at=now, opened_by=by.account_id, saved_at=now)
    session.add(sheet)
    session.flush()
    query = select(Lot.product_id, Lot.number, Lot.expires_on, Stock.on_hand).join(Stock, Stock.lot_id == Lot.id).join(Product, Product.id == Lot.product_id)
    query = query.where(Stock.place_id == place.id, Stock.on_hand > 0)
    if group is not None:
        query = query.where(Product.group == group)
    for nth, (product_id, lot, expires_on, on_hand) in enumerate(session.execute(query.order_by(Lot.product_id, Lot.number)), start=1):
        session.add(CountSheetLine(sheet_id=sheet.id, line=nth, product_id=product_id, lot=lot, expires_on=expires_on, expected=on_hand, expected_seen=on_hand))
    session.flush()
    return sheet.id


def save(session: Session, place: Place, sheet_id: int, written: Mapping[int, Written], *, shown: Mapping[int, Written], now: datetime) -> None:
    """Keep what was written by whoever filled in a page that showed something: what they left as it was shown takes nothing away that others saved meanwhile."""
    sheet = get_open_sheet(session, place, sheet_id)
    for line in session.scalars(select(CountSheetLine).where(CountSheetLine.sheet_id == sheet.id)):
        if line.line not in written:
            continue
        new, was = written[line.line], shown.get(line.line, _BLANK)
        line.first = line.first if new.first == was.first else new.first
        line.second = line.second if new.second == was.second else new.second
        line.reason = line.reason if new.reason == was.reason else new.reason
    sheet.saved_at = now
    session.flush()


def add_found(session: Session, place: Place, sheet_id: int, *, product: str, lot: str | None, expires_on: date | None, now: datetime) -> int:
    """Put a lot on the sheet that was found and does not stand there; gives its line. One that stands there is found, not added again."""
    sheet = get_open_sheet(session, place, sheet_id)
    row = session.scalar(select(Product).where(Product.code == product))
    if row is None:
        raise Missing(at="product")
    number = lot or NO_LOT
    if row.lot_required and number == NO_LOT:
        raise LotNeeded(product=product, at="lot")
    if not row.lot_required and number != NO_LOT:
        raise NoLotHere(product=product, at="lot")
    lines = list(session.scalars(select(CountSheetLine).where(CountSheetLine.sheet_id == sheet.id)))
    known = session.scalar(select(Lot).where(Lot.product_id == row.id, Lot.number == number))
    if known is not None and expires_on is not None and expires_on != known.expires_on:
        raise LotDiffers(product=product, lot=number, known=known.expires_on or "-", stated=expires_on, at="expires_on")
    if there := next((line for line in lines if line.product_id == row.id and line.lot == number), None):
        return there.line
    if known is None and row.expiry_required and expires_on is None:
        raise ExpiryNeeded(product=product, at="expires_on")
    on_hand = session.scalar(select(Stock.on_hand).where(Stock.place_id == place.id, Stock.lot_id == known.id)) if known else 0
    line = CountSheetLine(
        sheet_id=sheet.id,
        line=max((line.line for line in lines), default=0) + 1,
        product_id=row.id,
        lot=number,
        expires_on=known.expires_on if known else expires_on,
        expected=on_hand or 0,
        expected_seen=on_hand or 0,
    )
    session.add(line)
    sheet.saved_at = now
    session.flush()
    return line.line


def hand_in(session: Session, place: Place, sheet_id: int, *, limit: Limit, look: int) -> Step:
    """Say what comes next for a sheet that somebody wants to record. What moved meanwhile is seen from here on; what is far off is asked for again, once.

    `look` is the look at the sheet that the answer is to: to an earlier one, as when the button is pressed twice, the same is said as before.
    """
    sheet = get_open_sheet(session, place, sheet_id)
    lines = queries.sheet_lines(session, sheet)
    if look != sheet.looks:
        said = next_step(lines, passes=sheet.passes - 1, limit=limit)
        return Step.LOOK if said is Step.RECORD else said
    sheet.seen = _last_number(session, place)
    step = next_step(lines, passes=sheet.passes, limit=limit)
    sheet.passes += step in {Step.RECOUNT, Step.EXPLAIN}
    sheet.looks += step is not Step.RECORD
    for line in lines:
        session.get_one(CountSheetLine, (sheet.id, line.line)).expected_seen = line.expected_now
    session.flush()
    return step


def finish(session: Session, place: Place, sheet_id: int, *, day: date, note: str | None, by: Person, now: datetime, key: str, ledger_opens_on: date) -> Posting:
    """Record a sheet as a count, as of what was last seen of it; it is then closed. Refuses one that is closed already."""
    sheet = get_open_sheet(session, place, sheet_id)
    command = Count(place=place.code, occurred_on=day, lines=count_lines(queries.sheet_lines(session, sheet)), seen=sheet.seen, note=note)
    posting = record(session, command, by=by, now=now, key=key, ledger_opens_on=ledger_opens_on)
    sheet.ended_at, sheet.number = now, posting.number
    session.flush()
    return posting


def throw_away(session: Session, place: Place, sheet_id: int, *, now: datetime) -> None:
    """Close a sheet without recording anything."""
    get_open_sheet(session, place, sheet_id).ended_at = now
    session.flush()


def get_open_sheet(session: Session, place: Place, sheet_id: int) -> CountSheet:
    """Give a sheet of a place, locked, so that it is recorded once; refuses one that is not there, or closed."""
    sheet = session.scalar(select(CountSheet).where(CountSheet.id == sheet_id, CountSheet.place_id == place.id).with_for_update())
    if sheet is None:
        raise Missing
    if sheet.ended_at is not None:
        raise SheetEnded(number=sheet.number or "-")
    return sheet


def _last_number(session: Session, place: Place) -> int:
    return session.scalar(select(Journal.last_number).where(Journal.place_id == place.id)) or 0
