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


class LotBlocked(Conflict):
    """This lot is in quarantine.

    Lot {lot} of {product} may not leave until it is released. Choose another lot.
    """


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


class IsACount(Conflict):
    """A count is not corrected.

    Count again: what is found then stands.
    """


class NotMadeOfParts(Conflict):
    """These kits are not made of parts that are known.

    Lot {lot} of {product} was bought ready-made. It is handed out or destroyed as it is.
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


class MoreThanPacked(Conflict):
    """That many kits of this lot were not packed from parts.

    Of lot {lot} of {product}, {packed} were packed here from parts and not opened yet. The others came in another way: nobody knows what is in them. Hand them out as they are, or count the parts.
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


class NotAKit(Invalid):
    """This product is not made of others.

    {product} has no content on that day. Choose a kit.
    """


class PartsDiffer(Invalid):
    """The parts do not add up.

    Of {product} there should be {expected}, and {given} were written. Put the number right; when something was missing from a kit, record it as missing.
    """


class CountedTwice(Invalid):
    """This lot stands twice.

    Lot {lot} of {product} was counted on two lines. Add them up on one.
    """


class ReasonsExceed(Invalid):
    """More is explained than differs.

    Of lot {lot} {difference} differ, and {explained} are explained. Take some away.
    """


class NoLabel(Conflict):
    """There is nothing to print a label for.

    Nothing lies there, or the lot's number has letters that no bar code can hold.
    """


class SeenAhead(Invalid):
    """The journal has not come that far.

    You say you saw number {seen}, and the journal of {place} ends at {last}. Load the stock again.
    """


class TooManyDamaged(Invalid):
    """More arrived damaged than arrived.

    {damaged} of {units} cannot be damaged. Put one of the numbers right.
    """


class NotEverywhere(Forbidden):
    """You may block and release lots at your own places alone.

    To do it everywhere takes a depot role for the whole country. Say which place, or ask them.
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


class LotTwice(Invalid):
    """The same lot stands twice.

    Lot {lot} of {product} can get one expiry at a time. Take one of the lines out.
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
