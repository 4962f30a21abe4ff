"""Remind places that have not answered a recall, and list those that came to have units of it since. In the caller's transaction; twice or eight times at once it has one effect."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from expiry.models import Recall, RecallPlace
from expiry.queries import recall_reads as reads
from expiry.queries import recall_traces as traces
from expiry.queries import recalls as queries
from expiry.queries.recall_reads import PlaceRead
from expiry.queries.recall_traces import RecallTraced, UnderWay
from expiry.rules.recalls import due_times
from expiry.service import recalls as service
from supply import clock
from supply.notices import service as notices


@dataclass(frozen=True, kw_only=True)
class Reminded:
    """How many places were reminded, were asked anew since units came to them, and were listed for the first time."""

    reminded: int
    asked_anew: int
    joined: int


def remind(session: Session, number: str, *, now: datetime, under_way: UnderWay) -> Reminded:
    """Look after one recall: list who has units and is not listed, ask anew who has units again, remind who is overdue. Each due time is told once."""
    recall = next((one for one in queries.open_recalls(session) if one.number == number), None)
    head = queries.find_recall(session, number)
    if recall is None or head is None:
        return Reminded(reminded=0, asked_anew=0, joined=0)
    traced = traces.trace(session, head.lots, under_way=under_way)
    listed = queries.places_of(session, recall.id)
    new = [one for place_id, one in traced.places.items() if place_id not in listed]
    service.join(session, recall, traced, new, product=head.product, now=now)
    places = [one for one in reads.read_places(session, head, traced, today=clock.day_of(now)) if one.row is not None and one.row.must_answer and one.row.place_id in listed]
    anew = [one for one in places if _settle(session, recall, one, now)]
    for one in anew:
        facts = service.facts_of(recall, traced, traced.places.get(one.place.id) or traces.PlaceTraced(place=one.place), product=head.product, due_at=_due_anew(recall, now))
        notices.queue(session, place_id=one.place.id, kind="recall", facts=facts, now=now)
    waiting = [one for one in places if one.state != "answered" and one not in anew]
    return Reminded(reminded=sum(_remind(session, recall, traced, one, product=head.product, now=now) for one in waiting), asked_anew=len(anew), joined=len(new))


def _settle(session: Session, recall: Recall, one: PlaceRead, now: datetime) -> bool:
    """Bring what is kept of a place's answer up to date; whether it is asked anew, with as long to answer as at first. Who answers meanwhile knows better."""
    assert one.row is not None
    seen, is_answered = one.row.answered_at, one.state == "answered"
    if is_answered == (seen is not None):
        return False
    same = RecallPlace.answered_at.is_(None) if seen is None else RecallPlace.answered_at == seen
    if is_answered:
        _change(session, one.row, same, answered_at=one.answered_at or now)
        return False
    return _change(session, one.row, same, answered_at=None, due_at=_due_anew(recall, now), reminders=0)


def _due_anew(recall: Recall, now: datetime) -> datetime:
    return now + timedelta(hours=recall.answer_hours)


def _remind(session: Session, recall: Recall, traced: RecallTraced, one: PlaceRead, *, product: str, now: datetime) -> bool:
    assert one.row is not None
    due = due_times(one.row.due_at, recall.answer_hours, now=now)
    if one.row.reminders >= due or not _change(session, one.row, RecallPlace.reminders < due, reminders=due, reminded_at=now):
        return False
    of_place = traced.places.get(one.place.id) or traces.PlaceTraced(place=one.place)
    facts = service.facts_of(recall, traced, of_place, product=product, due_at=one.row.due_at)
    notices.queue(session, place_id=of_place.place.id, kind="recall-reminder", facts=facts, now=now)
    return True


def _change(session: Session, row: RecallPlace, condition: ColumnElement[bool], **values: object) -> bool:
    """Change a row if it is still so; whether it was. Whoever comes at the same time waits, and finds that it is not."""
    changed = update(RecallPlace).where(RecallPlace.recall_id == row.recall_id, RecallPlace.place_id == row.place_id, condition).values(values)
    return session.execute(changed.returning(RecallPlace.place_id).execution_options(synchronize_session=False)).first() is not None
