"""What the shelves of a place cannot give."""

from supply.errors import Conflict, Forbidden, Invalid


class NotEnoughStock(Conflict):
    """There is not enough on the shelf.

    You asked for {wanted} of {product}, and {available} can be taken (expired or blocked: {unusable}). Take fewer, or count the shelf.
    """


class WouldHaveBeenEmpty(Conflict):
    """There was not enough at that time.

    With {wanted} of lot {lot} taken on {occurred_on}, the shelf would have gone below zero: at most {available} can be entered on that day. Check the day and the number.
    """


class LotNotUsable(Conflict):
    """This lot may not be used.

    Lot {lot} of {product} expired on {expires_on}. Choose another lot, or record it as destroyed.
    """


class LotBlocked(Conflict):
    """This lot is in quarantine, or recalled.

    Lot {lot} of {product} may not leave until it is free again. Choose another lot.
    """


class RecalledSince(Conflict):
    """This lot has been recalled since that day.

    Lot {lot} of {product} was recalled after {occurred_on}, and each place was asked for what lay there. Date its way back to the depot on the day it goes.
    """


class ShelfStopped(Conflict):
    """The books of this lot do not agree here.

    Of lot {lot} of {product} at {place} the last check of the ledger found a difference. Nothing is entered of it there until a check finds all in order again; whoever runs the service must find out why. Other lots are not touched by it.
    """


class NoSuchLot(Conflict):
    """This lot is not known.

    {product} has no lot {lot}. Check the number; a lot becomes known when it is received.
    """


class NoSuchProduct(Invalid):
    """This product is not known.

    {product} is not in the list of products. Choose one from the list.
    """


class NotOneOwner(Conflict):
    """The two places have different owners.

    A transfer goes between places of one owner. Between owners, use an order or a loan.
    """


class PlaceClosed(Conflict):
    """The place was not open on that day.

    Check the day, or choose another place than {place}.
    """


class NotYourPlace(Forbidden):
    """You may look at this place, not record there.

    Ask an administrator for the right to record stock at {place}.
    """


class SamePlace(Invalid):
    """The two places are the same.

    Choose another place to move to.
    """
