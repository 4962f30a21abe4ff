"""The figures of supply of a place, a municipality, a county or the country: months of stock, stock-outs, fill rate, lead time, over- and understock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import marshmallow as ma
from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory import words
from inventory.pages import areas as area_pages
from inventory.pages.frame import learn_places, place_here, place_name, product_name, products, said_of
from inventory.queries.areas import COUNTRY, area_names, places_in
from inventory.rules.periods import By, window_asked
from orders.pages.figure_charts import charts_of, share, spark, units
from orders.pages.frame import pages
from orders.queries.area_figures import NOWHERE, AreaFigures, area_figures
from orders.rules.figures import Figures
from orders.rules.wanted import FiguresWanted
from orders.schemas.figures import FiguresArgs
from supply import clock
from supply.asking import current_person
from supply.db import reading
from supply.errors import Invalid, Missing
from supply.exports import ROUTE, export
from supply.fields import is_area
from supply.forms import Form
from supply.reference.scopes import ALL, GROUP
from supply.schemas import messages_of
from supply.sheets import Value
from supply.web import may, problem_of

ASKED = ("from", "to")


@pages.get("/figures")
@may("see stock")
def figures() -> str:
    """Show the figures of an area or a place, by product and by what lies beneath."""
    form, wanted = _asked()
    found = _read(reading(), wanted)
    beneath = _named(found)
    return render_template(
        "orders/figures.html",
        form=form,
        found=found,
        place=place_here(wanted.place) if wanted.place else None,
        about=_about(wanted),
        area_name=area_pages.area_named(found.area),
        areas=area_pages.areas_to_choose(places_in(reading(), by=current_person(), today=clock.today(), stocked=False)),
        abouts=_abouts(),
        by_product=[(code, found.by_product[code], spark(found, code)) for code in products() if code in found.by_product],
        beneath=beneath,
        one_kind=wanted.product is not None or wanted.group is not None,
        charts=charts_of(found, beneath, link=lambda code: _leads_to(code, wanted)),
        leads_to=lambda code: _leads_to(code, wanted),
        share=share,
        units=units,
    )


@pages.get(f"/figures.{ROUTE}")
@may("see stock")
def export_figures(ending: str) -> Response:
    """Give the figures as a file: a row for each product, then one for each area beneath."""
    _, wanted = _asked()
    head = [
        gettext("Of what"),
        gettext("Name"),
        gettext("From"),
        gettext("To"),
        gettext("Handed out"),
        gettext("Asked for, none to give"),
        gettext("Fill rate"),
        gettext("Usable"),
        gettext("Months of stock"),
    ]
    head += [
        gettext("Days"),
        gettext("Days without stock"),
        gettext("Stock-out rate"),
        gettext("In use"),
        gettext("Overstocked"),
        gettext("Understocked"),
        gettext("Lead time (days)"),
        gettext("Deliveries"),
    ]

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        found = _read(session, wanted)
        for code, one in found.by_product.items():
            yield _row(found, code, product_name(code), one)
        for code, name, one in _named(found):
            yield _row(found, code, name, one)

    return export(f"figures-{wanted.place or wanted.area or COUNTRY}", gettext("Figures"), head, rows, ending=ending)


def _read(session: Session, wanted: FiguresWanted) -> AreaFigures:
    return area_figures(session, wanted, person=current_person(), now=clock.now(), settings=current_app.extensions["settings"])


def _asked() -> tuple[Form, FiguresWanted]:
    """Read what is asked for; what cannot be read of the days is said beside its field, and the usual months are shown. Refuses an area, a place or a product that is not there."""
    area, place, about = area_pages.area_asked(), request.args.get("place", ""), request.args.get("about", "") or ALL
    if place:
        place_here(place)
    known = about in {ALL, *(code for some in _abouts().values() for code, _ in some)}
    if not known:
        raise Missing
    usual = FiguresWanted(
        area=None if area == COUNTRY else area,
        place=place or None,
        product=about if about != ALL and not about.startswith(GROUP) else None,
        group=about.removeprefix(GROUP) if about.startswith(GROUP) else None,
    )
    said = {name: request.args.get(name, "").strip() for name in ASKED}
    form = Form(values=said | {"area": area, "about": about})
    try:
        days = FiguresArgs().load({name: text for name, text in said.items() if text})
        window_asked(By.MONTH, days.from_, days.to, today=clock.today())
    except ma.ValidationError as error:
        return form.refused(messages_of(error)), usual
    except Invalid as refusal:
        return form.refused({refusal.at or "": [said_of(problem_of(refusal))]}), usual
    return form, replace(usual, from_=days.from_, to=days.to)


def _about(wanted: FiguresWanted) -> str:
    return wanted.product or (GROUP + wanted.group if wanted.group else ALL)


def _abouts() -> Mapping[str, Sequence[tuple[str, str]]]:
    groups = dict.fromkeys(product.group for product in products().values())
    return {
        str(gettext("All")): [(ALL, str(gettext("All products")))],
        str(gettext("Groups")): [(GROUP + group, words.label(group, "group")) for group in groups],
        str(gettext("Products")): [(product.code, product.name) for product in products().values()],
    }


def _named(found: AreaFigures) -> list[tuple[str, str, Figures]]:
    """Give what lies beneath by name."""
    counties, municipalities = area_names(reading())
    learn_places({code for code in found.beneath if not is_area(code) and code != NOWHERE})

    def name(code: str) -> str:
        if code == NOWHERE:
            return str(gettext("Municipality not known"))
        return (counties if len(code) == 2 else municipalities).get(code, code) if is_area(code) else place_name(code)

    return sorted(((code, name(code), one) for code, one in found.beneath.items()), key=lambda one: one[1])


def _leads_to(code: str, wanted: FiguresWanted) -> str | None:
    """Give where a row leads: to the area or place itself; nowhere for what has no number."""
    said = {"about": None if _about(wanted) == ALL else _about(wanted), "from": request.args.get("from") or None, "to": request.args.get("to") or None}
    if code == NOWHERE:
        return None
    return url_for("ordering.figures", **({"area": code} if is_area(code) else {"place": code}), **said)  # type: ignore[arg-type]  # names in the address


def _row(found: AreaFigures, code: str, name: str, one: Figures) -> tuple[Value, ...]:
    lead = found.lead
    shown = one.handed_out, one.unmet, _rounded(one.fill_rate), one.usable, _rounded(one.months_of_stock), one.days, one.days_without, _rounded(one.stockout_rate)
    return code, name, found.window.since, found.window.until, *shown, one.used, one.over, one.under, _rounded(lead.days) if lead else None, lead.deliveries if lead else 0


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
