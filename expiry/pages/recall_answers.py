"""Answer a recall at a place: what the book says lies there, what was found of it, and what became of that."""

from datetime import date

from flask import Response, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from expiry.api.recalls import acting, recall_now
from expiry.errors.recalls import RecallEnded
from expiry.pages.frame import pages
from expiry.pages.recall_acts import enter
from expiry.queries.recall_reads import RecallRead, asked_lots
from expiry.queries.recall_traces import LotTraced, PlaceTraced
from expiry.rules.recalls import Answer
from expiry.rules.traces import Numbers
from expiry.schemas.recalls import AnswerIn
from expiry.service import recall_answers as service
from inventory.pages.acts import new_form, respond
from inventory.pages.frame import own_place
from inventory.queries import overview
from inventory.queries.journals import LotNamed
from supply.acting import sent_form
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form
from supply.web import may


@pages.get("/places/<place>/recalls/<number>/answer")
@may("record stock")
def answer_recall(place: str, number: str) -> Response:
    """Ask what was found at a place; filled in is what the book says."""
    found, lots, seen = _asked(place, number)
    if found.head.state != "open":
        raise RecallEnded(number=number)
    form = new_form(seen=str(seen))
    for nth, one in enumerate(lots):
        form = form.with_row("lines", nth, {"found": str(one.numbers.on_hand)})
    return respond("expiry/recall_answer.html", form, read=found, recall=found.head, lots=lots, place_code=place)


@pages.post("/places/<place>/recalls/<number>/answer")
@may("record stock")
def record_answer(place: str, number: str) -> Response:
    """Enter what a place answers."""
    found, lots, _ = _asked(place, number)
    form = sent_form()

    def work(session: Session, said: Answer) -> str:
        service.answer(session, number, said, by=acting(form.key))
        return url_for("expiring.recall", number=number, saved="answered")

    if not any(form.value(f"lines-{nth}-found").strip() for nth in form.rows("lines")):
        outcome: Response | Form = form.refused({"lines": [gettext("Write what you found of at least one lot; none is 0.")]})
    else:
        outcome = enter(f"answer {number} at {place}", form, AnswerIn, work, fixed={"place": place}, needed="found")
    return respond("expiry/recall_answer.html", outcome, read=found, recall=found.head, lots=lots, place_code=place) if isinstance(outcome, Form) else outcome


def _asked(code: str, number: str) -> tuple[RecallRead, list[LotTraced], int]:
    """Give the recall, the lots the place is asked about with what the book says, and the journal number that this was seen at."""
    place = own_place(code)
    if not number.isprintable():
        raise Missing
    last = overview.last_postings(reading(), [place.id]).get(place.id)
    found = recall_now(reading(), number)
    here = next((one for one in found.places if one.place.id == place.id), None)
    lots = list(here.lots) if here is not None else []
    asked = asked_lots(found.head, PlaceTraced(place=place, lots=lots))
    known = {(one.lot.product, one.lot.number): one for one in lots}
    expiries = {lot.number: lot.expires_on for lot in found.head.lots}
    rows = [known.get((product, lot)) or _unknown(product, lot, expiries.get(lot)) for product, lot in asked]
    return found, rows, last.number if last is not None else 0


def _unknown(product: str, lot: str, expires_on: date | None) -> LotTraced:
    """Give a lot of the notice of which the place never had a unit, as the book knows it."""
    return LotTraced(lot=LotNamed(product=product, number=lot, expires_on=expires_on), each=1, is_kit=False, numbers=Numbers(), in_transit=0)
