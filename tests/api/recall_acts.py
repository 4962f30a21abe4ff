"""The routes of recalls, each with a body that is right in its turn, and who may use it: a recall of lot A1, of which oslo-outreach has ten."""

from typing import Any

from supply import clock

PRODUCT, PLACE = "naloxone-nyxoid", "oslo-outreach"
NUMBER = f"R-{clock.today().year}-0001"
NOTICE = {
    "product": PRODUCT,
    "gtin": "05060571490001",
    "class": 2,
    "lots": [{"lot": "A1", "expires_on": "2031-01-31"}],
    "document": "DMP 26/1",
    "authority": "DMP",
    "reason": "The spray may be blocked.",
    "drill": False,
    "answer_hours": 12,
}
ANSWER = {"place": PLACE, "lines": [{"product": PRODUCT, "lot": "A1", "found": 9, "destroyed": 4, "returned": 5}], "kept_apart": True, "note": "in the car", "seen": 1}

STEPS: list[tuple[str, str, dict[str, Any]]] = [
    ("gro", "recalls", NOTICE),
    ("gro", f"recalls/{NUMBER}/raise", {"class": 1, "document": "DMP 26/2", "authority": "DMP", "reason": "Somebody was hurt.", "answer_hours": 6}),
    ("birk", f"recalls/{NUMBER}/answers", ANSWER),
    ("gro", f"recalls/{NUMBER}/close", {"reason": "it is enough"}),
    ("gro", f"recalls/{NUMBER}/lift", {"reason": "withdrawn"}),
]
"""Acts in an order in which each can be done, and who does it."""
RECALL_ROUTES = [("recalls", "GET"), (f"recalls/{NUMBER}", "GET"), *((path, "POST") for _, path, _ in STEPS)]
