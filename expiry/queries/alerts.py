"""Alerts as lists and boards show them. The numbers of a board are counted over the very rows its lists show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from expiry.models import Alert
from expiry.rules.alerts import Kind, State
from expiry.rules.wanted import AlertsWanted
from inventory.models import Lot, Stock
from inventory.queries.areas import COUNTRY, numbers_in
from inventory.queries.journals import LotNamed
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRead:
    """An alert: what it is about, the day it is about (a lot's last usable day; else when it was raised), where it stands, and who does what about it.

    `units` is what lies there now of the lot; of a product what was usable when it was raised; of an old count how many products.
    """

    id: int
    kind: str
    place: str | None
    product: str | None
    lot: LotNamed | None
    band: int | None
    document: str | None
    about_on: date
    units: int | None
    state: str
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    plan: str | None
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many alerts of a kind are open, and how many of them somebody has in hand."""

    kind: str
    open: int
    acknowledged: int


def alerts(session: Session, wanted: AlertsWanted, *, by: Person, today: date) -> tuple[list[AlertRead], str | None]:
    """Give a part of the alerts a person may see, the earliest day first, and the mark of the next part."""
    query = _columns().where(*_fits(session, wanted, by, today))
    if (start := read_mark(wanted.after, str, int)) is not None:
        query = query.where(tuple_(Alert.about_on, Alert.id) > (_day(start[0]), start[1]))
    rows = session.execute(query.order_by(Alert.about_on, Alert.id).limit(wanted.limit + 1)).all()
    part = rows[: wanted.limit]
    return [_read(row) for row in part], mark(part[-1][0].about_on.isoformat(), part[-1][0].id) if len(rows) > wanted.limit else None


def find_alert(session: Session, alert_id: int, *, by: Person) -> AlertRead | None:
    """Give an alert that a person may see."""
    row = session.execute(_columns().where(Alert.id == alert_id, _seen(by))).first()
    return None if row is None else _read(row)


def counts(session: Session, wanted: AlertsWanted, *, by: Person, today: date) -> list[KindCount]:
    """Give by kind how many alerts there are of those that `alerts` lists, in all its parts; those that are settled are not counted."""
    taken = func.count(Alert.acknowledged_at)
    query = select(Alert.kind, func.count() - taken, taken).select_from(Alert).outerjoin(Place, Place.id == Alert.place_id).where(*_fits(session, wanted, by, today)).group_by(Alert.kind)
    found = {kind: KindCount(kind=kind, open=int(is_open), acknowledged=int(acknowledged)) for kind, is_open, acknowledged in session.execute(query)}
    return [found[kind.value] for kind in Kind if kind.value in found]


def by_place(session: Session, wanted: AlertsWanted, *, by: Person, today: date, limit: int) -> tuple[list[tuple[str, str, int]], int]:
    """Give the places with the most alerts (code, name, how many), and how many places have any."""
    query = (
        select(Place.code, Place.name, func.count().label("alerts"))
        .select_from(Alert)
        .join(Place, Place.id == Alert.place_id)
        .where(*_fits(session, wanted, by, today))
        .group_by(Place.code, Place.name)
    )
    places = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    return [(code, name, int(many)) for code, name, many in session.execute(query.order_by(func.count().desc(), Place.name).limit(limit))], places


def _columns() -> Any:
    return (
        select(Alert, Place.code, Product.code, Lot.number, Lot.expires_on, Stock.on_hand, Account.number)
        .outerjoin(Place, Place.id == Alert.place_id)
        .outerjoin(Product, Product.id == Alert.product_id)
        .outerjoin(Lot, Lot.id == Alert.lot_id)
        .outerjoin(Stock, and_(Stock.place_id == Alert.place_id, Stock.lot_id == Alert.lot_id))
        .outerjoin(Account, Account.id == Alert.acknowledged_by)
    )


def _fits(session: Session, wanted: AlertsWanted, by: Person, today: date) -> Sequence[ColumnElement[bool]]:
    conditions = [_seen(by)]
    if wanted.place is not None:
        conditions.append(Place.code == wanted.place)
    for area in {wanted.municipality, wanted.area} - {None, COUNTRY}:
        assert area is not None
        conditions.append(Place.municipality.in_(numbers_in(session, area, today=today)))
    if wanted.kind is not None:
        conditions.append(Alert.kind == wanted.kind)
    return [*conditions, *_in_state(State(wanted.state) if wanted.state else None)]


def _in_state(state: State | None) -> Sequence[ColumnElement[bool]]:
    if state is State.SETTLED:
        return [Alert.settled_at.is_not(None)]
    taken = {State.OPEN: [Alert.acknowledged_at.is_(None)], State.ACKNOWLEDGED: [Alert.acknowledged_at.is_not(None)]}
    return [Alert.settled_at.is_(None), *(taken[state] if state is not None else [])]


def _seen(by: Person) -> ColumnElement[bool]:
    """Give the condition on Alert and Place that says which a person may see: of places whose stock is theirs to see, and of the house itself for who sees its timed work."""
    at_places = and_(Alert.place_id.is_not(None), accounts.visible(by))
    return or_(at_places, Alert.place_id.is_(None)) if by.may("see jobs") else at_places


def _read(row: Any) -> AlertRead:
    alert, place, product, number, expires_on, on_hand, by = row
    return AlertRead(
        id=alert.id,
        kind=alert.kind,
        place=place,
        product=product,
        lot=LotNamed(product=product, number=number, expires_on=expires_on) if number is not None else None,
        band=alert.band,
        document=alert.document,
        about_on=alert.about_on,
        units=on_hand if number is not None else alert.units,
        state=(State.SETTLED if alert.settled_at else State.ACKNOWLEDGED if alert.acknowledged_at else State.OPEN).value,
        raised_at=alert.raised_at,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=by,
        plan=alert.plan,
        settled_at=alert.settled_at,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min  # a mark that none of ours is begins at the beginning
