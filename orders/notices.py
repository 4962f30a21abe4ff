"""What orders tell the people at a place: those who asked, those who decide, those who give."""

from collections.abc import Callable
from urllib.parse import quote

from flask_babel import LazyString, gettext, ngettext
from flask_babel import lazy_gettext as _l

from inventory.pages.frame import place_name
from orders.rules.states import Act, Kind, State
from supply.auth.rules import Role
from supply.notices.rules import Facts, NoticeKind, Urgency
from supply.pages import title_of

RECORDS = frozenset({Role.DEPOT, Role.MUNICIPALITY})
DECIDES_ALONE = frozenset({Role.APPROVER})


def _order(sentence: Callable[..., str]) -> Callable[[Facts], str]:
    return lambda facts: sentence(order=facts["order"], place=place_name(facts["place"]))


def _submitted(facts: Facts) -> str:
    what = {"order": facts["order"], "place": place_name(facts["place"])}
    if facts["state"] == State.APPROVED.value:
        return str(gettext("Order %(order)s for %(place)s was offered and is approved: it will be sent.", **what))
    if facts["emergency"]:
        return str(gettext("Emergency order %(order)s for %(place)s waits for approval.", **what))
    return str(gettext("Order %(order)s for %(place)s waits for approval.", **what))


def _received(facts: Facts) -> str:
    what = {"order": facts["order"], "place": place_name(facts["place"])}
    if facts["state"] == State.RECEIVED.value:
        return str(gettext("Order %(order)s was counted in at %(place)s, and something differs.", **what))
    return str(gettext("Order %(order)s was counted in at %(place)s.", **what))


def _sent(facts: Facts) -> str:
    what = {"order": facts["order"], "place": place_name(facts["place"])}
    if facts["state"] == State.PARTLY_SHIPPED.value:
        return str(gettext("A part of order %(order)s is on its way to %(place)s.", **what))
    return str(gettext("Order %(order)s is on its way to %(place)s.", **what))


def _who_decides(facts: Facts) -> frozenset[Role]:
    """Say who is told of an order that was placed: on a depot's stock an approver decides, on what a place lends or returns that place; what is approved already is told to those who get it."""
    if facts.get("state") == State.APPROVED.value or facts.get("kind") in {Kind.LOAN.value, Kind.RETURN.value}:
        return RECORDS
    return DECIDES_ALONE


def _how_urgent(facts: Facts) -> Urgency:
    return Urgency.URGENT if facts.get("emergency") and facts.get("state") == State.SUBMITTED.value else Urgency.ROUTINE


def _order_page(facts: Facts) -> str:
    return f"/orders/{quote(facts['order'])}"


def _orders_page(facts: Facts) -> str:
    return f"/places/{quote(facts['at'])}/orders"


def _surplus(facts: Facts) -> str:
    return str(gettext("More arrived with shipment %(shipment)s than was sent. Look at what lies on your own shelf.", shipment=facts["shipment"]))


def _drafted(facts: Facts) -> str:
    return str(gettext("Order %(order)s, which repeats, was drafted. Look at it and place it.", order=facts["order"]))


def _not_drafted(facts: Facts) -> str:
    return str(gettext("An order that repeats could not be drafted: %(why)s", why=title_of(facts["code"])))


def _proposed(facts: Facts) -> str:
    return str(ngettext("%(num)s product should be ordered. Look at the proposal.", "%(num)s products should be ordered. Look at the proposals.", facts["products"]))


def _proposals_page(facts: Facts) -> str:
    return f"/places/{quote(facts['at'])}/proposals"


def _told(act: Act, tell: Callable[[Facts], str], label: LazyString) -> NoticeKind:
    return NoticeKind(code=f"order-{act.value}", urgency=Urgency.ROUTINE, permission="order stock", tell=tell, link=_order_page, label=label)


KINDS = (
    NoticeKind(
        code=f"order-{Act.SUBMIT.value}",
        urgency=_how_urgent,
        permission="decide orders",
        tell=_submitted,
        link=_order_page,
        label=_l("Orders that wait for a decision"),
        roles=_who_decides,
    ),
    _told(Act.APPROVE, _order(lambda **what: gettext("Order %(order)s for %(place)s was approved.", **what)), _l("Orders that were approved")),
    _told(Act.REFUSE, _order(lambda **what: gettext("Order %(order)s for %(place)s was refused and given back.", **what)), _l("Orders that were refused")),
    _told(Act.ALLOCATE, _order(lambda **what: gettext("Stock is held for order %(order)s for %(place)s.", **what)), _l("Stock that is held for orders")),
    _told(Act.SHIP, _sent, _l("Orders that were sent")),
    _told(Act.RECEIVE, _received, _l("Orders that were counted in")),
    _told(Act.SETTLE, _order(lambda **what: gettext("What was missing of order %(order)s for %(place)s is settled.", **what)), _l("Discrepancies that were settled")),
    _told(Act.CANCEL, _order(lambda **what: gettext("Order %(order)s for %(place)s was cancelled.", **what)), _l("Orders that were cancelled")),
    NoticeKind(code="surplus", urgency=Urgency.ROUTINE, permission="ship stock", tell=_surplus, link=_orders_page, label=_l("More that arrived than was sent")),
    NoticeKind(code="order-proposals", urgency=Urgency.ROUTINE, permission="order stock", tell=_proposed, link=_proposals_page, label=_l("Products that should be ordered")),
    NoticeKind(code="order-draft", urgency=Urgency.ROUTINE, permission="order stock", tell=_drafted, link=_order_page, label=_l("Orders that repeat")),
    NoticeKind(code="order-not-drafted", urgency=Urgency.ROUTINE, permission="order stock", tell=_not_drafted, link=_orders_page, label=_l("Orders that repeat and could not be drafted")),
)
