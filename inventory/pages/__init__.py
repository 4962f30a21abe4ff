"""The ledger's pages: what lies where, what happened, and the forms to record what happens."""

from inventory.pages import card, corrections, handouts, imports, journals, overview, receipts, removals, returns, stock
from inventory.pages.frame import pages

__all__ = ["card", "corrections", "handouts", "imports", "journals", "overview", "pages", "receipts", "removals", "returns", "stock"]
