"""What coverage is reckoned from: sums of the month totals, as they are now or as they were at a checkpoint. Nothing here grows with the ledger.

As of a checkpoint, what was recorded since is taken off the totals again: that reads the postings after it, and no others.
"""

import functools
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Dialect, Select, String, and_, case, cast, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from inventory.models import Checkpoint, CheckpointHead, Journal, Lot, MonthReport, MonthTotals, Move, Posting, Tally
from inventory.queries.months import SUMS, months_of, months_recorded, recorded_in_each, sum_in, within
from supply import clock
from supply.coverage.rules.numerators import HANDED_OUT, NALOXONE, USED_RETURNED, AsOf, Counted, Reporting
from supply.coverage.rules.windows import Window, months_from
from supply.reference.models import VIRTUAL, KitPart, Place, Product

FLOWS = (HANDED_OUT, USED_RETURNED)
WHAT = (MonthTotals.product_id, MonthTotals.kit_version, MonthTotals.flow, MonthTotals.occasion)
PEOPLE = VIRTUAL["people"]
NOWHERE = 0
"""What stands for the place where places are not told apart."""
Cell = tuple[tuple[int, date | None], int, int, str, str]
"""Place and month, product, version of a kit, flow, occasion."""


def as_of(session: Session, checkpoint: int | None) -> AsOf | None:
    """Give where all journals stand at a checkpoint, or now; None where there is no such checkpoint."""
    if checkpoint is None:
        heads = select(Place.code, Journal.last_number).join(Place, Place.id == Journal.place_id).where(Journal.last_number > 0).order_by(Place.code)
        newest = session.scalar(select(func.max(Checkpoint.id)))
        return AsOf(checkpoint=None, at=clock.now(), heads=dict(session.connection().execute(heads).all()), newest_checkpoint=newest)
    taken_at = session.scalar(select(Checkpoint.taken_at).where(Checkpoint.id == checkpoint))
    if taken_at is None:
        return None
    known = select(Place.code, CheckpointHead.number).join(Place, Place.id == CheckpointHead.place_id).where(CheckpointHead.checkpoint_id == checkpoint).order_by(Place.code)
    return AsOf(checkpoint=checkpoint, at=taken_at, heads=dict(session.execute(known).all()), newest_checkpoint=checkpoint)


def heads(session: Session, checkpoint: int) -> dict[str, tuple[int, str]]:
    """Give by place the last posting of its journal at a checkpoint, and that one's seal."""
    known = select(Place.code, CheckpointHead.number, CheckpointHead.digest).join(Place, Place.id == CheckpointHead.place_id).where(CheckpointHead.checkpoint_id == checkpoint)
    return {code: (number, digest.hex()) for code, number, digest in session.execute(known.order_by(Place.code))}


def counted(session: Session, window: Window, known: AsOf, alone: Collection[int] | None) -> list[Counted]:
    """Give what was handed out, and what came back used, in a window: by place and product, kits as their parts.

    Where the places are named that must stand alone, the others of a municipality come under one of them, and the products of a group under one of those; but for naloxone.
    """
    cells = _cells(session, window, known, by_month=False) if alone is None or known.checkpoint is not None else _by_municipality(session, window, alone)
    return [one for _, one in _resolved(session, cells)]


def by_month(session: Session, window: Window, known: AsOf, place_ids: Collection[int] | None) -> Iterable[tuple[date, Counted]]:
    """Give the same by month, of some places or of all; the places are not told apart."""
    cells = _cells(session, window, known, by_month=True, place_ids=place_ids)
    return [(month, one) for month, one in _resolved(session, cells) if month is not None]


def reporting(session: Session, window: Window, known: AsOf) -> Reporting:
    """Give by place the months in which it recorded anything, and those it has said are entered."""
    active = _active(session, window)
    reports = select(MonthReport.place_id, MonthReport.month).where(MonthReport.month.between(window.starts_on, window.last_month))
    if known.checkpoint is not None:
        reports = reports.where(MonthReport.said_at <= known.at)
        for place_id, month in _active_only_since(session, window, known.checkpoint):
            active[place_id] = active.get(place_id, frozenset()) - {month}
    said: defaultdict[int, set[date]] = defaultdict(set)
    for place_id, month in session.connection().execute(reports).all():
        said[place_id].add(month)
    return Reporting(active=active, said={place_id: frozenset(months) for place_id, months in said.items()})


def _active(session: Session, window: Window) -> dict[int, frozenset[date]]:
    """Give by place the months in which it recorded anything."""
    connection = session.connection()
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for place_id, year, recorded in connection.exec_driver_sql(_recorded(connection.dialect, window.starts_on, window.last_month)).all():
        if recorded:
            found[place_id] = (*found.get(place_id, ()), (year, recorded))
    months = {alike: frozenset(month for year, recorded in alike for month in months_recorded(year, recorded)) for alike in set(found.values())}
    return {place_id: months[alike] for place_id, alike in found.items()}


def _cells(session: Session, window: Window, known: AsOf, *, by_month: bool, place_ids: Collection[int] | None = None) -> Iterable[tuple[Cell, int]]:
    """Give the units of each cell: by month and of all places together, or by place and of all months together."""
    now = _now_by_month(session, window, place_ids) if by_month else _now_by_place(session, window, place_ids)
    if known.checkpoint is None:
        return now
    found: defaultdict[Cell, int] = defaultdict(int, now)
    for (place_id, month), product_id, version, flow, occasion, units in _since(session, window, known.checkpoint):
        if place_ids is None or place_id in place_ids:
            found[(NOWHERE, month) if by_month else (place_id, None), product_id, version, flow, occasion] -= units
    return found.items()


def _now_by_place(session: Session, window: Window, place_ids: Collection[int] | None) -> Iterator[tuple[Cell, int]]:
    keys = (MonthTotals.place_id, *WHAT)
    query = select(*keys, sum_in(window.starts_on, window.last_month)).where(*_counts(window.starts_on, window.last_month, place_ids)).group_by(*keys)
    rows = session.connection().execute(query).all()  # past the mapper: there are as many as places times products
    return ((((place_id, None), product_id, version, flow, occasion), units) for place_id, product_id, version, flow, occasion, units in rows)


def _now_by_month(session: Session, window: Window, place_ids: Collection[int] | None) -> Iterator[tuple[Cell, int]]:
    keys = (MonthTotals.year, *WHAT)
    for year, product_id, version, flow, occasion, *totals in session.connection().execute(select(*keys, *SUMS).where(*_counts(window.starts_on, window.last_month, place_ids)).group_by(*keys)).all():
        for month, units in months_of(year, totals):
            if window.starts_on <= month <= window.last_month:
                yield ((NOWHERE, month), product_id, version, flow, occasion), units


def _counts(first: date, last: date, place_ids: Collection[int] | None = None) -> tuple[ColumnElement[bool], ...]:
    """Give the conditions on what counts from a month to another, of some places or of all."""
    here = () if place_ids is None else (MonthTotals.place_id.in_(place_ids),)
    return (within(first, last), MonthTotals.flow.in_(FLOWS), *here)


def _by_municipality(session: Session, window: Window, alone: Collection[int]) -> Iterable[tuple[Cell, int]]:
    """Give the units of each cell now, of the places of a municipality together, and of the products of a group: each come under one of them."""
    kits = {kit_id for kit_id, _ in kit_parts(session)}
    connection = session.connection()
    rows = connection.exec_driver_sql(_together(connection.dialect, window.starts_on, window.last_month, frozenset(alone), frozenset(kits))).all()
    return ((((place_id, None), product_id, version, flow, occasion), units) for place_id, product_id, version, flow, occasion, units in rows)


@functools.lru_cache(maxsize=16)
def _together(dialect: Dialect, first: date, last: date, alone: Collection[int], kits: Collection[int]) -> str:
    """Ask for the sums of municipalities, and of the places that are `alone`, by group; naloxone, of which packs are counted, and kits, which are taken apart, stand for themselves."""
    group = case((or_(Product.group == NALOXONE, Product.id.in_(kits)), cast(Product.id, String)), else_=Product.group)
    of_products = select(Product.id, group.label("group"))
    goods = (of_products.offset(0) if dialect.name == "postgresql" else of_products).subquery()  # with an offset PostgreSQL reckons the group of each product once, not of each row
    what = (MonthTotals.kit_version, MonthTotals.flow, MonthTotals.occasion)
    query = select(func.min(MonthTotals.place_id), func.min(MonthTotals.product_id), *what, sum_in(first, last)).where(*_counts(first, last))
    query = query.join(Place, Place.id == MonthTotals.place_id).join(goods, goods.c.id == MonthTotals.product_id)
    together = query.where(Place.id.not_in(alone)).group_by(Place.municipality, goods.c.group, *what)
    return _written(dialect, union_all(together, query.where(MonthTotals.place_id.in_(alone)).group_by(MonthTotals.place_id, goods.c.group, *what)))


@functools.lru_cache(maxsize=16)
def _recorded(dialect: Dialect, first: date, last: date) -> str:
    """Ask in which months places recorded anything: the year and the months as bits."""
    return _written(
        dialect, union_all(*(select(MonthTotals.place_id, literal(year), months).where(MonthTotals.year == year).group_by(MonthTotals.place_id) for year, months in recorded_in_each(first, last)))
    )


def _written(dialect: Dialect, question: CompoundSelect[*tuple[Any, ...]]) -> str:
    """Write a question down with its numbers in it: the database plans for these, and to write it each time would take as long as to find the rows."""
    return str(question.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def _resolved(session: Session, cells: Iterable[tuple[Cell, int]]) -> Iterator[tuple[date | None, Counted]]:
    """Give the units by product; a kit as its parts, in the version of its content that was handed out."""
    products = {product_id: (code, group) for product_id, code, group in session.execute(select(Product.id, Product.code, Product.group))}
    parts = kit_parts(session)
    for ((place_id, month), product_id, version, flow, occasion), units in cells:
        if not units:
            continue
        inside = parts.get((product_id, version)) or parts.get((product_id, 0)) if flow == HANDED_OUT else None
        if inside is None:
            yield month, Counted(place_id, *products[product_id], flow, occasion, units)
            continue
        for part_id, each in inside:
            yield month, Counted(place_id, *products[part_id], flow, occasion, units * each, units * each)


def kit_parts(session: Session) -> dict[tuple[int, int], Sequence[tuple[int, int]]]:
    """Give by kit and version its parts; version 0, of kits bought before anybody said what is in them, holds what the first one does."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for kit_id, version, part_id, units in session.connection().execute(
        select(KitPart.kit_id, KitPart.version, KitPart.part_id, KitPart.units).order_by(KitPart.kit_id, KitPart.version, KitPart.part_id)
    ):
        found.setdefault((kit_id, version), []).append((part_id, units))
    first = {kit_id: min(version for kit, version in found if kit == kit_id) for kit_id, _ in found}
    return {**{(kit_id, 0): found[kit_id, version] for kit_id, version in first.items()}, **found}


def _since(session: Session, window: Window, checkpoint: int) -> Iterator[tuple[tuple[int, date], int, int, str, str, int]]:
    """Give what was counted after a checkpoint, by the rule by which the month totals count it (inventory.rules.entries)."""
    moves = _after(select(Move.place_id, Move.from_place_id, Move.to_place_id, Move.occurred_on, Move.units, Move.occasion, Lot.product_id, Lot.kit_version, Posting.corrects), Move, checkpoint)
    moves = moves.join(Lot, Lot.id == Move.lot_id).where(Move.occurred_on.between(window.starts_on, window.ends_on), or_(Move.to_place_id == PEOPLE, Move.from_place_id == PEOPLE))
    for journal, left, came, day, units, occasion, product_id, version, corrects in session.execute(moves):
        undoes = corrects is not None
        origin, target = (came, left) if undoes else (left, came)
        if origin == PEOPLE and target >= 0:
            continue  # taken back unused, which is another flow
        sign = (-1 if origin == PEOPLE else 1) * (-1 if undoes else 1)
        yield (origin if origin >= 0 else journal, day.replace(day=1)), product_id, version or 0, HANDED_OUT, occasion or "", sign * units
    tallies = _after(select(Tally.place_id, Tally.occurred_on, Tally.product_id, Tally.units), Tally, checkpoint)
    tallies = tallies.where(Tally.what == USED_RETURNED, Tally.occurred_on.between(window.starts_on, window.ends_on))
    for place_id, day, product_id, units in session.execute(tallies):
        yield (place_id, day.replace(day=1)), product_id, 0, USED_RETURNED, "", units


def _after(query: Select[*tuple[Any, ...]], lines: type[Move | Tally], checkpoint: int) -> Select[*tuple[Any, ...]]:
    """Narrow a question about lines to postings that came after a checkpoint."""
    head = and_(CheckpointHead.checkpoint_id == checkpoint, CheckpointHead.place_id == lines.place_id)
    return (
        query.select_from(lines)
        .join(Posting, and_(Posting.place_id == lines.place_id, Posting.number == lines.number))
        .outerjoin(CheckpointHead, head)
        .where(Posting.number > func.coalesce(CheckpointHead.number, 0))
    )


def _active_only_since(session: Session, window: Window, checkpoint: int) -> set[tuple[int, date]]:
    """Give the places and months in which everything was recorded after a checkpoint."""
    head = and_(CheckpointHead.checkpoint_id == checkpoint, CheckpointHead.place_id == Posting.place_id)
    number = func.coalesce(CheckpointHead.number, 0)
    later = select(Posting.place_id, Posting.occurred_on).outerjoin(CheckpointHead, head).where(Posting.number > number, Posting.occurred_on.between(window.starts_on, window.ends_on)).distinct()
    months = {(place_id, day.replace(day=1)) for place_id, day in session.execute(later)}
    found = set()
    for place_id, month in months:
        last = months_from(month, 1).ends_on
        sooner = select(Posting.number).outerjoin(CheckpointHead, head).where(Posting.place_id == place_id, Posting.number <= number, Posting.occurred_on.between(month, last)).limit(1)
        if session.scalar(sooner) is None:
            found.add((place_id, month))
    return found
