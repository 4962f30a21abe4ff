"""What the ledger refuses, each a sentence its reader can act on."""

from collections.abc import Iterable

from inventory.rules.imports import Problem
from supply.errors import Conflict, Forbidden, Invalid, Missing


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


class ClosedByCount(Conflict):
    """The count already includes this.

    Lot {lot} was counted on {counted_on}, so nothing can be entered before that day. Was a hand-out forgotten? Record it as a reclassification from lost to people.
    """


class LotDiffers(Conflict):
    """The label disagrees with what is known of the lot.

    Lot {lot} of {product} is known with expiry {known}, and the label says {stated}. Look at the package: if the lot number is mistyped, put it right; if the date is, use the known one.
    """


class LabelIsAmbiguous(Conflict):
    """The label can be read in more than one way.

    The scanner left out the separator. Choose what stands on the package, or write lot and expiry yourself.
    """


class LooksLikeARepeat(Conflict):
    """This delivery seems to be entered already.

    Delivery note {document} from {supplier} stands as number {number} in the journal of {journal}. If it is another delivery, confirm it and send it again.
    """


class AlreadyCorrected(Conflict):
    """This posting is already corrected.

    Number {number} was corrected by number {by}. A posting is corrected once.
    """


class IsACorrection(Conflict):
    """A correction cannot be corrected.

    Number {number} is itself a correction. Enter what happened as a new posting.
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


class NoSuchPosting(Missing):
    """There is no such posting here.

    The journal of {journal} has no number {number}.
    """


class NoSuchProduct(Invalid):
    """This product is not known.

    {product} is not in the list of products. Choose one from the list.
    """


class ProductNeeded(Invalid):
    """The label does not say which product it is.

    Choose the product from the list.
    """


class NoSuchPack(Invalid):
    """This package is not known.

    No product has the number {gtin}. Choose the product from the list, and tell an administrator the number.
    """


class NoSuchLot(Conflict):
    """This lot is not known.

    {product} has no lot {lot}. Check the number; a lot becomes known when it is received.
    """


class NotALabel(Invalid):
    """The label cannot be read.

    {problem} Scan again, or choose the product and write lot and expiry yourself.
    """


class LotNeeded(Invalid):
    """The lot is missing.

    {product} is kept by lot. Scan the label, or write the lot number that stands on the package.
    """


class ExpiryNeeded(Invalid):
    """The expiry is missing.

    {product} has an expiry. Scan the label, or write the date that stands on the package.
    """


class NoLotHere(Invalid):
    """This product has no lots.

    {product} is kept without lots and expiry. Leave both empty.
    """


class LabelDisagrees(Invalid):
    """The label says something else than the line.

    The label says {label}, the line says {stated}. Put one of them right.
    """


class PacksUnknown(Invalid):
    """The number of units in a pack is not known.

    Write the number of units of {product}, or scan the pack.
    """


class TooManyUnits(Invalid):
    """That is too many units.

    A line holds at most 10 000 000 units.
    """


class InTheFuture(Invalid):
    """The day lies in the future.

    It is {today} here. Your computer's clock may be wrong; choose today or an earlier day.
    """


class TooLongAgo(Invalid):
    """The day lies before the ledger begins.

    Nothing is entered before {opens_on}. Check the year.
    """


class SamePlace(Invalid):
    """The two places are the same.

    Choose another place to move to.
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
