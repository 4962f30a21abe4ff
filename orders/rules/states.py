"""The states of an order and the acts that lead from one to the next: a table, from which the documentation is printed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What an order asks for: stock from a depot, a loan between places, a return to a depot, or a depot's own order to a supplier."""

    ORDER = "order"
    LOAN = "loan"
    RETURN = "return"
    SUPPLY = "supply"


class State(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    PICKING = "picking"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    RECEIVED = "received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What somebody does to an order."""

    AMEND = "amend"
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    ALLOCATE = "allocate"
    PICK = "pick"
    SHIP = "ship"
    RECEIVE = "receive"
    SETTLE = "settle"
    CANCEL = "cancel"


class Side(StrEnum):
    """Whose act it is: whoever asks, whoever decides, whoever gives, whoever gets."""

    ASKS = "asks"
    DECIDES = "decides"
    GIVES = "gives"
    GETS = "gets"


@dataclass(frozen=True, kw_only=True)
class Step:
    """An act that may be done in a state: which states it may lead to, and whose act it is."""

    act: Act
    state: State
    to: frozenset[State]
    sides: frozenset[Side]


WAITING = frozenset({State.DRAFT, State.SUBMITTED, State.APPROVED, State.PICKING, State.PARTLY_SHIPPED})
"""States in which units may still be sent."""
UNDER_WAY = frozenset({State.PARTLY_SHIPPED, State.SHIPPED, State.RECEIVED})
"""States in which units have been sent, and something is not settled."""
OVER = frozenset({State.CLOSED, State.CANCELLED})
"""States that nothing leads out of."""


def _steps(act: Act, states: Iterable[State], to: Iterable[State], *sides: Side) -> tuple[Step, ...]:
    return tuple(Step(act=act, state=state, to=frozenset(to), sides=frozenset(sides)) for state in states)


def _same(act: Act, states: Iterable[State], *sides: Side) -> tuple[Step, ...]:
    return tuple(Step(act=act, state=state, to=frozenset({state}), sides=frozenset(sides)) for state in states)


_SENT = (State.PARTLY_SHIPPED, State.SHIPPED)
_AFTER_SHIPPING = (State.SHIPPED, State.RECEIVED, State.CLOSED)
STEPS: tuple[Step, ...] = (
    *_same(Act.AMEND, [State.DRAFT], Side.ASKS),
    *_steps(Act.SUBMIT, [State.DRAFT], [State.SUBMITTED, State.APPROVED], Side.ASKS),
    *_steps(Act.APPROVE, [State.SUBMITTED], [State.APPROVED], Side.DECIDES),
    *_steps(Act.REFUSE, [State.SUBMITTED], [State.DRAFT], Side.DECIDES),
    *_same(Act.ALLOCATE, [State.APPROVED, State.PICKING, State.PARTLY_SHIPPED], Side.GIVES),
    *_steps(Act.PICK, [State.APPROVED], [State.PICKING], Side.GIVES),
    *_steps(Act.SHIP, [State.APPROVED, State.PICKING, State.PARTLY_SHIPPED], _SENT, Side.GIVES),
    *_steps(Act.RECEIVE, [State.APPROVED], [State.APPROVED, State.CLOSED], Side.GETS),
    *_same(Act.RECEIVE, [State.PARTLY_SHIPPED], Side.GETS),
    *_steps(Act.RECEIVE, [State.SHIPPED], _AFTER_SHIPPING, Side.GETS),
    *_same(Act.SETTLE, _SENT, Side.GIVES, Side.GETS),
    *_steps(Act.SETTLE, [State.RECEIVED], [State.RECEIVED, State.CLOSED], Side.GIVES, Side.GETS),
    *_steps(Act.CANCEL, [State.DRAFT, State.SUBMITTED], [State.CANCELLED], Side.ASKS),
    *_steps(Act.CANCEL, [State.APPROVED], [State.CANCELLED, State.CLOSED], Side.ASKS, Side.GIVES),
    *_steps(Act.CANCEL, [State.PICKING], [State.CANCELLED], Side.ASKS, Side.GIVES),
    *_steps(Act.CANCEL, [State.PARTLY_SHIPPED], _AFTER_SHIPPING, Side.ASKS, Side.GIVES),
)
"""Submitting leads to approved where whoever gives asks in their own name (a loan they offer, a return). Receiving an approved order is a supplier's delivery that names it; cancelling a partly shipped one ends its back-order, and so it does for a supplier's of which something came."""

_TABLE = {(step.state, step.act): step for step in STEPS}


def step_for(state: State, act: Act, kind: Kind) -> Step | None:
    """Give the step an act takes from a state, None where it may not be done: a supplier's order is neither allocated nor sent from here, and only such a one is received while approved."""
    if kind is Kind.SUPPLY and act in {Act.ALLOCATE, Act.PICK, Act.SHIP, Act.SETTLE}:
        return None
    if kind is not Kind.SUPPLY and (state, act) == (State.APPROVED, Act.RECEIVE):
        return None
    return _TABLE.get((state, act))


def acts_in(state: State, kind: Kind) -> tuple[Act, ...]:
    """Give the acts that may be done in a state."""
    return tuple(act for act in Act if step_for(state, act, kind) is not None)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the units of a line have come. `due` may still be sent; `unsettled` was sent and neither counted in nor settled; `uncounted` lies in shipments nobody has counted."""

    due: int
    shipped: int
    uncounted: int
    unsettled: int


def state_of(progress: Iterable[Progress]) -> State:
    """Give the state of an order of which something was sent, from what became of its units."""
    lines = list(progress)
    if any(line.due for line in lines):
        return State.PARTLY_SHIPPED
    if any(line.uncounted for line in lines):
        return State.SHIPPED
    return State.RECEIVED if any(line.unsettled for line in lines) else State.CLOSED
