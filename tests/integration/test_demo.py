"""The made-up history: marked as made up, in order, and as large as it says."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from inventory.demo import history
from inventory.demo.history import KnownPlace
from inventory.models import Move, OneOff, Posting
from supply import clock
from supply.auth.models import Account
from supply.db import db
from supply.reference.models import Place, Product
from tests.integration.monthly import each_month

TODAY = date(2026, 11, 20)
PLACES = [
    KnownPlace(code="osl-depot", kind="depot", owner="org:oslo", served_by=None),
    KnownPlace(code="oslo", kind="service_point", owner="0301", served_by="osl-depot"),
    KnownPlace(code="oslo-2", kind="outreach", owner="0301", served_by="osl-depot"),
    KnownPlace(code="halden", kind="service_point", owner="3101", served_by=None),
]


@pytest.fixture
def demo(app: Flask) -> Callable[..., object]:
    def run(*words: str):
        result = app.test_cli_runner().invoke(args=["demo", *words])
        db.session.rollback()
        return result

    return run


def test_a_small_history_comes_to_what_it_says_and_is_marked_as_made_up(demo):
    result = demo("--years", "1", "--municipalities", "2")

    assert result.exit_code == 0, result.output
    assert "alma@example.no    depot osl-depot" in result.stdout
    handed_out = _handed_out()
    assert f"Handed out: {handed_out['syringe'] + handed_out['kit']} syringes" in result.stdout
    assert f"{handed_out['naloxone']} naloxone sprays" in result.stdout
    assert handed_out["syringe"] + handed_out["kit"] == pytest.approx(0.63 * 2_900_000, rel=0.05)
    assert handed_out["naloxone"] == pytest.approx(0.63 * 4_500, rel=0.1)
    recorders = select(Account.made_up).where(Account.id.in_(select(Posting.recorded_by)))
    assert set(db.session.scalars(recorders)) == {True}
    assert db.session.scalar(select(func.max(Posting.occurred_on))) == clock.today()


def test_a_made_up_festival_is_left_out_of_the_average_and_says_that_it_is_made_up(demo):
    demo("--years", "1", "--municipalities", "1")

    marked = db.session.scalars(select(OneOff)).one()
    days = [marked.starts_on + timedelta(days=nth) for nth in range(3)]
    place = select(Place.id).where(Place.code == "oslo-outreach").scalar_subquery()
    handed_out = select(func.sum(Move.units)).where(Move.place_id == place, Move.recipient.is_not(None))
    festival, before = (int(db.session.scalar(handed_out.where(Move.occurred_on.in_(some))) or 0) for some in (days, [day - timedelta(days=21) for day in days]))

    assert (marked.area, marked.about, marked.reason, marked.ends_on) == ("oslo-outreach", "*", "Festival (made up)", days[-1])
    assert marked.ends_on < clock.today()
    assert festival > 2 * before > 0


def test_nothing_is_made_up_beside_what_is_recorded(demo, alma):
    alma.receive()

    result = demo("--years", "1", "--municipalities", "1")

    assert result.exit_code == 1
    assert "holds postings already" in result.stderr


def test_the_same_seed_tells_the_same_history():
    spots = history.spots_of(PLACES, {"3101": 30_000}, municipalities=35)

    def tell(seed: int) -> history.Tale:
        return history.tell("0301", [spot for spot in spots if spot[1].owner == "0301"], seed=seed, first_day=date(2026, 5, 1), last_day=TODAY)

    assert tell(1) == tell(1)
    assert tell(1) != tell(2)


def test_summer_is_the_busiest_time_and_oslo_hands_out_half():
    spots = history.spots_of(PLACES, {"3101": 30_000}, municipalities=35)
    shares = {owner: sum(spot.share for _, spot in spots if spot.owner == owner) for owner in ("0301", "3101", "org:oslo")}

    tale = history.tell("0301", [spot for spot in spots if spot[1].owner == "0301"], seed=1, first_day=date(2025, 11, 20), last_day=TODAY)
    by_month: dict[int, int] = {}
    for act in tale.first:
        if isinstance(act, history.HandOut):
            by_month[act.occurred_on.month] = by_month.get(act.occurred_on.month, 0) + sum(line.units for line in act.lines)

    assert shares["0301"] == shares["org:oslo"] == 0.5
    assert set(sorted(by_month, key=by_month.__getitem__)[-3:]) == {6, 7, 8}


def _handed_out() -> dict[str, int]:
    groups = dict(db.session.execute(select(Product.id, Product.group)).all())
    found: dict[str, int] = {}
    for one in each_month(db.session, "to_people"):
        found[groups[one.product_id]] = found.get(groups[one.product_id], 0) + one.units
    return found
