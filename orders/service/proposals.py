"""Reckon what places should order, and let people accept or decline it.

One proposal at most is open for a product at a place; it is brought up to date as long as it is open, and stays as it was when somebody decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.errors import NotYourPlace
from orders.errors import NothingProposed
from orders.models import Order, Proposal
from orders.queries import proposals
from orders.queries.policies import policies
from orders.queries.reorder import needs
from orders.queries.seen import sees_orders_at
from orders.rules import inputs
from orders.rules.asked import NewOrder, Wanted
from orders.rules.reorder import DEFINITION, is_quiet
from orders.rules.spoken import Accepted, Declined
from orders.rules.states import Kind
from orders.service import drafts
from orders.service.hand import By
from supply.clock import day_of
from supply.errors import Missing
from supply.notices import service as notices
from supply.reference import queries as reference
from supply.reference.models import Place, Product
from supply.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """How many proposals are new, were brought up to date, and are over."""

    new: int = 0
    changed: int = 0
    over: int = 0


def reckon(session: Session, places: Sequence[Place], *, now: datetime, settings: Settings) -> Reckoned:
    """Bring the open proposals of some places to what is so now. Run twice it proposes nothing new."""
    today = day_of(now)
    ids = [place.id for place in places]
    open_ones = {(one.place_id, one.product_id): one for one in session.scalars(select(Proposal).where(Proposal.place_id.in_(ids), Proposal.state == "open").order_by(Proposal.id).with_for_update())}
    quiet = proposals.quiet_until(session, ids, today=today)
    new: dict[int, list[int]] = {}
    changed = 0
    for need in needs(session, places, policies(session, settings, today=today), now=now):
        key, proposal = (need.place.id, need.product.id), need.proposal(today=today)
        if not proposal.units or is_quiet(proposal, quiet.get(key)):
            continue
        known, facts = open_ones.pop(key, None), need.written(proposal)
        if known is None:
            made = Proposal(place_id=need.place.id, product_id=need.product.id, state="open", made_at=now, definition=DEFINITION)
            session.add(made)
            new.setdefault(need.place.id, []).append(proposal.units)
        elif known.inputs == facts:
            continue
        else:
            made, changed = known, changed + (known.units != proposal.units)
        made.units, made.pack, made.runs_out_on, made.inputs, made.reckoned_at = proposal.units, proposal.pack, proposal.runs_out_on, facts, now
    for one in open_ones.values():
        one.state, one.reckoned_at = "over", now
    session.flush()
    for place_id, units in new.items():
        notices.queue(session, place_id=place_id, kind="order-proposals", facts={"products": len(units)}, now=now)
    return Reckoned(new=sum(map(len, new.values())), changed=changed, over=len(open_ones))


def reckon_at(session: Session, code: str, *, by: By) -> Reckoned:
    """Reckon what a place should order, now. Refuses a place at which one does not record, or that is closed."""
    place = _own_place(session, code, by)
    drafts.check_open(place, by, at="place")
    return reckon(session, [place], now=by.now, settings=by.settings)


def end_at_closed(session: Session, *, now: datetime) -> int:
    """End the open proposals of places that are closed by now; gives how many."""
    closed = select(Place.id).where(Place.closed_on < day_of(now))
    found = session.scalars(select(Proposal).where(Proposal.state == "open", Proposal.place_id.in_(closed)).order_by(Proposal.id).with_for_update()).all()
    for one in found:
        one.state, one.reckoned_at = "over", now
    session.flush()
    return len(found)


def accept(session: Session, accepted: Accepted, *, by: By) -> list[Order]:
    """Draft the orders that proposals come to, one for each place, and keep with each proposal which. Refuses what is not open any more, and who may not order there."""
    chosen = _chosen(session, accepted, by)
    if not chosen:
        raise NothingProposed
    by_place: dict[int, list[tuple[Proposal, Product]]] = {}
    for proposal, product in chosen:
        by_place.setdefault(proposal.place_id, []).append((proposal, product))
    made = []
    for place_id, theirs in by_place.items():
        place = session.get_one(Place, place_id)
        kind = Kind.SUPPLY if place.kind == "depot" and place.served_by_id is None else Kind.ORDER
        lines = tuple(Wanted(product=product.code, units=proposal.units) for proposal, product in theirs)
        order = drafts.draft(session, NewOrder(place=place.code, kind=kind, supplied_by=None, lines=lines, emergency=False), by=by)
        made.append(order)
        for proposal, _ in theirs:
            proposal.state, proposal.order_number, proposal.decided_at, proposal.decided_by = "accepted", order.number, by.now, by.person.account_id
    session.flush()
    return made


def decline(session: Session, proposal_id: int, declined: Declined, *, by: By) -> Proposal:
    """Say why a proposal is not followed; until the next order is due nothing is proposed again of it, unless it would run out before a delivery."""
    found = _open(session, [proposal_id], by)
    if not found:
        raise NothingProposed
    proposal, _ = found[0]
    policy = inputs.read_policy(proposal.inputs["policy"])  # type: ignore[arg-type]  # a JSON object, as it was written
    proposal.state, proposal.reason, proposal.decided_at, proposal.decided_by = "declined", declined.reason, by.now, by.person.account_id
    proposal.quiet_until = by.today + timedelta(days=max(1, policy.between_orders))
    session.flush()
    return proposal


def _chosen(session: Session, accepted: Accepted, by: By) -> list[tuple[Proposal, Product]]:
    if accepted.place is None:
        return _open(session, accepted.proposals, by, at="proposals")
    place = _own_place(session, accepted.place, by)
    ids = session.scalars(select(Proposal.id).where(Proposal.place_id == place.id, Proposal.state == "open")).all()
    return _open(session, ids, by)


def _own_place(session: Session, code: str, by: By) -> Place:
    place = reference.find_place(session, code)
    if place is None or not sees_orders_at(by.person, place):
        raise Missing(at="place")
    if by.person.role_at(place) is None:
        raise NotYourPlace(place=place.code, at="place")
    return place


def _open(session: Session, ids: Sequence[int], by: By, *, at: str | None = None) -> list[tuple[Proposal, Product]]:
    """Lock proposals that are the person's to decide on, in the order in which they are reckoned; refuses one that is not there to be seen, or is not open any more."""
    query = select(Proposal, Product, Place).join(Product, Product.id == Proposal.product_id).join(Place, Place.id == Proposal.place_id)
    rows = session.execute(query.where(Proposal.id.in_(ids)).order_by(Proposal.id).with_for_update(of=Proposal)).all()
    if len(rows) < len(set(ids)) or any(not sees_orders_at(by.person, place) for _, _, place in rows):
        raise Missing(at=at)
    for _, _, place in rows:
        if by.person.role_at(place) is None:
            raise NotYourPlace(place=place.code, at=at)
    if any(proposal.state != "open" for proposal, _, _ in rows):
        raise NothingProposed
    return [(proposal, product) for proposal, product, _ in sorted(rows, key=lambda row: (row[2].code, row[1].group, row[1].code))]
