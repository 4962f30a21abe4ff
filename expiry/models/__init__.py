"""The tables of alerts, disposals and recalls."""

from expiry.models.alerts import Alert
from expiry.models.disposals import DisposalLine, DisposalRun
from expiry.models.recalls import Recall, RecallAnswer, RecallLot, RecallPlace, RecallRaise

__all__ = ["Alert", "DisposalLine", "DisposalRun", "Recall", "RecallAnswer", "RecallLot", "RecallPlace", "RecallRaise"]
