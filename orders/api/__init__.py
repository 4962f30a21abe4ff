"""The JSON interface of orders."""

from orders.api import acts, lists, proposals, rules
from orders.api.ground import api

__all__ = ["acts", "api", "lists", "proposals", "rules"]
