"""The JSON interface of alerts, recalls and disposals."""

from expiry.api import recalls
from expiry.api.ground import api

__all__ = ["api", "recalls"]
