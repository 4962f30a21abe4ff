"""Alerts: raised once, in the band that was reached, only while units are there; settled when it is over; caught up after days without a look."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import update

from inventory.queries import use
from inventory.queries.levels import levels
from supply.db import in_one_transaction
from supply.reference.models import Place
from tests.integration.clockwork import alerts, at, look, notices, runs
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, approved, counted, done, shipped, submitted

EXPIRES = date(2028, 1, 31)


def day_left(days):
    return at(str(EXPIRES - timedelta(days=days)))


def bands(place=DEPOT):
    return [(one.band, one.settled_at is None) for one in alerts(kind="expiry", place=place)]


def test_a_lot_is_told_of_once_in_each_band_it_comes_into(app, alma):
    alma.receive(SPRAY, 40, expires_on=str(EXPIRES), on="2026-11-01")

    seen = []
    for left in (181, 180, 179, 91, 90, 60, 30, 1, 0, -1, -30):
        look(app, "alerts", day_left(left))
        seen.append((left, bands()))

    assert seen == [
        (181, []),
        (180, [(180, True)]),
        (179, [(180, True)]),
        (91, [(180, True)]),
        (90, [(180, False), (90, True)]),
        (60, [(180, False), (90, True)]),
        (30, [(180, False), (90, False), (30, True)]),
        (1, [(180, False), (90, False), (30, True)]),
        (0, [(180, False), (90, False), (30, False), (0, True)]),
        (-1, [(180, False), (90, False), (30, False), (0, True)]),
        (-30, [(180, False), (90, False), (30, False), (0, True)]),
    ]


def test_a_lot_that_comes_short_dated_is_told_of_in_its_narrowest_band_alone(app, alma):
    with time_machine.travel(day_left(20), tick=False):
        alma.receive(SPRAY, 40, expires_on=str(EXPIRES), on=str(EXPIRES - timedelta(days=20)))

    look(app, "alerts", day_left(19))

    assert bands() == [(30, True)]


def test_another_group_has_bands_of_its_own(app, alma):
    alma.receive(SYRINGE, 40, lot="S1", expires_on=str(EXPIRES), on="2026-11-01")

    look(app, "alerts", day_left(180))
    assert bands() == []
    look(app, "alerts", day_left(90))
    assert bands() == [(90, True)]


def test_only_while_units_are_there_and_the_same_alert_goes_on_when_they_come_back(app, alma):
    alma.receive(SPRAY, 40, expires_on=str(EXPIRES), on="2026-11-01")
    look(app, "alerts", day_left(100))
    with time_machine.travel(day_left(99), tick=False):
        alma.hand_out(40, on=str(EXPIRES - timedelta(days=99)))
    look(app, "alerts", day_left(98))
    assert bands() == [(180, False)]

    with time_machine.travel(day_left(97), tick=False):
        alma.receive(SPRAY, 5, expires_on=str(EXPIRES), on=str(EXPIRES - timedelta(days=97)))
    look(app, "alerts", day_left(96))

    assert bands() == [(180, True)]
    assert len([one for one in notices("alerts") if one.facts["kind"] == "expiry"]) == 1


def test_days_without_a_look_are_caught_up_by_one(app, alma):
    alma.receive(SPRAY, 40, expires_on=str(EXPIRES), on="2026-11-01")
    alma.receive(SPRAY, 40, lot="A2", expires_on=str(EXPIRES - timedelta(days=8)), on="2026-11-01")
    look(app, "alerts", day_left(100))

    look(app, "alerts", day_left(86))

    assert [(one.lot_id, one.band) for one in alerts(kind="expiry", settled_at=None)] == [(1, 90), (2, 90)]
    assert len(runs("alerts")) == 2


def test_another_expiry_settles_the_alert_and_begins_anew(app, alma, gro):
    alma.receive(SPRAY, 40, expires_on=str(EXPIRES), on="2026-11-01")
    look(app, "alerts", day_left(80))
    later = EXPIRES + timedelta(days=365)
    with time_machine.travel(day_left(79), tick=False):
        answer = gro.post(f"/lots/{SPRAY}/A1/redate", {"expires_on": str(later), "document": "letter 7", "authority": "the manufacturer"})
        assert answer.status_code == 200, answer.text

    look(app, "alerts", day_left(78))
    assert bands() == [(90, False)]
    look(app, "alerts", at(str(later - timedelta(days=85))))

    assert bands() == [(90, False), (90, True)]


def test_an_expiry_that_was_entered_by_mistake_and_put_right_leaves_the_alert_as_it_was(app, alma, gro):
    alma.receive(SPRAY, 40, expires_on=str(EXPIRES), on="2026-11-01")
    look(app, "alerts", day_left(80))
    (first,) = alerts(kind="expiry")

    for days, expires_on in ((79, EXPIRES + timedelta(days=365)), (77, EXPIRES)):
        with time_machine.travel(day_left(days), tick=False):
            assert gro.post(f"/lots/{SPRAY}/A1/redate", {"expires_on": str(expires_on), "document": "letter 7", "authority": "the manufacturer"}).status_code == 200
        look(app, "alerts", day_left(days - 1))

    (same,) = alerts(kind="expiry")
    assert (same.id, same.raised_at, same.settled_at) == (first.id, first.raised_at, None)
    assert len([one for one in notices("alerts") if one.facts["kind"] == "expiry"]) == 1


def test_what_a_place_uses_and_has_none_of_is_told_at_once_and_is_over_when_it_comes(app, alma):
    alma.receive(SPRAY, 100, on="2026-11-01")
    alma.hand_out(100, on="2026-11-20")

    look(app, "alerts", at("2026-11-26"))
    assert [(one.units, one.settled_at) for one in alerts(kind="stock_out")] == [(0, None)]
    assert [one.facts for one in notices("stock-out")] == [{"kind": "stock_out", "alerts": 1, "products": [SPRAY]}]

    alma.receive(SPRAY, 100, lot="A2", on="2026-11-26")
    look(app, "alerts", at("2026-11-27"))
    assert alerts(kind="stock_out", settled_at=None) == []


def test_what_lasts_too_short_is_low_and_low_again_on_a_later_day(app, alma):
    alma.receive(SPRAY, 120, on="2026-11-01")
    alma.hand_out(90, on="2026-11-20")  # 90 in 26 days: 30 last for 8 days, and 21 are wanted

    look(app, "alerts", at("2026-11-26"))
    assert [(one.units, one.about_on) for one in alerts(kind="low_stock", settled_at=None)] == [(30, date(2026, 11, 26))]
    alma.receive(SPRAY, 200, lot="A2", on="2026-11-26")
    look(app, "alerts", at("2026-11-27"))
    assert alerts(kind="low_stock", settled_at=None) == []
    with time_machine.travel(at("2026-11-28"), tick=False):
        alma.hand_out(200, on="2026-11-28")
    look(app, "alerts", at("2026-11-29"))

    assert [one.about_on for one in alerts(kind="low_stock")] == [date(2026, 11, 26), date(2026, 11, 29)]


def test_expired_units_are_none_to_use(app, alma):
    alma.receive(SPRAY, 100, expires_on="2026-11-25", on="2026-11-01")
    alma.hand_out(20, on="2026-11-20")

    look(app, "alerts", at("2026-11-26"))

    assert [one.units for one in alerts(kind="stock_out")] == [0]


def test_a_count_grows_too_old_until_somebody_counts(app, alma):
    alma.receive(SPRAY, 10, on="2026-11-01")
    look(app, "alerts", at("2027-01-30"))
    assert alerts(kind="count_old") == []

    look(app, "alerts", at("2027-01-31"))
    assert [one.units for one in alerts(kind="count_old", settled_at=None)] == [1]
    with time_machine.travel(at("2027-01-31", 14), tick=False):
        assert alma.post("/counts", {"place": DEPOT, "occurred_on": "2027-01-31", "lines": [{"product": SPRAY, "lot": "A1", "units": 10}]}).status_code == 201
    look(app, "alerts", at("2027-02-01"))

    assert alerts(kind="count_old", settled_at=None) == []


@pytest.fixture
def erik(caller):
    return caller("erik")


def test_an_order_that_waits_is_late_on_both_sides_an_emergency_sooner(app, alma, birk):
    with time_machine.travel(at("2026-11-26"), tick=False):
        order, emergency = submitted(birk), submitted(birk, ((SYRINGE, 100),), emergency=True, reason="none left")

    look(app, "alerts", at("2026-11-28"))
    assert {(one.document, one.place_id is not None) for one in alerts(kind="late_order")} == {(emergency["number"], True)}
    look(app, "alerts", at("2026-12-04"))

    found = alerts(kind="late_order", settled_at=None)
    assert sorted(one.document for one in found) == sorted([order["number"]] * 2 + [emergency["number"]] * 2)
    assert len(alerts(kind="late_order", place=BUS)) == len(alerts(kind="late_order", place=DEPOT)) == 2


def test_what_is_on_its_way_for_too_long_is_late_and_what_is_not_settled_is_told_to_both(app, alma, birk, erik):
    with time_machine.travel(at("2026-11-26"), tick=False):
        alma.receive(SPRAY, 100, on="2026-11-26")
        order = shipped(birk, erik, alma)
    number = order["shipments"][0]["number"]
    look(app, "alerts", at("2026-12-07"))
    assert {one.document for one in alerts(kind="late_order", settled_at=None)} == {number}
    with time_machine.travel(at("2026-12-07", 14), tick=False):
        done(birk, order, "receive", counted(order, A1={"accepted": 15, "missing": 5}))
    look(app, "alerts", at("2026-12-08"))
    assert alerts(kind="late_order", settled_at=None) == alerts(kind="discrepancy") == []

    look(app, "alerts", at("2026-12-11"))

    assert [one.document for one in alerts(kind="discrepancy", settled_at=None)] == [number, number]


def test_a_clock_that_stood_still_says_so_when_it_goes_on(app, alma):
    for day in ("2026-11-26", "2026-11-27"):
        look(app, "alerts", at(day))
    assert alerts(kind="clock") == []

    look(app, "alerts", at("2026-12-02"))
    assert [one.settled_at for one in alerts(kind="clock")] == [None]
    look(app, "alerts", at("2026-12-03"))

    assert alerts(kind="clock", settled_at=None) == []


def test_an_approved_order_is_late_until_it_is_sent(app, alma, birk, erik):
    with time_machine.travel(at("2026-11-26"), tick=False):
        alma.receive(SPRAY, 100, on="2026-11-26")
        order = approved(birk, erik)
    look(app, "alerts", at("2026-12-05"))
    assert len(alerts(kind="late_order", settled_at=None)) == 2
    with time_machine.travel(at("2026-12-05", 14), tick=False):
        done(alma, order, "ship")
    look(app, "alerts", at("2026-12-06"))

    assert alerts(kind="late_order", settled_at=None) == []


def test_a_depot_runs_low_by_what_the_places_use_that_it_serves(app, alma, birk):
    alma.receive(SPRAY, 100, on="2026-11-01")
    birk.receive(SPRAY, 200, lot="B1", expires_on="2028-06-30", place=BUS, on="2026-11-01")
    look(app, "alerts", at("2026-11-19"))
    assert alerts(kind="low_stock") == []
    birk.hand_out(180, place=BUS, on="2026-11-20")  # 180 in 26 days: the depot's 100 last for 14

    look(app, "alerts", at("2026-11-26"))

    assert len(alerts(kind="low_stock", place=DEPOT, settled_at=None)) == 1


def test_the_levels_of_all_places_are_the_figures_of_each(app, alma, birk, session):
    today = date(2026, 11, 26)
    alma.receive(SPRAY, 100, on="2026-11-01")
    alma.receive(SPRAY, 7, lot="OLD", expires_on="2026-11-20", on="2026-10-15")
    alma.receive(SYRINGE, 50, lot="S1", on="2026-11-01")
    birk.receive(SPRAY, 200, lot="B1", expires_on="2028-06-30", place=BUS, on="2026-10-01")
    birk.hand_out(30, place=BUS, on="2026-10-20")
    alma.hand_out(3, on="2026-11-20")
    alma.post("/handouts", {"place": DEPOT, "occurred_on": "2026-11-21", "lines": [], "unmet": [{"product": "cooker", "units": 4}]})

    found = session.execute(levels(since=use.since_when(today), today=today)).all()

    places, products = {row.place_id for row in found}, {row.product_id for row in found}
    used, lying = use.used(session, places, products, since=use.since_when(today), today=today), use.lying(session, places, products, today=today)
    assert {(row.place_id, row.product_id): (int(row.used), int(row.days)) for row in found} == {key: figures for key, figures in used.items() if figures[0]}
    assert {(row.place_id, row.product_id): int(row.usable) for row in found} == {key: lying[key].usable if key in lying else 0 for key in used}
    assert len(found) >= 3


def test_a_place_that_will_close_is_still_told_that_it_has_run_out(app, alma):
    alma.receive(SPRAY, 100, on="2026-11-01")
    alma.hand_out(100, on="2026-11-20")
    in_one_transaction(lambda session: session.execute(update(Place).where(Place.code == DEPOT).values(closed_on=date(2027, 3, 1))))

    look(app, "alerts", at("2026-11-26"))
    assert [one.settled_at for one in alerts(kind="stock_out")] == [None]
    look(app, "alerts", at("2027-03-02"))

    assert alerts(kind="stock_out", settled_at=None) == []
