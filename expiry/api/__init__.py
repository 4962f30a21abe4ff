"""The JSON interface of alerts, recalls and disposals."""

from expiry.api import alerts, disposals, recalls, waste
from expiry.api.ground import api

__all__ = ["alerts", "api", "disposals", "recalls", "waste"]
