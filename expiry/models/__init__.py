"""The tables of alerts and of disposals."""

from expiry.models.alerts import Alert
from expiry.models.disposals import DisposalLine, DisposalRun

__all__ = ["Alert", "DisposalLine", "DisposalRun"]
