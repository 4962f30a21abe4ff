"""Whatever happened to a lot, its trace explains every unit and lists just the places that ever had one; and it is found without reading the ledger."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from inventory.models import Lot
from inventory.queries import traces
from supply import clock
from supply.db import db, in_one_snapshot
from supply.reference.models import Product
from tests.integration.recalling import BUS, CLINIC, SET, SPRAY, SYRINGE, assert_nothing_is_unexplained, notice, now, today

PRISON = "oslo-prison"
LATE = "2031-01-31"
PLACES = (BUS, CLINIC, PRISON)
DAYS = [(clock.today() - timedelta(days=ago)).isoformat() for ago in (3, 2, 1, 0)]
OTHERS = ("swab", "acid", "filter")

acts = st.lists(
    st.tuples(
        st.sampled_from(["receive", "damaged", "hand out", "give kits", "return", "destroy", "send back", "move", "move kits", "count", "count kits", "pack", "unpack", "reclassify", "correct"]),
        st.sampled_from(PLACES),
        st.sampled_from(PLACES),
        st.integers(1, 12),
        st.sampled_from(DAYS),
    ),
    min_size=4,
    max_size=25,
)


def one_act(who, lot, what, place, other, units, day, kits, *, is_recalled=False):
    """Ask for something that happens to a lot or to kits with it; it may be refused."""
    at, line = {"place": place, "occurred_on": day}, {"product": SYRINGE, "lot": lot, "units": units}
    kit = {"product": SET, "lot": kits[units % len(kits)], "units": min(units, 3)} if kits else None
    posted = {
        "receive": ("receipts", at | {"lines": [line | {"expires_on": LATE}]}),
        "damaged": ("receipts", at | {"lines": [line | {"expires_on": LATE, "damaged": units // 2 or None}]}),
        "hand out": ("handouts", at | {"lines": [line]}),
        "give kits": ("handouts", at | {"lines": [kit]}),
        "return": ("returns", at | {"reason": "unused", "lines": [line]}),
        "destroy": ("disposals", at | {"reason": "damaged", "lines": [line]}),
        "send back": ("supplier-returns", at | {"reason": "damaged", "lines": [line]}),
        "move": ("transfers", at | {"to": other, "lines": [line]}),
        "move kits": ("transfers", at | {"to": other, "lines": [kit]}),
        "count": ("counts", at | {"lines": [line]}),
        "count kits": ("counts", at | {"lines": [kit]}),
        "pack": ("assemblies", at | {"kit": SET, "units": min(units, 4), "parts": [line | {"units": min(units, 4)}] if units % 2 else []}),
        "unpack": ("unpackings", at | {"kit": SET, "lot": kit["lot"] if kit else "-", "units": 1, "missing": [line | {"units": 1}] if units % 3 == 0 else []}),
        "reclassify": (
            "reclassifications",
            at | {"reason": "other", "lines": [line | {"from": ("people", "lost", "destroyed", "supplier")[units % 4], "to": ("lost", "people", "lost", "lost")[units % 4]}]},
        ),
        "correct": ("corrections", {"journal": place, "number": units, "reason": "mistyped"}),
    }
    path, body = posted[what]
    if "kit" in what and kit is None:
        return
    answer = who.post(f"/{path}", body)
    assert answer.status_code in {201, 404, 409, 422}, answer.text
    if what == "pack" and answer.status_code == 201:
        kits += [move["lot"]["number"] for move in answer.json["moves"] if move["from"] == "kits"]
    if is_recalled:
        assert (what, answer.status_code) not in {(left, 201) for left in ("hand out", "give kits", "move", "move kits", "pack")}, answer.text


def test_whatever_happened_the_trace_explains_every_unit_and_lists_who_ever_had_one(ada, gro):
    numbers = iter(range(10_000))
    for place in PLACES:
        lines = [{"product": product, "lot": f"P-{product}", "expires_on": LATE, "units": 5_000} for product in OTHERS]
        assert ada.post("/receipts", {"place": place, "occurred_on": DAYS[0], "lines": [*lines, {"product": "cooker", "units": 5_000}]}).status_code == 201

    @settings(max_examples=25, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(before=acts, after=acts)
    def explained(before, after):
        lot, kits = f"T{next(numbers)}", []
        ada.receive(SYRINGE, 30, lot=lot, place=BUS, expires_on=LATE, on=DAYS[0])
        for one in before:
            one_act(ada, lot, *one, kits)
        recall = gro.post("/recalls", notice(lot, product=SYRINGE)).json
        in_one_snapshot(lambda session: assert_nothing_is_unexplained(session, recall, product=SYRINGE))
        for one in after:
            one_act(ada, lot, *one, kits, is_recalled=True)
        latest = now(gro, recall)
        in_one_snapshot(lambda session: assert_nothing_is_unexplained(session, latest, product=SYRINGE))

    explained()


def test_on_the_made_up_history_every_lot_is_explained(app, gro):
    result = app.test_cli_runner().invoke(args=["demo", "--years", "1", "--municipalities", "2"])
    assert result.exit_code == 0, result.output
    db.session.rollback()
    lots = in_one_snapshot(
        lambda session: session.execute(select(Product.code, Lot.number).join(Lot, Lot.product_id == Product.id).where(Product.code.in_([SPRAY, SYRINGE, SET])).order_by(Lot.id)).all()
    )

    for product in (SPRAY, SYRINGE, SET):
        numbers = [number for code, number in lots if code == product][:20]
        if not numbers:
            continue
        recall = gro.post("/recalls", notice(*numbers, product=product, drill=True))
        assert recall.status_code == 201, recall.text
        assert {one["unexplained"] for one in recall.json["sums"]} | {one["kits"]["unexplained"] for one in recall.json["sums"]} == {0}
        assert {lot["unexplained"] for place in recall.json["places"] for lot in place["lots"]} <= {0}
        assert any(one["received"] for one in recall.json["sums"]) or product == SET


@pytest.mark.leaves_a_broken_ledger  # moves without postings, so that there are many
def test_the_trace_is_found_by_the_lots_own_moves_however_long_the_ledger(ada, owner, home):
    ada.receive(SYRINGE, 30, lot="MINE", place=BUS, expires_on=LATE, on=today())
    assert ada.hand_out(3, SYRINGE, place=BUS, on=today()).status_code == 201
    series = "generate_series(1, 30000)" if home.kind == "postgresql" else "(WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < 30000) SELECT g FROM n)"
    names = "g" if home.kind == "postgresql" else "s"
    with owner.connect() as connection:  # all of one lot and place, which the planner of PostgreSQL takes for the usual case
        bus = connection.execute(text("SELECT id FROM place WHERE code = 'oslo-outreach'")).scalar_one()
        rows = f"SELECT {bus}, 100000 + g, 1, 999999, {bus}, -3, 1, '2026-01-01' FROM {series} AS {names}{'' if home.kind == 'sqlite' else '(g)'}"
        connection.execute(text(f"INSERT INTO move (place_id, number, line, lot_id, from_place_id, to_place_id, units, occurred_on) {rows}"))
        connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
        lot_id = connection.execute(text("SELECT id FROM lot WHERE number = 'MINE'")).scalar_one()
        explain = "EXPLAIN QUERY PLAN " if home.kind == "sqlite" else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in connection.execute(text(explain + traces.trace_for(home.kind).replace(":lots", f"({lot_id})"))))

    traced = in_one_snapshot(lambda session: traces.trace(session, [lot_id]))

    assert len(traced.moved) == 2
    assert plan.count("ix_move_from") == 1, plan
    assert "(from_place_id=? AND lot_id=?)" in plan or "((from_place_id = f.place_id) AND (lot_id = f.lot_id))" in plan, plan
    assert not {"Seq Scan on move", "SCAN m", "SCAN o"} & {line.strip(" ->").partition("  (")[0] for line in plan.splitlines()}, plan
