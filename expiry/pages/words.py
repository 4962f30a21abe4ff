"""The words of what expires as people read them; codes are what is kept."""

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import LazyString, format_decimal, gettext
from flask_babel import lazy_gettext as _l

KINDS: Mapping[str, LazyString] = {
    "expiry": _l("Expires or has expired"),
    "low_stock": _l("Little left"),
    "stock_out": _l("None left"),
    "late_order": _l("Order or shipment is late"),
    "discrepancy": _l("Discrepancy not settled"),
    "count_old": _l("Not counted for long"),
    "clock": _l("Timed work stood still"),
}
STATES: Mapping[str, LazyString] = {
    "open": _l("Open"),
    "acknowledged": _l("In hand"),
    "settled": _l("Over"),
}
FATES: Mapping[str, LazyString] = {
    "used": _l("Used in time"),
    "wasted": _l("Would be wasted"),
    "expired": _l("Expired"),
    "blocked": _l("Quarantine"),
}

RUN_STATES: Mapping[str, LazyString] = {
    "prepared": _l("Waits for a witness"),
    "confirmed": _l("Destroyed"),
    "dropped": _l("Dropped"),
}
RUN_COLOURS: Mapping[str, str] = {"prepared": "warning", "confirmed": "success", "dropped": "neutral"}
"""The colour of a state's tag, beside its word."""
WHY_FEWER: Mapping[str, LazyString] = {
    "found_fewer": _l("Fewer were found"),
    "goes_to_supplier": _l("Goes back to the supplier"),
    "kept_for_examination": _l("Is kept to be examined"),
    "other": _l("Another reason"),
}


def kroner(ore: int | None) -> str:
    """Write a sum in kroner; one that is not known is said to be so, never 0."""
    if ore is None:
        return str(gettext("price not known"))
    return str(gettext("NOK %(sum)s", sum=format_decimal(Decimal(ore) / 100, format="#,##0.00")))
