"""What this feature refuses, each a sentence its reader can act on."""

from expiry.errors.alerts import AcknowledgedAlready, AlertOver, NotYourAlert

__all__ = ["AcknowledgedAlready", "AlertOver", "NotYourAlert"]
