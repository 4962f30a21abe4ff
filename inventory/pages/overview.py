"""The front page: every place the reader sees, what lies there, and what expires first."""

from collections.abc import Iterable

from flask import Response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory import words
from inventory.pages.frame import SOON_DAYS, pages, soon_on
from inventory.queries import overview as queries
from inventory.queries import stock as stock_queries
from inventory.queries.overview import GroupAtPlace, PlacesWanted
from supply import clock
from supply.asking import current_person
from supply.db import reading
from supply.exports import PART_ROWS, ROUTE, export
from supply.sheets import Value
from supply.web import may

FIRST_TO_EXPIRE = 8
FEW_PLACES = 12


@pages.get("/")
@may("see own account")
def overview() -> str:
    """Show the places one sees, with what lies there."""
    person, session = current_person(), reading()
    wanted = _wanted(after=request.args.get("after"))
    found, after = queries.places_seen(session, wanted, by=person)
    ids = [place.id for place in found]
    expiring = [shelf for shelf in stock_queries.first_to_expire(session, ids, today=clock.today(), limit=FIRST_TO_EXPIRE) if shelf.expires_on and shelf.expires_on <= soon_on()]
    count = queries.place_count(session, wanted, by=person)
    searched = bool(wanted.words or wanted.county)
    own = {place.id for place in found if person.role_at(place) is not None}
    return render_template(
        "inventory/overview.html",
        places=sorted(found, key=lambda place: place.id not in own),
        groups=_in_order(queries.groups_by_place(session, ids, today=clock.today(), soon_on=soon_on())),
        last=queries.last_postings(session, ids),
        names={place.code: place.name for place in found},
        expiring=expiring,
        wanted=wanted,
        after=after,
        count=count,
        searched=searched,
        counties=queries.counties(session) if searched or count > FEW_PLACES else [],
        soon_days=SOON_DAYS,
        own=own,
    )


@pages.get(f"/overview.{ROUTE}")
@may("see stock")
def export_overview(ending: str) -> Response:
    """Give the totals of all places one sees as a file."""
    head = [gettext("Place"), gettext("Name"), gettext("Municipality"), gettext("Group"), gettext("On hand"), gettext("Expired"), gettext("Expires within 90 days"), gettext("Last entry")]
    wanted, person = _wanted(), current_person()

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        after: str | None = None
        while True:
            part, after = queries.places_seen(session, PlacesWanted(words=wanted.words, county=wanted.county, limit=PART_ROWS, after=after), by=person)
            ids = [place.id for place in part]
            groups = queries.groups_by_place(session, ids, today=clock.today(), soon_on=soon_on())
            last = queries.last_postings(session, ids)
            for place in part:
                entered = last[place.id].recorded_at if place.id in last else None
                for group in groups.get(place.id, []):
                    yield place.code, place.name, place.municipality, words.label(group.group, "group"), group.units, group.expired, group.soon, entered
                if place.id not in groups:
                    yield place.code, place.name, place.municipality, None, 0, 0, 0, entered
            if after is None:
                return

    return export("overview", gettext("Overview"), head, rows, ending=ending)


def _in_order(groups: dict[int, list[GroupAtPlace]]) -> dict[int, list[GroupAtPlace]]:
    order = {group: nth for nth, group in enumerate(words.GROUPS)}
    return {place_id: sorted(found, key=lambda group: order.get(group.group, len(order))) for place_id, found in groups.items()}


def _wanted(after: str | None = None) -> PlacesWanted:
    typed = "".join(character if character.isprintable() else " " for character in request.args.get("words", ""))
    county = request.args.get("county", "")
    return PlacesWanted(words=typed.strip()[:80], county=county if county.isascii() and county.isdigit() and len(county) == 2 else "", after=after)
