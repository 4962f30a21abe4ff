"""The table of states as a page of Markdown, so that what is documented is what is done. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from orders.rules.states import OVER, Act, Kind, Side, State, acts_in, step_for

_HEAD = """# The states of an order

This page is printed from the table in [orders/rules/states.py](../orders/rules/states.py) by `flask orders states`, and a test fails when the two differ.
Each cell says where an act leads, and whose act it is; where it is empty the act is refused with 409, and the answer says what state the order is in.
Whoever may see an order and is on no side that may act on it is refused with 403; to whoever may not see it, it is not there (404).
"""
_KINDS = {
    "Orders, loans and returns": (Kind.ORDER, "What a place asks of a depot, what one place lends another, and what goes back to a depot."),
    "A depot's order to its supplier": (Kind.SUPPLY, "It is approved here and delivered by others: each delivery that names it is received, and the last one closes it."),
}
_OWN, _EITHER, _GIVER = "who records at the place the units go to", "who records at either place", "who records at the place that gives"
_APPROVER = "an approver whose area covers the place, and who did not place the order"
WHO: dict[Kind, dict[Side, str]] = {
    Kind.ORDER: {Side.ASKS: _OWN, Side.DECIDES: _APPROVER, Side.GIVES: "who records at the depot", Side.GETS: _OWN},
    Kind.LOAN: {Side.ASKS: _EITHER, Side.DECIDES: _GIVER, Side.GIVES: _GIVER, Side.GETS: _OWN},
    Kind.RETURN: {Side.ASKS: _EITHER, Side.DECIDES: _GIVER, Side.GIVES: _GIVER, Side.GETS: "who records at the depot"},
    Kind.SUPPLY: {Side.ASKS: "who records at the depot", Side.DECIDES: _APPROVER, Side.GIVES: "the supplier, who is not here", Side.GETS: "who records at the depot"},
}
"""Who is on which side, in words; the rule itself is `role_of` in orders/rules/rights.py."""
_TAIL = """Submitting leads to approved only where somebody offers a loan or sends something back: who records at the place that gives has decided by asking.
An order is closed by itself when nothing of it is due, under way or unsettled.
"""


def states_page() -> str:
    """Give the page: for each way an order may go a diagram and a table, then who is on which side."""
    parts = [_HEAD]
    for title, (kind, sentence) in _KINDS.items():
        parts += [f"## {title}\n\n{sentence}\n", "\n".join(_diagram(kind)) + "\n", "\n".join(_acts(kind)) + "\n"]
    return "\n".join([*parts, "## Who is on which side\n", "\n".join(_who()) + "\n", _TAIL])


def _states(kind: Kind) -> list[State]:
    """Give the states that an order of a kind may come to, in their order."""
    found, new = {State.DRAFT}, {State.DRAFT}
    while new:
        new = {to for state in new for act in acts_in(state, kind) if (step := step_for(state, act, kind)) for to in step.to} - found
        found |= new
    return [state for state in State if state in found]


def _diagram(kind: Kind) -> Iterator[str]:
    """Give the diagram: an arrow for each pair of states, with the acts that lead along it; what leads nowhere else is left out."""
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {State.DRAFT}")
    states = _states(kind)
    for state in states:
        for to in (to for to in states if to is not state):
            if acts := [act for act in acts_in(state, kind) if (step := step_for(state, act, kind)) and to in step.to]:
                yield f"    {state} --> {to}: {', '.join(acts)}"
    yield from (f"    {state} --> [*]" for state in states if state in OVER)
    yield "```"


def _acts(kind: Kind) -> Iterator[str]:
    """Give the table of acts by state."""
    states = [state for state in _states(kind) if state not in OVER]
    yield from _table(["", *map(_plain, states)], ([f"**{act}**", *(_cell(state, act, kind) for state in states)] for act in Act if any(act in acts_in(state, kind) for state in states)))


def _cell(state: State, act: Act, kind: Kind) -> str:
    step = step_for(state, act, kind)
    if step is None:
        return ""
    to, sides = [_plain(one) for one in State if one in step.to], [side for side in Side if side in step.sides]
    return f"{' or '.join(to)} ({', '.join(sides)})"


def _who() -> Iterator[str]:
    yield from _table(["", *Side], ([f"**{kind}**", *(WHO[kind][side] for side in Side)] for kind in Kind))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _plain(word: StrEnum) -> str:
    return word.value.replace("_", " ")
