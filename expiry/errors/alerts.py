"""What is refused of alerts."""

from supply.errors import Conflict, Forbidden


class AcknowledgedAlready(Conflict):
    """Somebody has taken this in hand already.

    {by} wrote: {plan}
    """


class AlertOver(Conflict):
    """This alert is over.

    What it was about is no longer so. Nothing needs to be done.
    """


class NotYourAlert(Forbidden):
    """This is for the people of the place to take in hand.

    Ask somebody who records there, or an administrator where it is about the service itself.
    """
