"""What has come held for all open orders in one run: as if each had been taken in hand alone, however many they are."""

from sqlalchemy import func, select

from orders.models import Order, OrderEvent, OrderLine
from supply import clock
from supply.db import in_one_transaction
from supply.notices.models import Notice
from supply.reference.models import Place, Product
from tests.integration.ordering import BUS, DEPOT, SPRAY, SYRINGE, approved, line, stocked

MANY = 510
"""More than go to the database as single rows."""
ALL_THERE_IS = {"reason": "all there is"}


def owe_many(app, account):
    """Let the depot owe a syringe to very many orders, as if they had been approved when there was none."""

    def work(session):
        place, giver = (session.scalar(select(Place.id).where(Place.code == code)) for code in (BUS, DEPOT))
        product = session.scalar(select(Product.id).where(Product.code == SYRINGE))
        now = clock.now()
        heads = [
            Order(number=f"many-{nth}", kind="order", place_id=place, supplied_by_id=giver, state="approved", version=4, emergency=False, made_at=now, made_by=account, approved_at=now)
            for nth in range(MANY)
        ]
        session.add_all(heads)
        session.flush()
        session.add_all(OrderLine(order_id=head.id, line=1, product_id=product, requested=1, pack=1, approved=1) for head in heads)

    with app.app_context():
        in_one_transaction(work)


def test_each_order_that_gets_something_has_its_own_timeline_and_the_others_are_left_alone(alma, birk, caller, session):
    erik = caller("erik")
    orders = [approved(birk, erik, lines, ALL_THERE_IS) for lines in ([(SPRAY, 10), (SYRINGE, 100)], [(SPRAY, 10)], [(SYRINGE, 100)])]
    stocked(alma, units=20)
    stocked(alma, lot="B1", units=5)

    assert alma.post("/allocations", {"place": DEPOT}).json == {"orders": 2}

    after = [birk.get(f"/orders/{order['number']}").json for order in orders]
    events = [[event for event in order["events"] if event["act"] == "allocate"] for order in after]
    assert [order["version"] - before["version"] for order, before in zip(after, orders, strict=True)] == [1, 1, 0]
    assert [(line(after[0])["held"], line(after[0], SYRINGE)["held"], line(after[1])["held"])] == [(10, 0, 10)]
    assert [[event["facts"]["held"] for event in of_it] for of_it in events] == [[[{"product": SPRAY, "lot": "A1", "units": 10}]]] * 2 + [[]]
    assert events[1][0]["facts"].get("passed") == []
    assert events[0][0]["facts"]["let_go"] == []
    session.rollback()
    assert session.scalars(select(Notice.facts).where(Notice.kind == "order-allocate").order_by(Notice.id)).all() == [
        {"order": order["number"], "kind": "order", "act": "allocate", "state": "approved", "place": BUS, "emergency": False} for order in orders[:2]
    ]


def test_the_lots_that_were_given_to_the_orders_before_are_named_as_held_to_those_after(alma, birk, caller):
    erik = caller("erik")
    first, second = (approved(birk, erik, [(SPRAY, 10)], ALL_THERE_IS) for _ in range(2))
    stocked(alma, lot="A1", units=10, expires_on="2030-01-31")
    stocked(alma, lot="B1", units=10)

    alma.post("/allocations", {"place": DEPOT})

    said = [birk.get(f"/orders/{order['number']}").json["events"][-1]["facts"] for order in (first, second)]
    assert [one["held"][0]["lot"] for one in said] == ["A1", "B1"]
    assert [[(one["lot"], one["why"]) for one in facts["passed"]] for facts in said] == [[], [("A1", "held")]]


def test_very_many_orders_are_put_down_together_each_with_its_facts(app, alma, birk, person, session):
    owe_many(app, person("birk").account_id)
    stocked(alma, product=SYRINGE, units=MANY)

    assert alma.post("/allocations", {"place": DEPOT}).json == {"orders": MANY}

    session.rollback()
    facts = session.scalars(select(OrderEvent.facts).where(OrderEvent.act == "allocate", OrderEvent.version == 5)).all()
    told = session.scalars(select(Notice.facts).where(Notice.kind == "order-allocate")).all()
    assert [one["held"] for one in facts] == [[{"product": SYRINGE, "lot": "A1", "units": 1}]] * MANY
    assert {one["order"] for one in told} == {f"many-{nth}" for nth in range(MANY)}
    assert session.scalar(select(func.count()).where(Order.version == 5, Order.state == "approved")) == MANY
    assert birk.get("/orders/many-7").json["events"][-1]["facts"]["short"] == []
