"""The routes of orders, each with a body that is right in its turn, and who may use it: the tests of orders are about an order of oslo-outreach at osl-depot."""

from typing import Any

PRODUCT, PLACE, DEPOT = "naloxone-nyxoid", "oslo-outreach", "osl-depot"
NUMBER = "0301-2026-0001"
LINES = [{"product": PRODUCT, "units": 20}]
ARRIVED = [{"product": PRODUCT, "lot": "A1", "accepted": 12, "rejected": 3, "missing": 5, "reason": "damaged"}]

STEPS: list[tuple[str, str, dict[str, Any]]] = [
    ("birk", "orders", {"place": PLACE, "lines": LINES, "emergency": True, "reason": "the shelf is nearly empty"}),
    ("birk", f"orders/{NUMBER}", {"lines": LINES, "emergency": False}),
    ("birk", f"orders/{NUMBER}/submit", {}),
    ("erik", f"orders/{NUMBER}/refuse", {"reason": "count first"}),
    ("birk", f"orders/{NUMBER}/submit", {}),
    ("erik", f"orders/{NUMBER}/approve", {"lines": [{"product": PRODUCT, "units": 20}]}),
    ("alma", f"orders/{NUMBER}/allocate", {}),
    ("alma", f"orders/{NUMBER}/pick", {}),
    ("alma", f"orders/{NUMBER}/ship", {"lines": [{"product": PRODUCT, "lot": "A1", "units": 20}]}),
    ("birk", f"orders/{NUMBER}/receive", {"lines": ARRIVED}),
    ("alma", f"orders/{NUMBER}/settle", {"lines": [{"product": PRODUCT, "lot": "A1", "units": 8, "outcome": "returned"}]}),
    ("birk", f"orders/{NUMBER}/duplicate", {}),
    ("birk", f"orders/{NUMBER}/repeat", {"months": 3, "starts_on": "2027-01-15"}),
    ("birk", "orders/0301-2026-0002/cancel", {"reason": "not needed"}),
    ("alma", "allocations", {"place": DEPOT}),
]
"""Acts in an order in which each can be done, and who does it. The second is a PATCH."""
ORDER_ROUTES = [("orders", "GET"), (f"orders/{NUMBER}", "GET"), *((path, "PATCH" if path == f"orders/{NUMBER}" else "POST") for _, path, _ in STEPS)]
