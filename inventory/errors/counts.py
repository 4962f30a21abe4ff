"""What stands in the way of a count."""

from supply.errors import Conflict, Invalid


class ClosedByCount(Conflict):
    """The count already includes this.

    Lot {lot} was counted on {counted_on}, so nothing can be entered before that day. Was a hand-out forgotten? Record it as a reclassification from lost to people.
    """


class CountedMeanwhile(Conflict):
    """Somebody else has counted this since you looked.

    Lot {lot} of {product} was counted as number {number} of the journal. Look at what is expected now, and count again if it differs.
    """


class SheetEnded(Conflict):
    """This sheet is closed.

    It was recorded (number {number} in the journal) or thrown away. Open a new one to count again.
    """


class CountLeavesLess(Conflict):
    """More has left since than you counted.

    You counted {counted} of lot {lot}, and {left_since} have left since, which leaves fewer than none. Count the shelf again as it is now.
    """


class NotAllCounted(Conflict):
    """Not all that lies there was counted.

    Left out: {lots} (in all {number}). Count them too, none included, or record the count as a part.
    """


class CountedTwice(Invalid):
    """This lot stands twice.

    Lot {lot} of {product} was counted on two lines. Add them up on one.
    """


class ReasonsExceed(Invalid):
    """More is explained than differs.

    Of lot {lot} {difference} differ, and {explained} are explained. Take some away.
    """


class SeenAhead(Invalid):
    """The journal has not come that far.

    You say you saw number {seen}, and the journal of {place} ends at {last}. Load the stock again.
    """
