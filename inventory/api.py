"""The ledger's JSON routes: acts, stock, journals, lots."""

import functools
import itertools
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, current_app, g
from sqlalchemy.orm import Session

from inventory import schemas
from inventory.errors import NoSuchPosting
from inventory.queries import journals, lots, runs, stock
from inventory.rules.commands import Command, Correction, Disposal, HandOut, Receipt, Reclassification, Return, SupplierReturn, Transfer, places_of
from inventory.rules.wanted import Batch, BatchHow, JournalWanted, LotsWanted, StockWanted, VerifyWanted
from inventory.service import batches, checks, record
from inventory.service.batches import Keyed
from supply import clock
from supply.auth.rules import Person
from supply.db import in_one_transaction
from supply.errors import Missing, Refusal
from supply.once.service import Answer
from supply.openapi import JsonBlueprint
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.turns import NotServed, Turns
from supply.web import Page, View, current_person, documented, gives, keeping, key_sent, may, once, perform, reads, respond, takes

api = JsonBlueprint("ledger", __name__, url_prefix="/api/v1", description="What arrives, leaves, and lies there.")
_TURNS: Turns[Keyed, Answer | Refusal] = Turns()


def ledger_opens_on() -> date:
    """Give the first day anything can be dated."""
    opens_on: date = current_app.extensions["settings"].ledger_opens_on
    return opens_on


def visible_place(session: Session, code: str) -> Place:
    """Give a place whose stock the person who is asking may see; refuses with Missing."""
    place = reference.get_place(session, code)
    if not current_person().sees(place):
        raise Missing
    return place


def entered(view: View) -> View:
    """Record the act that the view gives, under the key of the request."""

    @functools.wraps(view)
    def entering(*taken: Any, **path: Any) -> Response:
        return respond(enter(view(*taken, **path), key=key_sent()))

    return documented(entering, view, gives=(schemas.PostingOut, 201, False))


def enter(command: Command, *, key: str) -> Answer:
    """Record an act of the person who is asking, once. Acts of one account that wait for the same journal are recorded together, in one transaction."""
    person = current_person()
    act = Keyed(command=command, key=key)

    def attempt() -> Answer:
        try:
            outcome = _TURNS.serve((person, places_of(command)[0]), act, lambda acts: _record(acts, person))
        except NotServed:
            (outcome,) = _record([act], person)
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    return perform(act.asked_by(person), attempt)


def _record(acts: Sequence[Keyed], person: Person) -> Sequence[Answer | Refusal]:
    """Record acts of one person in one transaction, and keep their answers; refuses several with NotServed where one stands in the way of the others."""
    if len(acts) == 1:
        return [in_one_transaction(keeping(acts[0].asked_by(person), lambda session: _recorded(session, acts[0], person)))]
    tries = itertools.count()

    def work(session: Session) -> list[Answer | Refusal]:
        if next(tries):
            raise NotServed  # another was first, with a key of these perhaps: each alone finds its own answer
        return batches.record_each(session, acts, by=person, now=clock.now(), ledger_opens_on=ledger_opens_on())

    return in_one_transaction(work)


def _recorded(session: Session, act: Keyed, person: Person) -> Answer:
    posting = record(session, act.command, by=person, now=clock.now(), key=act.key, ledger_opens_on=ledger_opens_on())
    return batches.answer_of(posting)


@api.post("/receipts")
@may("record stock")
@takes(schemas.ReceiptIn)
@entered
def receive(receipt: Receipt) -> Command:
    """Record a delivery that arrived at a place."""
    return receipt


@api.post("/handouts")
@may("record stock")
@takes(schemas.HandOutIn)
@entered
def hand_out(handout: HandOut) -> Command:
    """Record what was handed out, and what could not be."""
    return handout


@api.post("/returns")
@may("record stock")
@takes(schemas.ReturnIn)
@entered
def take_back(returned: Return) -> Command:
    """Record what came back from people."""
    return returned


@api.post("/supplier-returns")
@may("record stock")
@takes(schemas.SupplierReturnIn)
@entered
def send_back(returned: SupplierReturn) -> Command:
    """Record what was sent back to the supplier."""
    return returned


@api.post("/disposals")
@may("record stock")
@takes(schemas.DisposalIn)
@entered
def dispose(disposal: Disposal) -> Command:
    """Record what was destroyed."""
    return disposal


@api.post("/transfers")
@may("record stock")
@takes(schemas.TransferIn)
@entered
def transfer(moved: Transfer) -> Command:
    """Record what was moved between two places of one owner."""
    return moved


@api.post("/reclassifications")
@may("record stock")
@takes(schemas.ReclassificationIn)
@entered
def reclassify(reclassification: Reclassification) -> Command:
    """Put right what became of units."""
    return reclassification


@api.post("/corrections")
@may("record stock")
@takes(schemas.CorrectionIn)
@entered
def correct(correction: Correction) -> Command:
    """Undo a posting by its opposite."""
    return correction


@api.post("/postings/batch")
@may("record stock")
@takes(schemas.BatchArgs, "query")
@takes(schemas.BatchIn)
@once
@gives(schemas.BatchOut)
def batch(session: Session, how: BatchHow, asked: Batch) -> bytes:
    """Record many acts: all or none, or each by itself."""
    return batches.record_batch(session, asked, key=g.key, each=how.each, by=current_person(), now=clock.now(), ledger_opens_on=ledger_opens_on())


@api.get("/stock")
@may("see stock")
@takes(schemas.StockArgs, "query")
@reads
@gives(schemas.StockOut, many=True)
def list_stock(session: Session, wanted: StockWanted) -> Page:
    """List what lies where."""
    found, after = stock.stock(session, wanted, by=current_person(), today=clock.today())
    return Page(items=found, next_after=after)


@api.get("/journals/<place>")
@may("see stock")
@takes(schemas.JournalArgs, "query")
@reads
@gives(schemas.PostingOut, many=True)
def list_journal(session: Session, wanted: JournalWanted, place: str) -> Page:
    """List a place's postings in order."""
    found, after = journals.journal(session, visible_place(session, place), wanted)
    return Page(items=found, next_after=after)


@api.get("/journals/<place>/<int:number>")
@may("see stock")
@reads
@gives(schemas.PostingOut)
def posting(session: Session, place: str, number: int) -> journals.PostingRead:
    """Show one posting."""
    found = journals.find_posting(session, visible_place(session, place), number) if number < 2**31 else None
    if found is None:
        raise NoSuchPosting(journal=place, number=number)
    return found


@api.get("/lots")
@may("see stock")
@takes(schemas.LotArgs, "query")
@reads
@gives(schemas.LotKnownOut, many=True)
def list_lots(session: Session, wanted: LotsWanted) -> Page:
    """List the lots that are known."""
    found, after = lots.lots(session, wanted)
    return Page(items=found, next_after=after)


@api.get("/verify")
@may("verify ledger")
@takes(schemas.VerifyArgs, "query")
@reads
@gives(schemas.VerifyOut)
def verify(session: Session, wanted: VerifyWanted) -> runs.LastRun:
    """Show what the last verification found, and check what came since at a place."""
    place = visible_place(session, wanted.place) if wanted.place else None
    return checks.last_run(session, place)
