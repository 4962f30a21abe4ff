"""The sums that must agree, for verification: each asked of the database whole, in one snapshot."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

T = TypeVar("T")
_BY_SHELF = """
SELECT place_id, lot_id, sum(units) AS units, max(occurred_on) AS last_moved_on FROM (
    SELECT to_place_id AS place_id, lot_id, units, occurred_on FROM move WHERE to_place_id >= 0
    UNION ALL SELECT from_place_id, lot_id, -units, occurred_on FROM move WHERE from_place_id >= 0
) AS both_sides GROUP BY place_id, lot_id
"""

_MONTH = "SELECT place_id, product_id, kit_version, flow, occasion, recipient, {1} AS month, m{0:02} AS units FROM month_totals WHERE m{0:02} IS NOT NULL"

SUMS = {
    "stock is not the sum of its moves": f"""
WITH moved AS ({_BY_SHELF})
SELECT p.code, r.code, l.number, coalesce(s.on_hand, 0), coalesce(m.units, 0)
FROM (SELECT place_id, lot_id FROM stock UNION SELECT place_id, lot_id FROM moved) AS k
LEFT JOIN stock s ON s.place_id = k.place_id AND s.lot_id = k.lot_id
LEFT JOIN moved m ON m.place_id = k.place_id AND m.lot_id = k.lot_id
JOIN place p ON p.id = k.place_id JOIN lot l ON l.id = k.lot_id JOIN product r ON r.id = l.product_id
WHERE coalesce(s.on_hand, 0) <> coalesce(m.units, 0) OR s.last_moved_on <> m.last_moved_on ORDER BY p.code, r.code, l.number LIMIT 1
""",
    "stock was below zero at the end of a day": """
SELECT p.code, r.code, l.number, d.occurred_on, d.balance FROM (
    SELECT place_id, lot_id, occurred_on, sum(sum(units)) OVER (PARTITION BY place_id, lot_id ORDER BY occurred_on) AS balance FROM (
        SELECT to_place_id AS place_id, lot_id, occurred_on, units FROM move WHERE to_place_id >= 0
        UNION ALL SELECT from_place_id, lot_id, occurred_on, -units FROM move WHERE from_place_id >= 0
    ) AS both_sides GROUP BY place_id, lot_id, occurred_on
) AS d JOIN place p ON p.id = d.place_id JOIN lot l ON l.id = d.lot_id JOIN product r ON r.id = l.product_id
WHERE d.balance < 0 ORDER BY p.code, r.code, l.number, d.occurred_on LIMIT 1
""",
    "a month's total is not the sum of its moves": """
WITH grouped AS (
    SELECT m.place_id, l.product_id, coalesce(l.kit_version, 0) AS kit_version, m.from_place_id, m.to_place_id, coalesce(m.occasion, '') AS occasion, coalesce(m.recipient, '') AS recipient, {month_of_move} AS month,
           o.number IS NOT NULL AS undoes, sum(m.units) AS units
    FROM move m JOIN lot l ON l.id = m.lot_id LEFT JOIN (SELECT place_id, number FROM posting WHERE corrects IS NOT NULL) AS o ON o.place_id = m.place_id AND o.number = m.number
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), signed AS (
    SELECT place_id, product_id, kit_version, occasion, recipient, month, CASE WHEN undoes THEN -units ELSE units END AS units,
           CASE WHEN undoes THEN to_place_id ELSE from_place_id END AS a, CASE WHEN undoes THEN from_place_id ELSE to_place_id END AS b
    FROM grouped
)
SELECT p.code, r.code, d.flow, d.month, d.total, d.moved FROM (
    SELECT place_id, product_id, flow, month, sum(total) AS total, sum(moved) AS moved FROM (
        SELECT place_id, product_id, kit_version, flow, occasion, recipient, month, units AS total, 0 AS moved FROM ({month_totals}) AS each_month
        UNION ALL
        SELECT CASE WHEN m.a >= 0 THEN m.a WHEN m.b >= 0 THEN m.b ELSE m.place_id END, m.product_id, m.kit_version,
               CASE WHEN m.a >= 0 AND m.b >= 0 THEN 'to_place' WHEN m.a >= 0 THEN 'to_' || b.code WHEN m.b >= 0 THEN 'from_' || a.code ELSE 'to_' || a.code END,
               m.occasion, m.recipient, m.month, 0, m.units * CASE WHEN m.a < 0 AND m.b < 0 THEN -1 ELSE 1 END
        FROM signed m JOIN place a ON a.id = m.a JOIN place b ON b.id = m.b
        UNION ALL
        SELECT CASE WHEN m.a >= 0 THEN m.b ELSE m.place_id END, m.product_id, m.kit_version, CASE WHEN m.a >= 0 THEN 'from_place' ELSE 'to_' || b.code END, m.occasion, m.recipient, m.month, 0, m.units
        FROM signed m JOIN place b ON b.id = m.b WHERE (m.a >= 0 AND m.b >= 0) OR (m.a < 0 AND m.b < 0)
        UNION ALL
        SELECT place_id, product_id, 0, what, '', '', {month_of_tally}, 0, units FROM tally
    ) AS k GROUP BY place_id, product_id, kit_version, flow, occasion, recipient, month HAVING sum(total) <> sum(moved)
) AS d JOIN place p ON p.id = d.place_id JOIN product r ON r.id = d.product_id ORDER BY p.code, r.code, d.flow, d.month LIMIT 1
""",
    "held is not the sum of the open holds": """
SELECT p.code, r.code, l.number, s.held, coalesce(h.units, 0) FROM stock s
LEFT JOIN (SELECT place_id, lot_id, sum(units) AS units FROM hold WHERE ended_at IS NULL GROUP BY place_id, lot_id) AS h ON h.place_id = s.place_id AND h.lot_id = s.lot_id
JOIN place p ON p.id = s.place_id JOIN lot l ON l.id = s.lot_id JOIN product r ON r.id = l.product_id
WHERE s.held <> coalesce(h.units, 0) OR s.held < 0 OR s.held > s.on_hand OR s.on_hand < 0 ORDER BY p.code, r.code, l.number LIMIT 1
""",
    "a shelf was counted otherwise than it says": """
SELECT p.code, r.code, l.number, coalesce(s.counted_by, 0), coalesce(c.number, 0) FROM (SELECT place_id, lot_id FROM stock UNION SELECT place_id, lot_id FROM count_line) AS k
LEFT JOIN stock s ON s.place_id = k.place_id AND s.lot_id = k.lot_id
LEFT JOIN (SELECT place_id, lot_id, max(number) AS number FROM count_line GROUP BY place_id, lot_id) AS c ON c.place_id = k.place_id AND c.lot_id = k.lot_id
LEFT JOIN posting o ON o.place_id = c.place_id AND o.number = c.number
JOIN place p ON p.id = k.place_id JOIN lot l ON l.id = k.lot_id JOIN product r ON r.id = l.product_id
WHERE coalesce(s.counted_by, 0) <> coalesce(c.number, 0) OR s.counted_on IS DISTINCT FROM o.occurred_on ORDER BY p.code, r.code, l.number LIMIT 1
""",
    "kits do not hold the parts that went in": """
SELECT '', r.code, l.number, k.held, k.packed FROM (
    SELECT lot_id, sum(held) AS held, sum(packed) AS packed FROM (
        SELECT lot_id, CASE WHEN to_place_id = -6 THEN units ELSE -units END AS held, 0 AS packed FROM move WHERE to_place_id = -6 OR from_place_id = -6
        UNION ALL
        SELECT c.part_lot_id, 0, c.units * CASE WHEN m.from_place_id = -6 THEN m.units ELSE -m.units END
        FROM kit_lot_part c JOIN move m ON m.lot_id = c.kit_lot_id AND (m.to_place_id = -6 OR m.from_place_id = -6)
    ) AS both_sides WHERE lot_id NOT IN (SELECT kit_lot_id FROM kit_lot_part) GROUP BY lot_id HAVING sum(held) <> sum(packed) OR sum(held) < 0
) AS k JOIN lot l ON l.id = k.lot_id JOIN product r ON r.id = l.product_id ORDER BY r.code, l.number LIMIT 1
""",
    "what was bought holds parts of its own": """
SELECT '', r.code, l.number, 0, k.units FROM kit_lot_part k JOIN lot l ON l.id = k.kit_lot_id JOIN product r ON r.id = l.product_id
WHERE NOT EXISTS (SELECT 1 FROM move m WHERE m.lot_id = l.id AND m.from_place_id = -6) ORDER BY r.code, l.number LIMIT 1
""",
    "a shelf is blocked otherwise than its lot's events say": """
SELECT p.code, r.code, l.number, k.blocks, k.said FROM (
    SELECT place_id, lot_id, sum(blocks) AS blocks, sum(said) AS said FROM (
        SELECT place_id, lot_id, blocks, 0 AS said FROM stock WHERE blocks <> 0
        UNION ALL SELECT place_id, lot_id, 0, CASE kind WHEN 'quarantine' THEN 1 WHEN 'release' THEN -1 WHEN 'recall' THEN 1 WHEN 'lift' THEN -1 ELSE 0 END FROM lot_event WHERE place_id IS NOT NULL
    ) AS both_sides GROUP BY place_id, lot_id HAVING sum(blocks) <> sum(said)
) AS k JOIN place p ON p.id = k.place_id JOIN lot l ON l.id = k.lot_id JOIN product r ON r.id = l.product_id ORDER BY p.code, r.code, l.number LIMIT 1
""",
    "a lot changed on another day than its last event": """
SELECT '', r.code, l.number, l.changed_on, e.happened_on FROM lot l
LEFT JOIN lot_event e ON e.lot_id = l.id AND e.id = (SELECT max(x.id) FROM lot_event x WHERE x.lot_id = l.id)
JOIN product r ON r.id = l.product_id WHERE l.changed_on IS DISTINCT FROM e.happened_on ORDER BY r.code, l.number LIMIT 1
""",
    "a lot moved with an expiry it never had": """
WITH moved AS (SELECT lot_id, expires_on FROM move GROUP BY lot_id, expires_on), odd AS (
    SELECT o.lot_id, o.expires_on, r.code AS product, l.number AS lot FROM moved o JOIN lot l ON l.id = o.lot_id JOIN product r ON r.id = l.product_id
    WHERE o.expires_on IS DISTINCT FROM l.expires_on AND NOT EXISTS (
        SELECT 1 FROM lot_event e WHERE e.lot_id = o.lot_id AND e.kind = 'redate' AND e.expires_before IS NOT DISTINCT FROM o.expires_on)
)
SELECT p.code, o.product, o.lot, m.number, m.expires_on FROM odd o JOIN move m ON m.lot_id = o.lot_id AND m.expires_on IS NOT DISTINCT FROM o.expires_on JOIN place p ON p.id = m.place_id
ORDER BY p.code, m.number LIMIT 1
""",
    "a lot was re-dated from another day than it had": """
SELECT '', r.code, l.number, e.expires_before, e.had FROM (
    SELECT id, lot_id, expires_before, lag(expires_after) OVER w AS had, lag(id) OVER w AS earlier FROM lot_event WHERE kind = 'redate' WINDOW w AS (PARTITION BY lot_id ORDER BY id)
) AS e JOIN lot l ON l.id = e.lot_id JOIN product r ON r.id = l.product_id
WHERE e.earlier IS NOT NULL AND e.expires_before IS DISTINCT FROM e.had ORDER BY r.code, l.number, e.id LIMIT 1
""",
    "a lot is blocked otherwise than its events say": """
SELECT '', r.code, l.number, l.blocks, coalesce(e.blocks, 0) FROM lot l
LEFT JOIN (SELECT lot_id, sum(CASE kind WHEN 'quarantine' THEN 1 WHEN 'release' THEN -1 WHEN 'recall' THEN 1 WHEN 'lift' THEN -1 ELSE 0 END) AS blocks FROM lot_event WHERE place_id IS NULL GROUP BY lot_id) AS e ON e.lot_id = l.id
JOIN product r ON r.id = l.product_id WHERE l.blocks <> coalesce(e.blocks, 0) ORDER BY r.code, l.number LIMIT 1
""",
    "a lot expires otherwise than its last event says": """
SELECT '', r.code, l.number, 0, e.id FROM lot_event e JOIN lot l ON l.id = e.lot_id JOIN product r ON r.id = l.product_id
WHERE e.kind = 'redate' AND (l.expires_on IS NULL OR l.expires_on <> e.expires_after) AND e.id = (SELECT max(x.id) FROM lot_event x WHERE x.lot_id = e.lot_id AND x.kind = 'redate')
ORDER BY r.code, l.number LIMIT 1
""",
    "a row belongs to no journal": """
SELECT coalesce(p.code, ''), k.place_id, 0, 0, 0 FROM (
    SELECT place_id FROM posting UNION SELECT place_id FROM move UNION SELECT place_id FROM tally UNION SELECT place_id FROM posting_note UNION SELECT place_id FROM count_line
) AS k LEFT JOIN journal j ON j.place_id = k.place_id LEFT JOIN place p ON p.id = k.place_id WHERE j.place_id IS NULL LIMIT 1
""",
    "a journal says another instant than its last posting": """
SELECT p.code, j.last_number, 0, 0, 0 FROM journal j JOIN posting o ON o.place_id = j.place_id AND o.number = j.last_number JOIN place p ON p.id = j.place_id
WHERE j.last_recorded_at IS NULL OR j.last_recorded_at <> o.recorded_at ORDER BY p.code LIMIT 1
""",
    "a correction is not the opposite of what it corrects": """
SELECT p.code, c.number, c.corrects, 0, 0 FROM posting c JOIN posting o ON o.place_id = c.place_id AND o.number = c.corrects JOIN place p ON p.id = c.place_id
WHERE c.corrects IS NOT NULL AND (o.kind = 'correction' OR o.occurred_on <> c.occurred_on OR EXISTS (
    SELECT 1 FROM move x LEFT JOIN move y ON y.place_id = x.place_id AND y.number = c.number AND y.line = x.line
         AND y.lot_id = x.lot_id AND y.units = x.units AND y.from_place_id = x.to_place_id AND y.to_place_id = x.from_place_id
    WHERE x.place_id = c.place_id AND x.number = c.corrects AND y.line IS NULL)
 OR (SELECT count(*) FROM move x WHERE x.place_id = c.place_id AND x.number = c.corrects) <> (SELECT count(*) FROM move y WHERE y.place_id = c.place_id AND y.number = c.number))
ORDER BY p.code, c.number LIMIT 1
""",
    "a posting lacks its reason": """
SELECT p.code, o.number, 0, 0, 0 FROM posting o JOIN place p ON p.id = o.place_id
WHERE o.reason IS NULL AND o.kind IN ('return', 'supplier_return', 'disposal', 'correction', 'reclassification') ORDER BY p.code, o.number LIMIT 1
""",
    "a posting has no request": """
WITH asked AS (SELECT recorded_by, request_key FROM posting EXCEPT SELECT account_id, key FROM request)
SELECT p.code, o.number, 0, 0, 0 FROM asked a JOIN posting o ON o.recorded_by = a.recorded_by AND o.request_key = a.request_key JOIN place p ON p.id = o.place_id
ORDER BY p.code, o.number LIMIT 1
""",
    "a checkpoint says otherwise than the journal": """
SELECT p.code, h.number, h.checkpoint_id, 0, 0 FROM checkpoint_head h JOIN place p ON p.id = h.place_id
LEFT JOIN posting o ON o.place_id = h.place_id AND o.number = h.number WHERE o.digest IS NULL OR o.digest <> h.digest ORDER BY h.checkpoint_id, p.code LIMIT 1
""",
}
"""What must agree, as questions that name the first row that does not: place first, then what tells the row. Features above the ledger add theirs."""


def moment(session: Session) -> str | None:
    """Name what this session sees, so that another connection can see the same; None on SQLite, where the other sees the present."""
    return session.scalar(text("SELECT pg_export_snapshot()")) if session.get_bind().dialect.name == "postgresql" else None


def at_moment(engine: Any, moment: str | None, read: Callable[[Session], T]) -> T:
    """Read on a connection of its own what was to be seen at a moment."""
    with Session(engine) as session:
        if moment is not None:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"}).exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{moment}'")
        return read(session)


def first_difference(session: Session, check: str) -> tuple[Any, ...] | None:
    """Give the first row for which something does not agree."""
    dialect = session.get_bind().dialect.name
    month = {"sqlite": "substr({0}, 1, 7) || '-01'", "postgresql": "date_trunc('month', {0}::timestamp)::date"}[dialect]
    first = {"sqlite": "year || '-{0:02}-01'", "postgresql": "CASE WHEN year BETWEEN 1 AND 9999 THEN make_date(year, {0}, 1) END"}[dialect]
    totals = " UNION ALL ".join(_MONTH.format(number, first.format(number)) for number in range(1, 13))
    parts = {"month_of_move": month.format("m.occurred_on"), "month_of_tally": month.format("occurred_on"), "month_totals": totals}
    query = SUMS[check]
    for name, part in parts.items():
        query = query.replace("{" + name + "}", part)
    row = session.execute(text(query)).first()
    return tuple(row) if row else None
