"""Boards say what they do not show: nothing is cut in silence, and what somebody may not decide on takes no room from what they may."""

import pytest
from sqlalchemy import select

from orders.models import Order
from orders.queries import boards
from orders.queries.seen import decided_by
from orders.rules.rights import role_of
from orders.rules.states import Kind, Side
from supply import clock
from supply.auth import queries as accounts
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.integration.ordering import BUS, DEPOT, SPRAY, approved, done, draft, stocked, submitted

BERGEN = "bergen-outreach"


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def two_a_part(monkeypatch):
    monkeypatch.setattr(boards, "OPEN", 2)


@pytest.fixture
def staff(session):
    """Give a new member of staff as the service sees them."""

    def make(name, *grants):
        number = in_one_transaction(lambda writing: auth.service_account(writing, name, grants=grants, now=clock.now()).number)
        return accounts.find_by_number(session, number, today=clock.today())

    return make


def numbers(board):
    return [one.head.number for one in board.orders]


def test_a_board_goes_on_from_part_to_part_with_emergencies_first(birk, session, person, two_a_part):
    orders = [draft(birk)["number"] for _ in range(3)] + [draft(birk, emergency=True, reason="burst pipe")["number"] for _ in range(3)]
    here = session.scalar(select(Place.id).where(Place.code == BUS))

    parts, after = [], None
    while not parts or after:
        part = boards.asked_by(session, here, by=person("birk"), after=after)
        parts.append(part)
        after = part.after

    assert [numbers(part) for part in parts] == [[orders[3], orders[4]], [orders[5], orders[0]], [orders[1], orders[2]]]
    assert [part.total for part in parts] == [6, 6, 6]


def test_what_others_decide_on_takes_no_room_from_what_one_decides_on_oneself(birk, dina, session, staff, two_a_part):
    for _ in range(3):
        done(dina, draft(dina, [(SPRAY, 2)], place=BERGEN), "submit")
    order = submitted(birk)
    sees_all = staff("sees all, decides in Oslo", auth.NewGrant(role=Role.DIRECTORATE), auth.NewGrant(role=Role.APPROVER, municipality="0301"))

    board = boards.to_decide(session, by=sees_all)

    assert (numbers(board), board.total, board.after) == ([order["number"]], 1, None)


def test_the_database_is_asked_the_rule_of_who_decides(birk, dina, gro, session, person, staff):
    submitted(birk)
    done(dina, draft(dina, [(SPRAY, 2)], place=BERGEN), "submit")
    done(dina, draft(dina, [(SPRAY, 2)], place=BERGEN, supplied_by=BUS, kind="loan"), "submit")
    done(gro, draft(gro, [(SPRAY, 2)], place=DEPOT, kind="supply"), "submit")
    people = [person(name) for name in ("alma", "birk", "cato", "dina", "erik", "frida", "gro")]
    people += [staff("everywhere", auth.NewGrant(role=Role.APPROVER)), staff("of a place", auth.NewGrant(role=Role.APPROVER, place=BUS))]

    for one in people:
        found = set(session.scalars(select(Order.number).where(decided_by(one))))
        orders = session.scalars(select(Order)).all()
        places = {place.id: place for place in session.scalars(select(Place))}
        expected = {order.number for order in orders if role_of(one, Side.DECIDES, Kind(order.kind), places[order.place_id], places.get(order.supplied_by_id))}
        assert found == expected, one.name


def test_all_orders_that_may_travel_along_are_offered(alma, birk, erik, session, two_a_part):
    stocked(alma)
    first, *others = [approved(birk, erik, [(SPRAY, 2)])["number"] for _ in range(5)]
    nothing_held = draft(birk)

    found = boards.travelling_with(session, session.scalar(select(Order).where(Order.number == first)))

    assert [one.head.number for one in found] == others
    assert nothing_held["number"] not in others
