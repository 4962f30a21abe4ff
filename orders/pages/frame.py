"""The blueprint, its place in the main menu, the order a page is about, and what its reader may do to it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, g, request
from flask.blueprints import BlueprintSetupState
from flask_babel import format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _l

from inventory.pages import frame as ground
from orders.errors import NotYourOrder
from orders.models import Order
from orders.pages import words
from orders.queries import lists
from orders.queries.lists import OrderRead
from orders.rules.rights import role_of
from orders.rules.states import STEPS, Act, Kind, Side, State, acts_in, step_for
from supply import clock
from supply.asking import current_person
from supply.auth.rules import Person
from supply.db import reading
from supply.errors import Missing
from supply.pages import Link, day_text, retold
from supply.reference.models import Place

pages = Blueprint("ordering", __name__)
_OF_PLACE = ("new_order", "draft_order", "order", "amend", "amend_order", "cancel", "decide", "pick", "receive", "settle", "repeat", "to_send", "place_proposals", "decide_proposals", "what_if")
NAVIGATION = (
    Link(label=_l("Orders"), endpoint="ordering.place_orders", permission="see orders", of_place=True, also=tuple(f"ordering.{name}" for name in _OF_PLACE)),
    Link(label=_l("Waiting for you"), endpoint="ordering.waiting", permission="see orders", also=("ordering.proposals", "ordering.decide_all")),
    Link(label=_l("Figures"), endpoint="ordering.figures", permission="see stock"),
)


@pages.record_once
def join(state: BlueprintSetupState) -> None:
    """Put the pages of orders in the main menu."""
    state.app.extensions["navigation"].extend(NAVIGATION)


@dataclass(frozen=True, kw_only=True)
class OrderHere:
    """The order a page is about: as it stands, its places, and the acts its reader may do to it now."""

    read: OrderRead
    head: Order
    place: Place
    giver: Place | None
    acts: frozenset[Act]
    own: bool
    """Whether whoever reads it placed it, and so may not decide on it."""

    def may(self, act: str) -> bool:
        """Whether the reader may do an act to it now."""
        return Act(act) in self.acts


def order_here(number: str) -> OrderHere:
    """Give the order a page is about; refuses one that is not the reader's to see. The page's place is the reader's own side of it."""
    person, session = current_person(), reading()
    found = lists.find_orders(session, [number], by=person).get(number) if number.isprintable() else None
    read = lists.order(session, number, by=person) if found is not None else None
    if found is None or read is None:
        raise Missing
    head, place, giver = found
    g.place = ground.PlaceSeen.of(_side_of(person, place, giver))
    ground.learn_places({place.code, *([giver.code] if giver else [])})
    own = Kind(head.kind) in {Kind.ORDER, Kind.SUPPLY} and person.account_id in {head.made_by, head.submitted_by}
    return OrderHere(read=read, head=head, place=place, giver=giver, acts=frozenset(acts_of(person, head, place, giver)), own=own)


def to_act_on(number: str, act: Act) -> OrderHere:
    """Give the order a form is about; refuses whoever is on no side that ever does this act."""
    here = order_here(number)
    if not any(role_of(current_person(), side, Kind(here.head.kind), here.place, here.giver) for side in _sides_of(act)):
        raise NotYourOrder(number=number)
    return here


def acts_of(person: Person, head: Order, place: Place, giver: Place | None) -> list[Act]:
    """Give what a person may do to an order as it stands."""
    state, kind = State(head.state), Kind(head.kind)
    return [act for act in acts_in(state, kind) if (step := step_for(state, act, kind)) and any(role_of(person, side, kind, place, giver) for side in step.sides)]


def records_at(place: Place | None) -> bool:
    """Whether the reader records at a place."""
    return place is not None and current_person().role_at(place) is not None


def _sides_of(act: Act) -> Collection[Side]:
    return {side for step in STEPS if step.act is act for side in step.sides}


def _side_of(person: Person, place: Place, giver: Place | None) -> Place:
    """Give the place of an order that is its reader's: the one looked at last where both are."""
    if giver is None:
        return place
    own = [one for one in (place, giver) if person.role_at(one) is not None] or [one for one in (place, giver) if person.sees(one)]
    remembered = request.cookies.get("place", "")
    return next((one for one in own if one.code == remembered), own[0])


def said_of(problem: dict[str, Any]) -> str:
    """Write a refusal with names for codes and states, days and numbers as the reader writes them."""
    return retold(problem, _tell)


def _tell(name: str, value: Any) -> Any:
    if name == "state" and isinstance(value, str):
        return words.said(value, "state").lower()
    if name == "choices" and isinstance(value, str):
        return ", ".join(words.said(code, "rejected").lower() for code in value.split(", "))
    if name in {"pack", "lower", "higher", "due", "units", "sent", "counted", "unsettled", "fair"} and isinstance(value, int):
        return format_decimal(value)
    return ground.tell(name, value)


@pages.app_template_filter()
def order_word(code: str | None, of: str) -> str:
    """Give a code of a list of orders as people read it."""
    return words.said(code, of)


@pages.app_template_global()
def state_colour(state: str) -> str:
    """Give the colour of a state's tag."""
    return words.COLOURS.get(state, "neutral")


@pages.app_template_filter()
def product_group(code: str) -> str:
    """Give the group of a product."""
    known = ground.products()
    return known[code].group if code in known else ""


@pages.app_template_global()
def product_choices(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Give products to choose among, by code and name."""
    return [(code, ground.product_name(code)) for code in lines]


@pages.app_template_global()
def reason_choices() -> list[tuple[str, str]]:
    """Give why something is not accepted, to choose among."""
    return [(code, str(word)) for code, word in words.REJECTED.items()]


@pages.app_template_global()
def outcome_choices(outcomes: Iterable[str]) -> list[tuple[str, str]]:
    """Give what may have become of something, to choose among."""
    return [(code, words.said(code, "outcome")) for code in outcomes]


@pages.app_template_filter()
def oslo_day(instant: datetime) -> str:
    """Write the day in Oslo on which something was."""
    return day_text(clock.day_of(instant))


@pages.app_template_filter()
def age(instant: datetime) -> str:
    """Say how many days ago something was."""
    days = days_since(instant)
    return str(ngettext("%(num)s day", "%(num)s days", days)) if days else str(gettext("today"))


def days_since(instant: datetime) -> int:
    """Give how many days ago, by the calendar of Oslo."""
    return (clock.today() - clock.day_of(instant)).days
