"""What was said of how to order, and what of it holds at a place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from orders.models import ReorderRule
from orders.rules.policies import FIELDS, Method, Policy, Said, Scope, resolve
from supply.auth.models import Account
from supply.fields import is_area
from supply.reference import queries as reference
from supply.reference.models import Place, Product
from supply.reference.rules import what_became
from supply.reference.scopes import ALL, GROUP, NATION
from supply.settings import Settings

DEPOT = "depot"
"""The table of the configuration that holds for depots, of all product groups."""


@dataclass(frozen=True, kw_only=True)
class RuleRead:
    """What was said, of whom, when and by whom (a staff number), and whether it holds or something later does."""

    id: int
    area: str
    about: str
    said: Mapping[str, Any]
    reason: str | None
    said_at: datetime
    said_by: str
    holds: bool


@dataclass(frozen=True, kw_only=True)
class Policies:
    """All that was said, to be asked for one place and product at a time."""

    house: Sequence[Said]
    house_at_depots: Sequence[Said]
    by_area: Mapping[str, Sequence[Said]]
    became: Mapping[str, str | None]
    days_needed: int

    def at(self, place: Place, product: Product) -> Policy:
        """Give what holds for a product at a place."""
        here = self.became.get(place.municipality or "", place.municipality)
        said = [*(self.house_at_depots if place.kind == "depot" else self.house), *self.by_area.get(NATION, ()), *(self.by_area.get(here, ()) if here else ()), *self.by_area.get(place.code, ())]
        return resolve(said, product=product.code, group=product.group, days_needed=self.days_needed)

    def named_at(self, place: Place) -> set[str]:
        """Give the products that somebody said something of for the very place."""
        return {said.product for said in self.by_area.get(place.code, ()) if said.product is not None}


def policies(session: Session, settings: Settings, *, today: date) -> Policies:
    """Read what holds today. What was said for a municipality holds for what it became; what a split one said holds for nobody."""
    became = what_became(reference.changes(session), today=today)
    last = select(func.max(ReorderRule.id)).group_by(ReorderRule.area, ReorderRule.about)
    by_area: dict[str, list[Said]] = defaultdict(list)
    for rule in session.scalars(select(ReorderRule).where(ReorderRule.id.in_(last)).order_by(ReorderRule.id)):
        area = became.get(rule.area, rule.area) if is_area(rule.area) else rule.area
        if rule.said and area is not None:
            by_area[area].append(_said(_scope(rule.area), rule.about, rule.said))
    return Policies(house=house(settings), house_at_depots=house_at_depots(settings), by_area=by_area, became=became, days_needed=settings.reorder_days_needed)


def house(settings: Settings) -> list[Said]:
    """Give what the configuration says."""
    return [_said(Scope.HOUSE, ALL if group == "other" else GROUP + group, values) for group, values in settings.reorder.items() if group != DEPOT]


def house_at_depots(settings: Settings) -> list[Said]:
    """Give what it says where a place is a depot: of each group what it does elsewhere, unless the table of depots says otherwise."""
    return [
        replace(said, **{name: value for name in FIELDS if (value := getattr(at_depots, name)) is not None})
        for at_depots in [_said(Scope.HOUSE, ALL, settings.reorder.get(DEPOT, {}))]
        for said in house(settings)
    ]


def said_before(session: Session, areas: Collection[str], *, limit: int = 200) -> list[RuleRead]:
    """List what was said for some areas, the newest first."""
    later = select(func.max(ReorderRule.id)).group_by(ReorderRule.area, ReorderRule.about)
    query = select(ReorderRule, Account.number, ReorderRule.id.in_(later).label("holds")).join(Account, Account.id == ReorderRule.said_by)
    query = query.where(or_(ReorderRule.area.in_(areas), ReorderRule.area == NATION)).order_by(ReorderRule.id.desc()).limit(limit)
    return [
        RuleRead(id=rule.id, area=rule.area, about=rule.about, said=rule.said, reason=rule.reason, said_at=rule.said_at, said_by=number, holds=bool(holds) and bool(rule.said))
        for rule, number, holds in session.execute(query)
    ]


def _scope(area: str) -> Scope:
    return Scope.NATION if area == NATION else Scope.MUNICIPALITY if len(area) == 4 and is_area(area) else Scope.PLACE


def _said(scope: Scope, about: str, values: Mapping[str, Any]) -> Said:
    """Read what was said from its JSON; what this version does not know is passed over."""
    known: dict[str, Any] = {one.name: values[one.name] for one in fields(Said) if one.name in values}
    if "method" in known:
        known["method"] = Method(known["method"])
    if "order_weekdays" in known:
        known["order_weekdays"] = tuple(known["order_weekdays"])
    if "season" in known:
        known["season"] = {int(month): float(factor) for month, factor in known["season"].items()}
    subject: dict[str, Any] = {} if about == ALL else {"group": about.removeprefix(GROUP)} if about.startswith(GROUP) else {"product": about}
    return Said(scope=scope, **subject, **known)


def subjects(products: Iterable[Product]) -> list[str]:
    """List what can be spoken of: all, each group, each product."""
    ordered = list(products)
    return [ALL, *dict.fromkeys(GROUP + product.group for product in ordered), *(product.code for product in ordered)]
