"""What waits for whoever is reading: orders to decide on, to send, to count in, and discrepancies to settle."""

from dataclasses import dataclass

from flask import g, render_template, request

from inventory.pages.frame import learn_places
from orders.pages.frame import days_since, pages
from orders.queries import boards, proposals, shipments
from orders.queries.boards import Board
from orders.queries.seen import own_places
from orders.queries.shipments import ShipmentRead
from orders.rules.states import Kind
from supply.asking import current_person, find_person
from supply.db import reading
from supply.web import may


@pages.get("/orders")
@may("see orders")
def waiting() -> str:
    """Show what waits for the reader, in all their places."""
    return render_template("orders/waiting.html", waiting=waiting_for_reader())


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What waits for somebody."""

    decide: Board
    own: frozenset[str]
    """Numbers of those they placed themselves, which somebody else decides on."""
    send: Board
    count: list[ShipmentRead]
    open: list[ShipmentRead]
    proposed: int
    """How many products should be ordered at their places."""

    @property
    def anything(self) -> bool:
        """Whether anything does."""
        return bool(self.proposed or self.decide.total or self.send.total or self.count or self.open)

    @property
    def oldest(self) -> int:
        """Give how many days the oldest discrepancy is open."""
        return max((days_since(one.arrived_at) for one in self.open if one.arrived_at), default=0)


def waiting_for_reader() -> Waiting:
    """Give what waits for the reader, asked once a request."""
    if "waiting" not in g:
        session, person = reading(), current_person()
        own = own_places(person)
        decide = boards.to_decide(session, by=person, after=request.args.get("decide"))
        mine = {one.head.number for one in decide.orders if Kind(one.head.kind) in {Kind.ORDER, Kind.SUPPLY} and person.account_id in {one.head.made_by, one.head.submitted_by}}
        found = Waiting(
            decide=decide,
            own=frozenset(mine),
            send=boards.to_give(session, own, after=request.args.get("send")),
            count=boards.to_count(session, own),
            open=shipments.open_discrepancies(session, own),
            proposed=proposals.open_to_order(session, by=person),
        )
        learn_places({code for one in [*found.count, *found.open] for code in (one.from_, one.to)})
        g.waiting = found
    waits: Waiting = g.waiting
    return waits


@pages.app_template_global()
def orders_waiting() -> Waiting | None:
    """Give the front page what waits for the reader, where anything does."""
    person = find_person()
    found = waiting_for_reader() if person is not None and person.may("see orders") else None
    return found if found is not None and found.anything else None
