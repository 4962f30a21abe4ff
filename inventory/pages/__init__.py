"""The ledger's pages: what lies where, what happened, and the forms to record what happens."""

from inventory.pages import card, corrections, counts, figures, handouts, imports, journals, kits, lots, overview, prints, receipts, removals, returns, stock, stopped
from inventory.pages.frame import pages

__all__ = ["card", "corrections", "counts", "figures", "handouts", "imports", "journals", "kits", "lots", "overview", "pages", "prints", "receipts", "removals", "returns", "stock", "stopped"]
