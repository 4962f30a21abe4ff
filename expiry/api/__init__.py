"""The JSON interface of alerts, recalls and disposals."""

from expiry.api import disposals, waste
from expiry.api.ground import api

__all__ = ["api", "disposals", "waste"]
