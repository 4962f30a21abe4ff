"""What is known of a place's need when it orders: what a proposal is reckoned from, and how much is proposed."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from orders.queries.policies import policies
from orders.queries.reorder import Need, needs
from orders.rules.needs import Known, Limits
from supply.clock import day_of
from supply.reference.models import Place
from supply.settings import Settings


def known(session: Session, place: Place, settings: Settings, *, now: datetime, products: Collection[int] | None = None, without: int | None = None) -> dict[int, Known]:
    """Give by product what is known of it at a place; an order's own lines are not on order yet."""
    found = needs(session, [place], policies(session, settings, today=day_of(now)), now=now, products=products, every=True, without=without)
    return {need.product.id: _known(need, now) for need in found}


def _known(need: Need, now: datetime) -> Known:
    proposal, policy = need.proposal(today=day_of(now)), need.policy
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
        proposal=proposal.units,
        limits=Limits(months_max=policy.months_max, count_days_max=policy.count_days_max),
        inputs=need.written(proposal),
    )
