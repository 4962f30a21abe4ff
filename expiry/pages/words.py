"""The words of this feature's lists as people read them; codes are what is kept."""

from collections.abc import Mapping

from flask_babel import LazyString
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
