"""What is wrong with an act, a correction or a batch, whatever lies there."""

from collections.abc import Iterable

from inventory.rules.imports import Problem
from supply.errors import Conflict, Invalid, Missing


class AlreadyCorrected(Conflict):
    """This posting is already corrected.

    Number {number} was corrected by number {by}. A posting is corrected once.
    """


class IsACount(Conflict):
    """A count is not corrected.

    Count again: what is found then stands.
    """


class IsACorrection(Conflict):
    """A correction cannot be corrected.

    Number {number} is itself a correction. Enter what happened as a new posting.
    """


class NoSuchPosting(Missing):
    """There is no such posting here.

    The journal of {journal} has no number {number}.
    """


class InTheFuture(Invalid):
    """The day lies in the future.

    It is {today} here. Your computer's clock may be wrong; choose today or an earlier day.
    """


class TooLongAgo(Invalid):
    """The day lies before the ledger begins.

    Nothing is entered before {opens_on}. Check the year.
    """


class NothingEntered(Invalid):
    """There is nothing to enter.

    Write at least one line.
    """


class UnknownReason(Invalid):
    """This reason is not in the list.

    Choose one of: {choices}.
    """


class SentTogetherTwice(Invalid):
    """The same key stands twice with different contents.

    {key} is used for two different postings, or for a posting and its batch. Give each its own key.
    """


class BatchRefused(Conflict):
    """One of the postings cannot be entered, so none was.

    Posting {index}: {problem}
    """


class RowsAreWrong(Invalid):
    """Some rows cannot be entered, so none was.

    Rows that are wrong: {count}. Put them right and send the file again.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(count=len(self.problems))


class IsOfAShipment(Conflict):
    """What was sent or arrived is not corrected here.

    Number {number} belongs to a shipment. Count it on arrival, or settle what is missing, on the page of its order.
    """


class LedgerDiffers(Conflict):
    """The ledger is not as it was sealed.

    Check {check} failed first at {place}, row {row}. Nothing was changed. Compare it with the last export and the last checkpoint that were kept elsewhere.
    """


class DaysBackwards(Invalid):
    """The days end before they begin.

    Give a last day that is the first one or later.
    """


class WindowTooLong(Invalid):
    """These are too many days at once.

    Ask for {days_max} days at most, or for longer parts.
    """
