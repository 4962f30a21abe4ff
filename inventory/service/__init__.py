"""The commands of the ledger: load, ask the rules, write; the caller commits."""

from inventory.service.record import Recorded, record, record_all

__all__ = ["Recorded", "record", "record_all"]
