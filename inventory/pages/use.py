"""What a place uses: product by product, and of a product by month, week or day; each figure leads to the postings behind it."""

from collections.abc import Iterable, Mapping
from typing import Any

import marshmallow as ma
from flask import Response, render_template, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.frame import pages, place_here, place_name, product_name, products, said_of
from inventory.pages.periods import charts_of, in_units, period_name
from inventory.queries import use as totals
from inventory.queries.periods import Shelf, by_period, of_depot, served, shelves
from inventory.rules.consumption import DEFINITION, Together, Window, together
from inventory.rules.periods import By, window_asked
from inventory.schemas.use import UseArgs
from supply import clock
from supply.asking import current_person
from supply.db import reading
from supply.errors import Invalid, Missing
from supply.exports import ROUTE, export
from supply.forms import Form
from supply.reference.models import Place, Product
from supply.schemas import messages_of
from supply.sheets import Value
from supply.web import may, problem_of

ASKED = ("by", "from", "to")


@pages.get("/places/<place>/use")
@may("see stock")
def use(place: str) -> str:
    """Show what a place uses of each product; a depot's demand is that of the places it serves."""
    here = place_here(place)
    theirs, others = served(reading(), here.id, by=current_person())
    form, _, window = _asked(whole=True, many=bool(theirs))
    found = shelves(reading(), [here, *theirs], window)
    return render_template(
        "inventory/use.html",
        place=here,
        form=form,
        window=window,
        rows=_by_product(of_depot(found, here.code)),
        served=[(one, _by_product([shelf for shelf in found if shelf.place == one.code])) for one in theirs],
        others=others,
        definition=DEFINITION,
        in_units=in_units,
    )


@pages.get("/places/<place>/use/<product>")
@may("see stock")
def product_use(place: str, product: str) -> str:
    """Show what a place uses of a product, by month, week or day."""
    here, code = place_here(place), _known(product)
    theirs, others = served(reading(), here.id, by=current_person())
    form, by, window = _asked(whole=False, many=bool(theirs))
    found = of_depot(_shelves_of(reading(), [here, *theirs], window, code), here.code)
    periods = list(by_period(found, window, by))
    return render_template(
        "inventory/product_use.html",
        place=here,
        product=code,
        form=form,
        by=by,
        window=window,
        periods=[(period_name(part, by), part, one) for part, one in periods],
        all=together(shelf.used() for shelf in found),
        served=[(one, together(shelf.used() for shelf in found if shelf.place == one.code)) for one in theirs],
        own=together(shelf.used() for shelf in found if shelf.place == here.code),
        others=others,
        charts=charts_of(periods, by, code),
        definition=DEFINITION,
        in_units=in_units,
    )


@pages.get(f"/places/<place>/use.{ROUTE}")
@may("see stock")
def export_use(place: str, ending: str) -> Response:
    """Give what a place, and each place it serves, uses of each product as a file."""
    here, person = place_here(place), current_person()
    here_id, code = here.id, here.code
    _, _, window = _asked(whole=True, many=bool(served(reading(), here_id, by=person)[0]))

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        theirs, _ = served(session, here_id, by=person)
        for shelf in shelves(session, [place_here(code), *theirs], window):
            yield _row(shelf.place, shelf.product, shelf.window, together([shelf.used()]))

    return export(f"use-{code}", gettext("Use"), _head(), rows, ending=ending)


@pages.get(f"/places/<place>/use/<product>/periods.{ROUTE}")
@may("see stock")
def export_product_use(place: str, product: str, ending: str) -> Response:
    """Give what a place, and each place it serves, uses of a product by month, week or day as a file."""
    here, wanted, person = place_here(place), _known(product), current_person()
    here_id, code = here.id, here.code
    _, by, window = _asked(whole=False, many=bool(served(reading(), here_id, by=person)[0]))

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        theirs, _ = served(session, here_id, by=person)
        for shelf in _shelves_of(session, [place_here(code), *theirs], window, wanted):
            for part, one in by_period([shelf], shelf.window, by):
                yield _row(shelf.place, shelf.product, part, one)

    return export(f"use-{code}-{wanted}", gettext("Use"), _head(), rows, ending=ending)


def _shelves_of(session: Session, places: list[Place], window: Window, product: str) -> list[Shelf]:
    wanted = session.query(Product.id).filter(Product.code == product).scalar()
    return shelves(session, places, window, products=[wanted])


def _by_product(found: Iterable[Shelf]) -> Mapping[str, Together]:
    """Add up the places of each product, in the order in which pages list products."""
    each: dict[str, list[Any]] = {}
    for shelf in found:
        each.setdefault(shelf.product, []).append(shelf.used())
    return {code: together(each[code]) for code in products() if code in each}


def _asked(*, whole: bool, many: bool) -> tuple[Form, By, Window]:
    """Read which window is asked for; what cannot be read is said beside its field, and the usual window is shown. Of many places at most a year is read."""
    asked = {name: request.args.get(name, "").strip() for name in ASKED}
    form, today = Form(values=asked | {"by": asked["by"] or By.MONTH}), clock.today()
    usual = Window(since=totals.since_when(today), until=today) if whole else window_asked(By.MONTH, None, None, today=today)
    try:
        said = UseArgs().load({name: text for name, text in asked.items() if text})
        by = By(said.by)
        if whole and said.from_ is None and said.to is None:
            return form, by, usual
        limit = By.WEEK if many and by is By.MONTH else by
        window = window_asked(by, said.from_, said.to, today=today)
        return form, by, window_asked(limit, window.since, window.until, today=today)
    except ma.ValidationError as error:
        return form.refused(messages_of(error)), By.MONTH, usual
    except Invalid as refusal:
        return form.refused({refusal.at or "": [said_of(problem_of(refusal))]}), By.MONTH, usual


def _known(product: str) -> str:
    if product not in products():
        raise Missing
    return product


def _head() -> list[str]:
    head = [gettext("Place"), gettext("Name"), gettext("Product"), gettext("Name of the product"), gettext("From"), gettext("To"), gettext("Handed out"), gettext("Asked for, none to give")]
    return [*head, gettext("Days with stock"), gettext("Days without stock"), gettext("Days left out"), gettext("Units left out"), gettext("Demand a day"), gettext("Definition")]


def _row(place: str, product: str, window: Window, one: Together) -> tuple[Value, ...]:
    said = place, place_name(place), product, product_name(product), window.since, window.until, one.handed_out, one.unmet
    return *said, one.days, one.days_without, one.days_left_out, one.units_left_out, None if one.daily is None else round(one.daily, 4), DEFINITION
