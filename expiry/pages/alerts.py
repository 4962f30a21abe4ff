"""Alerts: the board of a place, a municipality or the nation, the list behind each of its numbers, and an alert to take in hand."""

from collections.abc import Iterable
from dataclasses import replace

from flask import Response, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from expiry.pages import words
from expiry.pages.acts import enter
from expiry.pages.frame import pages
from expiry.queries import alerts as queries
from expiry.queries.alerts import AlertRead, KindCount
from expiry.rules.wanted import Acknowledged, AlertsWanted
from expiry.schemas.alerts import KINDS, STATES, AcknowledgeIn
from expiry.service import alerts as service
from inventory.pages.areas import area_asked, area_named, areas_to_choose
from inventory.pages.frame import learn_places, place_here, place_name, product_name
from inventory.queries.areas import COUNTRY, places_in
from supply import clock
from supply.acting import sent_form, show
from supply.asking import current_person
from supply.auth import queries as accounts
from supply.db import reading
from supply.errors import Missing
from supply.exports import PART_ROWS, ROUTE, export
from supply.forms import Form
from supply.reference import queries as reference
from supply.sheets import Value
from supply.web import may

PLACES = 30
"""How many places a board names; the others are in the list."""


@pages.get("/alerts")
@may("see alerts")
def alerts() -> str:
    """Show the board of an area, and the alerts behind its numbers."""
    return _board(_wanted(), path="expiring.alerts")


@pages.get("/places/<place>/alerts")
@may("see stock")
def place_alerts(place: str) -> str:
    """Show the board of a place, and the alerts behind its numbers."""
    here = place_here(place)
    return _board(replace(_wanted(), place=here.code, area=None), path="expiring.place_alerts", place=here.code)


@pages.get(f"/alerts.{ROUTE}")
@may("see alerts")
def export_alerts(ending: str) -> Response:
    """Give the alerts as a file, all of them."""
    place = request.args.get("place")
    wanted = replace(_wanted(), place=place_here(place).code if place else None, after=None, limit=PART_ROWS)
    person = current_person()
    head = [
        gettext("Kind"),
        gettext("Place"),
        gettext("Name"),
        gettext("Product"),
        gettext("Lot"),
        gettext("Day"),
        gettext("Days before"),
        gettext("Units"),
        gettext("Number"),
        gettext("State"),
        gettext("Plan"),
    ]

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        after: str | None = None
        while True:
            part, after = queries.alerts(session, replace(wanted, after=after), by=person, today=clock.today())
            learn_places({one.place for one in part if one.place})
            for one in part:
                name, lot = place_name(one.place) if one.place else None, one.lot.number if one.lot else None
                yield str(words.KINDS[one.kind]), one.place, name, one.product, lot, one.about_on, one.band, one.units, one.document, str(words.STATES[one.state]), one.plan
            if after is None:
                return

    return export("alerts", gettext("Alerts"), head, rows, ending=ending)


@pages.get("/alerts/<int(max=2147483647):alert_id>")
@may("see alerts")
def alert(alert_id: int) -> Response:
    """Show an alert, what can be done about it, and who has it in hand."""
    return _alert(_found(alert_id), Form())


@pages.post("/alerts/<int(max=2147483647):alert_id>/acknowledge")
@may("acknowledge alerts")
def acknowledge(alert_id: int) -> Response:
    """Take an alert in hand, saying what will be done."""
    found = _found(alert_id)

    def work(session: Session, said: Acknowledged) -> dict[str, object]:
        return {"alert_id": service.acknowledge(session, alert_id, said, by=current_person(), now=clock.now()).id}

    outcome = enter("acknowledge", sent_form(), AcknowledgeIn, work, about=f"{alert_id}", lead=lambda facts, _again: url_for("expiring.alert", **facts))
    return _alert(_found(found.id), outcome) if isinstance(outcome, Form) else outcome


def _board(wanted: AlertsWanted, *, path: str, **named: str) -> str:
    session, by = reading(), current_person()
    whole = replace(wanted, kind=None, state=None)
    found, after = queries.alerts(session, wanted, by=by, today=clock.today())
    learn_places({one.place for one in found if one.place})
    places, places_many = queries.by_place(session, replace(wanted, after=None), by=by, today=clock.today(), limit=PLACES) if wanted.place is None else ([], 0)
    return render_template(
        "expiry/alerts.html",
        wanted=wanted,
        counts=queries.counts(session, whole, by=by, today=clock.today()),
        alerts=found,
        after=after,
        places=places,
        places_many=places_many,
        areas=areas_to_choose(places_in(session, by=by, today=clock.today(), stocked=False)) if wanted.place is None else {},
        area_name=area_named(wanted.area or COUNTRY),
        kinds=words.KINDS,
        states=words.STATES,
        path=path,
        named=named,
        today=clock.today(),
    )


def _alert(found: AlertRead, form: Form) -> Response:
    names = accounts.names_of(reading(), [found.acknowledged_by] if found.acknowledged_by else [])
    return show("expiry/alert.html", form, alert=found, kinds=words.KINDS, states=words.STATES, names=names, today=clock.today(), may_take=_may_take(found))


def _may_take(found: AlertRead) -> bool:
    person = current_person()
    if found.place is None:
        return person.may("acknowledge alerts") and person.may("see jobs")
    place = reference.find_place(reading(), found.place)
    return place is not None and person.role_at(place) is not None


def _found(alert_id: int) -> AlertRead:
    found = queries.find_alert(reading(), alert_id, by=current_person())
    if found is None:
        raise Missing
    if found.place:
        place_here(found.place)
    return found


def _wanted() -> AlertsWanted:
    said, area = {name: request.args.get(name, "") for name in ("kind", "state")}, area_asked()
    return AlertsWanted(
        kind=said["kind"] if said["kind"] in KINDS else None,
        state=said["state"] if said["state"] in STATES else None,
        area=None if area == COUNTRY else area,
        after=request.args.get("after"),
    )


@pages.app_template_global()
def alert_subject(found: AlertRead) -> str:
    """Say in a few words what an alert is about."""
    if found.lot is not None:
        return f"{product_name(found.lot.product)}, {gettext('lot')} {found.lot.number}"
    if found.product is not None:
        return product_name(found.product)
    return found.document or ""


@pages.app_template_global()
def alerts_board() -> list[KindCount]:
    """Give the front page the numbers of the reader's board."""
    person = current_person()
    return queries.counts(reading(), AlertsWanted(), by=person, today=clock.today()) if person.may("see alerts") else []


@pages.app_template_global()
def alert_kind(code: str) -> str:
    """Give a kind of alert as people read it."""
    return str(words.KINDS[code])
