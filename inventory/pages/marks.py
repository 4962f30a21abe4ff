"""Days that are left out of the average: which, why and by whom; mark some, and let some count again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from inventory import words
from inventory.pages.frame import learn_places, pages, place_here, place_name, product_name, products, said_of
from inventory.queries import areas, overview
from inventory.queries import marks as queries
from inventory.rules.wanted import MarksWanted
from inventory.schemas.use import EndMarkIn, MarkIn
from inventory.service import use as service
from supply import acting, clock
from supply.acting import Deed, sent_form, show
from supply.asking import current_person
from supply.auth import queries as accounts
from supply.db import reading
from supply.errors import Refusal
from supply.fields import is_area
from supply.forms import Form
from supply.reference.scopes import ALL, GROUP, NATION, check_may_say
from supply.web import may

MARKS = 50


@pages.get("/marks")
@may("see stock")
def marks() -> Response:
    """Show which days are left out of the average, of a place or of all one sees."""
    place = request.args.get("place", "")
    return _marks(Form(values={"area": place or _first(_areas()), "about": ALL}))


@pages.post("/marks")
@may("record stock")
def mark_days() -> Response:
    """Leave days out of the average."""
    deed = Deed(name="page of marks: mark", about=[], tell=said_of)
    outcome = acting.enter(deed, sent_form(), MarkIn, lambda session, new: {"id": service.mark(session, new, by=current_person(), now=clock.now()).id}, lead=_lead("marked"))
    return _marks(outcome) if isinstance(outcome, Form) else outcome


@pages.post("/marks/<int(max=2147483647):mark_id>/end")
@may("record stock")
def end_mark(mark_id: int) -> Response:
    """Let marked days count again."""
    deed = Deed(name="page of marks: end", about=[mark_id], tell=said_of)
    outcome = acting.enter(deed, sent_form(), EndMarkIn, lambda session, _: {"id": service.unmark(session, mark_id, by=current_person(), now=clock.now()).id}, lead=_lead("ended"))
    return _marks(outcome) if isinstance(outcome, Form) else outcome


def about_name(about: str) -> str:
    """Name what is spoken of: all products, a group, a product."""
    if about == ALL:
        return str(gettext("All products"))
    return words.label(about.removeprefix(GROUP), "group") if about.startswith(GROUP) else product_name(about)


def area_name(area: str) -> str:
    """Name whom is spoken for: the country, a municipality, a place."""
    if area == NATION:
        return str(gettext("The whole country"))
    return areas.area_name(reading(), area) or area if is_area(area) else place_name(area)


def _marks(form: Form) -> Response:
    session, person, code = reading(), current_person(), request.args.get("place") or None
    here = place_here(code) if code else None
    wanted = MarksWanted(place=here.code if here else None, ended=request.args.get("ended") == "yes", limit=MARKS, after=request.args.get("after"))
    found, after = queries.marks(session, wanted, by=person, today=clock.today())
    learn_places({one.area for one in found if one.area != NATION and not is_area(one.area)})
    own = {area for area in {one.area for one in found} if _is_own(area)}
    return show(
        "inventory/marks.html",
        form,
        place=here,
        marks=found,
        after=after,
        own=own,
        names=accounts.names_of(session, [number for one in found if one.area in own for number in (one.made_by, one.ended_by) if number]),
        areas=_areas(),
        abouts=_abouts(),
        about_name=about_name,
        area_name=area_name,
        said=request.args.get("said", ""),
        today=clock.today(),
    )


def _is_own(area: str) -> bool:
    """Whether the reader may speak for an area."""
    try:
        check_may_say(reading(), area, by=current_person(), permission="record stock", now=clock.now())
    except Refusal:
        return False
    return True


def _areas() -> Mapping[str, Sequence[tuple[str, str]]]:
    """Give for whom the reader may speak: places, municipalities, the nation."""
    person, session = current_person(), reading()
    grants = list(person.granting("record stock"))
    numbers = {number for grant in grants for number in grant.municipalities}
    municipalities = sorted(((number, name) for number in numbers if (name := areas.area_name(session, number)) is not None), key=lambda one: one[1])
    nation = [(NATION, str(gettext("The whole country")))] if any(grant.everywhere for grant in grants) else []
    own = [(place.code, place.name) for place in overview.own_places(session, by=person)] if grants else []
    return {str(gettext("Places")): own, str(gettext("Municipalities")): municipalities, str(gettext("The nation")): nation}


def _first(choices: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    return next((code for some in choices.values() for code, _ in some), "")


def _abouts() -> Mapping[str, Sequence[tuple[str, str]]]:
    groups = dict.fromkeys(product.group for product in products().values())
    return {
        str(gettext("All")): [(ALL, about_name(ALL))],
        str(gettext("Groups")): [(GROUP + group, words.label(group, "group")) for group in groups],
        str(gettext("Products")): [(product.code, product.name) for product in products().values()],
    }


def _lead(said: str) -> Callable[[Mapping[str, Any], bool], str]:
    place = request.args.get("place") or None
    return lambda _facts, _again: url_for("inventory.marks", place=place, said=said)
