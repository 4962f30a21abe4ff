"""What the ledger tells the people at a place."""

from typing import Any
from urllib.parse import quote, urlencode

from flask_babel import format_decimal, gettext
from flask_babel import lazy_gettext as _l

from inventory.pages.frame import product_name
from supply.notices.rules import Facts, NoticeKind, Urgency


def _hold_released(facts: Facts) -> str:
    what = {"product": product_name(facts["product"]), "lot": facts["lot"], "units": format_decimal(facts["units"]), "document": facts["document"]}
    return str(gettext("%(units)s units of %(product)s, lot %(lot)s, are no longer held for %(document)s: they are not there, or may not be used.", **what))


def _lot_page(facts: Facts) -> str:
    return lot_path(facts["at"], facts["product"], facts["lot"])


def lot_path(place: str, product: str, lot: str) -> str:
    """Give the path of a lot's page at a place."""
    asked: dict[str, Any] = {"product": product, "lot": lot}
    return f"/places/{quote(place)}/lot?{urlencode(asked)}"


KINDS = (
    NoticeKind(
        code="hold-released",
        urgency=Urgency.ROUTINE,
        permission="record stock",
        tell=_hold_released,
        link=_lot_page,
        label=_l("Units that were held for an order and no longer are"),
    ),
)
