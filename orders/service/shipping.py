"""What is held for orders is picked and sent: holds become moves to what is under way, and the receiver knows what comes."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from inventory import queries as stock
from inventory import service as ledger
from inventory.queries.shelves import Held
from inventory.rules.commands import Dispatch, DispatchLine
from inventory.service import holds
from orders.errors import MoreThanDue, NothingToShip, NotOnOrder, NotTogether, ReasonNeeded
from orders.models import Shipment, ShipmentLine
from orders.queries import shipments
from orders.queries.lists import LineRead
from orders.rules.asked import Sending
from orders.rules.states import Act, Kind, State
from orders.service.allocation import needed_until, shelf_lives
from orders.service.drafts import WHY, check_open
from orders.service.hand import By, InHand, take, take_all
from supply.db import table_of
from supply.series.service import next_number


@dataclass(frozen=True, kw_only=True)
class Sent:
    """Units of a lot that are sent for a line of an order."""

    hand: InHand
    line: LineRead
    product: str
    lot: str
    units: int
    reason: str | None = None


def pick(session: Session, number: str, *, seen: int | None, by: By) -> InHand:
    """Begin to pick an order."""
    hand = take(session, number, Act.PICK, seen, by=by)
    hand.put_down(State.PICKING)
    return hand


def ship(session: Session, number: str, sending: Sending, *, seen: int | None, by: By) -> tuple[InHand, Shipment]:
    """Send what is held for an order, or the lots named; other orders of the same place may travel with it.

    Each lot is looked at once more: what has expired, was blocked or became too short-dated since it was held is stopped. A lot that is not held takes a reason.
    """
    together = {other.number: other.version for other in sending.together if other.number != number}  # one that is named twice is sent once
    hands = take_all(session, [(number, seen), *together.items()], Act.SHIP, by=by)
    first = hands[0]
    if other := next((hand for hand in hands if (hand.place.id, hand.giving().id, hand.kind) != (first.place.id, first.giving().id, first.kind)), None):
        raise NotTogether(number=other.order.number, at="together")
    check_open(first.place, by)
    held = stock.holds_for(session, [hand.order.number for hand in hands])
    sent = [one for nth, hand in enumerate(hands) for one in _sent(hand, [hold for hold in held if hold.document == hand.order.number], sending if nth == 0 else Sending())]
    holds.let_go(session, held, because="dispatch", now=by.now)
    shipment_number = f"{first.giving().code}-{by.today.year}-{next_number(session, first.giving().code, by.today.year):04}"
    posting = ledger.record(session, _dispatch(first, sent, shipment_number), by=by.person, now=by.now, key=by.key, ledger_opens_on=by.settings.ledger_opens_on)
    shipment = Shipment(number=shipment_number, from_place_id=first.giving().id, to_place_id=first.place.id, posting=posting.number, sent_at=by.now)
    session.add(shipment)
    session.flush()
    lots = {(move.lot.product, move.lot.number): move.lot.id for move in posting.draft.moves}
    session.execute(
        insert(table_of(ShipmentLine)),
        [
            {"shipment_id": shipment.id, "line": nth, "order_id": one.hand.order.id, "order_line": one.line.line, "lot_id": lots[one.product, one.lot], "sent": one.units}
            for nth, one in enumerate(sent, start=1)
        ],
    )
    for hand in hands:
        _put_down(hand, [one for one in sent if one.hand is hand], held, shipment_number)
    return first, shipment


def _dispatch(hand: InHand, sent: Sequence[Sent], document: str) -> Dispatch:
    lives = shelf_lives(hand.session, [one.line.product_id for one in sent])
    return Dispatch(
        place=hand.giving().code,
        occurred_on=hand.by.today,
        lines=tuple(DispatchLine(product=one.product, lot=one.lot, units=one.units, usable_until=needed_until(hand.kind, hand.by.arrives_on, lives[one.line.product_id])) for one in sent),
        document=document,
        to_depot=hand.kind is Kind.RETURN,
    )


def _sent(hand: InHand, held: Sequence[Held], sending: Sending) -> list[Sent]:
    """Say which lots are sent for which lines of an order: those named, or all that are held."""
    lines = {line.product: line for line in hand.lines}
    sent = [Sent(hand=hand, line=lines[hold.product], product=hold.product, lot=hold.lot, units=hold.units) for hold in held]
    if sending.lines:
        for_it: Counter[tuple[str, str]] = Counter()
        for hold in held:
            for_it[hold.product, hold.lot] += hold.units
        sent = []
        for nth, named in enumerate(sending.lines):
            if named.product not in lines:
                raise NotOnOrder(product=named.product, number=hand.order.number, at=f"lines.{nth}.product")
            if named.units > for_it[named.product, named.lot] and not named.reason:
                raise ReasonNeeded(why=WHY["not_held"], needs="not_held", product=named.product, lot=named.lot, at=f"lines.{nth}.reason")
            for_it[named.product, named.lot] -= min(named.units, for_it[named.product, named.lot])
            sent.append(Sent(hand=hand, line=lines[named.product], product=named.product, lot=named.lot, units=named.units, reason=named.reason))
    if not sent:
        raise NothingToShip(number=hand.order.number)
    for line in hand.lines:
        units = sum(one.units for one in sent if one.line is line)
        if units > line.due:
            raise MoreThanDue(number=hand.order.number, product=line.product, due=line.due, units=units, at="lines")
    return sent


def _put_down(hand: InHand, sent: Sequence[Sent], held: Sequence[Held], shipment: str) -> None:
    """Write how far the order has come; what was held and not sent is held again as far as it is still due."""
    units: Counter[int] = Counter()
    lots: Counter[tuple[str, str]] = Counter()
    for one in sent:
        units[one.line.line] += one.units
        lots[one.product, one.lot] += one.units
    for line in hand.lines:
        hand.row(line.line).shipped = line.shipped + units[line.line]
    hand.order.shipped_at = hand.order.shipped_at or hand.by.now
    hand.read_again()
    due = {line.line: line.due for line in hand.lines}
    again = []
    for hold in (one for one in held if one.document == hand.order.number):
        kept = min(lots[hold.product, hold.lot], hold.units)
        lots[hold.product, hold.lot] -= kept
        rest = min(hold.units - kept, due[hold.line or 0])
        if rest > 0:
            due[hold.line or 0] -= rest
            again.append((hold, rest))
    holds.hold_again(hand.session, again, now=hand.by.now)
    facts: dict[str, Any] = {"shipment": shipment, "lines": [{"product": one.product, "lot": one.lot, "units": one.units, "reason": one.reason} for one in sent]}
    hand.put_down(hand.after_shipping(), facts, tell=[hand.place])


def shipments_to_count(session: Session, place_id: int) -> list[shipments.ShipmentRead]:
    """Give what is under way to a place and not counted yet."""
    return shipments.shipments_of(session, (Shipment.to_place_id == place_id) & Shipment.settled_at.is_(None) & Shipment.arrived_at.is_(None))
