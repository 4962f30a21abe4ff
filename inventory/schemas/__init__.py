"""JSON and forms to commands, postings to JSON."""

from inventory.schemas.acts import BATCH_KINDS, SCHEMAS, AssemblyIn, CorrectionIn, CountIn, DisposalIn, HandOutIn, ReceiptIn, ReclassificationIn, ReturnIn, SupplierReturnIn, TransferIn, UnpackingIn
from inventory.schemas.batches import BatchArgs, BatchIn, BatchOut
from inventory.schemas.lists import JournalArgs, LotArgs, LotKnownOut, StockArgs, StockOut, VerifyArgs, VerifyOut
from inventory.schemas.lots import LotEventsOut, QuarantineIn, RedateIn, RedatingIn, ReleaseIn, lot_act
from inventory.schemas.postings import PostingOut, posting_json, posting_location

__all__ = [
    "BATCH_KINDS",
    "SCHEMAS",
    "AssemblyIn",
    "BatchArgs",
    "BatchIn",
    "BatchOut",
    "CorrectionIn",
    "CountIn",
    "DisposalIn",
    "HandOutIn",
    "JournalArgs",
    "LotArgs",
    "LotEventsOut",
    "LotKnownOut",
    "PostingOut",
    "QuarantineIn",
    "ReceiptIn",
    "ReclassificationIn",
    "RedateIn",
    "RedatingIn",
    "ReleaseIn",
    "ReturnIn",
    "StockArgs",
    "StockOut",
    "SupplierReturnIn",
    "TransferIn",
    "UnpackingIn",
    "VerifyArgs",
    "VerifyOut",
    "lot_act",
    "posting_json",
    "posting_location",
]
