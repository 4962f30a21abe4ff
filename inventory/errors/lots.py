"""What cannot be done to a lot or to kits, and what has no label."""

from supply.errors import Conflict, Forbidden, Invalid


class NotMadeOfParts(Conflict):
    """These kits are not made of parts that are known.

    Lot {lot} of {product} was bought ready-made. It is handed out or destroyed as it is.
    """


class MoreThanPacked(Conflict):
    """That many kits of this lot were not packed from parts.

    Of lot {lot} of {product}, {packed} were packed here from parts and not opened yet. The others came in another way: nobody knows what is in them. Hand them out as they are, or count the parts.
    """


class NotAKit(Invalid):
    """This product is not made of others.

    {product} has no content on that day. Choose a kit.
    """


class PartsDiffer(Invalid):
    """The parts do not add up.

    Of {product} there should be {expected}, and {given} were written. Put the number right; when something was missing from a kit, record it as missing.
    """


class BlockedAlready(Conflict):
    """This lot is in quarantine there already.

    Lot {lot} of {product} is blocked. Release it first if the reason is another.
    """


class NothingToRelease(Conflict):
    """This lot is not in quarantine there.

    Lot {lot} of {product} is not blocked where you want to release it.
    """


class SameExpiry(Conflict):
    """The lot has that expiry already.

    Lot {lot} of {product} expires on {known}. Check the notice and the lot number.
    """


class NotRedated(Conflict):
    """This lot has no printed expiry of its own.

    Lot {lot} of {product} was packed here and expires with its earliest part, or is of a product without lots. Re-date the part instead.
    """


class LotTwice(Invalid):
    """The same lot stands twice.

    Lot {lot} of {product} is named on two lines. Take one of them out.
    """


class NotEverywhere(Forbidden):
    """You may block and release lots at your own places alone.

    To do it everywhere takes a depot role for the whole country. Say which place, or ask them.
    """


class NoLabel(Conflict):
    """There is nothing to print a label for.

    Nothing lies there, or the lot's number has letters that no bar code can hold.
    """


class TooManyLabels(Conflict):
    """That many labels are not printed at once.

    {most} labels of a lot are printed at a time. Ask for fewer, and then for the rest.
    """


class NotOneLot(Invalid):
    """This is not the number of one lot.

    "{lot}" has a space in it, and no lot here is called so. Write one lot a line, its expiry behind it.
    """


class WrittenOtherwise(Invalid):
    """A lot here is written a little otherwise.

    No lot {lot} has been here, but {known} has. Write it as it is known here; where both are meant, name both.
    """
