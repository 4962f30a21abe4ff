"""Raise the class of a recall: it turned out graver than was said."""

from flask import Response, url_for
from sqlalchemy.orm import Session

from expiry.api.recalls import acting, recall_now
from expiry.errors.recalls import RecallEnded, RecallsAreNational
from expiry.pages.frame import pages
from expiry.pages.recall_acts import enter
from expiry.pages.recalls import is_national
from expiry.queries.recalls import HeadRead
from expiry.rules.recalls import CLASSES, Raising
from expiry.schemas.recalls import RaiseIn
from expiry.service import recall_raising as service
from inventory.pages.acts import new_form, respond
from supply.acting import sent_form
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form
from supply.web import may


@pages.get("/recalls/<number>/raise")
@may("change lots")
def raise_recall(number: str) -> Response:
    """Ask how grave it is now, and who says so."""
    head = _open(number)
    return _page(new_form(authority=head.authority), head)


@pages.post("/recalls/<number>/raise")
@may("change lots")
def record_raising(number: str) -> Response:
    """Raise the class, and tell everybody."""

    def work(session: Session, said: Raising) -> str:
        service.raise_class(session, number, said, by=acting(form.key))
        return url_for("expiring.recall", number=number, saved="raised")

    head, form = _open(number), sent_form()
    outcome = enter(f"raise {number}", form, RaiseIn, work)
    return _page(outcome, head) if isinstance(outcome, Form) else outcome


def _open(number: str) -> HeadRead:
    """Give a recall that can be raised: one that is going on; refuses who may not."""
    if not is_national():
        raise RecallsAreNational
    if not number.isprintable():
        raise Missing
    head = recall_now(reading(), number).head
    if head.state != "open":
        raise RecallEnded(number=number)
    return head


def _page(form: Form, head: HeadRead) -> Response:
    return respond("expiry/recall_raise.html", form, recall=head, graver=[level for level in CLASSES if level < head.level])
