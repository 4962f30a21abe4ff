"""What can be asked of the ledger: one frozen dataclass for each act, made by API, form, import and test alike."""

from inventory.rules.commands.acts import (
    Assembly,
    Correction,
    Count,
    CountLine,
    CountReason,
    Disposal,
    HandOut,
    HandOutLine,
    LotLine,
    Receipt,
    ReceiptLine,
    Reclassification,
    ReclassificationLine,
    Return,
    SupplierReturn,
    TallyLine,
    Transfer,
    TransferLine,
    Unpacking,
)
from inventory.rules.commands.parcels import Arrival, Dispatch, DispatchLine, Settlement, SurplusLine
from inventory.rules.commands.words import NO_LOT, REASONS, VIRTUAL_BETWEEN, Kind, Occasion, Recipient

__all__ = [
    "ACTS",
    "NO_LOT",
    "REASONS",
    "VIRTUAL_BETWEEN",
    "Arrival",
    "Assembly",
    "Command",
    "Correction",
    "Count",
    "CountLine",
    "CountReason",
    "Dispatch",
    "DispatchLine",
    "Disposal",
    "HandOut",
    "HandOutLine",
    "Kind",
    "LotLine",
    "Occasion",
    "Receipt",
    "ReceiptLine",
    "Recipient",
    "Reclassification",
    "ReclassificationLine",
    "Return",
    "Settlement",
    "SupplierReturn",
    "SurplusLine",
    "TallyLine",
    "Transfer",
    "TransferLine",
    "Unpacking",
    "places_of",
]

Command = Receipt | HandOut | Return | SupplierReturn | Disposal | Transfer | Reclassification | Correction | Count | Assembly | Unpacking | Dispatch | Arrival | Settlement

ACTS: dict[type, str] = {
    Receipt: "receipts",
    HandOut: "handouts",
    Return: "returns",
    SupplierReturn: "supplier-returns",
    Disposal: "disposals",
    Transfer: "transfers",
    Reclassification: "reclassifications",
    Correction: "corrections",
    Count: "counts",
    Assembly: "assemblies",
    Unpacking: "unpackings",
}
"""What each command is called in the interface; what is under way is sent and counted by orders, which have their own."""


def places_of(command: Command) -> tuple[str, ...]:
    """Give the codes of the physical places a command concerns, its journal's first."""
    if isinstance(command, Correction):
        return (command.journal,)
    return (command.place, command.to) if isinstance(command, Transfer) else (command.place,)
