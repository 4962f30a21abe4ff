"""Orders decided on by somebody else: approved line by line, or refused with a reason."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from orders.errors import NothingApproved, NotOnOrder, OrderedTwice, OwnOrder, ReasonNeeded
from orders.models import Order, OrderEvent
from orders.queries.lists import LineRead
from orders.rules.asked import Approval, ApprovedLine, Why
from orders.rules.states import Act, Kind, State
from orders.service import allocation
from orders.service.drafts import WHY
from orders.service.hand import By, InHand, take


def approve(session: Session, number: str, approval: Approval, *, seen: int | None, by: By) -> Order:
    """Approve an order, as asked for or with other numbers, and hold what there is for it.

    More than was asked for takes a reason, and so does a pack that must be broken where whole ones were asked for, and more than a fair share of what is too little for all:
    the share that was proposed is kept beside what was given.
    """
    hand = take(session, number, Act.APPROVE, seen, by=by)
    _check_not_own(hand)
    approved = _approved(hand, approval)
    shares = allocation.fair_shares(session, hand.giver, {line.product_id for line in hand.lines}, by=by) if hand.giver is not None else {}
    lines: list[dict[str, Any]] = []
    for nth, line in enumerate(hand.lines):
        one, fair = approved[line.product], allocation.share_of(shares, number, line) if hand.giver is not None else line.requested
        if (needs := _takes_reason(one, line)) and not one.reason:
            raise ReasonNeeded(why=WHY[needs], needs=needs, product=line.product, at=f"lines.{nth}.reason")
        if min(one.units, line.requested) > fair and not (one.reason or approval.reason):
            raise ReasonNeeded(why=WHY["more_than_fair"], needs="more_than_fair", product=line.product, fair=fair, at="reason")
        row = hand.row(line.line)
        row.approved, row.reason = one.units, one.reason
        lines.append({"product": line.product, "requested": line.requested, "approved": one.units, "fair": fair, "reason": one.reason})
    hand.order.approved_at = by.now
    hand.read_again()
    facts: dict[str, Any] = {"lines": lines, "reason": approval.reason}
    if hand.giver is not None:
        facts |= allocation.allocate(hand)
    hand.put_down(State.APPROVED, facts, tell=[hand.giver, hand.place])
    return hand.order


def refuse(session: Session, number: str, why: Why, *, seen: int | None, by: By) -> Order:
    """Give an order back to who wrote it, with the reason: it is a draft again, with its history."""
    hand = take(session, number, Act.REFUSE, seen, by=by)
    _check_not_own(hand)
    hand.order.submitted_at = hand.order.submitted_by = None
    hand.put_down(State.DRAFT, {"reason": why.reason}, tell=[hand.place])
    return hand.order


def _check_not_own(hand: InHand) -> None:
    """Refuse whoever wrote the order, a part of it or once, where it is a depot's or a supplier's stock that is decided on."""
    wrote = select(OrderEvent.account_id).where(OrderEvent.order_id == hand.order.id, OrderEvent.act.in_(["draft", "amend", "submit"]))
    if hand.kind in {Kind.ORDER, Kind.SUPPLY} and hand.by.person.account_id in set(hand.session.scalars(wrote)):
        raise OwnOrder(number=hand.order.number)


def _takes_reason(one: ApprovedLine, line: LineRead) -> str | None:
    """Say what of an approved line takes a reason of its own."""
    if one.units > line.requested:
        return "more_than_requested"
    return "not_whole_packs" if one.units % line.pack and not line.requested % line.pack else None


def _approved(hand: InHand, approval: Approval) -> dict[str, ApprovedLine]:
    """Give by product how many are approved: as asked for, where nothing else is said."""
    approved = {line.product: ApprovedLine(product=line.product, units=line.requested) for line in hand.lines}
    said: set[str] = set()
    for nth, line in enumerate(approval.lines):
        if line.product not in approved:
            raise NotOnOrder(product=line.product, number=hand.order.number, at=f"lines.{nth}.product")
        if line.product in said:
            raise OrderedTwice(product=line.product, at=f"lines.{nth}.product")
        said.add(line.product)
        approved[line.product] = line
    if not any(line.units for line in approved.values()):
        raise NothingApproved(at="lines")
    return approved
