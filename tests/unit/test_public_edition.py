"""What a quarter's public edition shows and hides."""

from collections import Counter
from datetime import date

import pytest

from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, NEEDLE, SYRINGE, State, Sums
from supply.coverage.rules.quarters import closed, name_of, quarter, shown
from supply.coverage.rules.windows import months_from, window
from supply.coverage.rules.windows import quarter as window_of

Q3 = window_of(2026, 3)
PARTS = {"NO": ["30", "rest:NO"], "30": ["3001", "3002", "3003", "3004", "rest:30"]}
SETS = {"set:network": ["3001", "3002"]}


def sums(*, sprays=0, syringes=0, said=1, used=0):
    units = Counter({(HANDED_OUT, NALOXONE): sprays, (HANDED_OUT, SYRINGE): syringes})
    return Sums(units=units, occasions=Counter({"refill_used": used}), places=1, months=1, said=said, active=said)


def edition(*by_code, acts=None):
    """Make the edition of a quarter from what each municipality had in each of its three months."""
    months = dict(zip(Q3.each_month(), by_code, strict=True))
    return quarter(Q3, 7, months, acts or {}, PARTS, SETS)


def even(**others):
    """Give a month in which every municipality handed out twenty, but for some."""
    return {code: sums(sprays=20, syringes=100) for code in ("3001", "3002", "3003", "3004")} | {f"30{code[1:]}": one for code, one in others.items()}


def test_a_small_number_is_hidden_and_so_is_enough_beside_it():
    made = edition(even(m01=sums(sprays=2, syringes=100)), even(), even())

    assert made.cells["3001"]["2026-07"][NALOXONE] is None
    hidden_in_july = [code for code in ("3001", "3002", "3003", "3004") if made.cells[code]["2026-07"][NALOXONE] is None]
    assert len(hidden_in_july) >= 2
    assert made.cells["NO"]["2026-Q3"][NALOXONE] == 222
    assert made.cells["3001"]["2026-07"][SYRINGE] == 100


def test_what_lies_in_no_municipality_cannot_be_found_by_subtraction():
    made = edition({**even(), "rest:30": sums(sprays=1)}, even(), even())

    assert made.cells["rest:30"]["2026-07"][NALOXONE] is None
    assert None in {made.cells[code]["2026-07"][NALOXONE] for code in ("30", "3001", "3002", "3003", "3004")}


def test_one_act_of_many_units_is_hidden_too():
    acts = {(code, month, SYRINGE): 1 if (code, month) == ("3001", "2026-08") else 9 for code in ("3001", "3002", "3003", "3004") for month in ("2026-07", "2026-08", "2026-09")}

    made = edition(even(), even(), even(), acts=acts)

    assert made.cells["3001"]["2026-08"][SYRINGE] is None
    assert made.cells["3001"]["2026-Q3"][SYRINGE] == 300


def test_what_is_not_reported_is_no_nothing():
    made = edition(even(m01=sums(said=0)), even(), even())

    assert "2026-07" not in made.cells["3001"]
    assert made.cells["3001"]["2026-Q3"][SYRINGE] == 200
    assert shown({Q3.starts_on: made}, months_from(date(2026, 7, 1), 1), lambda _: ["3001"]).state(SYRINGE) is State.NOT


def test_a_nothing_is_shown():
    made = edition(even(m01=sums()), even(), even())

    assert made.cells["3001"]["2026-07"][NEEDLE] == 0


def test_a_longer_period_is_the_sum_of_what_its_quarters_show():
    quarters = {Q3.starts_on: edition(even(m01=sums(sprays=2, syringes=100)), even(), even())}

    whole = shown(quarters, Q3, lambda _: ["NO"])
    two_months = shown(quarters, window(date(2026, 7, 1), date(2026, 8, 31)), lambda _: ["3001"])

    assert (whole.handed_out(NALOXONE), whole.hidden & {NALOXONE}) == (222, set())
    assert NALOXONE in two_months.hidden
    assert two_months.handed_out(SYRINGE) == 200
    assert (two_months.places, two_months.months, two_months.said) == (1, 2, 2)


def test_a_period_of_which_a_quarter_is_not_made_is_not_public():
    made = edition(even(), even(), even())

    found = shown({Q3.starts_on: made}, window(date(2026, 9, 1), date(2026, 10, 31)), lambda _: ["NO"])

    assert found.unpublished
    assert found.handed_out(SYRINGE) == 0


@pytest.mark.parametrize(("today", "last"), [(date(2026, 10, 30), "2026-Q2"), (date(2026, 10, 31), "2026-Q3"), (date(2027, 1, 30), "2026-Q3"), (date(2027, 1, 31), "2026-Q4")])
def test_a_quarter_is_open_for_thirty_days_after_its_end(today, last):
    found = closed(today, back=3)

    assert name_of(found[-1]) == last
    assert len(found) == 3
