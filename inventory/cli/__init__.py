"""`flask inventory`: what an operator does with the ledger."""

from inventory.cli import acts, ledger, prints
from inventory.cli.group import inventory

__all__ = ["acts", "inventory", "ledger", "prints"]
