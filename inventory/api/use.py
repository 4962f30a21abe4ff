"""Routes of use, and of days that are left out of its average."""

from typing import Any

from sqlalchemy.orm import Session

from inventory.api.ground import api
from inventory.queries import marks, used
from inventory.queries.marks import MarkRead
from inventory.rules.wanted import MarksWanted, NewMark, UseWanted
from inventory.schemas.use import ConsumptionOut, EndMarkIn, MarkIn, MarkOut, MarksArgs, UseArgs
from inventory.service import use as service
from supply import clock
from supply.asking import current_person
from supply.errors import Missing
from supply.web import Made, Page, gives, may, once, reads, takes


@api.get("/use")
@may("see stock")
@takes(UseArgs, "query")
@reads
@gives(ConsumptionOut, many=True)
def list_use(session: Session, wanted: UseWanted) -> Page:
    """List what places used, by place, product and month, week or day."""
    found, after = used.used(session, wanted, by=current_person(), today=clock.today())
    return Page(items=found, next_after=after)


@api.get("/marks")
@may("see stock")
@takes(MarksArgs, "query")
@reads
@gives(MarkOut, many=True)
def list_marks(session: Session, wanted: MarksWanted) -> Page:
    """List days that are left out of the average, the newest mark first."""
    found, after = marks.marks(session, wanted, by=current_person(), today=clock.today())
    return Page(items=found, next_after=after)


@api.get("/marks/<int(max=2147483647):mark_id>")
@may("see stock")
@reads
@gives(MarkOut)
def get_mark(session: Session, mark_id: int) -> MarkRead:
    """Give a mark."""
    return _mark(session, mark_id)


@api.post("/marks")
@may("record stock")
@takes(MarkIn)
@once
@gives(MarkOut, 201)
def mark_days(session: Session, new: NewMark) -> Made:
    """Leave days out of the average."""
    made = service.mark(session, new, by=current_person(), now=clock.now())
    return Made(what=_mark(session, made.id), location=f"/api/v1/marks/{made.id}")


@api.post("/marks/<int(max=2147483647):mark_id>/end")
@may("record stock")
@takes(EndMarkIn)
@once
@gives(MarkOut)
def end_mark(session: Session, _nothing: dict[str, Any], mark_id: int) -> MarkRead:
    """Let marked days count again."""
    return _mark(session, service.unmark(session, mark_id, by=current_person(), now=clock.now()).id)


def _mark(session: Session, mark_id: int) -> MarkRead:
    if (found := marks.find_mark(session, mark_id, by=current_person(), today=clock.today())) is None:
        raise Missing
    return found
