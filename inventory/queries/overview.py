"""What somebody sees of many places at once, in parts; what a place's pages list beside its stock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, case, func, or_, select, tuple_
from sqlalchemy.orm import Session

from inventory.models import Journal, Lot, Posting, Stock
from supply.auth import queries as accounts
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import County, Place, Product


@dataclass(frozen=True, kw_only=True)
class PlacesWanted:
    """Which places: those whose name or code holds some words, or of a county."""

    words: str = ""
    county: str = ""
    limit: int = 50
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupAtPlace:
    """Of a product group at a place how many units lie there, have expired, expire soon."""

    group: str
    units: int
    expired: int
    soon: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastPosting:
    """Where a journal stands."""

    number: int
    recorded_at: datetime | None


def places_seen(session: Session, wanted: PlacesWanted, *, by: Person) -> tuple[list[Place], str | None]:
    """Give a part of the places a person may see, by name, and the mark of the next part."""
    query = select(Place).where(*_fits(wanted, by))
    if (start := read_mark(wanted.after, str, int)) is not None:
        query = query.where(tuple_(Place.name, Place.id) > start)
    found = list(session.scalars(query.order_by(Place.name, Place.id).limit(wanted.limit + 1)))
    part = found[: wanted.limit]
    return part, mark(part[-1].name, part[-1].id) if len(found) > wanted.limit else None


def place_count(session: Session, wanted: PlacesWanted, *, by: Person) -> int:
    """Give how many places a person may see."""
    return session.scalar(select(func.count()).select_from(Place).where(*_fits(wanted, by))) or 0


def own_places(session: Session, *, by: Person, owner: str | None = None, limit: int = 500) -> list[Place]:
    """List the places where a person may record, of one owner if it is named."""
    query = select(Place).where(Place.kind != "virtual", accounts.recordable(by))
    if owner is not None:
        query = query.where(Place.owner == owner)
    return list(session.scalars(query.order_by(Place.name, Place.id).limit(limit)))


def counties(session: Session) -> list[tuple[str, str]]:
    """List today's counties by number."""
    return [(number, name) for number, name in session.execute(select(County.number, County.name).where(County.valid_to.is_(None)).order_by(County.name))]


def place_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    """Give places' names by code."""
    return dict(session.execute(select(Place.code, Place.name).where(Place.code.in_(codes))).all())


def groups_by_place(session: Session, place_ids: Collection[int], *, today: date, soon_on: date) -> dict[int, list[GroupAtPlace]]:
    """Give by place what lies there of each product group, and how much of it has expired or expires by a day."""
    expired = func.sum(case((Lot.expires_on < today, Stock.on_hand), else_=0))
    soon = func.sum(case(((Lot.expires_on >= today) & (Lot.expires_on <= soon_on), Stock.on_hand), else_=0))
    query = (
        select(Stock.place_id, Product.group, func.sum(Stock.on_hand), expired, soon)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Stock.place_id.in_(place_ids), Stock.on_hand > 0)
        .group_by(Stock.place_id, Product.group)
        .order_by(Stock.place_id, Product.group)
    )
    found: dict[int, list[GroupAtPlace]] = {}
    for place_id, group, units, gone, going in session.execute(query):
        found.setdefault(place_id, []).append(GroupAtPlace(group=group, units=int(units), expired=int(gone), soon=int(going)))
    return found


def last_postings(session: Session, place_ids: Collection[int]) -> dict[int, LastPosting]:
    """Give by place where its journal stands, for those that have one."""
    query = select(Journal.place_id, Journal.last_number, Journal.last_recorded_at).where(Journal.place_id.in_(place_ids), Journal.last_number > 0)
    return {place_id: LastPosting(number=number, recorded_at=recorded_at) for place_id, number, recorded_at in session.execute(query)}


def lots_once_at(session: Session, place_id: int, *, limit: int = 500) -> list[tuple[str, str, date | None]]:
    """List the lots that lie or once lay at a place: product, number, expiry; those that moved last first."""
    query = (
        select(Product.code, Lot.number, Lot.expires_on)
        .select_from(Stock)
        .join(Lot, Lot.id == Stock.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(Stock.place_id == place_id)
        .order_by(Stock.last_moved_on.desc(), Product.code, Lot.number)
        .limit(limit)
    )
    return [(*row,) for row in session.execute(query)]


def suppliers_at(session: Session, place_id: int, *, limit: int = 30) -> list[str]:
    """List the suppliers a place has received from, as they were written, the latest first."""
    query = select(Posting.supplier).where(Posting.place_id == place_id, Posting.supplier.is_not(None)).group_by(Posting.supplier).order_by(func.max(Posting.number).desc()).limit(limit)
    return [supplier for supplier in session.scalars(query) if supplier]


def _fits(wanted: PlacesWanted, by: Person) -> list[ColumnElement[bool]]:
    """Give the conditions on the places that are wanted and may be seen."""
    conditions = [Place.kind != "virtual", accounts.visible(by)]
    if wanted.words:
        spellings = {wanted.words, wanted.words.lower(), wanted.words.capitalize(), wanted.words.upper()}  # SQLite folds ASCII letters only
        conditions.append(or_(*(column.contains(word, autoescape=True) for word in sorted(spellings) for column in (Place.name, Place.code))))
    if wanted.county:
        conditions.append(Place.municipality.startswith(wanted.county, autoescape=True))
    return conditions
