"""Routes of recalls: open, answer, close, lift, and see who has answered."""

from typing import Any

from flask import current_app, g
from sqlalchemy.orm import Session

from expiry.api.ground import api
from expiry.queries import recall_reads as reads
from expiry.queries import recalls as queries
from expiry.queries.recall_reads import RecallRead
from expiry.rules.recalls import Answer, Ending, NewRecall, Raising, RecallsWanted
from expiry.schemas import recalls as schemas
from expiry.service import recall_answers as answers
from expiry.service import recall_raising as raising
from expiry.service import recalls as service
from expiry.service.recalls import By
from supply import clock
from supply.asking import current_person
from supply.errors import Missing
from supply.web import Made, Page, gives, may, once, takes
from supply.web import reads as reading_with


def acting(key: str | None = None) -> By:
    """Give who acts in this request, and when."""
    extensions = current_app.extensions
    return By(person=current_person(), now=clock.now(), key=key or g.get("key", ""), settings=extensions["settings"], under_way=extensions["under_way"])


def recall_now(session: Session, number: str) -> RecallRead:
    """Give a recall as whoever asks sees it; refuses one that is not there."""
    found = reads.read_recall(session, number, by=current_person(), today=clock.today(), under_way=current_app.extensions["under_way"])
    if found is None:
        raise Missing
    return found


def _shown(session: Session, number: str) -> dict[str, Any]:
    read = recall_now(session, number)
    sums = None if read.sums is None else [{"lot": number} | _as_dict(of_lot) for number, of_lot in read.sums]
    return {**_as_dict(read.head), "progress": read.progress, "places": read.places, "sums": sums}


def _as_dict(what: Any) -> dict[str, Any]:
    return {name: getattr(what, name) for name in type(what).__dataclass_fields__}


@api.post("/recalls")
@may("change lots")
@takes(schemas.RecallIn)
@once
@gives(schemas.RecallOut, 201)
def open_recall(session: Session, asked: NewRecall) -> Made:
    """Recall lots, or hold a drill: freeze them at every place and in every kit, and ask every place that ever had a unit."""
    number = service.open_recall(session, asked, by=acting()).number
    return Made(what=_shown(session, number), location=f"/api/v1/recalls/{number}")


@api.get("/recalls")
@may("see stock")
@takes(schemas.RecallsArgs, "query")
@reading_with
@gives(schemas.RecallHeadOut, many=True)
def list_recalls(session: Session, wanted: RecallsWanted) -> Page:
    """List recalls, newest first."""
    items, next_after = queries.recalls(session, wanted)
    return Page(items=items, next_after=next_after)


@api.get("/recalls/<number>")
@may("see stock")
@reading_with
@gives(schemas.RecallOut)
def get_recall(session: Session, number: str) -> dict[str, Any]:
    """Give a recall with what every place that one sees had, has and answered."""
    return _shown(session, number)


@api.post("/recalls/<number>/answers")
@may("record stock")
@takes(schemas.AnswerIn)
@once
@gives(schemas.AnsweredOut, 201)
def answer_recall(session: Session, said: Answer, number: str) -> Made:
    """Answer a recall: what was found is counted, what is destroyed and returned is entered; in a drill nothing is."""
    head, place = answers.answer(session, number, said, by=acting())
    return Made(what={**_as_dict(place), "answered_at": place.answered_at, "number": head.number, "drill": head.drill}, location=f"/api/v1/recalls/{number}")


@api.post("/recalls/<number>/raise")
@may("change lots")
@takes(schemas.RaiseIn)
@once
@gives(schemas.RecallOut)
def raise_recall(session: Session, asked: Raising, number: str) -> dict[str, Any]:
    """Give a recall that is going on a graver class: places have less time to answer, and all are told again."""
    raising.raise_class(session, number, asked, by=acting())
    return _shown(session, number)


@api.post("/recalls/<number>/close")
@may("change lots")
@takes(schemas.CloseIn)
@once
@gives(schemas.RecallOut)
def close_recall(session: Session, ending: Ending, number: str) -> dict[str, Any]:
    """Close a recall: nobody is asked any more, and the lots stay frozen."""
    service.close(session, number, ending, by=acting())
    return _shown(session, number)


@api.post("/recalls/<number>/lift")
@may("change lots")
@takes(schemas.LiftIn)
@once
@gives(schemas.RecallOut)
def lift_recall(session: Session, ending: Ending, number: str) -> dict[str, Any]:
    """Lift a recall: the lots may leave again, but for what has expired or is in quarantine besides."""
    service.lift(session, number, ending, by=acting())
    return _shown(session, number)
