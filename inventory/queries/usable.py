"""Whether a lot may be used at a place on a day, asked of the database: the rule `Shelf.is_usable`. A test holds the two together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, and_, case, func, literal, or_, select, type_coerce

from inventory.models import Lot, LotEvent, Stock
from inventory.rules.lots import QUARANTINE, RECALL


@dataclass(frozen=True, kw_only=True)
class InForce:
    """What was in force of a stock row's lot on a day, as columns."""

    expires_on: ColumnElement[date | None]
    blocked: ColumnElement[bool]
    usable: ColumnElement[bool]


def in_force(day: date, *, today: date) -> InForce:
    """Give what is in force on a day: of today from the rows of lot and stock, of a past day from what happened since."""
    expires_on: ColumnElement[date | None] = type_coerce(Lot.expires_on, Date) if day >= today else _expiry_on(day)
    blocked = Lot.blocks + Stock.blocks > 0 if day >= today else or_(_blocks(QUARANTINE | RECALL, LotEvent.happened_on <= day) > 0, _blocks(RECALL) > 0)
    return InForce(expires_on=expires_on, blocked=blocked, usable=and_(~blocked, or_(expires_on.is_(None), expires_on >= day)))


def _expiry_on(day: date) -> ColumnElement[date | None]:
    """Give the expiry that was in force at the end of a day: what the first re-dating after it replaced, or the one in force now."""
    later = select(LotEvent.expires_before).where(LotEvent.lot_id == Lot.id, LotEvent.kind == "redate", LotEvent.happened_on > day).order_by(LotEvent.id).limit(1)
    return case((later.exists(), later.scalar_subquery()), else_=Lot.expires_on)


def _blocks(signs: Mapping[str, int], *conditions: ColumnElement[bool]) -> ColumnElement[int]:
    """Give how many quarantines and recalls (or one of the kinds) were in force after some events: those of a day, or all. A recall that is in force now is so on every day."""
    sign = case(signs, value=LotEvent.kind, else_=0)
    here = or_(LotEvent.place_id.is_(None), LotEvent.place_id == Stock.place_id)
    return func.coalesce(select(func.sum(sign)).where(LotEvent.lot_id == Lot.id, here, *conditions).scalar_subquery(), literal(0))
