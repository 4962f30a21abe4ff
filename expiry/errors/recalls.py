"""What stands in the way of a recall, an answer to it, or its end."""

from supply.errors import Conflict, Forbidden, Invalid


class RecallsAreNational(Forbidden):
    """You may not open or end a recall.

    It takes a depot role for the whole country. You may put a lot in quarantine at your own places at once, and tell them.
    """


class RecalledAlready(Conflict):
    """This lot is recalled already.

    Lot {lot} of {product} is recalled by {number}, and frozen everywhere. Take it out of the list.
    """


class RecallEnded(Conflict):
    """This recall is over.

    {number} was closed or lifted. What lies with you is recorded as destroyed, returned or counted in the usual way.
    """


class NotGraver(Invalid):
    """The class is raised, never lowered.

    {number} is of class {known} already. Say a graver one: 1 is the gravest. If it was too grave, lift it and open another.
    """


class NotAllAnswered(Conflict):
    """Not all places have answered.

    Of {number} {waiting} have not answered in full. Wait for them, or say why it is closed all the same.
    """


class NothingToLift(Conflict):
    """There is nothing to lift.

    {number} froze nothing, or was lifted already.
    """


class NotOfTheRecall(Conflict):
    """This lot is not recalled here.

    Lot {lot} of {product} is neither a lot of {number} nor a kit that holds one. Check the number on the package.
    """


class LotAnsweredTwice(Invalid):
    """This lot stands twice in the answer.

    Lot {lot} of {product} is answered on two lines. Add them up on one.
    """


class MoreThanFound(Invalid):
    """More is destroyed and returned than was found.

    Of lot {lot} {found} were found, and {gone} are destroyed or returned. Put one of the numbers right.
    """
