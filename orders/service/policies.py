"""Say how places order. What is said is only ever added to; the last holds."""

from datetime import datetime

from sqlalchemy.orm import Session

from orders.errors import MonthsCrossed
from orders.models import ReorderRule
from orders.queries import policies
from orders.rules.policies import FIELDS
from orders.rules.spoken import NewRule
from supply.auth.rules import Person
from supply.clock import day_of
from supply.reference import queries as reference
from supply.reference.scopes import check_about, check_may_say, is_about, reaches
from supply.settings import Settings


def say(session: Session, new: NewRule, *, by: Person, now: datetime, settings: Settings) -> ReorderRule:
    """Say how an area orders. Refuses who may not speak for it, what is spoken of and is not there, and what would leave a maximum below its minimum."""
    check_may_say(session, new.area, by=by, permission="set reorder rules", now=now)
    check_about(session, new.about)
    said = {name: new.said[name] for name in FIELDS if new.said.get(name) is not None}
    rule = ReorderRule(area=new.area, about=new.about, said=said, reason=new.reason, said_at=now, said_by=by.account_id)
    session.add(rule)
    session.flush()
    if "months_min" in said or "months_max" in said:
        _check_months(session, new, settings=settings, now=now)
    return rule


def _check_months(session: Session, new: NewRule, *, settings: Settings, now: datetime) -> None:
    """Look at what now holds wherever what was said reaches."""
    known = policies.policies(session, settings, today=day_of(now))
    products = [product for product in reference.products(session) if is_about(new.about, product=product.code, group=product.group)]
    for place in reference.places(session):
        if not reaches(new.area, place=place.code, municipality=place.municipality, became=known.became):
            continue
        for policy in (known.at(place, product) for product in products):
            if policy.months_max < policy.months_min:
                raise MonthsCrossed(at="months_max")
