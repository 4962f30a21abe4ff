"""The JSON interface of orders."""

from orders.api import acts, figures, lists
from orders.api.ground import api

__all__ = ["acts", "api", "figures", "lists"]
