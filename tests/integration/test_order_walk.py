"""Every state of every kind of order, every act, everybody: who may do it gets where the table says, everybody else is told why not, and nothing has changed."""

from itertools import product

import pytest
from sqlalchemy import select

from inventory.service import checks
from orders.models import Order
from orders.rules.states import STEPS, Act, Kind, Side, State
from supply.db import in_one_snapshot
from tests.integration.ordering import BUS, DEPOT, SPRAY, act, amended, counted, done, draft

PEOPLE = ("alma", "birk", "cato", "dina", "erik", "frida", "gro")
BERGEN = "bergen-outreach"
PLACES = {Kind.ORDER: (BUS, DEPOT), Kind.LOAN: (BUS, BERGEN), Kind.RETURN: (DEPOT, BUS), Kind.SUPPLY: (DEPOT, None)}
"""Where the units are to go, and where they come from."""

SIDES = {
    Kind.ORDER: {Side.ASKS: {"birk", "gro"}, Side.DECIDES: {"erik"}, Side.GIVES: {"alma", "gro"}, Side.GETS: {"birk", "gro"}},
    Kind.LOAN: {Side.ASKS: {"birk", "dina", "gro"}, Side.DECIDES: {"dina", "gro"}, Side.GIVES: {"dina", "gro"}, Side.GETS: {"birk", "gro"}},
    Kind.RETURN: {Side.ASKS: {"alma", "birk", "gro"}, Side.DECIDES: {"birk", "gro"}, Side.GIVES: {"birk", "gro"}, Side.GETS: {"alma", "gro"}},
    Kind.SUPPLY: {Side.ASKS: {"alma", "gro"}, Side.DECIDES: {"erik"}, Side.GIVES: set(), Side.GETS: {"alma", "gro"}},
}
"""Who is on which side: Alma records at the depot in Oslo, Birk at the bus, Dina in Bergen, Gro everywhere; Erik approves in Oslo."""

DOES = {
    Kind.ORDER: {Side.ASKS: "birk", Side.DECIDES: "erik", Side.GIVES: "alma", Side.GETS: "birk"},
    Kind.LOAN: {Side.ASKS: "birk", Side.DECIDES: "dina", Side.GIVES: "dina", Side.GETS: "birk"},
    Kind.RETURN: {Side.ASKS: "alma", Side.DECIDES: "birk", Side.GIVES: "birk", Side.GETS: "alma"},
    Kind.SUPPLY: {Side.ASKS: "alma", Side.DECIDES: "erik", Side.GIVES: "", Side.GETS: "alma"},
}
"""Who brings an order into the state that is looked at."""

ONLY_DECIDES, ONLY_READS, SEES_NONE = "erik", {"cato", "frida"}, {Kind.ORDER: {"dina"}, Kind.LOAN: set(), Kind.RETURN: {"dina"}, Kind.SUPPLY: {"dina"}}
FROM_HERE = {Act.ALLOCATE, Act.PICK, Act.SHIP, Act.SETTLE}
"""What nobody does to a supplier's order."""

_APPROVED = ((Side.ASKS, Act.SUBMIT, 0), (Side.DECIDES, Act.APPROVE, 0))
WAYS = {
    State.DRAFT: (),
    State.SUBMITTED: _APPROVED[:1],
    State.APPROVED: _APPROVED,
    State.PICKING: (*_APPROVED, (Side.GIVES, Act.PICK, 0)),
    State.PARTLY_SHIPPED: (*_APPROVED, (Side.GIVES, Act.SHIP, 10), (Side.GETS, Act.RECEIVE, 2), (Side.GIVES, Act.SHIP, 10)),
    State.SHIPPED: (*_APPROVED, (Side.GIVES, Act.SHIP, 10), (Side.GETS, Act.RECEIVE, 2), (Side.GIVES, Act.SHIP, 20)),
    State.RECEIVED: (*_APPROVED, (Side.GIVES, Act.SHIP, 30), (Side.GETS, Act.RECEIVE, 2)),
    State.CLOSED: (*_APPROVED, (Side.GIVES, Act.SHIP, 30), (Side.GETS, Act.RECEIVE, 0)),
    State.CANCELLED: ((Side.ASKS, Act.CANCEL, 0),),
}
"""The way to each state: whose act, and how many of thirty are sent or missing. Where there is more than one shipment, one is counted and not settled, the other under way."""

LEADS_TO = {
    (State.DRAFT, Act.SUBMIT): State.SUBMITTED,
    (State.APPROVED, Act.CANCEL): State.CANCELLED,
    (State.SHIPPED, Act.RECEIVE): State.RECEIVED,
    (State.RECEIVED, Act.SETTLE): State.CLOSED,
    (State.PARTLY_SHIPPED, Act.SHIP): State.SHIPPED,
    (State.PARTLY_SHIPPED, Act.CANCEL): State.SHIPPED,
    (State.APPROVED, Act.SHIP): State.SHIPPED,
    (State.PICKING, Act.SHIP): State.SHIPPED,
    (State.APPROVED, Act.RECEIVE): State.CLOSED,
}
"""Where the acts lead that may lead to several states, as the orders here are; all others lead where the table says."""


class Walk:
    """Orders of one kind, brought into any state."""

    def __init__(self, kind, people):
        self.kind, self.people = kind, people
        self.place, self.giver = PLACES[kind]

    def by(self, side):
        return self.people[DOES[self.kind][side]]

    def in_state(self, state):
        """Bring a new order into a state."""
        order = draft(self.by(Side.ASKS), [(SPRAY, 30)], place=self.place, kind=self.kind.value, reason="the walk", **({"supplied_by": self.giver} if self.giver else {}))
        for side, what, units in WAYS[state]:
            if what is Act.SHIP and self.kind is not Kind.SUPPLY:
                order = done(self.by(side), order, what.value, {"lines": [{"product": SPRAY, "lot": "A1", "units": units}]})
            elif what is Act.RECEIVE and self.kind is not Kind.SUPPLY:
                sent = order["shipments"][-1]["lines"][0]["sent"]
                order = done(self.by(side), order, what.value, counted(order, A1={"accepted": sent - units, "missing": units}))
            elif what is not Act.SHIP:
                order = done(self.by(side), order, what.value, self.body(order, what))
        return order

    def body(self, order, what):
        """Give what an act says: right where the act may be done, and in the right form everywhere."""
        if what is Act.RECEIVE:
            return counted(order) if order["shipments"] else {"lines": [{"product": SPRAY, "lot": "A1", "accepted": 30, "expires_on": "2031-01-31"}]}
        if what is Act.SETTLE:
            shipment = {"shipment": order["shipments"][0]["number"]} if order["shipments"] else {}
            return shipment | {"lines": [{"product": SPRAY, "lot": "A1", "units": 2, "outcome": "lost"}]}
        return {"reason": "the walk"} if what in {Act.AMEND, Act.APPROVE, Act.REFUSE, Act.CANCEL} else {}

    def tried(self, name, order, what):
        """Let somebody try an act on an order as it is; gives the answer."""
        if what is Act.AMEND:
            return amended(self.people[name], order, self.body(order, what))
        return act(self.people[name], order, what.value, self.body(order, what))

    def step(self, state, what):
        """Give the step of the table, where it is one for this kind."""
        if (what in FROM_HERE) if self.kind is Kind.SUPPLY else ((state, what) == (State.APPROVED, Act.RECEIVE)):
            return None
        return next((step for step in STEPS if (step.state, step.act) == (state, what)), None)

    def expected(self, name, state, what):
        """Say what somebody is answered who tries an act in a state."""
        if name in ONLY_READS or (name == ONLY_DECIDES and what not in {Act.APPROVE, Act.REFUSE}):
            return (403, "forbidden")
        if name in SEES_NONE[self.kind]:
            return (404, "missing")
        step = self.step(state, what)
        if not any(name in SIDES[self.kind][side] for side in (step.sides if step else Side)):
            return (403, "not-your-order")
        return (200, None) if step else (409, "wrong-state")

    def leads_to(self, name, state, what):
        """Say where an act leads: what whoever gives asks in their own name is approved at once."""
        if what is Act.SUBMIT and self.kind in {Kind.LOAN, Kind.RETURN} and name in SIDES[self.kind][Side.GIVES]:
            return State.APPROVED
        step = self.step(state, what)
        (only, *others) = step.to
        return LEADS_TO[state, what] if others else only

    def all_of_it(self, order):
        """Give the order, and what lies at both its places, as somebody sees it who sees everything."""
        gro = self.people["gro"]
        return [gro.get(f"/orders/{order['number']}").json, *(gro.get("/stock", place=place, limit=500).json for place in (self.place, self.giver) if place)]


@pytest.fixture(params=list(Kind), ids=lambda kind: kind.value)
def walk(request, caller):
    """A kind of order, where there is enough of everything."""
    people = {name: caller(name) for name in PEOPLE}
    for place in (DEPOT, BUS, BERGEN):
        people["gro"].receive(SPRAY, 20_000, lot="A1", expires_on="2031-01-31", place=place, on="2026-11-01")
    return Walk(request.param, people)


def states_of(walk):
    return [state for state in State if walk.kind is not Kind.SUPPLY or state in {State.DRAFT, State.SUBMITTED, State.APPROVED, State.CLOSED, State.CANCELLED}]


def version_of(session, order):
    session.rollback()
    return session.execute(select(Order.state, Order.version).where(Order.number == order["number"])).one()


def test_who_may_not_or_comes_too_early_or_too_late_is_told_so_and_nothing_has_changed(walk, session):
    for state in states_of(walk):
        order = walk.in_state(state)
        assert order["state"] == state
        before = walk.all_of_it(order)
        for what, name in product(Act, PEOPLE):
            status, code = walk.expected(name, state, what)
            if status != 200:
                answer = walk.tried(name, order, what)
                assert (answer.status_code, answer.json["code"]) == (status, code), (state, what, name, answer.text)
                assert status != 409 or (answer.json["state"], answer.json["version"]) == (state, order["version"])
                assert version_of(session, order) == (state, order["version"]), (state, what, name)
        assert walk.all_of_it(order) == before


def test_who_may_gets_where_the_table_says(walk):
    done_by = set()
    for state, what, name in product(states_of(walk), Act, PEOPLE):
        if walk.expected(name, state, what) == (200, None):
            order = walk.in_state(state)
            answer = walk.tried(name, order, what)
            assert (answer.status_code, answer.json.get("state")) == (200, walk.leads_to(name, state, what)), (state, what, name, answer.text)
            assert State(answer.json["state"]) in walk.step(state, what).to
            assert answer.json["version"] == order["version"] + 1
            assert (answer.json["events"][-1]["act"], answer.json["events"][:-1]) == (what, order["events"])
            done_by.add((state, what))

    assert done_by == {(state, what) for state, what in product(states_of(walk), Act) if walk.step(state, what)}
    assert in_one_snapshot(checks.verify).failure is None
