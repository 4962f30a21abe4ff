"""Figures as of a checkpoint are those of then for ever, whatever is entered, corrected or published later."""

import dataclasses
import json
from datetime import date

import pytest

from inventory.service import checks
from supply import clock
from supply.auth.rules import Grant, Person, Role
from supply.coverage import service
from supply.coverage.queries import background as backgrounds
from supply.coverage.queries import basis
from supply.coverage.queries.edition import edition
from supply.coverage.rules import windows
from supply.coverage.rules.asked import Asked, NewEstimate, Within
from supply.db import db, in_one_snapshot, in_one_transaction

CATO = Person(account_id=0, number="", name="", language="en", grants=(Grant(role=Role.DIRECTORATE),))
BUS, CLINIC, SPRAY, SYRINGE = "oslo-outreach", "oslo-servicepoint", "naloxone-nyxoid", "syringe-1ml-29g"
DAY = "2026-10-05"
DATE = date.fromisoformat(DAY)


@pytest.fixture
def figures(app):
    """Give all figures of a month as of a checkpoint, or now."""

    def find(checkpoint=None):
        asked = Asked(window=windows.window(DATE, DATE), checkpoint=checkpoint, within=(Within.MUNICIPALITIES,))
        found = in_one_snapshot(lambda session: edition(session, asked, by=CATO, ledger=app.extensions["coverage_ledger"], today=date(2026, 11, 20)))
        db.session.remove()
        return found

    return find


@pytest.fixture
def stocked(ada):
    """Two places with sprays and syringes."""
    for place in (BUS, CLINIC):
        ada.receive(SPRAY, 500, place=place, lot="N1", expires_on="2031-01-31", on="2026-09-01")
        ada.receive(SYRINGE, 5000, place=place, lot="S1", expires_on="2031-01-31", on="2026-09-01")
    return ada


def take_checkpoint():
    number = in_one_transaction(lambda session: checks.take_checkpoint(session, now=clock.now()))
    db.session.remove()
    return number


def test_what_is_entered_backdated_later_changes_nothing_as_of_then(stocked, figures):
    stocked.hand_out(20, SPRAY, place=BUS, on=DAY)
    journal = stocked.hand_out(700, SYRINGE, place=BUS, on=DAY).json
    then = take_checkpoint()
    before = figures(then)

    stocked.hand_out(9, SPRAY, place=BUS, on=DAY)
    stocked.hand_out(400, SYRINGE, place=CLINIC, on=DAY)
    assert stocked.post("/corrections", {"journal": BUS, "number": journal["number"], "reason": "mistyped"}).status_code == 201
    now = figures()

    assert figures(then).figures == before.figures
    assert _units(before, "syringes_per_person") == 700
    assert _units(now, "syringes_per_person") == 400
    assert _units(now, "naloxone_per_100000") == 29


def test_an_estimate_entered_later_changes_nothing_as_of_then(stocked, figures, person):
    stocked.hand_out(700, SYRINGE, place=BUS, on=DAY)
    then = take_checkpoint()
    before = figures(then)

    new = NewEstimate(area="0301", year=2025, kind="pwid", low=1000, point=1500, high=2500, method="local study", source="Oslo kommune", confidence="high")
    by = person("frida")
    in_one_transaction(lambda session: service.enter_estimate(session, new, by=by, now=clock.now()))
    db.session.remove()

    assert figures(then).figures == before.figures
    (own,) = figures().of("0301", "syringes_per_person")
    assert own.denominator.source == "Oslo kommune"


def test_what_is_kept_of_the_reference_data_is_all_of_it(session):
    live = backgrounds.read(session, borders=DATE)

    again = basis.read(json.loads(json.dumps(basis.written(live))), borders=DATE)

    kept = {field.name: getattr(live, field.name) for field in dataclasses.fields(live)}
    for name, value in kept.items():
        found = getattr(again, name)
        assert (sorted(found, key=repr) == sorted(value, key=repr)) if isinstance(value, list | tuple) else found == value, name


def _units(found, indicator):
    return next(figure.numerator.units for figure in found.of("NO", indicator) if figure.numerator.origin == "ledger")
