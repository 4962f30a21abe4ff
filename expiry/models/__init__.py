"""The tables of alerts and recalls."""

from expiry.models.alerts import Alert
from expiry.models.recalls import Recall, RecallAnswer, RecallLot, RecallPlace

__all__ = ["Alert", "Recall", "RecallAnswer", "RecallLot", "RecallPlace"]
