"""The area a page is about, and those to choose among: the country, counties and municipalities in which the reader sees places."""

from collections.abc import Iterable, Mapping

from flask import request
from flask_babel import gettext

from inventory.queries import areas
from inventory.queries.areas import COUNTRY, PlaceNamed
from supply.db import reading
from supply.errors import Missing
from supply.fields import is_area


def area_asked() -> str:
    """Give the area that is asked about: the country, a county or a municipality of today; refuses one that is not there."""
    area = request.args.get("area", "") or COUNTRY
    if area != COUNTRY and (not is_area(area) or areas.area_name(reading(), area) is None):
        raise Missing
    return area


def area_named(area: str) -> str | None:
    """Give the area's name; None of the country, which is all that the reader sees."""
    return None if area == COUNTRY else areas.area_name(reading(), area)


def areas_to_choose(seen: Iterable[PlaceNamed]) -> Mapping[str, list[tuple[str, str]]]:
    """Give the counties and municipalities in which the reader sees places, by name."""
    counties, municipalities = areas.area_names(reading())
    numbers = {place.municipality for place in seen if place.municipality is not None}
    return {
        str(gettext("Counties")): sorted(((number, counties[number]) for number in {number[:2] for number in numbers} if number in counties), key=lambda one: one[1]),
        str(gettext("Municipalities")): sorted(((number, municipalities[number]) for number in numbers if number in municipalities), key=lambda one: one[1]),
    }
