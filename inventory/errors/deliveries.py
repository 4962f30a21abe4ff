"""What cannot be read, or does not agree, of what was delivered."""

from supply.errors import Conflict, Invalid


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


class ProductNeeded(Invalid):
    """The label does not say which product it is.

    Choose the product from the list.
    """


class TooManyDamaged(Invalid):
    """More arrived damaged than arrived.

    {damaged} of {units} cannot be damaged. Put one of the numbers right.
    """


class NoSuchPack(Invalid):
    """This package is not known.

    No product has the number {gtin}. Choose the product from the list, and tell an administrator the number.
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
