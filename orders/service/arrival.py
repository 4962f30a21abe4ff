"""Shipments counted on arrival, and what becomes of the rest: found, lost or returned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory import service as ledger
from inventory.errors import NothingEntered
from inventory.rules.commands import Arrival, LotLine, Receipt, ReceiptLine, Settlement, SurplusLine
from orders.errors import (
    ArrivedOtherwise,
    CountedIn,
    LotCountedTwice,
    LotLeftOut,
    MoreThanUnsettled,
    NoSuchShipment,
    NotCountedIn,
    NotOnOrder,
    NotSent,
    WhichShipment,
    WhoseOutcome,
    WhyNotAccepted,
)
from orders.models import OrderLine, Shipment, ShipmentLine
from orders.queries import lists, shipments
from orders.queries.shipments import ParcelRead, ShipmentRead
from orders.rules.arrivals import Parcel, count_in, settle
from orders.rules.asked import REJECTED, Arrived, ArrivedLine, Settled
from orders.rules.states import Act, Kind, State
from orders.service import supplies
from orders.service.hand import By, InHand, take_all
from supply.errors import Missing
from supply.notices import service as notices
from supply.reference.models import Place

Lot = tuple[str, str]


def receive(session: Session, number: str, arrived: Arrived, *, seen: int | None, by: By) -> InHand:
    """Count a shipment in: only what was accepted arrives, the rest stays under way until it is settled; what came besides is found, and whoever sent it is told."""
    found = lists.order(session, number, by=by.person)
    if found is None:
        raise Missing(at="number")
    if Kind(found.kind) is Kind.SUPPLY:
        return _from_supplier(session, number, arrived, seen=seen, by=by)
    hands, shipment = _take_with_shipment(session, found, arrived.shipment, Act.RECEIVE, seen, by)
    if shipment.arrived_at is not None:
        raise CountedIn(shipment=shipment.number, at="shipment")
    lines = _counted(shipment, arrived.lines)
    arrival = Arrival(
        place=shipment.to,
        occurred_on=by.today,
        lines=tuple(LotLine(product=line.product, lot=line.lot, units=line.accepted) for line in lines if line.accepted),
        surplus=tuple(SurplusLine(product=line.product, lot=line.lot, units=line.surplus, expires_on=line.expires_on) for line in lines if line.surplus),
        document=shipment.number,
    )
    posting = _record(session, arrival, by) if arrival.lines or arrival.surplus else None
    parcels = {(parcel.product, parcel.lot): [one for one in shipment.lines if (one.product, one.lot) == (parcel.product, parcel.lot)] for parcel in shipment.lines}
    for line in (line for line in lines if (line.product, line.lot) in parcels):
        divided = [Parcel(line=one.line, sent=one.sent) for one in parcels[line.product, line.lot]]
        count_in(divided, accepted=line.accepted, rejected=line.rejected, missing=line.missing)
        for parcel in divided:
            row = session.get_one(ShipmentLine, (shipment.id, parcel.line))
            row.arrived, row.rejected, row.missing, row.reason = parcel.arrived, parcel.rejected, parcel.missing, line.reason
            session.get_one(OrderLine, (row.order_id, row.order_line)).arrived += parcel.arrived
    _close(session, shipment, now=by.now, arrived=True)
    facts = {"shipment": shipment.number, "posting": posting, "lines": [_as_facts(line) for line in lines]}
    surplus = [{"product": line.product, "lot": line.lot, "units": line.surplus} for line in lines if line.surplus]
    for hand in hands:
        hand.order.arrived_at = by.now
        hand.put_down(hand.after_shipping(), facts, tell=[hand.giver])
    if surplus:
        notices.queue(session, place_id=hands[0].giving().id, kind="surplus", facts={"shipment": shipment.number, "lines": surplus}, now=by.now)
    return hands[0]


def settle_rest(session: Session, number: str, settled: Settled, *, seen: int | None, by: By) -> InHand:
    """Say what became of units that were sent and not counted in: found where they were to arrive, returned where they came from, or lost; each by a posting."""
    found = lists.order(session, number, by=by.person)
    if found is None:
        raise Missing(at="number")
    hands, shipment = _take_with_shipment(session, found, settled.shipment, Act.SETTLE, seen, by)
    if shipment.arrived_at is None:
        raise NotCountedIn(shipment=shipment.number, at="shipment")
    postings = []
    for outcome in ("found", "returned", "lost"):
        lines = tuple(LotLine(product=line.product, lot=line.lot, units=line.units) for line in settled.lines if line.outcome == outcome)
        if lines:
            where = _where(hands[0], outcome, by)
            _settle(session, shipment, settled, outcome)
            postings.append(
                {
                    "outcome": outcome,
                    "place": where.code,
                    "posting": _record(session, Settlement(place=where.code, occurred_on=by.today, lines=lines, document=shipment.number, lost=outcome == "lost"), by),
                }
            )
    _close(session, shipment, now=by.now)
    facts = {"shipment": shipment.number, "postings": postings, "lines": [{"product": line.product, "lot": line.lot, "units": line.units, "outcome": line.outcome} for line in settled.lines]}
    for hand in hands:
        hand.put_down(hand.after_shipping(), facts, tell=[hand.giver, hand.place])
    return hands[0]


def _take_with_shipment(session: Session, found: lists.OrderRead, number: str | None, act: Act, seen: int | None, by: By) -> tuple[list[InHand], ShipmentRead]:
    """Take an order in hand with all that travelled with it, and the shipment locked."""
    open_ones = [one for one in found.shipments if (one.arrived_at is None) == (act is Act.RECEIVE) and one.settled_at is None]
    shipment = next((one for one in found.shipments if one.number == number), None) if number is not None else None
    if number is not None and shipment is None:
        raise NoSuchShipment(at="shipment")
    if shipment is None and len(open_ones) > 1:
        raise WhichShipment(number=found.number, shipments=", ".join(one.number for one in open_ones), at="shipment")
    shipment = shipment or (open_ones[0] if open_ones else found.shipments[-1] if found.shipments else None)
    others = [] if shipment is None else sorted({line.order for line in shipment.lines if line.unsettled} - {found.number})
    hands = take_all(session, [(found.number, seen), *((other, None) for other in others)], act, by=by)
    if shipment is None:
        raise NoSuchShipment(at="shipment")
    session.execute(select(Shipment.id).where(Shipment.id == shipment.id).with_for_update())
    return hands, shipments.shipments_of(session, Shipment.id == shipment.id)[0]


def _counted(shipment: ShipmentRead, lines: Sequence[ArrivedLine]) -> Sequence[ArrivedLine]:
    """Compare what was counted with what was sent, lot by lot; refuses what does not add up."""
    sent: dict[Lot, int] = {}
    for parcel in shipment.lines:
        sent[parcel.product, parcel.lot] = sent.get((parcel.product, parcel.lot), 0) + parcel.sent
    seen: set[Lot] = set()
    for nth, line in enumerate(lines):
        at, lot, counted = f"lines.{nth}", (line.product, line.lot), line.accepted + line.rejected + line.missing
        if lot in seen:
            raise LotCountedTwice(product=line.product, lot=line.lot, at=f"{at}.lot")
        seen.add(lot)
        if lot not in sent and counted:
            raise NotSent(product=line.product, lot=line.lot, shipment=shipment.number, at=f"{at}.lot")
        if counted != sent.get(lot, 0):
            raise ArrivedOtherwise(product=line.product, lot=line.lot, sent=sent[lot], counted=counted, at=f"{at}.accepted")
        if (line.rejected or line.surplus) and line.reason not in REJECTED:
            raise WhyNotAccepted(lot=line.lot, choices=", ".join(REJECTED), at=f"{at}.reason")
    if left_out := next((lot for lot in sent if lot not in seen), None):
        raise LotLeftOut(product=left_out[0], lot=left_out[1], at="lines")
    return lines


def _settle(session: Session, shipment: ShipmentRead, settled: Settled, outcome: str) -> None:
    """Write what is settled of each line of a shipment; refuses more than is open."""
    for nth, line in enumerate(settled.lines):
        if line.outcome != outcome:
            continue
        rows = [session.get_one(ShipmentLine, (shipment.id, one.line)) for one in shipment.lines if (one.product, one.lot) == (line.product, line.lot)]
        if not rows:
            raise NotSent(product=line.product, lot=line.lot, shipment=shipment.number, at=f"lines.{nth}.lot")
        parcels = [Parcel(line=row.line, sent=row.sent, arrived=row.arrived, settled=row.settled) for row in rows]
        if line.units > (unsettled := sum(parcel.unsettled for parcel in parcels)):
            raise MoreThanUnsettled(product=line.product, lot=line.lot, shipment=shipment.number, unsettled=unsettled, units=line.units, at=f"lines.{nth}.units")
        for parcel, units in settle(parcels, line.units):
            row = next(row for row in rows if row.line == parcel.line)
            row.settled = parcel.settled
            if outcome == "found":
                session.get_one(OrderLine, (row.order_id, row.order_line)).arrived += units
        session.flush()


def _where(hand: InHand, outcome: str, by: By) -> Place:
    """Give the place whose journal says what became of units: the receiver's what was found, the sender's what was returned, what was lost that of who says so."""
    choices = {"found": [hand.place], "returned": [hand.giving()], "lost": [hand.giving(), hand.place]}[outcome]
    place = next((place for place in choices if by.person.role_at(place) is not None), None)
    if place is None:
        raise WhoseOutcome(at="lines")
    return place


def _close(session: Session, shipment: ShipmentRead, *, now: datetime, arrived: bool = False) -> None:
    """Say that a shipment was counted, and that it is settled where nothing of it is open."""
    row = session.get_one(Shipment, shipment.id)
    row.arrived_at = now if arrived else row.arrived_at
    session.flush()
    if not any(parcel.unsettled for parcel in shipments.shipments_of(session, Shipment.id == shipment.id)[0].lines):
        row.settled_at = now
    session.flush()


def _from_supplier(session: Session, number: str, arrived: Arrived, *, seen: int | None, by: By) -> InHand:
    """Record a supplier's delivery that names the order; it is closed when all of it has come."""
    (hand,) = take_all(session, [(number, seen)], Act.RECEIVE, by=by)
    lines = {line.product: line for line in hand.lines}
    for nth, line in enumerate(arrived.lines):
        if line.product not in lines:
            raise NotOnOrder(product=line.product, number=number, at=f"lines.{nth}.product")
        if line.missing or line.surplus:
            raise NotSent(product=line.product, lot=line.lot, shipment="-", at=f"lines.{nth}.missing")
        if not line.accepted + line.rejected:
            raise NothingEntered(at=f"lines.{nth}.accepted")
        came = lines[line.product]
        row = hand.row(came.line)
        row.shipped = row.arrived = min(came.approved or 0, row.arrived + line.accepted)
    receipt = Receipt(
        place=hand.place.code,
        occurred_on=by.today,
        document=number,
        lines=tuple(
            ReceiptLine(product=line.product, lot=None if line.lot == "-" else line.lot, expires_on=line.expires_on, units=line.accepted + line.rejected, damaged=line.rejected or None)
            for line in arrived.lines
        ),
    )
    with supplies.counting(session, number):
        posting = _record(session, receipt, by)
    hand.order.arrived_at = by.now
    hand.read_again()
    state = State.APPROVED if any(line.due for line in hand.lines) else State.CLOSED
    hand.put_down(state, {"posting": posting, "lines": [_as_facts(line) for line in arrived.lines]})
    return hand


def _record(session: Session, command: Arrival | Settlement | Receipt, by: By) -> int:
    return ledger.record(session, command, by=by.person, now=by.now, key=by.key, ledger_opens_on=by.settings.ledger_opens_on).number


def _as_facts(line: ArrivedLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in ("product", "lot", "accepted", "rejected", "missing", "surplus", "reason")}


def sent_of(parcels: Sequence[ParcelRead]) -> dict[Lot, int]:
    """Give how many of each lot a shipment holds."""
    sent: dict[Lot, int] = {}
    for parcel in parcels:
        sent[parcel.product, parcel.lot] = sent.get((parcel.product, parcel.lot), 0) + parcel.sent
    return sent
