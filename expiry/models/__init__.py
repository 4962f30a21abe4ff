"""The tables of alerts."""

from expiry.models.alerts import Alert

__all__ = ["Alert"]
