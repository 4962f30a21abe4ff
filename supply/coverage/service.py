"""Enter estimates of one's own beside those that were published; keep public editions, and the reference data at a checkpoint. In the caller's transaction."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from supply.auth import service as auth
from supply.auth.rules import Person
from supply.clock import day_of
from supply.coverage.errors import BoundsDisagree, EstimateIsPublished, NotANumberOfThatYear
from supply.coverage.models import Basis, BasisAt, PublicQuarter
from supply.coverage.queries import background, basis
from supply.coverage.rules.asked import NewEstimate
from supply.coverage.rules.estimates import NATION
from supply.coverage.rules.quarters import Quarter
from supply.db import table_of
from supply.reference.models import County, Estimate, Municipality
from supply.rows import insert_for


def enter_estimate(session: Session, new: NewEstimate, *, by: Person, now: datetime) -> Estimate:
    """Keep an estimate beside the others. Entered again for the same area, year and kind from the same source it replaces what was entered, and is refused where that was published."""
    bounds = [bound for bound in (new.low, new.point, new.high) if bound is not None]
    if bounds != sorted(bounds) or (new.point is None and None in {new.low, new.high}):
        raise BoundsDisagree(at="point")
    _check_area(session, new)
    known = select(Estimate).where(Estimate.area == new.area, Estimate.year == new.year, Estimate.kind == new.kind, Estimate.source == new.source).with_for_update()
    estimate = session.scalar(known)
    if estimate is None:
        estimate = Estimate(area=new.area, year=new.year, kind=new.kind, source=new.source)
        session.add(estimate)
    elif estimate.entered_by is None:
        raise EstimateIsPublished(at="source")
    estimate.low, estimate.point, estimate.high, estimate.method = new.low, new.point, new.high, new.method
    estimate.published_on, estimate.confidence = new.published_on, new.confidence
    estimate.entered_by, estimate.entered_at = by.account_id, now
    session.flush()
    auth.log(session, account_id=by.account_id, act="estimate entered", outcome="done", now=now, subject=f"{new.area} {new.year} {new.kind}")
    return estimate


def keep_basis(session: Session, checkpoint: int, *, now: datetime) -> None:
    """Keep the reference data there is when a checkpoint is taken, so that figures as of it never change: estimates come, deaths are revised, places are renamed. The same data is kept once."""
    kept = basis.frozen(background.read(session, borders=day_of(now)))
    if session.get(Basis, kept.digest) is None:
        session.add(Basis(digest=kept.digest, content=kept.content))
        session.flush()
    session.add(BasisAt(checkpoint_id=checkpoint, basis=kept.digest))
    session.flush()


def publish(session: Session, quarter: Quarter, *, now: datetime) -> bool:
    """Keep the public edition of a quarter, unless there is one; gives whether it was kept."""
    content = {"totals": quarter.totals, "cells": quarter.cells, "reported": quarter.reported}
    row = {"starts_on": quarter.starts_on, "checkpoint": quarter.checkpoint, "made_at": now, "content": content}
    table = table_of(PublicQuarter)
    return session.execute(insert_for(session, table).values(**row).on_conflict_do_nothing().returning(table.c.starts_on)).first() is not None


def _check_area(session: Session, new: NewEstimate) -> None:
    """Refuse an area that was none on the first day of the year: figures of a year stand under its numbers, and are carried on from them."""
    if new.area == NATION:
        return
    kind, day = (County if len(new.area) == 2 else Municipality), date(new.year, 1, 1)
    valid = select(kind.number).where(kind.number == new.area, kind.valid_from <= day.isoformat(), kind.valid_to.is_(None) | (kind.valid_to > day))
    if session.scalar(valid.limit(1)) is None:
        raise NotANumberOfThatYear(year=new.year, at="area")
