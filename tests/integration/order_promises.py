"""What orders promise whatever happens to them, asked of the database: how far each line has come, what is held for whom, what is under way, and how it came about."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from orders.models import Order, OrderEvent
from orders.rules.states import OVER, Act, Kind, State, step_for
from orders.service.releases import RELEASE

NEVER = {
    "more was sent than approved, or more arrived than was sent": """
SELECT o.number, l.line, l.approved, l.shipped, l.cancelled, l.arrived FROM order_line l JOIN supply_order o ON o.id = l.order_id
WHERE NOT (l.arrived BETWEEN 0 AND l.shipped AND l.cancelled >= 0 AND l.shipped + l.cancelled <= coalesce(l.approved, 0))
""",
    "units are held for an order that waits for none, or for no order": """
SELECT h.document, h.line, h.units, o.state FROM hold h LEFT JOIN supply_order o ON o.number = h.document
WHERE h.ended_at IS NULL AND (o.id IS NULL OR o.state NOT IN ('approved', 'picking', 'partly_shipped'))
""",
    "more is held for a line than may still be sent": """
SELECT o.number, l.line, l.approved - l.shipped - l.cancelled, h.units FROM order_line l JOIN supply_order o ON o.id = l.order_id
JOIN (SELECT document, line, sum(units) AS units FROM hold WHERE ended_at IS NULL GROUP BY document, line) AS h ON h.document = o.number AND h.line = l.line
WHERE h.units > l.approved - l.shipped - l.cancelled
""",
    "units are held elsewhere than where they come from, or of another product": """
SELECT h.document, h.line, h.place_id, t.number FROM hold h JOIN supply_order o ON o.number = h.document JOIN lot t ON t.id = h.lot_id
LEFT JOIN order_line l ON l.order_id = o.id AND l.line = h.line
WHERE h.ended_at IS NULL AND (h.place_id <> o.supplied_by_id OR l.line IS NULL OR l.product_id <> t.product_id)
""",
    "a shelf holds otherwise than the open holds say": """
SELECT s.place_id, s.lot_id, s.on_hand, s.held, h.units FROM stock s
LEFT JOIN (SELECT place_id, lot_id, sum(units) AS units FROM hold WHERE ended_at IS NULL GROUP BY place_id, lot_id) AS h ON h.place_id = s.place_id AND h.lot_id = s.lot_id
WHERE s.held <> coalesce(h.units, 0) OR s.held > s.on_hand
""",
    "units of a blocked lot are held": """
SELECT h.document, h.line, t.number FROM hold h JOIN lot t ON t.id = h.lot_id JOIN stock s ON s.place_id = h.place_id AND s.lot_id = h.lot_id
WHERE h.ended_at IS NULL AND (t.blocks > 0 OR s.blocks > 0)
""",
    "a line was sent otherwise than its shipments say": """
SELECT o.number, l.line, l.shipped, l.arrived, s.sent, s.arrived, s.settled FROM order_line l JOIN supply_order o ON o.id = l.order_id
LEFT JOIN (SELECT order_id, order_line, sum(sent) AS sent, sum(arrived) AS arrived, sum(settled) AS settled FROM shipment_line GROUP BY order_id, order_line) AS s
ON s.order_id = l.order_id AND s.order_line = l.line
WHERE o.kind <> 'supply' AND (l.shipped <> coalesce(s.sent, 0) OR NOT l.arrived BETWEEN coalesce(s.arrived, 0) AND coalesce(s.arrived + s.settled, 0))
""",
    "a shipment is otherwise than the ledger says": """
SELECT coalesce(s.number, m.number), coalesce(s.lot_id, m.lot_id), s.sent, s.arrived, s.settled, m.sent, m.arrived, m.settled FROM (
    SELECT s.number, l.lot_id, sum(l.sent) AS sent, sum(l.arrived) AS arrived, sum(l.settled) AS settled FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id GROUP BY s.number, l.lot_id
) AS s FULL JOIN (
    SELECT p.document AS number, m.lot_id, sum(CASE WHEN p.kind = 'dispatch' THEN m.units ELSE 0 END) AS sent,
           sum(CASE WHEN p.kind = 'arrival' THEN m.units ELSE 0 END) AS arrived, sum(CASE WHEN p.kind = 'settlement' THEN m.units ELSE 0 END) AS settled
    FROM move m JOIN posting p ON p.place_id = m.place_id AND p.number = m.number JOIN place t ON t.code = 'transit' AND t.id IN (m.from_place_id, m.to_place_id) GROUP BY p.document, m.lot_id
) AS m ON m.number = s.number AND m.lot_id = s.lot_id
WHERE s.sent IS NULL OR m.sent IS NULL OR s.sent <> m.sent OR s.arrived <> m.arrived OR s.settled <> m.settled OR s.arrived + s.settled > s.sent
""",
    "something else is under way than was sent and neither arrived nor was settled": """
SELECT k.lot_id, sum(k.open), sum(k.moved) FROM (
    SELECT lot_id, sent - arrived - settled AS open, 0 AS moved FROM shipment_line
    UNION ALL SELECT m.lot_id, 0, CASE WHEN m.to_place_id = t.id THEN m.units ELSE -m.units END FROM move m JOIN place t ON t.code = 'transit' AND t.id IN (m.from_place_id, m.to_place_id)
) AS k GROUP BY k.lot_id HAVING sum(k.open) <> sum(k.moved)
""",
    "a shipment left otherwise than by its dispatch": """
SELECT s.number, s.posting, p.kind, p.document FROM shipment s LEFT JOIN posting p ON p.place_id = s.from_place_id AND p.number = s.posting
WHERE p.kind IS NULL OR p.kind <> 'dispatch' OR p.document <> s.number
""",
    "a shipment is settled of which something is open, or not settled of which nothing is": """
SELECT s.number, s.arrived_at, s.settled_at, l.open FROM shipment s JOIN (SELECT shipment_id, sum(sent - arrived - settled) AS open FROM shipment_line GROUP BY shipment_id) AS l ON l.shipment_id = s.id
WHERE (s.settled_at IS NOT NULL) <> (s.arrived_at IS NOT NULL AND l.open = 0)
""",
    "a line of a shipment was counted otherwise than it was sent": """
SELECT s.number, l.line, l.sent, l.arrived, l.rejected, l.missing FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id
WHERE l.arrived + l.rejected + l.missing <> CASE WHEN s.arrived_at IS NULL THEN 0 ELSE l.sent END
""",
    "an order stands otherwise than its units do": """
SELECT o.number, o.state, l.due, coalesce(s.uncounted, 0), coalesce(s.unsettled, 0) FROM supply_order o
JOIN (SELECT order_id, sum(coalesce(approved, 0) - shipped - cancelled) AS due, sum(shipped) AS shipped FROM order_line GROUP BY order_id) AS l ON l.order_id = o.id
LEFT JOIN (
    SELECT l.order_id, sum(CASE WHEN s.arrived_at IS NULL THEN l.sent ELSE 0 END) AS uncounted, sum(CASE WHEN s.arrived_at IS NULL THEN 0 ELSE l.sent - l.arrived - l.settled END) AS unsettled
    FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id GROUP BY l.order_id
) AS s ON s.order_id = o.id
WHERE o.kind <> 'supply' AND o.state <> CASE WHEN l.shipped = 0 AND o.state IN ('draft', 'submitted', 'approved', 'picking', 'cancelled') THEN o.state
    WHEN l.due > 0 THEN 'partly_shipped' WHEN s.uncounted > 0 THEN 'shipped' WHEN s.unsettled > 0 THEN 'received' ELSE 'closed' END
""",
    "something of a cancelled order is still due": """
SELECT o.number, l.line FROM order_line l JOIN supply_order o ON o.id = l.order_id WHERE o.state IN ('cancelled', 'closed') AND coalesce(l.approved, 0) <> l.shipped + l.cancelled
""",
}
"""What must not be, as questions that give the rows where it is."""


def broken_promises(session: Session) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Give what is not as orders promise, with the row where it was seen; in the caller's snapshot."""
    for never, query in NEVER.items():
        yield from ((never, tuple(row)) for row in session.execute(text(query)))
    events: dict[int, list[OrderEvent]] = defaultdict(list)
    for event in session.scalars(select(OrderEvent).order_by(OrderEvent.order_id, OrderEvent.version).execution_options(populate_existing=True)):
        events[event.order_id].append(event)
    for order in session.scalars(select(Order).order_by(Order.id).execution_options(populate_existing=True)):
        yield from ((why, (order.number, *row)) for why, row in _unlawful(order, events[order.id]))


def _unlawful(order: Order, events: list[OrderEvent]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Give where the life of an order is not as the table of states has it."""
    if [event.version for event in events] != list(range(1, order.version + 1)):
        yield "an order's versions are not those of its events", tuple(event.version for event in events)
        return
    if (events[0].act, events[-1].state) != ("draft", order.state):
        yield "an order does not begin or end as its events do", (events[0].act, events[-1].state, order.state)
    for before, event in pairwise(events):
        if event.act == RELEASE:  # nobody's act: what was held was taken, and only where something can be held
            if event.state != before.state or event.state not in {State.APPROVED, State.PICKING, State.PARTLY_SHIPPED}:
                yield "what was held was taken of an order that holds nothing, or led it elsewhere", (before.state, event.state)
            continue
        step = step_for(State(before.state), Act(event.act), Kind(order.kind))
        if step is None or State(event.state) not in step.to:
            yield "an act led where the table does not lead", (before.state, event.act, event.state)
    if (State(order.state) in OVER) != (order.ended_at is not None):
        yield "an order is over without having ended, or has ended without being over", (order.state, order.ended_at)


def assert_promises_kept(session: Session) -> None:
    """Assert that everything is as orders promise."""
    broken = list(broken_promises(session))
    assert not broken, broken[:5]
