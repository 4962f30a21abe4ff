"""The tables of lots, of the ledger, of what seals it, and of what is not in it yet."""

from inventory.models.drafts import CountSheet, CountSheetLine, ImportFile
from inventory.models.ledger import CountLine, Epoch, Journal, MonthTotals, Move, Posting, PostingNote, Stock, Tally
from inventory.models.lots import Hold, KitLotPart, Lot, LotEvent, LotGtin
from inventory.models.reports import MonthReport
from inventory.models.seals import Checkpoint, CheckpointHead, VerifyRun
from inventory.models.use import OneOff, Stockout

__all__ = [
    "Checkpoint",
    "CheckpointHead",
    "CountLine",
    "CountSheet",
    "CountSheetLine",
    "Epoch",
    "Hold",
    "ImportFile",
    "Journal",
    "KitLotPart",
    "Lot",
    "LotEvent",
    "LotGtin",
    "MonthReport",
    "MonthTotals",
    "Move",
    "OneOff",
    "Posting",
    "PostingNote",
    "Stock",
    "Stockout",
    "Tally",
    "VerifyRun",
]
