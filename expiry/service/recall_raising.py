"""Raise the class of a recall that is going on: it turned out graver than was said. Deadlines become shorter, and every place is told again. In the caller's transaction."""

from datetime import timedelta

from sqlalchemy.orm import Session

from expiry.errors.recalls import NotGraver, RecallEnded
from expiry.models import Recall, RecallPlace, RecallRaise
from expiry.queries import recall_traces as traces
from expiry.queries import recalls as queries
from expiry.rules.recalls import Raising, due_times
from expiry.service.recalls import By, facts_of, hours_for, lock, national
from supply.auth import service as auth
from supply.notices import service as notices


def raise_class(session: Session, number: str, asked: Raising, *, by: By) -> Recall:
    """Give a recall, or a drill, a graver class; who has not answered has no longer to answer than the class gives from now on, and no longer than before.

    Told are all who are asked, also who has answered: what they keep apart is more dangerous than they were told. Refuses a class that is no graver, and a recall that is over.
    """
    national(by)
    recall = lock(session, number)
    if recall.closed_at is not None:
        raise RecallEnded(number=number)
    if asked.level >= recall.level:
        raise NotGraver(number=number, known=recall.level, at="class")
    said = {"document": asked.document, "authority": asked.authority, "reason": asked.reason, "raised_at": by.now, "raised_by": by.person.account_id}
    session.add(RecallRaise(recall_id=recall.id, level=asked.level, level_before=recall.level, **said))
    recall.level = asked.level
    recall.answer_hours = min(recall.answer_hours, asked.answer_hours or hours_for(asked.level, by.settings))
    rows = queries.places_of(session, recall.id)
    for row in rows.values():
        if row.must_answer and row.answered_at is None:
            _shorten(row, recall, by)
    session.flush()
    _tell(session, recall, rows, by)
    auth.log(session, account_id=by.person.account_id, act="raise a recall", outcome="done", now=by.now, subject=number)
    return recall


def _shorten(row: RecallPlace, recall: Recall, by: By) -> None:
    """Let a place answer sooner; this counts as its reminder of all that is overdue."""
    row.due_at = min(row.due_at, by.now + timedelta(hours=recall.answer_hours))
    row.reminders = due_times(row.due_at, recall.answer_hours, now=by.now)


def _tell(session: Session, recall: Recall, rows: dict[int, RecallPlace], by: By) -> None:
    traced = traces.trace(session, queries.lots_of(session, recall.id), under_way=by.under_way)
    product, unlisted = queries.product_code(session, recall.product_id), traces.places_by_id(session, {*rows} - {*traced.places})
    for place_id, row in rows.items():
        if row.must_answer:
            one = traced.places.get(place_id) or traces.PlaceTraced(place=unlisted[place_id])
            facts = facts_of(recall, traced, one, product=product, due_at=row.due_at if row.answered_at is None else None)
            notices.queue(session, place_id=place_id, kind="recall-raised", facts=facts, now=by.now)
