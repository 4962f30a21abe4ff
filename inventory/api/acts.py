"""Routes that record: one act, or many at once."""

from flask import g
from sqlalchemy.orm import Session

from inventory import schemas
from inventory.api.ground import api, entered, ledger_opens_on
from inventory.rules.commands import Assembly, Command, Correction, Count, Disposal, HandOut, Receipt, Reclassification, Return, SupplierReturn, Transfer, Unpacking
from inventory.rules.wanted import Batch, BatchHow
from inventory.service import batches
from supply import clock
from supply.asking import current_person
from supply.web import gives, may, once, takes


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


@api.post("/counts")
@may("record stock")
@takes(schemas.CountIn)
@entered
def count(counted: Count) -> Command:
    """Record what was found on the shelves."""
    return counted


@api.post("/assemblies")
@may("record stock")
@takes(schemas.AssemblyIn)
@entered
def assemble(assembly: Assembly) -> Command:
    """Record kits packed from parts."""
    return assembly


@api.post("/unpackings")
@may("record stock")
@takes(schemas.UnpackingIn)
@entered
def unpack(unpacking: Unpacking) -> Command:
    """Record kits taken apart."""
    return unpacking


@api.post("/postings/batch")
@may("record stock")
@takes(schemas.BatchArgs, "query")
@takes(schemas.BatchIn)
@once
@gives(schemas.BatchOut)
def batch(session: Session, how: BatchHow, asked: Batch) -> bytes:
    """Record many acts: all or none, or each by itself."""
    return batches.record_batch(session, asked, key=g.key, each=how.each, by=current_person(), now=clock.now(), ledger_opens_on=ledger_opens_on())
