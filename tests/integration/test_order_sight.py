"""Who reads what of orders, and decisions on stock that whoever decides does not see."""

from datetime import date

import pytest
import time_machine
from sqlalchemy import update

from supply import clock
from supply.auth import service as auth
from supply.auth.rules import Role
from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.conftest import Caller
from tests.integration.ordering import BUS, DEPOT, SPRAY, act, approved, counted, done, draft, line, refused, stocked, submitted

ASKER, ITS_DEPOT = "asker-servicepoint", "ake-depot"
CLINIC = "oslo-servicepoint"
WHY = {"reason": "all there is"}


@pytest.fixture
def somebody(app):
    """Give somebody new with grants of their own."""

    def make(name, *grants):
        def work(session):
            account = auth.service_account(session, name, grants=grants, now=clock.now())
            return auth.add_key(session, account, now=clock.now())

        return Caller(app.test_client(), in_one_transaction(work), name)

    return make


@pytest.fixture
def erik(caller):
    return caller("erik")


@pytest.fixture
def asker(somebody):
    return somebody("asker", auth.NewGrant(role=Role.MUNICIPALITY, municipality="3203"))


@pytest.fixture
def its_approver(somebody):
    return somebody("asker approves", auth.NewGrant(role=Role.APPROVER, municipality="3203"))


def close(session, code):
    session.execute(update(Place).where(Place.code == code).values(closed_on=date(2026, 1, 1)))


def test_an_approver_who_does_not_see_the_depot_approves_and_it_is_held(gro, asker, its_approver):
    stocked_at = {"place": ITS_DEPOT, "occurred_on": clock.today().isoformat()}
    gro.post("/receipts", stocked_at | {"lines": [{"product": SPRAY, "lot": "A1", "expires_on": "2031-01-31", "units": 10}]})

    order = done(its_approver, done(asker, draft(asker, [(SPRAY, 2)], place=ASKER), "submit"), "approve")

    assert (order["supplied_by"], line(order)["held"]) == (ITS_DEPOT, 2)


def test_that_a_depot_lies_in_ones_municipality_shows_nobody_what_others_order_there(gro, asker, birk, alma):
    order = done(gro, draft(gro, [(SPRAY, 2)], place=ASKER, supplied_by=DEPOT, reason="nobody else's"), "submit")
    wish = draft(gro, [(SPRAY, 2)], place=ASKER, supplied_by=DEPOT)

    assert birk.get("/orders").json == []
    refused(birk.get(f"/orders/{order['number']}"), "missing", 404)
    assert [one["number"] for one in alma.get("/orders").json] == [order["number"]]
    refused(alma.get(f"/orders/{wish['number']}"), "missing", 404)
    assert len(asker.get("/orders").json) == 2
    refused(asker.post("/orders", {"place": ASKER, "supplied_by": DEPOT, "lines": [{"product": SPRAY, "units": 2}]}), "missing", 404)


def test_who_offers_a_loan_reads_nothing_of_the_shelf_it_is_for_and_who_borrows_nothing_of_the_lenders(birk, dina):
    dina.receive(units=30, lot="B1", expires_on="2031-01-31", place="bergen-outreach", on=clock.today().isoformat())
    birk.receive(units=30, lot="A1", expires_on="2031-01-31", place=CLINIC, on=clock.today().isoformat())
    birk.receive(units=5, lot="OLD", expires_on=clock.today().isoformat(), place=CLINIC, on=clock.today().isoformat())

    offered = done(birk, draft(birk, [(SPRAY, 2)], place="bergen-outreach", supplied_by=CLINIC, kind="loan"), "submit")

    assert [one["known"] for one in offered["lines"]] == [None]
    assert "OLD" not in dina.get(f"/orders/{offered['number']}").text


def test_what_was_lent_or_given_back_is_no_use_of_the_place(alma, birk):
    birk.receive(units=40, lot="A1", expires_on="2031-01-31", place=BUS, on=clock.today().isoformat())
    done(birk, done(birk, draft(birk, [(SPRAY, 40)], place=DEPOT, supplied_by=BUS, kind="return"), "submit"), "ship")

    known = line(submitted(birk, [(SPRAY, 2)]))["known"]

    assert (known["used"], known["proposal"]) == (0, 0)


def test_two_orders_of_a_place_that_has_nothing_count_as_no_stock_of_it(alma, birk, erik):
    first, second, other = submitted(birk, [(SPRAY, 100)]), submitted(birk, [(SPRAY, 100)]), submitted(birk, [(SPRAY, 200)], place=CLINIC)
    stocked(alma, units=100)

    proposed = [next(event for event in done(erik, order, "approve", WHY)["events"] if event["act"] == "approve")["facts"]["lines"][0]["fair"] for order in (first, second, other)]

    assert proposed[0] >= 30


def test_what_was_lost_on_the_way_is_no_longer_on_order(alma, birk, erik):
    stocked(alma, units=10)
    part = done(alma, approved(birk, erik, [(SPRAY, 20)], WHY), "ship")
    none_came = done(birk, part, "receive", counted(part, A1={"accepted": 0, "missing": 10}))
    done(alma, none_came, "settle", {"lines": [{"product": SPRAY, "lot": "A1", "units": 10, "outcome": "lost"}]})

    assert line(submitted(birk, [(SPRAY, 2)]))["known"]["on_order"] == 10


def test_what_can_no_longer_be_sent_is_let_go_in_the_timeline(alma, birk, erik):
    stocked(alma, expires_on="2028-01-31")
    order = approved(birk, erik)

    with time_machine.travel("2027-12-01 12:00", tick=False):
        answer = alma.post("/allocations", {"place": DEPOT})
        now = birk.get(f"/orders/{order['number']}").json

    assert answer.json == {"orders": 0}
    assert (line(now)["held"], now["version"], now["events"][-1]["facts"]["let_go"]) == (0, order["version"] + 1, [{"product": SPRAY, "lot": "A1", "units": 20}])


def test_who_wrote_a_part_of_an_order_does_not_decide_on_it(somebody, birk, erik):
    both = somebody("both", auth.NewGrant(role=Role.MUNICIPALITY, municipality="0301"), auth.NewGrant(role=Role.APPROVER, municipality="0301"))
    wish = draft(birk)
    with both.client.application.app_context():
        headers = {"Authorization": f"Bearer {both.token}", "Idempotency-Key": "amended-by-both", "If-Match": '"1"'}
        assert both.client.patch(f"/api/v1/orders/{wish['number']}", json={"lines": [{"product": SPRAY, "units": 40}]}, headers=headers).status_code == 200
    order = done(birk, wish | {"version": 2}, "submit")

    refused(act(both, order, "approve", WHY), "own-order", 403)
    assert [one["requested"] for one in order["events"][-1]["facts"]["asked"]] == [40]


def test_only_who_records_at_a_place_holds_what_has_come_there(birk, cato):
    refused(birk.post("/allocations", {"place": DEPOT}), "not-your-place", 403)


def test_a_list_that_goes_on_beyond_all_numbers_is_refused(birk):
    refused(birk.get("/orders", after="WzkwMDcxOTkyNTQ3NDA5OTBd"), "mark-is-wrong", 422)


def test_where_one_order_that_repeats_is_refused_the_others_are_drafted(app, gro, birk):
    lonely = draft(gro, [(SPRAY, 2)], place=DEPOT, supplied_by="vel-depot")
    good = draft(birk)
    for who, order in ((gro, lonely), (birk, good)):
        assert act(who, order, "repeat", {"months": 1, "starts_on": clock.today().isoformat()}).status_code == 201
    in_one_transaction(lambda session: close(session, DEPOT))

    done_by_the_timer = app.test_cli_runner().invoke(args=["orders", "repeat"])

    assert done_by_the_timer.exit_code == 0, done_by_the_timer.output
    assert done_by_the_timer.output.count("Drafted") == 1


def test_nothing_is_ordered_for_or_sent_to_a_place_that_is_closed_by_now(alma, birk, erik):
    stocked(alma)
    order = approved(birk, erik)
    in_one_transaction(lambda session: close(session, BUS))

    refused(birk.post("/orders", {"place": BUS, "lines": [{"product": SPRAY, "units": 2}]}), "place-closed")
    refused(act(alma, order, "ship"), "place-closed")
