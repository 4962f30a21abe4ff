"""What readers see of areas that are not their own: one edition a quarter, made once, the same wherever it is asked for, from which no small number can be worked out."""

import numpy as np
import pytest
from scipy.optimize import linprog

from supply.coverage.queries.areas import area_of
from supply.coverage.queries.background import read
from supply.db import db
from tests.conftest import DAY
from tests.integration.publishing import HANDED_OUT, SPRAY, hand_out_all, publish

Q3 = {"from_": "2026-07-01", "to": "2026-09-30"}


@pytest.fixture
def published(app, gro):
    hand_out_all(gro)
    return publish(app)


def figures(caller, **asked):
    answer = caller.get("/coverage", **Q3 | asked)
    assert answer.status_code == 200, answer.text
    return answer.json


def sprays(told):
    """Give by area the sprays that an answer of the interface tells; None where it does not."""
    return {figure["area"]: figure["numerator"]["units"] for figure in told["figures"] if figure["indicator"] == "naloxone_per_100000" and figure["numerator"]["origin"] == "ledger"}


def test_it_is_made_once_and_what_comes_later_does_not_change_it(app, gro, dina, cato, published):
    before = figures(dina, within="municipalities")

    assert gro.hand_out(5, SPRAY, place="asker-servicepoint", on="2026-09-25", lot="A1").status_code == 201
    again = publish(app)
    after = figures(dina, within="municipalities")

    assert (published["made"], again["made"]) == (12, 0)
    assert sprays(after)["3203"] == sprays(before)["3203"]
    assert sprays(figures(cato, within="municipalities"))["3203"] == 27
    assert before["public_to"] == "2026-09-30"


def test_everybody_sees_their_own_whole_and_others_in_the_public_edition(dina, cato, published):
    told = figures(dina, area="46", within="municipalities")

    assert {area["code"]: area["edition"] for area in told["areas"] if area["code"] in {"46", "4601", "4627"}} == {"46": "public", "4601": "whole", "4627": "public"}
    assert sprays(told)["4601"] == 72
    assert {area["edition"] for area in figures(cato, within="municipalities")["areas"]} == {"whole"}


def test_what_is_not_made_yet_is_not_public_and_says_so(dina, cato, gro):
    hand_out_all(gro)

    whys = {figure["why_not"] for figure in figures(dina)["figures"] if figure["indicator"] == "naloxone_per_100000"}

    assert whys == {"not_public"}
    assert sprays(figures(cato))["NO"] == sum(HANDED_OUT.values())


def months_and_quarter(caller):
    """Read the sprays of every area in each month and the quarter, as the interface tells them."""
    windows = {"2026-07": ("2026-07-01", "2026-07-31"), "2026-08": ("2026-08-01", "2026-08-31"), "2026-09": ("2026-09-01", "2026-09-30"), "2026-Q3": ("2026-07-01", "2026-09-30")}
    seen = {}
    for period, (first, last) in windows.items():
        areas = {}
        for within in ("municipalities", "counties"):
            told = caller.get("/coverage", from_=first, to=last, within=within, indicator="naloxone_per_100000").json
            areas |= {figure["area"]: figure for figure in told["figures"] if figure["numerator"]["origin"] == "ledger"}
        for area in ("set:network", "set:naloxone", "set:oslo-bergen"):
            told = caller.get("/coverage", from_=first, to=last, area=area, indicator="naloxone_per_100000").json
            areas |= {figure["area"]: figure for figure in told["figures"] if figure["numerator"]["origin"] == "ledger"}
        seen |= {(area, period): figure for area, figure in areas.items() if figure["why_not"] not in {"no_place", "not_reported"}}
    return seen


def truth(caller):
    return {cell: figure["numerator"]["units"] for cell, figure in months_and_quarter(caller).items()}


def test_no_small_number_can_be_worked_out_from_all_that_a_municipality_sees(dina, cato, published):
    seen, real = months_and_quarter(dina), truth(cato)
    cells = sorted(real)
    background = read(db.session(), borders=DAY)
    members = {area: area_of(background, area, day=DAY).numbers for area, _ in cells if len(area) != 4}
    rows, sides = [], []
    for area, period in cells:
        if area in members:
            _equal(rows, sides, cells, {(area, period): -1.0} | {(part, period): 1.0 for part in sorted(members[area]) if (part, period) in real})
        if period == "2026-Q3":
            _equal(rows, sides, cells, {(area, period): -1.0} | {(area, month): 1.0 for month in ("2026-07", "2026-08", "2026-09") if (area, month) in real})
    fixed = [(real[cell], real[cell]) if seen[cell]["numerator"]["units"] is not None else (0, None) for cell in cells]

    hidden = [cell for cell in cells if seen[cell]["why_not"] == "hidden"]
    small = [cell for cell in cells if 0 < real[cell] < 3 and cell[0] != "4601"]
    ranges = {cell: [_extreme(rows, sides, fixed, cells.index(cell), sign) for sign in (1, -1)] for cell in hidden}

    assert {("3222", "2026-07"), ("3203", "2026-09"), ("4627", "2026-07")} <= set(small) <= set(hidden)
    assert all(seen[cell]["numerator"]["units"] == real[cell] for cell in cells if cell not in hidden)
    assert all(high >= 3 for cell, (_, high) in ranges.items() if cell in small), ranges
    assert all(high - low >= 1 for low, high in ranges.values()), ranges
    assert all(figure["low"] is figure["point"] is figure["high"] is figure["verdict"] is None for cell in hidden for figure in [seen[cell]])


def _equal(rows, sides, cells, weights):
    row = np.zeros(len(cells))
    for cell, weight in weights.items():
        row[cells.index(cell)] += weight
    rows.append(row)
    sides.append(0.0)


def _extreme(rows, sides, bounds, nth, sign):
    aim = np.zeros(len(bounds))
    aim[nth] = sign
    found = linprog(aim, A_eq=np.array(rows), b_eq=sides, bounds=bounds)
    assert found.status == 0, found.message
    return found.x[nth]
