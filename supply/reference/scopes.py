"""For whom something is said (a place, a municipality, the nation) and of what (a product, a group, all): two words that rules of ordering and marks on days share."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supply.auth.rules import Person
from supply.clock import day_of
from supply.errors import Missing
from supply.fields import is_area
from supply.reference import queries
from supply.reference.errors import NotYourArea
from supply.reference.models import Municipality, Product

NATION, ALL, GROUP = "NO", "*", "group:"


def is_about(about: str, *, product: str, group: str) -> bool:
    """Whether words name a product, its group, or all."""
    return about in {ALL, product, GROUP + group}


def reaches(area: str, *, place: str, municipality: str | None, became: Mapping[str, str | None]) -> bool:
    """Whether an area reaches a place: it is the place, the nation, or what the place's municipality has become."""
    if area in {NATION, place}:
        return True
    return municipality is not None and is_area(area) and became.get(area, area) == became.get(municipality, municipality) is not None


def check_may_say(session: Session, area: str, *, by: Person, permission: str, now: datetime) -> None:
    """Refuse who may not speak for an area: a place is its own people's, a municipality its own, the nation theirs whose right holds everywhere."""
    grants = list(by.granting(permission))
    if any(grant.everywhere for grant in grants) and (area == NATION or _is_municipality(session, area) or queries.find_place(session, area) is not None):
        return
    if area == NATION:
        raise NotYourArea(at="area")
    if _is_municipality(session, area):
        body = queries.numbers_of_body(session, area, today=day_of(now))
        if not any(grant.municipalities & body for grant in grants):
            raise NotYourArea(at="area")
        return
    place = queries.find_place(session, area)
    if place is None or not by.sees(place):
        raise Missing(at="area")
    if not any(grant.records_at(place) for grant in grants):
        raise NotYourArea(at="area")


def check_about(session: Session, about: str) -> None:
    """Refuse words that name no product and no group there is."""
    if about == ALL:
        return
    known = select(Product.id).where(Product.group == about.removeprefix(GROUP)) if about.startswith(GROUP) else select(Product.id).where(Product.code == about)
    if session.scalar(known.limit(1)) is None:
        raise Missing(at="about")


def _is_municipality(session: Session, area: str) -> bool:
    return len(area) == 4 and is_area(area) and session.scalar(select(Municipality.number).where(Municipality.number == area).limit(1)) is not None
