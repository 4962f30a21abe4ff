"""Sums that must agree between runs of disposals and the ledger: verified with the ledger's own."""

from supply.reference.models import VIRTUAL

SUMS = {
    "a disposal that was confirmed has no posting of its own": """
SELECT p.code, r.number, r.posting FROM disposal_run r JOIN place p ON p.id = r.place_id
LEFT JOIN posting q ON q.place_id = r.place_id AND q.number = r.posting AND q.kind = 'disposal' AND q.document = r.number
WHERE r.state = 'confirmed' AND q.number IS NULL ORDER BY r.id LIMIT 1
""",
    "a disposal is not what was destroyed": f"""
SELECT p.code, r.number, l.number, sum(t.units) FROM (
    SELECT x.run_id, x.lot_id, x.units FROM disposal_line x JOIN disposal_run k ON k.id = x.run_id WHERE k.state = 'confirmed'
    UNION ALL SELECT k.id, m.lot_id, -m.units FROM disposal_run k JOIN move m ON m.place_id = k.place_id AND m.number = k.posting WHERE m.to_place_id = {VIRTUAL["destroyed"]}
) AS t JOIN disposal_run r ON r.id = t.run_id JOIN place p ON p.id = r.place_id JOIN lot l ON l.id = t.lot_id
GROUP BY r.id, p.code, r.number, l.id, l.number HAVING sum(t.units) <> 0 ORDER BY r.id, l.id LIMIT 1
""",
}
