"""The JSON interface of orders."""

from orders.api import acts, lists, proposals, reorder
from orders.api.ground import api

__all__ = ["acts", "api", "lists", "proposals", "reorder"]
