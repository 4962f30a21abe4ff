"""What was said of how to order, and what of it holds at a place."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, false, func, or_, select
from sqlalchemy.orm import Session

from orders.models import ReorderRule
from orders.rules.policies import Method, Policy, Said, Scope, resolve
from orders.rules.wanted import RulesWanted
from supply.auth.models import Account
from supply.auth.queries import reach_of, reached
from supply.auth.rules import Person
from supply.fields import is_area
from supply.paging import mark, read_mark
from supply.reference import queries as reference
from supply.reference.models import Municipality, Place, Product
from supply.reference.rules import what_became
from supply.reference.scopes import ALL, GROUP, NATION, reaches
from supply.settings import Settings


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
    return [_by_house(group, values) for group, values in settings.reorder.items()]


def house_at_depots(settings: Settings) -> list[Said]:
    """Give what it says where a place is a depot: of each group what it does elsewhere, unless the tables of depots say otherwise."""
    elsewhere, instead = settings.reorder, settings.reorder_at_depots
    return [_by_house(group, {**elsewhere.get(group, elsewhere["other"]), **instead.get("other", {}), **instead.get(group, {})}) for group in {**elsewhere, **instead}]


def _by_house(group: str, values: Mapping[str, Any]) -> Said:
    return _said(Scope.HOUSE, ALL if group == "other" else GROUP + group, values)


def rules_said(session: Session, wanted: RulesWanted, *, by: Person, today: date) -> tuple[list[RuleRead], str | None]:
    """Give a part of what was said for the areas whose rules somebody may read, the newest first, and the mark of the next part."""
    later = select(func.max(ReorderRule.id)).group_by(ReorderRule.area, ReorderRule.about)
    holds = ReorderRule.id.in_(later) & (cast(ReorderRule.said, String) != "{}")
    query = select(ReorderRule, Account.number, holds).join(Account, Account.id == ReorderRule.said_by).where(*_readable(session, by, today))
    if wanted.area is not None:
        query = query.where(ReorderRule.area == wanted.area)
    if wanted.holding:
        query = query.where(holds)
    if (start := read_mark(wanted.after, int)) is not None:
        query = query.where(ReorderRule.id < start[0])
    rows = session.execute(query.order_by(ReorderRule.id.desc()).limit(wanted.limit + 1)).all()
    part = [_read(*row) for row in rows[: wanted.limit]]
    return part, mark(part[-1].id) if len(rows) > wanted.limit else None


def get_rule(session: Session, rule_id: int) -> RuleRead:
    """Give what was said, just after it was."""
    rule, number = session.execute(select(ReorderRule, Account.number).join(Account, Account.id == ReorderRule.said_by).where(ReorderRule.id == rule_id)).one()
    return _read(rule, number, bool(rule.said))


def standing(session: Session, area: str, about: str) -> RuleRead | None:
    """Give what was said last for an area of a subject, where it holds."""
    query = select(ReorderRule, Account.number).join(Account, Account.id == ReorderRule.said_by).where(ReorderRule.area == area, ReorderRule.about == about)
    found = session.execute(query.order_by(ReorderRule.id.desc()).limit(1)).first()
    return _read(*found, True) if found is not None and found[0].said else None


def places_reached(session: Session, area: str, *, today: date) -> int:
    """Give how many open places something said for an area reaches."""
    became = what_became(reference.changes(session), today=today)
    return sum(reaches(area, place=place.code, municipality=place.municipality, became=became) for place in reference.open_places(session, today=today))


def areas_of(session: Session, person: Person, *, today: date, limit: int = 200) -> list[str]:
    """Give areas that somebody may speak for: the nation, municipalities, and places of their own by name, not more than a list can hold."""
    grants = list(person.granting("set reorder rules"))
    own = or_(false(), *(reach_of(grant) for grant in grants))
    nation = [NATION] if any(grant.everywhere for grant in grants) else []
    became = what_became(reference.changes(session), today=today)
    numbers = sorted({became.get(number, number) or "" for grant in grants for number in grant.municipalities} - {""})
    places = session.scalars(select(Place.code).where(Place.kind != "virtual", Place.closed_on.is_(None), own).order_by(Place.name).limit(limit))
    return [*nation, *numbers, *places]


def municipality_names(session: Session) -> dict[str, str]:
    """Give the municipalities' names by their numbers, also of those that are no more."""
    return dict(session.execute(select(Municipality.number, Municipality.name).order_by(Municipality.valid_from)).all())


def reads_rules_at(person: Person, place: Place) -> bool:
    """Whether how a place orders is somebody's to read."""
    return any(grant.sees(place) for grant in person.granting("see reorder rules"))


def _readable(session: Session, by: Person, today: date) -> list[ColumnElement[bool]]:
    """Give the conditions on ReorderRule: the nation's, and those of the places somebody sees and the municipalities these lie in, under any number they had."""
    if any(grant.everywhere for grant in by.granting("see reorder rules")):
        return []
    places = reached(by, "see reorder rules")
    became = what_became(reference.changes(session), today=today)
    here = {became.get(number, number) for number in session.scalars(select(Place.municipality).where(places).distinct()) if number is not None}
    here |= {number for grant in by.granting("see reorder rules") for number in grant.municipalities}
    here |= {old for old, new in became.items() if new in here}
    numbers = sorted(number for number in here if number is not None)
    return [or_(ReorderRule.area == NATION, ReorderRule.area.in_(numbers), ReorderRule.area.in_(select(Place.code).where(places)))]


def _read(rule: ReorderRule, number: str, holds: Any) -> RuleRead:
    return RuleRead(id=rule.id, area=rule.area, about=rule.about, said=rule.said, reason=rule.reason, said_at=rule.said_at, said_by=number, holds=bool(holds))


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
