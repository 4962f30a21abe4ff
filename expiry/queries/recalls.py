"""Recalls as their readers see them: the notice is everybody's, a place's rows are theirs who see the place, the sums theirs who see the whole country."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, aliased

from expiry.models import Recall, RecallAnswer, RecallLot, RecallPlace, RecallRaise
from expiry.rules.recalls import RecallsWanted
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place, Product


@dataclass(frozen=True, kw_only=True)
class HeadRead:
    """A notice: what is recalled, by whom, why, and how it stands."""

    id: int
    number: str
    level: int
    state: str
    drill: bool
    product: str
    gtin: str | None
    lots: Sequence[RecallLot]
    document: str
    authority: str
    reason: str
    answer_hours: int
    raised: Sequence["RaisedRead"]
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    closed_by: str | None
    closed_because: str | None
    lifted_at: datetime | None
    lifted_by: str | None
    lifted_because: str | None


@dataclass(frozen=True, kw_only=True)
class RaisedRead:
    """That a recall turned out graver: which class it was and became, by whose document, why, who wrote it and when."""

    level_before: int
    level: int
    document: str
    authority: str
    reason: str
    raised_at: datetime
    raised_by: str


@dataclass(frozen=True, kw_only=True)
class AnswerRead:
    """What a place answered once."""

    answered_at: datetime
    answered_by: str
    lines: Sequence[Mapping[str, Any]]
    kept_apart: bool
    note: str | None
    postings: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A place that has not answered a recall, and by when it is to."""

    number: str
    level: int
    drill: bool
    place: str
    place_name: str
    due_at: datetime


def recalls(session: Session, wanted: RecallsWanted) -> tuple[list[HeadRead], str | None]:
    """Give a part of the recalls, the newest first, and the mark of the next part."""
    conditions: list[ColumnElement[bool]] = [] if wanted.state is None else [_in_state(wanted.state)]
    if (start := read_mark(wanted.after, int)) is not None:
        conditions.append(Recall.id < start[0])
    found = _heads(session, *conditions, limit=wanted.limit + 1)
    part = found[: wanted.limit]
    return part, mark(part[-1].id) if len(found) > wanted.limit else None


def find_recall(session: Session, number: str) -> HeadRead | None:
    """Give a recall by its number."""
    found = _heads(session, Recall.number == number, limit=1)
    return found[0] if found else None


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "lifted":
        return Recall.lifted_at.is_not(None)
    return Recall.closed_at.is_(None) if state == "open" else Recall.closed_at.is_not(None) & Recall.lifted_at.is_(None)


def _heads(session: Session, *conditions: ColumnElement[bool], limit: int) -> list[HeadRead]:
    opened, closed, lifted = aliased(Account), aliased(Account), aliased(Account)
    query = (
        select(Recall, Product.code, opened.number, closed.number, lifted.number)
        .join(Product, Product.id == Recall.product_id)
        .join(opened, opened.id == Recall.opened_by)
        .outerjoin(closed, closed.id == Recall.closed_by)
        .outerjoin(lifted, lifted.id == Recall.lifted_by)
        .where(*conditions)
        .order_by(Recall.id.desc())
        .limit(limit)
    )
    rows = session.execute(query.execution_options(populate_existing=True)).all()
    lots: dict[int, list[RecallLot]] = {}
    for lot in session.scalars(select(RecallLot).where(RecallLot.recall_id.in_([row[0].id for row in rows])).order_by(RecallLot.recall_id, RecallLot.line)):
        lots.setdefault(lot.recall_id, []).append(lot)
    raised = _raised(session, [row[0].id for row in rows])
    return [_head(row[0], lots.get(row[0].id, []), raised.get(row[0].id, []), *row[1:]) for row in rows]


def _raised(session: Session, recall_ids: Collection[int]) -> dict[int, list[RaisedRead]]:
    query = select(RecallRaise, Account.number).join(Account, Account.id == RecallRaise.raised_by).where(RecallRaise.recall_id.in_(recall_ids))
    found: dict[int, list[RaisedRead]] = {}
    for row, by in session.execute(query.order_by(RecallRaise.recall_id, RecallRaise.level.desc())):
        same = {name: getattr(row, name) for name in ("level_before", "level", "document", "authority", "reason", "raised_at")}
        found.setdefault(row.recall_id, []).append(RaisedRead(**same, raised_by=by))
    return found


def _head(recall: Recall, lots: Sequence[RecallLot], raised: Sequence[RaisedRead], *names: str | None) -> HeadRead:
    product, opened_by, closed_by, lifted_by = names
    assert product is not None
    assert opened_by is not None
    same = ("id", "number", "level", "drill", "gtin", "document", "authority", "reason", "answer_hours", "opened_at", "closed_at", "closed_because", "lifted_at", "lifted_because")
    state = "lifted" if recall.lifted_at is not None else "closed" if recall.closed_at is not None else "open"
    return HeadRead(**{name: getattr(recall, name) for name in same}, state=state, product=product, lots=lots, raised=raised, opened_by=opened_by, closed_by=closed_by, lifted_by=lifted_by)


def lots_of(session: Session, recall_id: int) -> list[RecallLot]:
    """Give the lots that a recall names, as its notice lists them."""
    return list(session.scalars(select(RecallLot).where(RecallLot.recall_id == recall_id).order_by(RecallLot.line)))


def product_code(session: Session, product_id: int) -> str:
    """Give the code of a product."""
    return session.execute(select(Product.code).where(Product.id == product_id)).scalar_one()


def places_of(session: Session, recall_id: int) -> dict[int, RecallPlace]:
    """Give the places that a recall lists, by id, with what lay there when it committed."""
    query = select(RecallPlace).where(RecallPlace.recall_id == recall_id).execution_options(populate_existing=True)
    return {row.place_id: row for row in session.scalars(query)}


def answers_of(session: Session, recall_id: int, *, place_id: int | None = None) -> dict[int, list[AnswerRead]]:
    """Give by place what it answered, in order."""
    query = select(RecallAnswer, Account.number).join(Account, Account.id == RecallAnswer.answered_by).where(RecallAnswer.recall_id == recall_id)
    if place_id is not None:
        query = query.where(RecallAnswer.place_id == place_id)
    found: dict[int, list[AnswerRead]] = {}
    for row, by in session.execute(query.order_by(RecallAnswer.id)):
        one = AnswerRead(answered_at=row.answered_at, answered_by=by, lines=row.lines, kept_apart=row.kept_apart, note=row.note, postings=row.postings)
        found.setdefault(row.place_id, []).append(one)
    return found


def count_waiting(session: Session, recall_id: int) -> int:
    """Give how many places have not answered a recall in full."""
    return session.scalar(select(func.count()).select_from(RecallPlace).where(RecallPlace.recall_id == recall_id, RecallPlace.must_answer, RecallPlace.answered_at.is_(None))) or 0


def open_recalls(session: Session) -> Sequence[Recall]:
    """Give the recalls that places are asked about, drills too, the oldest first."""
    return session.scalars(select(Recall).where(Recall.closed_at.is_(None)).order_by(Recall.id).execution_options(populate_existing=True)).all()


def waiting(session: Session, *, by: Person, here: str | None, limit: int) -> list[Waiting]:
    """Give what has not been answered: at a place one looks at first, and at one's own places, but for those who record everywhere."""
    mine = accounts.recordable(by) if not any(grant.everywhere for grant in by.granting("record stock")) else None
    at = accounts.visible(by) & (Place.code == here)
    query = (
        select(Recall, Place.code, Place.name, RecallPlace.due_at)
        .join(RecallPlace, RecallPlace.recall_id == Recall.id)
        .join(Place, Place.id == RecallPlace.place_id)
        .where(Recall.closed_at.is_(None), RecallPlace.must_answer, RecallPlace.answered_at.is_(None), at if mine is None else at | mine)
        .order_by(case((Place.code == (here or ""), 0), else_=1), Recall.drill, Recall.level, Recall.id, Place.name)
        .limit(limit)
    )
    return [Waiting(number=recall.number, level=recall.level, drill=recall.drill, place=code, place_name=name, due_at=due_at) for recall, code, name, due_at in session.execute(query)]


def sees_all(person: Person) -> bool:
    """Whether a person looks at the whole country."""
    return any(grant.everywhere for grant in person.granting("see stock"))


def expiries(lots: Collection[RecallLot]) -> dict[str, date | None]:
    """Give by number when lots expire, as the notice states it or as it was known."""
    return {lot.number: lot.expires_on for lot in lots}


def place_count(session: Session, recall_id: int) -> int:
    """Give how many places a recall asks."""
    return session.scalar(select(func.count()).select_from(RecallPlace).where(RecallPlace.recall_id == recall_id, RecallPlace.must_answer)) or 0
