"""The ledger's JSON routes."""

from inventory.api import acts, lists, lots, reports
from inventory.api.ground import api, enter, ledger_opens_on, visible_place

__all__ = ["acts", "api", "enter", "ledger_opens_on", "lists", "lots", "reports", "visible_place"]
