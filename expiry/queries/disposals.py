"""Runs of disposals as they are read, and what lies at a place that has expired."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from expiry.models import DisposalLine, DisposalRun
from expiry.rules.disposals import REASON, Fitted, State
from expiry.rules.wanted import RunsWanted
from inventory.models import Lot, Stock
from supply.auth import queries as accounts
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.paging import mark, read_mark
from supply.reference.models import KitPart, Place, Product


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRead:
    """A line of a run: so many lay there and so many are destroyed, by the expiry as it was seen."""

    product: str
    lot: str
    expires_on: date
    lying: int
    units: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRead:
    """A run as it stands. Who prepared and who ended it by their staff numbers; `posting` is a number of the place's journal."""

    number: str
    place: str
    place_id: int
    state: str
    occurred_on: date
    method: str | None
    needs_witness: bool
    prepared_at: datetime
    prepared_by: str
    prepared_by_id: int
    ended_at: datetime | None
    ended_by: str | None
    posting: int | None
    lines: tuple[LineRead, ...]

    @property
    def reason(self) -> str:
        """Give why, as the ledger says it."""
        return REASON

    @property
    def units(self) -> int:
        """Give how many units are destroyed in all."""
        return sum(line.units for line in self.lines)

    @property
    def waits(self) -> bool:
        """Whether it waits for a witness."""
        return self.state == State.PREPARED


def runs(session: Session, wanted: RunsWanted, *, by: Person) -> tuple[list[RunRead], str | None]:
    """Give a part of the runs at places a person sees, the newest first, and the mark of the next part."""
    query = _heads().where(accounts.visible(by))
    if wanted.place is not None:
        query = query.where(Place.code == wanted.place)
    if wanted.state is not None:
        query = query.where(DisposalRun.state == wanted.state)
    if (start := read_mark(wanted.after, int)) is not None:
        query = query.where(DisposalRun.id < start[0])
    rows = session.execute(query.order_by(DisposalRun.id.desc()).limit(wanted.limit + 1)).all()
    part = rows[: wanted.limit]
    return _complete(session, part), mark(part[-1][0].id) if len(rows) > wanted.limit else None


def find_run(session: Session, number: str, *, by: Person) -> RunRead | None:
    """Give a run at a place that a person sees."""
    found = _complete(session, session.execute(_heads().where(DisposalRun.number == number, accounts.visible(by))).all())
    return found[0] if found else None


def waiting(session: Session, *, by: Person) -> list[RunRead]:
    """List the runs that wait for a witness at the places where a person records, the oldest first."""
    query = _heads().where(DisposalRun.state == State.PREPARED.value, accounts.recordable(by)).order_by(DisposalRun.id)
    return _complete(session, session.execute(query).all())


def waiting_at(session: Session, place_id: int) -> str | None:
    """Give the number of the run that waits at a place."""
    return session.scalar(select(DisposalRun.number).where(DisposalRun.place_id == place_id, DisposalRun.state == State.PREPARED.value))


def expired_products(session: Session, place_id: int, *, day: date) -> set[str]:
    """Give the products of which expired units lie at a place: their last day was before a day."""
    query = select(Product.code).join(Lot, Lot.product_id == Product.id).join(Stock, Stock.lot_id == Lot.id).where(Stock.place_id == place_id, Stock.on_hand > 0, Lot.expires_on < day).distinct()
    return set(session.scalars(query))


def witnessed_products(session: Session, codes: Collection[str]) -> set[str]:
    """Give those of some products that ask for a witness when they are destroyed: by themselves, or as kits in which a part does."""
    part = aliased(Product)
    within = select(KitPart.kit_id).join(part, part.id == KitPart.part_id).where(KitPart.kit_id == Product.id, part.witness_on_disposal).exists()
    return set(session.scalars(select(Product.code).where(Product.code.in_(codes), Product.witness_on_disposal | within)))


def fitted(session: Session, run_id: int, place_id: int) -> list[Fitted]:
    """Give the lines of a run beside what lies there now."""
    query = (
        select(Product.code, Lot.number, DisposalLine.units, DisposalLine.expires_on, Stock.on_hand, Lot.expires_on)
        .select_from(DisposalLine)
        .join(Lot, Lot.id == DisposalLine.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .outerjoin(Stock, (Stock.lot_id == DisposalLine.lot_id) & (Stock.place_id == place_id))
        .where(DisposalLine.run_id == run_id)
        .order_by(DisposalLine.line)
    )
    return [Fitted(product=product, lot=lot, units=units, expires_on=seen, lies=lies or 0, expires_on_now=now) for product, lot, units, seen, lies, now in session.execute(query)]


def _heads() -> Select[*tuple[Any, ...]]:
    prepared, ended = aliased(Account), aliased(Account)
    return (
        select(DisposalRun, Place.code, prepared.number, ended.number)
        .join(Place, Place.id == DisposalRun.place_id)
        .join(prepared, prepared.id == DisposalRun.prepared_by)
        .outerjoin(ended, ended.id == DisposalRun.ended_by)
    )


def _complete(session: Session, rows: Sequence[Any]) -> list[RunRead]:
    """Give runs with their lines."""
    lines: dict[int, list[LineRead]] = {run.id: [] for run, *_ in rows}
    query = (
        select(DisposalLine, Product.code, Lot.number)
        .join(Lot, Lot.id == DisposalLine.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .where(DisposalLine.run_id.in_(lines))
        .order_by(DisposalLine.run_id, DisposalLine.line)
    )
    for line, product, lot in session.execute(query) if lines else ():
        lines[line.run_id].append(LineRead(product=product, lot=lot, expires_on=line.expires_on, lying=line.lying, units=line.units, reason=line.reason))
    return [
        RunRead(
            number=run.number,
            place=place,
            place_id=run.place_id,
            state=run.state,
            occurred_on=run.occurred_on,
            method=run.method,
            needs_witness=run.needs_witness,
            prepared_at=run.prepared_at,
            prepared_by=prepared_by,
            prepared_by_id=run.prepared_by,
            ended_at=run.ended_at,
            ended_by=ended_by,
            posting=run.posting,
            lines=tuple(lines[run.id]),
        )
        for run, place, prepared_by, ended_by in rows
    ]
