"""What will not be used before it expires: of a place with where it could be used instead, of an area place by place."""

from collections.abc import Iterable
from functools import reduce
from typing import Any

from flask import Response, current_app, render_template, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from expiry.pages.frame import pages
from expiry.pages.words import FATES, kroner
from expiry.queries import movable
from expiry.queries.movable import Destination
from expiry.queries.waste import LotAtPlace, PlaceWaste, Totals, totals_at, waste_at
from inventory.pages.areas import area_asked, area_named, areas_to_choose
from inventory.pages.frame import place_here, product_name, products
from inventory.queries.areas import COUNTRY, places_in
from inventory.rules.projection import Fate
from supply import clock
from supply.asking import current_person
from supply.db import reading
from supply.exports import ROUTE, export
from supply.reference.models import Place
from supply.sheets import Value
from supply.web import may


@pages.get("/places/<place>/waste")
@may("see stock")
def waste(place: str) -> str:
    """Show what at a place would be wasted, has expired or is blocked."""
    here = place_here(place)
    found = _at(reading(), here.code)
    moves = movable.destinations(reading(), found, by=current_person(), today=clock.today())
    by_product: dict[str, list[LotAtPlace]] = {}
    for lot in found.lots:
        if lot.fate is not Fate.USED:
            by_product.setdefault(lot.product, []).append(lot)
    shown = {code: by_product[code] for code in products() if code in by_product}
    return render_template("expiry/waste.html", place=here, waste=found, by_product=shown, moves=moves, link=_link_from(here), kroner=kroner)


@pages.get(f"/places/<place>/waste.{ROUTE}")
@may("see stock")
def export_waste(place: str, ending: str) -> Response:
    """Give what becomes of every lot at a place as a file."""
    here = place_here(place)
    code, name = here.code, here.name
    head = [
        *(gettext("Place"), gettext("Product"), gettext("Name"), gettext("Lot"), gettext("Expires"), gettext("On hand")),
        *(gettext("Used in time"), gettext("Would be wasted"), gettext("State"), gettext("Cost (øre)"), gettext("Used"), gettext("in so many days")),
    ]

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        found = _at(session, code)
        for lot in found.lots:
            use = found.uses[lot.product]
            told = code, lot.product, product_name(lot.product), lot.lot, lot.expires_on, lot.units, lot.used, lot.wasted, str(FATES[lot.fate])
            yield *told, _cost(lot.wasted, lot.cost_ore), use.units, use.days

    return export(f"waste-{code}", name, head, rows, ending=ending)


@pages.get("/waste")
@may("see stock")
def area_waste() -> str:
    """Show what would be wasted in an area, place by place and product by product."""
    session, area = reading(), area_asked()
    seen = places_in(session, by=current_person(), today=clock.today())
    places = seen if area == COUNTRY else places_in(session, by=current_person(), today=clock.today(), area=area)
    found = totals_at(session, places, today=clock.today())
    by_place = [(place, _sum(found[place.code].values())) for place in places]
    by_product = {code: _sum(at[code] for at in found.values() if code in at) for code in products()}
    worst_first = sorted(((place, totals) for place, totals in by_place if totals.anything), key=lambda one: (-one[1].wasted, -one[1].expired, one[0].code))
    return render_template(
        "expiry/area.html",
        area=area,
        area_name=area_named(area),
        areas=areas_to_choose(seen),
        by_place=worst_first,
        by_product={code: totals for code, totals in by_product.items() if totals.anything},
        all=_sum(totals for _, totals in by_place),
        places=len(places),
        kroner=kroner,
    )


@pages.get(f"/waste.{ROUTE}")
@may("see stock")
def export_area(ending: str) -> Response:
    """Give what would be wasted in an area, by place and product, as a file."""
    area, person = area_asked(), current_person()
    head = [
        *(gettext("Place"), gettext("Name"), gettext("Municipality"), gettext("Product"), gettext("Name of the product")),
        *(gettext("Would be wasted"), gettext("Expired"), gettext("Quarantine"), gettext("Cost (øre)")),
    ]

    def rows(session: Session) -> Iterable[tuple[Value, ...]]:
        places = places_in(session, by=person, today=clock.today(), area=area)
        found = totals_at(session, places, today=clock.today())
        for place in places:
            for product, one in found[place.code].items():
                if one.anything:
                    yield place.code, place.name, place.municipality, product, product_name(product), one.wasted, one.expired, one.blocked, _cost(one.wasted, one.cost_ore)

    return export(f"waste-{area}", gettext("Waste by place"), head, rows, ending=ending)


def _at(session: Session, code: str) -> PlaceWaste:
    """Give what becomes of what lies at a place that the reader sees."""
    return waste_at(session, places_in(session, by=current_person(), today=clock.today(), place=code, stocked=False), today=clock.today())[0]


def _cost(wasted: int, cost_ore: int | None) -> Value:
    """Give what goes in a file for a cost: nothing where nothing is wasted, and never 0 for what nobody knows."""
    return None if not wasted else gettext("price not known") if cost_ore is None else cost_ore


def _sum(totals: Iterable[Totals]) -> Totals:
    return reduce(Totals.plus, totals, Totals())


def _link_from(here: Place) -> Any:
    """Give what leads from a lot and a place that would use it to the page where it can be sent there: a move within one owner, else a loan; None for who may not."""
    person = current_person()
    if person.role_at(here) is None:
        return lambda _lot, _to: None
    lends = "ordering.new_order" in current_app.view_functions

    def link(lot: LotAtPlace, to: Destination) -> str | None:
        if here.owner is not None and to.place.owner == here.owner:
            return url_for("inventory.transfer", place=here.code, lot=lot.lot_id, units=to.units)
        return url_for("ordering.new_order", place=here.code, kind="lend") if lends else None

    return link
