"""Open a recall from a notice: what it says, then what would be frozen, then the button."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import marshmallow as ma
from flask import Response, current_app, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from expiry.api.recalls import acting
from expiry.errors.recalls import RecallsAreNational
from expiry.pages.frame import pages
from expiry.pages.recall_acts import enter
from expiry.pages.recalls import is_national
from expiry.queries import recall_reads as reads
from expiry.queries.recall_reads import RecallRead
from expiry.rules.recalls import NewRecall
from expiry.schemas.recalls import RecallIn
from expiry.service import recalls as service
from inventory.pages import frame as ground
from inventory.pages.acts import new_form, respond
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person
from supply.db import reading, tried_out
from supply.errors import Refusal
from supply.forms import Form, beside, sent_by
from supply.schemas import ValuesAreWrong, messages_of
from supply.web import may, problem_of

_DAY = re.compile(r"(?P<lot>.+?)[\s;,]+(?:(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})|(?P<dd>[0-9]{1,2})\.(?P<mm>[0-9]{1,2})\.(?P<yy>[0-9]{4}))")


@pages.get("/recalls/new")
@may("change lots")
def new_recall() -> Response:
    """Ask what the notice says."""
    _national()
    return respond("expiry/recall_new.html", new_form(), preview=None)


@pages.post("/recalls/new")
@may("change lots")
def open_recall() -> Response:
    """Show what would be frozen; or freeze it."""
    _national()
    form = sent_form()
    lots = lots_in(form.value("lots"))
    if form.value("do") != "open":
        return _previewed(form, lots)

    def work(session: Session, said: NewRecall) -> str:
        return url_for("expiring.recall", number=service.open_recall(session, said, by=acting(form.key)).number, saved="opened")

    outcome = enter("open", form, RecallIn, work, fixed={"lots": lots})
    return respond("expiry/recall_new.html", _of_lots(outcome, lots), preview=None) if isinstance(outcome, Form) else outcome


def lots_in(text: str) -> list[dict[str, Any]]:
    """Read lots pasted one a line, each with its expiry behind it where there is one (2028-01-31 or 31.1.2028)."""
    found = []
    for line in (one.strip(" \t\r;,") for one in text.splitlines()):
        if line:
            read = _DAY.fullmatch(line)
            found.append({"lot": line} if read is None else {"lot": read["lot"], "expires_on": _iso(read)})
    return found


def _iso(read: re.Match[str]) -> str:
    year, month, day = (read["y"], read["m"], read["d"]) if read["y"] else (read["yy"], read["mm"], read["dd"])
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return f"{year}-{int(month):02}-{int(day):02}"  # a day that there is not, for the schema to refuse


def _previewed(form: Form, lots: list[dict[str, Any]]) -> Response:
    """Show what a recall would list: a drill of it is held and undone."""
    loader = RecallIn()
    sent, rows = sent_by(form.values, loader)
    try:
        said = loader.load({**sent, "lots": lots})
        preview = tried_out(lambda session: _drill_of(session, said))
    except ma.ValidationError as error:
        problem = problem_of(ValuesAreWrong(messages_of(error)))
    except Refusal as refusal:
        problem = problem_of(refusal)
    else:
        ground.learn_places({one.place.code for one in preview.places})
        return respond("expiry/recall_new.html", form, preview=preview)
    reading().expire_all()
    return respond("expiry/recall_new.html", _of_lots(form.refused(beside(problem, rows, ground.said_of(problem)), problem), lots), preview=None)


def _drill_of(session: Session, said: NewRecall) -> RecallRead:
    number = service.open_recall(session, replace(said, drill=True), by=acting("a-preview-is-undone")).number
    read = reads.read_recall(session, number, by=current_person(), today=clock.today(), under_way=current_app.extensions["under_way"])
    assert read is not None
    session.expunge_all()  # what was read stays as it was read when the drill is undone
    return read


def _of_lots(form: Form, lots: list[dict[str, Any]]) -> Form:
    """Say beside the field of the lots what is wrong with one of them, and which."""
    wrong: dict[str, list[str]] = {}
    for name, messages in form.wrong.items():
        field, _, rest = name.partition("-")
        nth = rest.partition("-")[0]
        lot = lots[int(nth)]["lot"] if field == "lots" and nth.isdigit() and int(nth) < len(lots) else None
        said = messages if lot is None else [gettext("Lot %(lot)s: %(problem)s", lot=lot, problem=message) for message in messages]
        wrong.setdefault("lots" if field == "lots" else name, []).extend(said)
    return replace(form, wrong=wrong)


def _national() -> None:
    if not is_national():
        raise RecallsAreNational
