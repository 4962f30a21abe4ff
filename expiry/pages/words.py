"""The words of what expires as people read them; codes are what is kept."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import LazyString, format_decimal, gettext
from flask_babel import lazy_gettext as _l

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


def witness_needed(facts: Mapping[str, Any]) -> str:
    """Tell that a disposal waits for a witness."""
    return str(gettext("Disposal %(number)s waits for a witness.", number=facts["number"]))


def kroner(ore: int | None) -> str:
    """Write a sum in kroner; one that is not known is said to be so, never 0."""
    if ore is None:
        return str(gettext("price not known"))
    return str(gettext("NOK %(sum)s", sum=format_decimal(Decimal(ore) / 100, format="#,##0.00")))
