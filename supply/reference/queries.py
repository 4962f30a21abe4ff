"""Questions about places, products and municipalities; never writes."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from supply.errors import Missing
from supply.reference import rules
from supply.reference.models import MunicipalityChange, Place, Product

CHANGES = select(MunicipalityChange.changed_on, MunicipalityChange.old, MunicipalityChange.new, MunicipalityChange.kind)
"""Asks what became of municipalities' numbers, and when."""


def find_place(session: Session, code: str) -> Place | None:
    """Give a physical place."""
    return session.scalar(select(Place).where(Place.code == code, Place.kind != "virtual"))


def get_place(session: Session, code: str) -> Place:
    """Give a physical place; refuses with Missing."""
    if (place := find_place(session, code)) is None:
        raise Missing
    return place


def places(session: Session) -> list[Place]:
    """List the physical places by code."""
    return list(session.scalars(select(Place).where(Place.kind != "virtual").order_by(Place.code)))


def open_places(session: Session, *, today: date) -> list[Place]:
    """List the physical places that are not closed by a day."""
    return list(session.scalars(select(Place).where(Place.kind != "virtual", or_(Place.closed_on.is_(None), Place.closed_on >= today)).order_by(Place.id)))


def products(session: Session) -> list[Product]:
    """List the products by group and code."""
    return list(session.scalars(select(Product).order_by(Product.group, Product.code)))


def numbers_of_body(session: Session, number: str, *, today: date) -> frozenset[str]:
    """Give every number the municipality has had that is today's successor of `number`; none after a split.

    What belonged to a merged municipality is its successor's; what a split one had is nobody's until somebody says.
    """
    return rules.numbers_of_body(number, changes(session), today=today)


def changes(session: Session) -> list[rules.Change]:
    """List what became of municipalities' numbers, and when."""
    return [(changed_on, old, new, kind) for changed_on, old, new, kind in session.execute(CHANGES)]
