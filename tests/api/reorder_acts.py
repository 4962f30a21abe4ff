"""The routes of proposals and of rules of ordering, each with a body that is right, and who may use it: about oslo-outreach, where birk records."""

from typing import Any

PRODUCT, PLACE = "naloxone-nyxoid", "oslo-outreach"
SAID = {
    "method": "reorder_point",
    "lead_days": 7,
    "review_days": 14,
    "order_weekdays": [0, 3],
    "cover_days": 28,
    "service_level": 0.95,
    "months_min": 1,
    "months_max": 3.5,
    "pack_threshold": 4,
    "safety_units": 5,
    "default_monthly": 10,
    "season": {"6": 1.5, "7": 2},
    "count_days_max": 60,
}
RULE = {"area": PLACE, "about": PRODUCT, "said": SAID, "reason": "many come in summer"}
ACTS: dict[str, dict[str, Any]] = {
    "reorder-rules": RULE,
    "proposals/reckon": {"place": PLACE},
    "proposals/1/decline": {"reason": "the shelf is full of others"},
    "proposals/accept": {"place": PLACE},
}
READS = ["proposals", f"proposals/at?place={PLACE}", "reorder-rules", f"reorder-rules/at?place={PLACE}&product={PRODUCT}"]
REORDER_ROUTES = [*((path.partition("?")[0], "GET") for path in READS), *((path, "POST") for path in ACTS)]
