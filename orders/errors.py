"""What orders refuse, each a sentence its reader can act on."""

from supply.errors import Conflict, Forbidden, Invalid, Refusal


class WrongState(Conflict):
    """This cannot be done to the order any more.

    Order {number} is now: {state}. Open it again to see what may be done.
    """


class VersionDiffers(Refusal):
    """Somebody has changed the order meanwhile.

    You saw version {seen} of order {number}; now it is version {version}, and {state}. Look at it again, then do what is still right.
    """

    status = 412


class VersionNeeded(Refusal):
    """Say which version of the order you saw.

    Send its ETag as If-Match.
    """

    status = 428


class NotYourOrder(Forbidden):
    """This is not yours to do.

    Order {number} waits for somebody else: the place that asks, who approves for it, or the place that gives.
    """


class OwnOrder(Forbidden):
    """Nobody approves what they ordered.

    You placed order {number}. Somebody else who approves for the municipality must decide on it.
    """


class NoDepot(Conflict):
    """No depot serves this place.

    Nobody is named who supplies {place}. Say from where the units are to come, or ask an administrator to name its depot.
    """


class NotAGiver(Invalid):
    """This does not go together.

    A depot gives what is ordered, another place what is lent, and what is returned goes to a depot. Choose other places.
    """


class NothingOrdered(Invalid):
    """There is nothing on the order.

    Write at least one product and how many.
    """


class OrderedTwice(Invalid):
    """This product stands twice.

    {product} stands on two lines. Add them up on one.
    """


class NotWholePacks(Invalid):
    """These are not whole packs.

    {product} comes in packs of {pack}. Order {lower} or {higher}.
    """


class ReasonNeeded(Conflict):
    """This takes a reason.

    {why} Write why, and send it again.
    """


class NotOnOrder(Invalid):
    """This is not on the order.

    {product} does not stand on order {number}.
    """


class NothingApproved(Invalid):
    """Nothing is left of the order.

    If none of it is to be sent, refuse the order and say why.
    """


class NothingToShip(Conflict):
    """There is nothing to send.

    Nothing is held for order {number}. Allocate it again when stock has come, or cancel what is left.
    """


class MoreThanDue(Conflict):
    """That is more than is still to be sent.

    Of {product} {due} may still be sent on order {number}, not {units}.
    """


class NotTogether(Invalid):
    """These orders do not travel together.

    Order {number} goes from or to another place. Send it by itself.
    """


class WhichShipment(Invalid):
    """Say which shipment.

    Order {number} has several: {shipments}.
    """


class NoSuchShipment(Invalid):
    """There is no such shipment for this order.

    Look at the number on the parcel again.
    """


class CountedIn(Conflict):
    """This shipment has been counted in already.

    Shipment {shipment} was counted on arrival. What is missing of it is settled.
    """


class NotCountedIn(Conflict):
    """This shipment has not been counted yet.

    Count shipment {shipment} on arrival first; then settle what is missing of it.
    """


class NotSent(Invalid):
    """This was not sent.

    Lot {lot} of {product} is not in shipment {shipment}. If it lay in the parcel, write it as surplus.
    """


class ArrivedOtherwise(Invalid):
    """The numbers do not add up to what was sent.

    {sent} of lot {lot} were sent, and accepted, rejected and missing are {counted} together. Count again.
    """


class LotLeftOut(Invalid):
    """A lot of the shipment is not counted.

    Lot {lot} of {product} was sent: write how many arrived, 0 if none.
    """


class LotCountedTwice(Invalid):
    """This lot stands twice.

    Lot {lot} of {product} stands on two lines. Add them up on one.
    """


class WhyNotAccepted(Invalid):
    """Say why it was not accepted, or came besides.

    Choose a reason for lot {lot}: {choices}.
    """


class MoreThanUnsettled(Conflict):
    """That is more than is open.

    Of lot {lot} of {product} {unsettled} are open in shipment {shipment}, not {units}.
    """


class WhoseOutcome(Forbidden):
    """This outcome is for the others to say.

    What was found is recorded where it was to arrive, what was returned where it came from.
    """


class NothingProposed(Conflict):
    """Nothing of this is proposed any more.

    Somebody has decided on it meanwhile, or it is no longer needed. Look at the proposals again.
    """


class MonthsCrossed(Invalid):
    """These do not go together.

    The maximum months must be the minimum months or more.
    """
