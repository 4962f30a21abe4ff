"""What is refused of a run of disposals."""

from supply.errors import Conflict, Forbidden, Invalid


class NothingExpired(Conflict):
    """Nothing here has expired.

    By {occurred_on} nothing that lies at {place} had expired. What is damaged is recorded as destroyed by itself.
    """


class NotExpired(Conflict):
    """This lot has not expired.

    No units of lot {lot} of {product} that lie here had expired by {occurred_on}. Take the line out; what is damaged is recorded as destroyed by itself.
    """


class NotAllNamed(Conflict):
    """Something else has expired here.

    {lying} of lot {lot} of {product} have expired too. Name them, or leave them out with 0 and a reason.
    """


class NamedTwice(Invalid):
    """A lot stands on two lines.

    Lot {lot} of {product} is named twice. Name it once.
    """


class CountFirst(Conflict):
    """The books say another number.

    Of lot {lot} of {product} there are {lying} in the books, and you found {units}. Count the lot first, then prepare the disposal again.
    """


class WhyFewer(Conflict):
    """Say why fewer are destroyed.

    {lying} of lot {lot} of {product} have expired and {units} are to be destroyed. Say why, or count first if you found fewer.
    """


class RunWaits(Conflict):
    """Another disposal waits here.

    {number} waits for a witness. Confirm or drop it before the next is prepared.
    """


class WitnessIsAnother(Forbidden):
    """Somebody else must be the witness.

    You prepared {number} yourself. Ask a colleague who records at this place to confirm it from their own log-in.
    """


class RunEnded(Conflict):
    """This disposal waits no longer.

    {number} is {state} already; nothing more can be done to it.
    """


class NoLongerFits(Conflict):
    """What lies here has changed.

    Since {number} was prepared, this is no longer as it was: {what}. Nothing was recorded. Drop it and prepare it again.
    """


class NotConfirmed(Conflict):
    """There is no certificate yet.

    {number} is {state}. A certificate says what was destroyed.
    """
