"""JSON and forms to commands, postings to JSON."""

from inventory.schemas.acts import BATCH_KINDS, SCHEMAS, CorrectionIn, DisposalIn, HandOutIn, ReceiptIn, ReclassificationIn, ReturnIn, SupplierReturnIn, TransferIn
from inventory.schemas.batches import BatchArgs, BatchIn, BatchOut
from inventory.schemas.lists import JournalArgs, LotArgs, LotKnownOut, StockArgs, StockOut, VerifyArgs, VerifyOut
from inventory.schemas.postings import PostingOut, posting_json, posting_location

__all__ = [
    "BATCH_KINDS",
    "SCHEMAS",
    "BatchArgs",
    "BatchIn",
    "BatchOut",
    "CorrectionIn",
    "DisposalIn",
    "HandOutIn",
    "JournalArgs",
    "LotArgs",
    "LotKnownOut",
    "PostingOut",
    "ReceiptIn",
    "ReclassificationIn",
    "ReturnIn",
    "StockArgs",
    "StockOut",
    "SupplierReturnIn",
    "TransferIn",
    "VerifyArgs",
    "VerifyOut",
    "posting_json",
    "posting_location",
]
