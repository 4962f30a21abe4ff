"""Routes that read: stock, journals, lots, the last verification."""

from sqlalchemy.orm import Session

from inventory import schemas
from inventory.api.ground import api, visible_place
from inventory.errors import NoSuchPosting
from inventory.queries import journals, lots, runs, stock
from inventory.rules.wanted import JournalWanted, LotsWanted, StockWanted, VerifyWanted
from inventory.service import checks
from supply import clock
from supply.asking import current_person
from supply.db import in_one_snapshot
from supply.web import Page, gives, may, reads, takes


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
    return in_one_snapshot(lambda snapshot: checks.last_run(snapshot, place))  # what comes meanwhile is no difference
