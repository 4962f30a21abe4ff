"""The ledger's JSON routes: acts, stock, journals, lots."""

from datetime import date

from flask import current_app, g
from sqlalchemy.orm import Session

from inventory import schemas
from inventory.errors import NoSuchPosting
from inventory.queries import journals, lots, runs, stock
from inventory.rules.commands import Command, Correction, Disposal, HandOut, Receipt, Reclassification, Return, SupplierReturn, Transfer
from inventory.rules.wanted import Batch, BatchHow, JournalWanted, LotsWanted, StockWanted, VerifyWanted
from inventory.service import batches, checks, record
from supply import clock
from supply.errors import Missing
from supply.openapi import JsonBlueprint
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.web import Made, Page, current_person, gives, may, once, reads, takes

api = JsonBlueprint("ledger", __name__, url_prefix="/api/v1", description="What arrives, leaves, and lies there.")


def enter(session: Session, command: Command) -> Made:
    """Record an act of the person who is asking, under the key of the request."""
    posting = record(session, command, by=current_person(), now=clock.now(), key=g.key, ledger_opens_on=ledger_opens_on())
    return Made(what=schemas.posting_json(posting), location=schemas.posting_location(posting.draft.place.code, posting.number))


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


@api.post("/receipts")
@may("record stock")
@takes(schemas.ReceiptIn)
@once
@gives(schemas.PostingOut, 201)
def receive(session: Session, receipt: Receipt) -> Made:
    """Record a delivery that arrived at a place."""
    return enter(session, receipt)


@api.post("/handouts")
@may("record stock")
@takes(schemas.HandOutIn)
@once
@gives(schemas.PostingOut, 201)
def hand_out(session: Session, handout: HandOut) -> Made:
    """Record what was handed out, and what could not be."""
    return enter(session, handout)


@api.post("/returns")
@may("record stock")
@takes(schemas.ReturnIn)
@once
@gives(schemas.PostingOut, 201)
def take_back(session: Session, returned: Return) -> Made:
    """Record what came back from people."""
    return enter(session, returned)


@api.post("/supplier-returns")
@may("record stock")
@takes(schemas.SupplierReturnIn)
@once
@gives(schemas.PostingOut, 201)
def send_back(session: Session, returned: SupplierReturn) -> Made:
    """Record what was sent back to the supplier."""
    return enter(session, returned)


@api.post("/disposals")
@may("record stock")
@takes(schemas.DisposalIn)
@once
@gives(schemas.PostingOut, 201)
def dispose(session: Session, disposal: Disposal) -> Made:
    """Record what was destroyed."""
    return enter(session, disposal)


@api.post("/transfers")
@may("record stock")
@takes(schemas.TransferIn)
@once
@gives(schemas.PostingOut, 201)
def transfer(session: Session, moved: Transfer) -> Made:
    """Record what was moved between two places of one owner."""
    return enter(session, moved)


@api.post("/reclassifications")
@may("record stock")
@takes(schemas.ReclassificationIn)
@once
@gives(schemas.PostingOut, 201)
def reclassify(session: Session, reclassification: Reclassification) -> Made:
    """Put right what became of units."""
    return enter(session, reclassification)


@api.post("/corrections")
@may("record stock")
@takes(schemas.CorrectionIn)
@once
@gives(schemas.PostingOut, 201)
def correct(session: Session, correction: Correction) -> Made:
    """Undo a posting by its opposite."""
    return enter(session, correction)


@api.post("/postings/batch")
@may("record stock")
@takes(schemas.BatchArgs, "query")
@takes(schemas.BatchIn)
@once
@gives(schemas.BatchOut)
def batch(session: Session, how: BatchHow, asked: Batch) -> dict[str, object]:
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
