"""The words of orders as people read them; codes are what is kept."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

KINDS: Mapping[str, LazyString] = {
    "order": _l("Order"),
    "loan": _l("Loan"),
    "return": _l("Return to a depot"),
    "supply": _l("Order to a supplier"),
}
STATES: Mapping[str, LazyString] = {
    "draft": _l("Draft"),
    "submitted": _l("Waits for approval"),
    "approved": _l("Approved"),
    "picking": _l("Being picked"),
    "partly_shipped": _l("Partly sent"),
    "shipped": _l("Sent"),
    "received": _l("Counted in, with discrepancies"),
    "closed": _l("Closed"),
    "cancelled": _l("Cancelled"),
}
COLOURS: Mapping[str, str] = {
    "draft": "neutral",
    "submitted": "warning",
    "approved": "info",
    "picking": "info",
    "partly_shipped": "info",
    "shipped": "info",
    "received": "danger",
    "closed": "success",
    "cancelled": "neutral",
}
"""The colour of a state's tag, beside its word."""
DONE: Mapping[str, LazyString] = {
    "draft": _l("Drafted"),
    "amend": _l("Changed"),
    "submit": _l("Ordered"),
    "approve": _l("Approved"),
    "refuse": _l("Refused and given back"),
    "allocate": _l("Held what has come"),
    "pick": _l("Began to pick"),
    "ship": _l("Sent"),
    "receive": _l("Counted in"),
    "settle": _l("Settled what was missing"),
    "cancel": _l("Cancelled"),
    "release": _l("A count, a disposal or a quarantine took what was held"),
    "correct": _l("A receipt was corrected"),
}
"""What somebody did, as the timeline says it."""
PASSED: Mapping[str, LazyString] = {
    "blocked": _l("in quarantine"),
    "expired": _l("expired"),
    "too_short": _l("expires too soon after it arrives"),
    "held": _l("all of it is held for other orders"),
}
"""Why a lot was passed over."""
NEEDS: Mapping[str, LazyString] = {
    "more_than_maximum": _l("Lasts longer than the maximum: say why."),
    "count_too_old": _l("The last count is too old, or there is none: count first, or say why not."),
}
REJECTED: Mapping[str, LazyString] = {
    "damaged": _l("Damaged"),
    "wrong_lot": _l("Wrong lot"),
    "too_warm": _l("Too warm"),
    "short_dated": _l("Expires too soon"),
    "not_ordered": _l("Not ordered"),
    "other": _l("Another reason"),
}
OUTCOMES: Mapping[str, LazyString] = {
    "found": _l("Found here after all"),
    "returned": _l("Came back to the sender"),
    "lost": _l("Lost"),
}
METHODS: Mapping[str, LazyString] = {
    "months": _l("Months of stock"),
    "reorder_point": _l("Reorder point"),
    "forecast": _l("Forecast"),
}
RULE_FIELDS: Mapping[str, LazyString] = {
    "method": _l("Method"),
    "lead_days": _l("Days to delivery"),
    "review_days": _l("Days between orders"),
    "order_weekdays": _l("Days of the week on which is ordered"),
    "cover_days": _l("Days an order lasts beyond the next"),
    "service_level": _l("Service level"),
    "months_min": _l("Minimum, in months of use"),
    "months_max": _l("Maximum, in months of use"),
    "pack_threshold": _l("Loose units that are not worth a pack"),
    "safety_units": _l("Safety stock, fixed"),
    "default_monthly": _l("Units a month where too little is known"),
    "season": _l("Season"),
    "count_days_max": _l("Days until a count is too old"),
}
SCOPES: Mapping[str, LazyString] = {
    "house": _l("the configuration"),
    "nation": _l("the nation"),
    "municipality": _l("the municipality"),
    "place": _l("the place"),
    "measured": _l("measured from deliveries"),
}
BASES: Mapping[str, LazyString] = {
    "measured": _l("measured"),
    "forecast": _l("what the past makes likely"),
    "default": _l("the programme's figure, for too little is known"),
    "unknown": _l("unknown"),
}
FORECASTS: Mapping[str, LazyString] = {
    "mean": _l("the mean"),
    "ses": _l("exponential smoothing"),
    "croston_sba": _l("Croston's method, corrected by Syntetos and Boylan"),
    "tsb": _l("the method of Teunter, Syntetos and Babai"),
}
FATES: Mapping[str, LazyString] = {
    "used": _l("counts"),
    "wasted": _l("expires before it can be used"),
    "expired": _l("expired"),
    "blocked": _l("in quarantine"),
}
"""What becomes of a lot."""
LISTS: Mapping[str, Mapping[str, LazyString]] = {
    "kind": KINDS,
    "state": STATES,
    "done": DONE,
    "passed": PASSED,
    "needs": NEEDS,
    "rejected": REJECTED,
    "outcome": OUTCOMES,
    "method": METHODS,
    "rule field": RULE_FIELDS,
    "scope": SCOPES,
    "basis": BASES,
    "forecast": FORECASTS,
    "fate": FATES,
}


def said(code: str | None, of: str) -> str:
    """Give a code of a list as people read it; a code that is in no list stands as it is."""
    return "" if code is None else str(LISTS[of].get(code, code))
