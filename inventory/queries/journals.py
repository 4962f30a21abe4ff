"""Postings as they stand in the journals, and a lot's history at a place."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from inventory.models import CountLine, Lot, Move, Posting, PostingNote, Tally
from inventory.rules.wanted import JournalWanted
from supply.auth.models import Account
from supply.paging import mark, read_mark
from supply.reference.models import VIRTUAL, Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class LotNamed:
    """A lot as answers name it."""

    product: str
    number: str
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveRead:
    """A move as it was recorded; the expiry is the one in force then."""

    lot: LotNamed
    from_: str
    to: str
    units: int
    occasion: str | None
    recipient: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TallyRead:
    """A tally as it was recorded."""

    product: str
    what: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedRead:
    """What was expected and found of a lot."""

    lot: LotNamed
    expected: int
    counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRead:
    """A posting as it stands, with what corrected it since and the note beside it."""

    journal: str
    number: int
    kind: str
    reason: str | None
    occurred_on: date
    recorded_at: datetime
    recorded_by: str
    role: str
    supplier: str | None
    document: str | None
    corrects: int | None
    corrected_by: int | None
    digest: str
    note: str | None
    moves: tuple[MoveRead, ...]
    tallies: tuple[TallyRead, ...]
    counted: tuple[CountedRead, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """A line of a lot's history at a place: who, what, how many in or out, and the balance after it."""

    journal: str
    number: int
    kind: str
    occurred_on: date
    recorded_at: datetime
    recorded_by: str
    document: str | None
    other: str
    units: int
    balance: int
    corrects: int | None


_PEOPLE = VIRTUAL["people"]
_HANDED_OUT = (
    or_(Move.to_place_id == _PEOPLE, Move.from_place_id == _PEOPLE),
    or_(Move.recipient.is_not(None), and_(Move.from_place_id < 0, Move.to_place_id < 0)),
)
"""The moves that what was handed out is summed up from (see queries/demand): hand-outs, their corrections, and what was put right between virtual places."""


def journal(session: Session, place: Place, wanted: JournalWanted) -> tuple[list[PostingRead], str | None]:
    """Give a part of a place's journal and the mark of the next part."""
    query = _chosen(place, wanted)
    if (start := read_mark(wanted.after, int)) is not None:
        query = query.where(Posting.number < start[0] if wanted.newest_first else Posting.number > start[0])
    query = query.order_by(Posting.number.desc() if wanted.newest_first else Posting.number).limit(wanted.limit + 1)
    rows = session.execute(query).all()
    part = rows[: wanted.limit]
    read = _complete(session, place, part)
    return read, mark(part[-1].number) if len(rows) > wanted.limit else None


def find_posting(session: Session, place: Place, number: int) -> PostingRead | None:
    """Give one posting of a journal."""
    rows = session.execute(_heads(place).where(Posting.number == number)).all()
    return _complete(session, place, rows)[0] if rows else None


def card(session: Session, place: Place, lot_id: int, *, on_hand: int, limit: int, after: str | None = None) -> tuple[list[CardLine], str | None]:
    """Give a part of a lot's history at a place, newest first, each line with the balance after it."""
    origin, target, own = aliased(Place), aliased(Place), aliased(Place)
    order = (Move.occurred_on, Posting.recorded_at, Move.place_id, Move.number, Move.line)
    query = (
        select(Posting, own.code.label("journal"), Account.number.label("by"), Move.units, Move.to_place_id, origin.code.label("origin"), target.code.label("target"))
        .join(Posting, and_(Posting.place_id == Move.place_id, Posting.number == Move.number))
        .join(own, own.id == Move.place_id)
        .join(origin, origin.id == Move.from_place_id)
        .join(target, target.id == Move.to_place_id)
        .join(Account, Account.id == Posting.recorded_by)
        .where(or_(Move.from_place_id == place.id, Move.to_place_id == place.id), Move.lot_id == lot_id)
        .order_by(*(column.desc() for column in order))
    )
    start = read_mark(after, int, int, most=2**53)
    skipped, balance = start or (0, on_hand)
    rows = session.execute(query.offset(skipped).limit(limit + 1)).all()
    lines = []
    for posting, own_code, by, units, to_id, from_code, to_code in rows[:limit]:
        change = units if to_id == place.id else -units
        lines.append(
            CardLine(
                journal=own_code,
                number=posting.number,
                kind=posting.kind,
                occurred_on=posting.occurred_on,
                recorded_at=posting.recorded_at,
                recorded_by=by,
                document=posting.document,
                other=from_code if change > 0 else to_code,
                units=change,
                balance=balance,
                corrects=posting.corrects,
            )
        )
        balance -= change
    return lines, mark(skipped + limit, balance) if len(rows) > limit else None


def last_handout_number(session: Session, place_id: int, account_id: int) -> int | None:
    """Give the number of the person's latest hand-out at a place."""
    query = select(Posting.number).where(Posting.place_id == place_id, Posting.recorded_by == account_id, Posting.kind == "handout").order_by(Posting.number.desc()).limit(1)
    return session.scalar(query)


def _heads(place: Place) -> Select[*tuple[Any, ...]]:
    correction = aliased(Posting)
    return (
        select(
            Posting.number,
            Posting.kind,
            Posting.reason,
            Posting.occurred_on,
            Posting.recorded_at,
            Account.number.label("by"),
            Posting.role,
            Posting.supplier,
            Posting.document,
            Posting.corrects,
            correction.number.label("corrected_by"),
            Posting.digest,
            PostingNote.note,
        )
        .join(Account, Account.id == Posting.recorded_by)
        .outerjoin(correction, and_(correction.place_id == Posting.place_id, correction.corrects == Posting.number))
        .outerjoin(PostingNote, and_(PostingNote.place_id == Posting.place_id, PostingNote.number == Posting.number))
        .where(Posting.place_id == place.id)
    )


def _chosen(place: Place, wanted: JournalWanted) -> Select[*tuple[Any, ...]]:
    query = _heads(place)
    if wanted.from_ is not None:
        query = query.where(Posting.occurred_on >= wanted.from_)
    if wanted.to is not None:
        query = query.where(Posting.occurred_on <= wanted.to)
    if wanted.kind is not None:
        query = query.where(Posting.kind == wanted.kind)
    if wanted.use is not None:
        query = query.where(_tells_of(wanted) if wanted.use == "unmet" else _names(Move, wanted).where(*_HANDED_OUT).exists())
    elif wanted.product is not None or wanted.lot is not None:
        query = query.where(or_(_names(Move, wanted).exists(), _names(CountLine, wanted).exists(), _tells_of(wanted)))
    return query


def _names(line: type[Move | CountLine], wanted: JournalWanted) -> Select[*tuple[Any, ...]]:
    """Give the lines of the posting, moved or counted, that name the product or lot that is wanted."""
    named = select(line.number).join(Lot, Lot.id == line.lot_id).join(Product, Product.id == Lot.product_id).where(line.place_id == Posting.place_id, line.number == Posting.number)
    if wanted.product is not None:
        named = named.where(Product.code == wanted.product)
    if wanted.lot is not None:
        named = named.where(Lot.number == wanted.lot)
    return named


def _tells_of(wanted: JournalWanted) -> ColumnElement[bool]:
    """Whether the posting says that the product was asked for and could not be given; a tally names no lot."""
    told = select(Tally.number).join(Product, Product.id == Tally.product_id).where(Tally.place_id == Posting.place_id, Tally.number == Posting.number, Tally.what == "unmet")
    if wanted.product is not None:
        told = told.where(Product.code == wanted.product)
    return false() if wanted.lot is not None else told.exists()


def _complete(session: Session, place: Place, heads: Collection[Any]) -> list[PostingRead]:
    """Give postings with their moves and tallies, in the order of their heads."""
    numbers = [head.number for head in heads]
    moves = _moves(session, place.id, numbers)
    tallies = _tallies(session, place.id, numbers)
    counted = _counted(session, place.id, numbers)
    return [
        PostingRead(
            journal=place.code,
            number=head.number,
            kind=head.kind,
            reason=head.reason,
            occurred_on=head.occurred_on,
            recorded_at=head.recorded_at,
            recorded_by=head.by,
            role=head.role,
            supplier=head.supplier,
            document=head.document,
            corrects=head.corrects,
            corrected_by=head.corrected_by,
            digest=head.digest.hex(),
            note=head.note,
            moves=tuple(moves.get(head.number, ())),
            tallies=tuple(tallies.get(head.number, ())),
            counted=tuple(counted.get(head.number, ())),
        )
        for head in heads
    ]


def _moves(session: Session, place_id: int, numbers: Collection[int]) -> dict[int, list[MoveRead]]:
    origin, target = aliased(Place), aliased(Place)
    query = (
        select(Move.number, Product.code, Lot.number, Move.expires_on, origin.code, target.code, Move.units, Move.occasion, Move.recipient)
        .join(Lot, Lot.id == Move.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(origin, origin.id == Move.from_place_id)
        .join(target, target.id == Move.to_place_id)
        .where(Move.place_id == place_id, Move.number.in_(numbers))
        .order_by(Move.number, Move.line)
    )
    found: dict[int, list[MoveRead]] = {}
    for number, product, lot, expires_on, from_, to, units, occasion, recipient in session.execute(query):
        named = LotNamed(product=product, number=lot, expires_on=expires_on)
        found.setdefault(number, []).append(MoveRead(lot=named, from_=from_, to=to, units=units, occasion=occasion, recipient=recipient))
    return found


def _tallies(session: Session, place_id: int, numbers: Collection[int]) -> dict[int, list[TallyRead]]:
    query = (
        select(Tally.number, Product.code, Tally.what, Tally.units)
        .join(Product, Product.id == Tally.product_id)
        .where(Tally.place_id == place_id, Tally.number.in_(numbers))
        .order_by(Tally.number, Tally.line)
    )
    found: dict[int, list[TallyRead]] = {}
    for number, product, what, units in session.execute(query):
        found.setdefault(number, []).append(TallyRead(product=product, what=what, units=units))
    return found


def _counted(session: Session, place_id: int, numbers: Collection[int]) -> dict[int, list[CountedRead]]:
    query = (
        select(CountLine.number, Product.code, Lot.number, Lot.expires_on, CountLine.expected, CountLine.counted)
        .join(Lot, Lot.id == CountLine.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(CountLine.place_id == place_id, CountLine.number.in_(numbers))
        .order_by(CountLine.number, CountLine.line)
    )
    found: dict[int, list[CountedRead]] = {}
    for number, product, lot, expires_on, expected, counted in session.execute(query):
        found.setdefault(number, []).append(CountedRead(lot=LotNamed(product=product, number=lot, expires_on=expires_on), expected=expected, counted=counted))
    return found
