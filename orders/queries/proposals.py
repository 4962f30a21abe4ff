"""What places should order: as it was reckoned and is kept, and as it would be reckoned now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from orders.models import Proposal
from orders.queries.policies import policies
from orders.queries.reorder import AS_IT_IS, Need, needs
from orders.queries.seen import ordered_for, own_places
from orders.rules import reorder as rules
from orders.rules.reorder import Because
from orders.rules.spoken import WhatIf
from orders.rules.wanted import ProposalsWanted
from supply.auth.models import Account
from supply.auth.rules import Person
from supply.clock import day_of
from supply.paging import MarkIsWrong, mark, read_mark
from supply.reference.models import Place, Product
from supply.settings import Settings

_NEVER = date.max
_runs_out_on = func.coalesce(Proposal.runs_out_on, _NEVER)


class ProposalRead(NamedTuple):
    """A proposal as it is kept, with every input; who decided on it by their staff number."""

    id: int
    place: str
    product: str
    state: str
    units: int
    pack: int
    runs_out_on: date | None
    definition: str
    made_at: datetime
    reckoned_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    reason: str | None
    order: str | None
    quiet_until: date | None
    inputs: Mapping[str, Any]

    @property
    def packs(self) -> int:
        """Give how many packs it comes to."""
        return self.units // self.pack

    @property
    def lasts_until(self) -> date | None:
        """Give the last day that stock, what is coming and this order last."""
        text = self.inputs["lasts_until"]
        return date.fromisoformat(text) if text else None

    @property
    def count_first(self) -> bool:
        """Whether what lies there was not counted for longer than the rule allows."""
        return bool(self.inputs["count_first"])


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """What would be proposed of a product now, or why nothing is; with the proposal that is open, and until when nothing is proposed since somebody declined."""

    need: Need
    proposal: rules.Proposal
    open: int | None
    quiet_until: date | None

    @property
    def because(self) -> Because | None:
        """Give why nothing is proposed."""
        return self.proposal.because or (Because.DECLINED if rules.is_quiet(self.proposal, self.quiet_until) else None)


def kept(session: Session, wanted: ProposalsWanted, *, by: Person, own: bool = False) -> tuple[list[ProposalRead], str | None]:
    """Give a part of the proposals somebody may see (`own`: may decide on), the emptiest shelf first, and the mark of the next part."""
    query = _reads().where(Place.id.in_(own_places(by)) if own else ordered_for(by), Proposal.state == wanted.state, *_narrowed(wanted))
    start = read_mark(wanted.after, int, int)
    if start is not None:
        if not 1 <= start[0] <= _NEVER.toordinal():
            raise MarkIsWrong(at="after")
        day = date.fromordinal(start[0])
        query = query.where(or_(_runs_out_on > day, and_(_runs_out_on == day, Proposal.id > start[1])))
    rows = session.execute(query.order_by(_runs_out_on, Proposal.id).limit(wanted.limit + 1)).all()
    part = [ProposalRead._make(row) for row in rows[: wanted.limit]]
    return part, mark((part[-1].runs_out_on or _NEVER).toordinal(), part[-1].id) if len(rows) > wanted.limit else None


def open_at(session: Session, place: Place) -> list[ProposalRead]:
    """Give what is proposed at a place, the emptiest shelf first."""
    rows = session.execute(_reads().where(Proposal.place_id == place.id, Proposal.state == "open").order_by(_runs_out_on, Proposal.id))
    return [ProposalRead._make(row) for row in rows]


def accepted_in(session: Session, number: str) -> list[ProposalRead]:
    """Give the proposals that became an order."""
    return [ProposalRead._make(row) for row in session.execute(_reads().where(Proposal.order_number == number).order_by(Proposal.id))]


def open_to_order(session: Session, *, by: Person) -> int:
    """Give how many products should be ordered at the places where somebody records."""
    return session.scalar(select(func.count(Proposal.id)).where(Proposal.state == "open", Proposal.place_id.in_(own_places(by)))) or 0


def get_proposal(session: Session, proposal_id: int) -> ProposalRead:
    """Give a proposal as it now is."""
    return ProposalRead._make(session.execute(_reads().where(Proposal.id == proposal_id)).one())


def reckoned(session: Session, place: Place, settings: Settings, *, now: datetime, products: Collection[int] | None = None, every: bool = False, tried: WhatIf = AS_IT_IS) -> list[Reckoned]:
    """Give what would be proposed at a place now, of all products that it uses, has or was spoken of for, or of some (`every`: of these in any case)."""
    today = day_of(now)
    quiet = quiet_until(session, [place.id], today=today)
    known = {(place_id, product_id): number for place_id, product_id, number in session.execute(_keys().where(Proposal.place_id == place.id, Proposal.state == "open"))}
    return [
        Reckoned(need=need, proposal=need.proposal(today=today, tried=tried), open=known.get((place.id, need.product.id)), quiet_until=quiet.get((place.id, need.product.id)))
        for need in needs(session, [place], policies(session, settings, today=today), now=now, products=products, every=every)
    ]


def quiet_until(session: Session, place_ids: Sequence[int], *, today: date) -> dict[tuple[int, int], date]:
    """Give of what somebody declined a proposal, and until when it is not made again."""
    query = (
        select(Proposal.place_id, Proposal.product_id, func.max(Proposal.quiet_until))
        .where(Proposal.place_id.in_(place_ids), Proposal.state == "declined", Proposal.quiet_until > today)
        .group_by(Proposal.place_id, Proposal.product_id)
    )
    return {(place_id, product_id): day for place_id, product_id, day in session.execute(query) if day is not None}


def _narrowed(wanted: ProposalsWanted) -> Iterable[ColumnElement[bool]]:
    if wanted.place is not None:
        yield Place.code == wanted.place
    if wanted.municipality is not None:
        yield Place.municipality == wanted.municipality


def _keys() -> Select[int, int, int]:
    return select(Proposal.place_id, Proposal.product_id, Proposal.id)


def _reads() -> Select[*tuple[Any, ...]]:
    columns = (
        Proposal.id,
        Place.code,
        Product.code,
        Proposal.state,
        Proposal.units,
        Proposal.pack,
        Proposal.runs_out_on,
        Proposal.definition,
        Proposal.made_at,
        Proposal.reckoned_at,
        Proposal.decided_at,
        Account.number,
        Proposal.reason,
        Proposal.order_number,
        Proposal.quiet_until,
        Proposal.inputs,
    )
    return select(*columns).join(Place, Place.id == Proposal.place_id).join(Product, Product.id == Proposal.product_id).outerjoin(Account, Account.id == Proposal.decided_by)
