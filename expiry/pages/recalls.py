"""Recalls on pages: the list, one recall with its places and sums, closing and lifting it, and the banner of what waits for an answer."""

from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from sqlalchemy.orm import Session

from expiry.api.recalls import acting, recall_now
from expiry.pages.frame import pages
from expiry.pages.recall_acts import enter
from expiry.queries import recalls as queries
from expiry.queries.recall_reads import RecallRead
from expiry.rules.recalls import Ending, RecallsWanted
from expiry.schemas.recalls import CloseIn, LiftIn
from expiry.service import recalls as service
from inventory.pages import frame as ground
from supply.acting import sent_form
from supply.asking import current_person, find_person
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form
from supply.web import may

SHOWN = 6
"""How many recalls that wait for an answer a banner names; it says when there are more."""


@pages.app_context_processor
def waiting_recalls() -> dict[str, Any]:
    """Give the frame the recalls that the place of the page, or the reader's own, has not answered."""
    person = find_person()
    if person is None or not person.may("see stock"):
        return {"recalls_waiting": ()}
    here = g.get("place")
    found = queries.waiting(reading(), by=person, here=here.code if here is not None else None, limit=SHOWN + 1)
    return {"recalls_waiting": found[:SHOWN], "more_recalls_wait": len(found) > SHOWN}


@pages.get("/recalls")
@may("see stock")
def recalls() -> str:
    """List recalls, the newest first."""
    found, after = queries.recalls(reading(), RecallsWanted(limit=50, after=request.args.get("after")))
    return render_template("expiry/recalls.html", recalls=found, after=after, national=is_national())


@pages.get("/recalls/<number>")
@may("see stock")
def recall(number: str) -> Response:
    """Show a recall: its places with what they had and answered, and what became of every unit."""
    return _page(_found(number), Form())


@pages.post("/recalls/<number>/close")
@may("change lots")
def close_recall(number: str) -> Response:
    """Ask nobody any more."""

    def work(session: Session, said: Ending) -> str:
        service.close(session, number, said, by=acting(form.key))
        return url_for("expiring.recall", number=number, saved="closed")

    found, form = _found(number), sent_form()
    outcome = enter(f"close {number}", form, CloseIn, work)
    return _page(found, outcome) if isinstance(outcome, Form) else outcome


@pages.post("/recalls/<number>/lift")
@may("change lots")
def lift_recall(number: str) -> Response:
    """Let the lots leave again."""

    def work(session: Session, said: Ending) -> str:
        service.lift(session, number, said, by=acting(form.key))
        return url_for("expiring.recall", number=number, saved="lifted")

    found, form = _found(number), sent_form()
    outcome = enter(f"lift {number}", form, LiftIn, work)
    return _page(found, outcome) if isinstance(outcome, Form) else outcome


def is_national() -> bool:
    """Whether the reader may open and end recalls."""
    return any(grant.everywhere for grant in current_person().granting("change lots"))


def _found(number: str) -> RecallRead:
    if not number.isprintable():
        raise Missing
    return recall_now(reading(), number)


def _page(found: RecallRead, form: Form) -> Response:
    person = current_person()
    ground.learn_places({one.place.code for one in found.places})
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    page = render_template(
        "expiry/recall.html",
        recall=found.head,
        read=found,
        form=form,
        own={one.place.code for one in found.places if person.role_at(one.place) is not None},
        national=is_national(),
        saved=request.args.get("saved", ""),
    )
    return make_response(page, status)
