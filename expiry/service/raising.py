"""Raise what is so and settle what is no longer, a source at a time; and tell the places. In the caller's transaction."""

from collections import Counter
from typing import Any

from sqlalchemy import exists, literal, select, tuple_, update
from sqlalchemy.orm import Session

from expiry.models import Alert
from expiry.rules.alerts import URGENT, Moment, Source
from supply.db import Instant, table_of
from supply.notices import service as notices
from supply.reference.models import Product
from supply.rows import insert_for

_COLUMNS = ("place_id", "subject", "about_on", "product_id", "lot_id", "band", "document", "units")


def raise_from(session: Session, source: Source, at: Moment) -> Counter[str]:
    """Bring the alerts of a source to what is so at a moment: set statements, whatever their number. Gives how many were raised and settled. Done twice it does nothing more."""
    return Counter(settled=_settle(session, source, at), raised=_raise(session, source, at))


def _settle(session: Session, source: Source, at: Moment) -> int:
    """End the open alerts whose subject is no longer so; of what is told apart by its day, also those about another day."""
    so = source.what(at).subquery()
    is_so = Alert.subject.in_(select(so.c.subject)) if source.returns else tuple_(Alert.subject, Alert.about_on).in_(select(so.c.subject, so.c.about_on))
    over = update(Alert).where(Alert.kind == source.kind.value, Alert.settled_at.is_(None), ~is_so).values(settled_at=at.now)
    return int(session.execute(over.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]  # what an UPDATE gives has it


def _raise(session: Session, source: Source, at: Moment) -> int:
    """Raise what is so and not known. What was over by mistake (a wrong count, a wrong expiry) and is so again goes on as the same alert; nobody is told twice."""
    alerts, so = table_of(Alert), source.what(at).subquery()
    same = (alerts.c.kind == source.kind.value) & (alerts.c.subject == so.c.subject)
    known = exists().where(same, alerts.c.settled_at.is_(None) if source.returns else alerts.c.about_on == so.c.about_on)
    if not source.returns:
        again = update(Alert).where(Alert.kind == source.kind.value, Alert.settled_at.is_not(None), tuple_(Alert.subject, Alert.about_on).in_(select(so.c.subject, so.c.about_on)))
        session.execute(again.values(settled_at=None).execution_options(synchronize_session=False))
    new = select(literal(source.kind.value), literal(at.now, Instant), *(so.c[name] for name in _COLUMNS)).where(~known)
    made = insert_for(session, alerts).from_select(["kind", "raised_at", *_COLUMNS], new).on_conflict_do_nothing()
    session.execute(made)
    return _tell(session, source, at)


def _tell(session: Session, source: Source, at: Moment) -> int:
    """Tell each place what was raised there in this run: how many, and of what is urgent which products."""
    rows = session.execute(select(Alert.place_id, Product.code).outerjoin(Product, Product.id == Alert.product_id).where(Alert.raised_at == at.now, Alert.kind == source.kind.value)).all()
    by_place: dict[int, list[str]] = {}
    for place_id, product in rows:
        if place_id is not None:
            by_place.setdefault(place_id, []).append(product)
    told = []
    for place_id, products in sorted(by_place.items()):
        facts: dict[str, Any] = {"kind": source.kind.value, "alerts": len(products)} | ({"products": sorted(set(products))} if source.kind in URGENT else {})
        told.append(notices.Told(place_id=place_id, kind="stock-out" if source.kind in URGENT else "alerts", facts=facts))
    notices.queue_all(session, told, now=at.now)
    return len(rows)
