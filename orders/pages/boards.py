"""A place's orders: what it asked for, how long that took and how much of it came; and what it is to send."""

import statistics
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from inventory.pages.frame import learn_places, own_place, place_here
from orders import schemas
from orders.api.ground import acting
from orders.pages.acts import enter, show, whole
from orders.pages.frame import pages
from orders.queries import boards, lists, proposals, shipments
from orders.queries.seen import sees_orders_at
from orders.service import allocation, standing
from supply import clock
from supply.acting import sent_form
from supply.asking import current_person
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form
from supply.reference.models import Place
from supply.web import may

MEASURED_DAYS = 365


@pages.get("/places/<place>/orders")
@may("see orders")
def place_orders(place: str) -> Response:
    """Show a place's orders: the open ones first, then those that are over."""
    return _orders(place_here(place), Form())


@pages.post("/places/<place>/standing-orders/<int(max=2147483647):standing_id>/end")
@may("order stock")
def end_standing(place: str, standing_id: int) -> Response:
    """Let an order repeat no more."""
    here = own_place(place)
    if standing_id not in {one.id for one in boards.standing_of(reading(), here.id)}:
        raise Missing
    outcome = enter("end", sent_form(), schemas.NothingIn, lambda session, _said, _version: _ended(session, here.code, standing_id), about=f"{standing_id}", to="ordering.place_orders")
    return _orders(place_here(place), whole(outcome)) if isinstance(outcome, Form) else outcome


@pages.get("/places/<place>/to-send")
@may("ship stock")
def to_send(place: str) -> Response:
    """Show what a place is to send, with what is held for it."""
    return _to_send(own_place(place), Form())


@pages.post("/places/<place>/to-send")
@may("ship stock")
def hold_for_all(place: str) -> Response:
    """Hold what has come for all open orders of a place, each its fair share."""
    here = own_place(place)
    outcome = enter("hold", sent_form(), schemas.NothingIn, lambda session, _said, _version: _held(session, here), about=here.code, to="ordering.to_send")
    return _to_send(place_here(place), whole(outcome)) if isinstance(outcome, Form) else outcome


@dataclass(frozen=True, kw_only=True)
class Measured:
    """How the closed orders of a year went: how many, how many of them emergencies, the days from ordering to arrival (the middle one, and the longest), and units arrived of units asked for."""

    orders: int
    emergencies: int
    days: float
    days_max: int
    requested: int
    arrived: int

    @property
    def filled(self) -> int:
        """Give the fill rate in per cent."""
        return round(100 * self.arrived / self.requested)


def measured(place_id: int) -> Measured | None:
    """Measure the orders that a place closed within a year; None where there are none."""
    rows = lists.measured(reading(), place_id, since=clock.now() - timedelta(days=MEASURED_DAYS))
    days = [(clock.day_of(arrived_at) - clock.day_of(submitted_at)).days for _, submitted_at, arrived_at, _, _ in rows if submitted_at and arrived_at]
    if not days:
        return None
    return Measured(
        orders=len(rows),
        emergencies=sum(row[0] for row in rows),
        days=statistics.median(days),
        days_max=max(days),
        requested=sum(int(row[3]) for row in rows),
        arrived=sum(int(row[4]) for row in rows),
    )


def _orders(here: Place, form: Form) -> Response:
    session, by = reading(), current_person()
    ended, after = boards.ended_of(session, here.id, by=by, after=request.args.get("after"))
    own = sees_orders_at(by, here)
    under_way, found = (boards.to_count(session, [here.id]), shipments.open_discrepancies(session, [here.id])) if own else ([], [])
    learn_places({code for one in [*under_way, *found] for code in (one.from_, one.to)})
    return show(
        "orders/place.html",
        form,
        place=here,
        open=boards.asked_by(session, here.id, by=by, after=request.args.get("open")),
        ended=ended,
        after=after,
        to_count=under_way,
        discrepancies=found,
        to_give=boards.asked_of(session, here.id) if own else 0,
        standing=boards.standing_of(session, here.id) if own else [],
        measured=measured(here.id) if own else None,
        own=own,
        proposed=len(proposals.open_at(session, here)) if own else 0,
        said=request.args.get("said", ""),
    )


def _to_send(here: Place, form: Form) -> Response:
    session = reading()
    found = shipments.open_discrepancies(session, [here.id])
    learn_places({code for one in found for code in (one.from_, one.to)})
    got = request.args.get("got", "")
    return show(
        "orders/to_send.html",
        form,
        place=here,
        to_give=boards.to_give(session, [here.id], after=request.args.get("send")),
        waiting=boards.not_decided(session, here.id, after=request.args.get("decide")),
        discrepancies=found,
        got=int(got) if got.isascii() and got.isdigit() and len(got) < 7 else None,
    )


def _ended(session: Session, code: str, standing_id: int) -> dict[str, Any]:
    standing.end(session, standing_id, by=acting())
    return {"place": code}


def _held(session: Session, here: Place) -> dict[str, Any]:
    return {"place": here.code, "got": allocation.open_orders(session, here, by=acting())}
