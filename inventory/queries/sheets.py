"""Count sheets that are going on, and how well past counts agreed with the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from inventory.models import CountLine, CountSheet, CountSheetLine, Lot, Posting, Stock
from inventory.rules.sheets import SheetLine
from supply.auth.models import Account
from supply.reference.models import Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetRead:
    """A sheet: of which place and product group, who opened it, and where it stands."""

    id: int
    place: str
    group: str | None
    blind: bool
    passes: int
    looks: int
    seen: int
    opened_at: datetime
    opened_by: str
    saved_at: datetime
    ended_at: datetime | None
    number: int | None
    lines: tuple[SheetLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """How the counts of a day agreed with the books: lots counted, lots that agreed, units off and units expected."""

    number: int
    occurred_on: date
    recorded_by: str
    lots: int
    agreed: int
    off: int
    expected: int


def open_sheets(session: Session, place: Place) -> list[SheetRead]:
    """Give the sheets of a place that are not recorded, the newest first; without their lines."""
    query = _sheets(place).where(CountSheet.ended_at.is_(None)).order_by(CountSheet.id.desc())
    return [_read(place, sheet, by) for sheet, by in session.execute(query)]


def find_sheet(session: Session, place: Place, sheet_id: int) -> SheetRead | None:
    """Give a sheet of a place with its lines, by product and the lot that expires first."""
    row = session.execute(_sheets(place).where(CountSheet.id == sheet_id)).first()
    return None if row is None else _read(place, row[0], row[1], sheet_lines(session, row[0]))


def sheet_lines(session: Session, sheet: CountSheet) -> list[SheetLine]:
    """Give the lines of a sheet as they stand, each with what is expected now."""
    query = (
        select(CountSheetLine, Product.code, func.coalesce(Stock.on_hand, 0), case((Lot.id.is_not(None), Lot.expires_on), else_=CountSheetLine.expires_on))
        .join(Product, Product.id == CountSheetLine.product_id)
        .outerjoin(Lot, (Lot.product_id == CountSheetLine.product_id) & (Lot.number == CountSheetLine.lot))
        .outerjoin(Stock, (Stock.lot_id == Lot.id) & (Stock.place_id == sheet.place_id))
        .where(CountSheetLine.sheet_id == sheet.id)
        .order_by(Product.group, Product.code, CountSheetLine.expires_on.is_(None), CountSheetLine.expires_on, CountSheetLine.lot)
    )
    return [
        SheetLine(
            line=line.line,
            product=product,
            lot=line.lot,
            expires_on=expires_on,
            expected_then=line.expected,
            expected_seen=line.expected_seen,
            expected_now=int(now),
            first=line.first,
            second=line.second,
            reason=line.reason,
        )
        for line, product, now, expires_on in session.execute(query)
    ]


def accuracy(session: Session, place: Place, *, limit: int = 50) -> list[Accuracy]:
    """Give a place's counts, the newest first: how many lots agreed, and how many units were off of those expected."""
    query = (
        select(
            Posting.number,
            Posting.occurred_on,
            Account.number,
            func.count(),
            func.sum(case((CountLine.expected == CountLine.counted, 1), else_=0)),
            func.sum(func.abs(CountLine.counted - CountLine.expected)),
            func.sum(CountLine.expected),
        )
        .join(CountLine, (CountLine.place_id == Posting.place_id) & (CountLine.number == Posting.number))
        .join(Account, Account.id == Posting.recorded_by)
        .where(Posting.place_id == place.id, Posting.kind == "count")
        .group_by(Posting.number, Posting.occurred_on, Account.number)
        .order_by(Posting.number.desc())
        .limit(limit)
    )
    return [
        Accuracy(number=number, occurred_on=day, recorded_by=by, lots=lots, agreed=int(agreed), off=int(off), expected=int(expected))
        for number, day, by, lots, agreed, off, expected in session.execute(query)
    ]


def _sheets(place: Place) -> Select[CountSheet, str]:
    return select(CountSheet, Account.number).join(Account, Account.id == CountSheet.opened_by).where(CountSheet.place_id == place.id)


def _read(place: Place, sheet: CountSheet, by: str, lines: Sequence[SheetLine] = ()) -> SheetRead:
    return SheetRead(
        id=sheet.id,
        place=place.code,
        group=sheet.group,
        blind=sheet.blind,
        passes=sheet.passes,
        looks=sheet.looks,
        seen=sheet.seen,
        opened_at=sheet.opened_at,
        opened_by=by,
        saved_at=sheet.saved_at,
        ended_at=sheet.ended_at,
        number=sheet.number,
        lines=tuple(lines),
    )
