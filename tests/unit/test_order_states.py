"""The table of states: everything can be reached, nothing leads out of what is over, and an act leads where the table says and nowhere else."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.rules.states import OVER, STEPS, UNDER_WAY, WAITING, Act, Kind, Progress, State, acts_in, state_of, step_for

FROM_THE_SUPPLIER = {Act.AMEND, Act.SUBMIT, Act.APPROVE, Act.REFUSE, Act.RECEIVE, Act.CANCEL}


def reached(kind):
    """Give the states that can be reached from a draft."""
    found, new = set(), {State.DRAFT}
    while new:
        found |= new
        new = {to for state in new for act in acts_in(state, kind) for to in step_for(state, act, kind).to} - found
    return found


@pytest.mark.parametrize("kind", [Kind.ORDER, Kind.LOAN, Kind.RETURN])
def test_every_state_can_be_reached(kind):
    assert reached(kind) == set(State)


def test_what_a_supplier_sends_is_never_picked_here_nor_under_way():
    assert reached(Kind.SUPPLY) == {State.DRAFT, State.SUBMITTED, State.APPROVED, State.CLOSED, State.CANCELLED}


@pytest.mark.parametrize("kind", Kind)
def test_nothing_leads_out_of_what_is_over_and_something_out_of_everything_else(kind):
    assert {state for state in reached(kind) if not acts_in(state, kind)} == OVER == {State.CLOSED, State.CANCELLED}


@pytest.mark.parametrize("kind", Kind)
def test_from_everywhere_there_is_a_way_to_an_end(kind):
    for state in reached(kind) - OVER:
        seen, new = set(), {state}
        while new:
            seen |= new
            new = {to for one in new for act in acts_in(one, kind) for to in step_for(one, act, kind).to} - seen
        assert seen & OVER, state


def test_no_act_stands_twice_in_a_state():
    assert len({(step.state, step.act) for step in STEPS}) == len(STEPS)


def test_every_act_leads_somewhere_and_is_somebodys():
    assert all(step.to and step.sides for step in STEPS)
    assert {step.act for step in STEPS} == set(Act)


@pytest.mark.parametrize("kind", Kind)
def test_a_step_is_that_of_the_table_but_for_the_suppliers_orders(kind):
    table = {(step.state, step.act): step for step in STEPS}
    if kind is Kind.SUPPLY:
        table = {(state, act): step for (state, act), step in table.items() if act in FROM_THE_SUPPLIER}
    else:
        del table[State.APPROVED, Act.RECEIVE]

    for state, act in product(State, Act):
        assert step_for(state, act, kind) == table.get((state, act)), (state, act)
        assert (act in acts_in(state, kind)) == ((state, act) in table)


def test_what_was_sent_cannot_be_unsent():
    sent = UNDER_WAY | {State.CLOSED}
    for step in STEPS:
        if step.state in sent:
            assert step.to <= sent, step


def test_units_are_sent_only_in_states_in_which_they_wait():
    assert {step.state for step in STEPS if step.act is Act.SHIP} < WAITING


numbers = st.sampled_from([0, 0, 1, 5])
lines = st.lists(st.builds(Progress, due=numbers, shipped=numbers, uncounted=numbers, unsettled=numbers), max_size=4)


@given(lines)
def test_the_state_after_shipping_is_that_of_the_line_that_is_least_far(progress):
    def how_far(line):
        return 0 if line.due else 1 if line.uncounted else 2 if line.unsettled else 3

    least = min(map(how_far, progress), default=3)

    assert state_of(progress) is [State.PARTLY_SHIPPED, State.SHIPPED, State.RECEIVED, State.CLOSED][least]


def test_an_order_is_closed_when_nothing_is_due_under_way_or_unsettled():
    assert state_of([Progress(due=0, shipped=5, uncounted=0, unsettled=0)]) is State.CLOSED
    assert state_of([]) is State.CLOSED
