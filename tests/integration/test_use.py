"""What places use, read from the moves: against the month totals, with days without stock, marks, and what was put right."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from inventory.models import Stockout
from inventory.queries import use
from inventory.queries.demand import demand_days
from inventory.rules.consumption import Window
from inventory.rules.wanted import NewMark
from inventory.service import use as marks
from supply import clock
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.db import in_one_transaction
from supply.reference.errors import NotYourArea
from supply.reference.models import Place, Product
from tests.integration.clockwork import at, look
from tests.integration.monthly import each_month
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE

WINDOW = Window(since=date(2026, 8, 1), until=date(2026, 11, 19))


@pytest.fixture
def ids(session):
    places = dict(session.execute(select(Place.code, Place.id)).all())
    products = dict(session.execute(select(Product.code, Product.id)).all())
    session.rollback()  # what is entered from here on is to be seen
    return lambda place, product: (places[place], products[product])


def person(session, name):
    account = session.scalar(select(Account).where(Account.name == name))
    return accounts.find_by_number(session, account.number, today=clock.today())


def test_a_day_without_stock_does_not_count_and_what_was_asked_for_in_vain_does(birk, session, ids):
    birk.receive(SPRAY, 20, place=BUS, on="2026-10-01")
    birk.hand_out(20, place=BUS, on="2026-10-10")
    birk.post("/handouts", {"place": BUS, "occurred_on": "2026-10-20", "lines": [], "unmet": [{"product": SPRAY, "units": 5}]})
    birk.receive(SPRAY, 10, lot="B2", place=BUS, on="2026-11-10")

    found = demand_days(session, [ids(BUS, SPRAY)[0]], WINDOW)[ids(BUS, SPRAY)].consumption()

    assert (found.handed_out, found.unmet) == (20, 5)
    assert found.days == 10 + 10
    assert found.days_without == WINDOW.days - 20


def test_expired_units_on_the_shelf_are_no_stock(birk, session, ids):
    birk.receive(SPRAY, 20, place=BUS, on="2026-10-01", expires_on="2026-10-15")

    found = demand_days(session, [ids(BUS, SPRAY)[0]], WINDOW)[ids(BUS, SPRAY)].consumption()

    assert found.days == 15


def test_what_a_correction_takes_back_was_not_handed_out_and_a_return_does_not_undo_a_need(birk, session, ids):
    birk.receive(SPRAY, 50, place=BUS, on="2026-10-01")
    first = birk.hand_out(7, place=BUS, on="2026-10-10")
    birk.hand_out(3, place=BUS, on="2026-10-11")
    birk.post("/corrections", {"journal": BUS, "number": first.json["number"], "reason": "mistyped"})
    birk.post("/returns", {"place": BUS, "occurred_on": "2026-10-12", "reason": "unused", "lines": [{"product": SPRAY, "lot": "A1", "units": 1}]})

    found = demand_days(session, [ids(BUS, SPRAY)[0]], WINDOW)[ids(BUS, SPRAY)]

    assert {day: units for day, units in found.handed_out.items() if units} == {date(2026, 10, 11): 3}


def test_what_was_put_right_between_virtual_places_counts_where_it_belongs(birk, session, ids):
    birk.receive(SPRAY, 50, place=BUS, on="2026-10-01")
    birk.hand_out(5, place=BUS, on="2026-10-05")
    birk.post("/counts", {"place": BUS, "occurred_on": "2026-10-06", "lines": [{"product": SPRAY, "lot": "A1", "units": 40}]})
    answer = birk.post(
        "/reclassifications", {"place": BUS, "occurred_on": "2026-10-06", "reason": "handed_out_not_lost", "lines": [{"product": SPRAY, "lot": "A1", "units": 5, "from": "lost", "to": "people"}]}
    )
    assert answer.status_code == 201, answer.text

    found = demand_days(session, [ids(BUS, SPRAY)[0]], WINDOW)[ids(BUS, SPRAY)]

    assert found.consumption().handed_out == 10 == _month_totals(session, *ids(BUS, SPRAY))


def test_a_festival_is_left_out_of_the_average_and_counts_again_when_it_is_unmarked(birk, session, ids):
    birk.receive(SPRAY, 500, place=BUS, on="2026-10-01")
    birk.hand_out(10, place=BUS, on="2026-10-10")
    birk.hand_out(300, place=BUS, on="2026-11-01")
    new = NewMark(area=BUS, about="group:naloxone", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 2), reason="festival")
    mark = in_one_transaction(lambda session: marks.mark(session, new, by=person(session, "Birk Kommune"), now=clock.now()))

    def known():
        return demand_days(session, [ids(BUS, SPRAY)[0]], WINDOW)[ids(BUS, SPRAY)].consumption()

    assert (known().units, known().units_left_out, known().days) == (10, 300, 48)
    session.rollback()
    in_one_transaction(lambda session: marks.unmark(session, mark.id, by=person(session, "Birk Kommune"), now=clock.now()))
    assert (known().units, known().days) == (310, 50)


def test_nobody_marks_days_for_others(app):
    theirs = NewMark(area="osl-depot", about="*", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 2), reason="festival")
    nation = NewMark(area="NO", about="*", starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 2), reason="festival")

    for new in (theirs, nation):
        with pytest.raises(NotYourArea):
            in_one_transaction(lambda session, new=new: marks.mark(session, new, by=person(session, "Birk Kommune"), now=clock.now()))


def test_what_was_moved_on_counts_where_it_lay(birk, session, ids):
    birk.receive(SPRAY, 20, place="oslo-servicepoint", on="2026-10-01")
    birk.post("/transfers", {"place": "oslo-servicepoint", "to": BUS, "occurred_on": "2026-10-11", "lines": [{"product": SPRAY, "units": 20}]})

    found = demand_days(session, [ids(BUS, SPRAY)[0], ids("oslo-servicepoint", SPRAY)[0]], WINDOW)

    assert found[ids(BUS, SPRAY)].consumption().days == 40
    assert found[ids("oslo-servicepoint", SPRAY)].consumption().days == 10


def test_the_days_add_up_to_the_month_totals_whatever_was_entered(birk, alma, session, ids):
    birk.receive(SPRAY, 100, place=BUS, on="2026-08-01")
    for nth in range(12):
        answer = birk.hand_out(nth % 4 + 1, place=BUS, on=str(date(2026, 8, 3) + timedelta(days=nth * 9)))
        if nth % 5 == 2:
            birk.post("/corrections", {"journal": BUS, "number": answer.json["number"], "reason": "mistyped"})

    found = demand_days(session, [ids(BUS, SPRAY)[0]], WINDOW)[ids(BUS, SPRAY)].consumption()

    assert found.handed_out == _month_totals(session, *ids(BUS, SPRAY)) > 0


def test_the_nightly_reckoning_makes_lists_count_the_days_with_stock_alone(app, birk, session, ids):
    birk.receive(SPRAY, 20, place=BUS, on="2026-09-01")
    birk.hand_out(20, place=BUS, on="2026-09-10")
    since, today = use.since_when(date(2026, 11, 20)), date(2026, 11, 20)
    place, product = ids(BUS, SPRAY)

    before = use.used(session, [place], [product], since=since, today=today)
    session.rollback()
    look(app, "use", at("2026-11-20", 4))
    after = use.used(session, [place], [product], since=since, today=today)

    assert before == {(place, product): (20, 81)}
    assert after == {(place, product): (20, 81 - 70)}
    assert session.scalars(select(Stockout.days)).all() == [70]


def test_reckoning_twice_changes_nothing(app, birk, session):
    birk.receive(SYRINGE, 20, lot="S1", place=BUS, on="2026-09-01")
    birk.hand_out(20, product=SYRINGE, place=BUS, on="2026-09-10")

    seen = []
    for hour in (4, 5):
        look(app, "use", at("2026-11-20", hour))
        session.rollback()
        seen.append([(row.place_id, row.product_id, row.days, row.until) for row in session.scalars(select(Stockout))])

    assert seen[0] == seen[1] != []


def test_a_depot_needs_what_its_places_used_at_their_pace(app, alma, birk, session, ids):
    alma.receive(SPRAY, 100, on="2026-08-01")
    birk.receive(SPRAY, 20, place=BUS, on="2026-10-01")
    birk.hand_out(20, place=BUS, on="2026-10-10")
    look(app, "use", at("2026-11-20", 4))
    depot, product = ids(DEPOT, SPRAY)

    found = use.used(session, [depot], [product], since=date(2026, 8, 1), today=date(2026, 11, 20))

    assert found == {(depot, product): (-(-20 * 112 // 11), 112)}


def _month_totals(session, place_id, product_id):
    return sum(one.units for one in each_month(session, "to_people") if (one.place_id, one.product_id) == (place_id, product_id))
