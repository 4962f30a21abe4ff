"""What is known of a place's need when it orders: what a proposal is reckoned from, and how much is proposed."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from orders.queries.policies import policies
from orders.queries.proposals import quiet_until
from orders.queries.reorder import Need, needs
from orders.rules.needs import Known, Limits
from orders.rules.reorder import is_quiet
from supply.clock import day_of
from supply.reference.models import Place
from supply.settings import Settings


def known(session: Session, place: Place, settings: Settings, *, now: datetime, products: Collection[int] | None = None, without: int | None = None) -> dict[int, Known]:
    """Give by product what is known of it at a place; an order's own lines are not on order yet, and of what somebody declined nothing is proposed."""
    today = day_of(now)
    quiet = quiet_until(session, [place.id], today=today)
    found = needs(session, [place], policies(session, settings, today=today), now=now, products=products, every=True, without=without)
    return {need.product.id: _known(need, quiet.get((place.id, need.product.id)), today) for need in found}


def _known(need: Need, declined_until: date | None, today: date) -> Known:
    proposal, policy = need.proposal(today=today), need.policy
    return Known(
        product=need.product.code,
        pack=need.pack,
        on_hand=need.position.on_hand,
        usable=proposal.usable,
        on_order=need.position.on_order,
        used=need.demand.units,
        days=need.demand.days,
        daily=need.demand.daily,
        counted_on=need.counted_on,
        proposal=0 if is_quiet(proposal, declined_until) else proposal.units,
        limits=Limits(months_max=policy.months_max, count_days_max=policy.count_days_max),
        inputs=need.written(proposal),
    )
