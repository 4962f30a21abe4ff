"""The JSON interface of orders."""

from orders.api import acts, figures, lists, proposals, reorder
from orders.api.ground import api

__all__ = ["acts", "api", "figures", "lists", "proposals", "reorder"]
