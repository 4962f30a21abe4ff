"""Sums that must agree between orders, shipments, holds and the ledger: verified with the ledger's own.

A posting of a shipment names it as its document and has no supplier: so they are found by the index on both.
"""

from supply.reference.models import VIRTUAL

_TRANSIT = VIRTUAL["transit"]
_MOVED = f"""
SELECT s.id AS shipment_id, m.lot_id,
       sum(CASE WHEN q.kind = 'dispatch' THEN m.units ELSE 0 END) AS sent,
       sum(CASE WHEN q.kind = 'arrival' THEN m.units ELSE 0 END) AS arrived,
       sum(CASE WHEN q.kind = 'settlement' THEN m.units ELSE 0 END) AS settled
FROM shipment s JOIN posting q ON q.supplier IS NULL AND q.document = s.number AND q.kind IN ('dispatch', 'arrival', 'settlement')
JOIN move m ON m.place_id = q.place_id AND m.number = q.number
WHERE m.from_place_id = {_TRANSIT} OR m.to_place_id = {_TRANSIT} GROUP BY s.id, m.lot_id
"""

SUMS = {
    "a shipment is not what was sent, arrived and was settled of it": f"""
SELECT p.code, s.number, l.number, k.sent, coalesce(m.sent, 0), k.arrived, coalesce(m.arrived, 0), k.settled, coalesce(m.settled, 0)
FROM (SELECT shipment_id, lot_id, sum(sent) AS sent, sum(arrived) AS arrived, sum(settled) AS settled FROM shipment_line GROUP BY shipment_id, lot_id) AS k
LEFT JOIN ({_MOVED}) AS m ON m.shipment_id = k.shipment_id AND m.lot_id = k.lot_id
JOIN shipment s ON s.id = k.shipment_id JOIN place p ON p.id = s.from_place_id JOIN lot l ON l.id = k.lot_id
WHERE k.sent <> coalesce(m.sent, 0) OR k.arrived <> coalesce(m.arrived, 0) OR k.settled <> coalesce(m.settled, 0) ORDER BY s.id, l.number LIMIT 1
""",
    "what is under way is in no shipment": f"""
SELECT 'transit', r.code, l.number, t.units, coalesce(k.units, 0)
FROM (SELECT lot_id, sum(units) AS units FROM (
    SELECT lot_id, units FROM move WHERE to_place_id = {_TRANSIT} UNION ALL SELECT lot_id, -units FROM move WHERE from_place_id = {_TRANSIT}
) AS both_ways GROUP BY lot_id) AS t
LEFT JOIN (SELECT lot_id, sum(sent - arrived - settled) AS units FROM shipment_line GROUP BY lot_id) AS k ON k.lot_id = t.lot_id
JOIN lot l ON l.id = t.lot_id JOIN product r ON r.id = l.product_id
WHERE t.units <> coalesce(k.units, 0) ORDER BY r.code, l.number LIMIT 1
""",
    "an order's line is not what its shipments say": """
SELECT p.code, o.number, x.line, x.shipped, coalesce(k.sent, 0), x.arrived, coalesce(k.arrived, 0)
FROM order_line x JOIN supply_order o ON o.id = x.order_id JOIN place p ON p.id = o.place_id
LEFT JOIN (SELECT order_id, order_line, sum(sent) AS sent, sum(arrived) AS arrived, sum(settled) AS settled FROM shipment_line GROUP BY order_id, order_line) AS k
    ON k.order_id = x.order_id AND k.order_line = x.line
WHERE o.kind <> 'supply' AND (x.shipped <> coalesce(k.sent, 0) OR x.arrived < coalesce(k.arrived, 0) OR x.arrived > coalesce(k.arrived, 0) + coalesce(k.settled, 0))
ORDER BY o.id, x.line LIMIT 1
""",
    "more is held for an order than is due": """
SELECT p.code, o.number, x.line, k.units, coalesce(x.approved, 0) - x.shipped - x.cancelled
FROM (SELECT document, line, sum(units) AS units FROM hold WHERE ended_at IS NULL AND line IS NOT NULL GROUP BY document, line) AS k
JOIN supply_order o ON o.number = k.document JOIN order_line x ON x.order_id = o.id AND x.line = k.line JOIN place p ON p.id = o.place_id
WHERE k.units > coalesce(x.approved, 0) - x.shipped - x.cancelled OR o.state IN ('closed', 'cancelled') ORDER BY o.id, x.line LIMIT 1
""",
}
