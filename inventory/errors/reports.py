"""Why a place cannot say that a month is entered."""

from supply.errors import Invalid


class MonthNotOver(Invalid):
    """That month has not ended yet.

    Say that it is fully entered when it is over: from {on} on.
    """
