"""Verifications that were run, and checkpoints that were taken."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inventory.models import Lot, Stock, VerifyRun
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.reference.models import Place, Product


@dataclass(frozen=True, kw_only=True)
class LastRun:
    """What the last verification found; with a place, what was found in the postings that came since."""

    state: str
    started_at: datetime | None
    finished_at: datetime | None
    postings: int
    moves: int
    failure: dict[str, object] | None
    place: str | None = None
    since_postings: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """A lot of which nothing is entered at a place, for the books do not agree there."""

    place: str
    place_name: str
    product: str
    lot: str


def stopped(session: Session, *, by: Person, limit: int) -> list[Stopped]:
    """Give what is stopped at the places whose stock a person may see: from an index of just that, for every page asks it."""
    query = (
        select(Place.code, Place.name, Product.code, Lot.number)
        .select_from(Stock)
        .join(Place, Place.id == Stock.place_id)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Stock.stopped_by.is_not(None), accounts.visible(by))
        .order_by(Place.name, Product.code, Lot.number)
        .limit(limit)
    )
    return [Stopped(place=code, place_name=name, product=product, lot=lot) for code, name, product, lot in session.execute(query)]


def find_last_run(session: Session) -> VerifyRun | None:
    """Give the latest verification."""
    return session.scalar(select(VerifyRun).order_by(VerifyRun.id.desc()).limit(1))
