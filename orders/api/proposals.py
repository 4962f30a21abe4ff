"""Routes about what places should order: listed, reckoned, accepted, declined."""

from typing import Any

from sqlalchemy.orm import Session

from orders import schemas
from orders.api.ground import acting, api
from orders.queries import proposals as queries
from orders.queries.proposals import ProposalRead
from orders.queries.seen import sees_orders_at
from orders.rules.spoken import Accepted, Declined
from orders.rules.wanted import ProposalsWanted, ReckoningWanted
from orders.service import proposals
from orders.service.proposals import Reckoned
from supply.asking import current_person
from supply.errors import Missing
from supply.reference import queries as reference
from supply.reference.models import Place
from supply.web import Page, gives, may, once, reads, takes


@api.get("/proposals")
@may("see orders")
@takes(schemas.ProposalsArgs, "query")
@reads
@gives(schemas.ProposalOut, many=True)
def list_proposals(session: Session, wanted: ProposalsWanted) -> Page:
    """List what should be ordered, the emptiest shelf first, with every input."""
    items, next_after = queries.kept(session, wanted, by=current_person())
    return Page(items=items, next_after=next_after)


@api.get("/proposals/at")
@may("see orders")
@takes(schemas.ReckoningArgs, "query")
@reads
@gives(schemas.ReckonedOut, many=True)
def reckon_at(session: Session, wanted: ReckoningWanted) -> Page:
    """Reckon what a place should order now, and of what nothing and why; also with another lead time, cover or service level."""
    place, by = seen_place(session, wanted.place), acting()
    chosen = None if wanted.product is None else [product.id for product in reference.products(session) if product.code == wanted.product]
    if chosen == []:
        raise Missing(at="product")
    return Page(items=queries.reckoned(session, place, by.settings, now=by.now, products=chosen, every=chosen is not None, tried=wanted.tried))


@api.post("/proposals/reckon")
@may("order stock")
@takes(schemas.PlaceIn)
@once
@gives(schemas.ReckoningOut)
def reckon_proposals(session: Session, said: dict[str, Any]) -> Reckoned:
    """Bring the proposals of a place to what is so now."""
    return proposals.reckon_at(session, said["place"], by=acting())


@api.post("/proposals/accept")
@may("order stock")
@takes(schemas.AcceptIn)
@once
@gives(schemas.AcceptedOut)
def accept_proposals(session: Session, accepted: Accepted) -> dict[str, Any]:
    """Make draft orders of proposals, one for each place."""
    made = proposals.accept(session, accepted, by=acting())
    return {"orders": [{"number": order.number, "place": session.get_one(Place, order.place_id).code, "kind": order.kind} for order in made]}


@api.post("/proposals/<int(max=2147483647):proposal_id>/decline")
@may("order stock")
@takes(schemas.DeclineIn)
@once
@gives(schemas.ProposalOut)
def decline_proposal(session: Session, declined: Declined, proposal_id: int) -> ProposalRead:
    """Say why a proposal is not followed; it is not made again before the next order is due."""
    return queries.get_proposal(session, proposals.decline(session, proposal_id, declined, by=acting()).id)


def seen_place(session: Session, code: str) -> Place:
    """Give a place whose orders are the reader's to see."""
    place = reference.find_place(session, code)
    if place is None or not sees_orders_at(current_person(), place):
        raise Missing(at="place")
    return place
