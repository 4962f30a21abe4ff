"""One's own notices as JSON."""

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from supply import clock
from supply.asking import current_person
from supply.notices import queries, schemas, telling
from supply.notices.queries import Kinds, NoticeRead, NoticesWanted
from supply.notices.service import inbox
from supply.openapi import JsonBlueprint
from supply.web import Page, gives, may, once, reads, takes

api = JsonBlueprint("notices", __name__, url_prefix="/api/v1", description="What an account is told of its places.")


@api.get("/notices")
@may("see own account")
@takes(schemas.NoticesArgs, "query")
@reads
@gives(schemas.NoticeOut, many=True)
def list_notices(session: Session, wanted: NoticesWanted) -> Page:
    """List one's own notices, newest first."""
    found, after = queries.inbox(session, wanted, by=current_person(), kinds=kinds(), now=clock.now())
    return Page(items=[_shown(one) for one in found], next_after=after)


@api.post("/notices/<int:number>/read")
@may("see own account")
@takes(schemas.ReadIn)
@once
@gives(schemas.NoticeOut)
def read_notice(session: Session, _asked: dict[str, Any], number: int) -> dict[str, Any]:
    """Mark one of one's own notices as read."""
    return _shown(inbox.read_one(session, number, by=current_person(), kinds=kinds(), now=clock.now()))


def kinds() -> Kinds:
    """Give the kinds of notices that the features have registered."""
    found: Kinds = current_app.extensions["notice_kinds"]
    return found


def _shown(one: NoticeRead) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "urgency": one.urgency.value,
        "place": one.place.code,
        "made_at": one.made_at,
        "read_at": one.read_at,
        "unread": one.unread,
        "sentence": telling.sentence_of(kinds(), one.kind, one.facts, at=one.place.code),
        "link": telling.link_of(kinds(), one.kind, one.facts, at=one.place.code),
        "facts": one.facts,
    }
