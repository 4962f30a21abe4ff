"""Routes about how places order: what was said, what holds, and saying it."""

from typing import Any

from sqlalchemy.orm import Session

from orders import schemas
from orders.api.ground import acting, api
from orders.queries import policies as queries
from orders.queries import reorder as needs
from orders.queries.policies import RuleRead
from orders.rules.inputs import written_policy
from orders.rules.spoken import NewRule
from orders.rules.wanted import PolicyWanted, RulesWanted
from orders.schemas.reorder import said_for
from orders.service import policies
from supply.asking import current_person
from supply.errors import Missing
from supply.reference import queries as reference
from supply.web import Page, gives, may, once, reads, takes


@api.get("/reorder-rules")
@may("see reorder rules")
@takes(schemas.RulesArgs, "query")
@reads
@gives(schemas.RuleOut, many=True)
def list_reorder_rules(session: Session, wanted: RulesWanted) -> Page:
    """List what was said of ordering, the newest first."""
    items, next_after = queries.rules_said(session, wanted, by=current_person(), today=acting().today)
    return Page(items=items, next_after=next_after)


@api.get("/reorder-rules/at")
@may("see reorder rules")
@takes(schemas.PolicyArgs, "query")
@reads
@gives(schemas.PolicyOut)
def reorder_rule_at(session: Session, wanted: PolicyWanted) -> dict[str, Any]:
    """Give how a place orders a product, and for each field for whom that was said."""
    by, place = acting(), reference.find_place(session, wanted.place)
    if place is None or not queries.reads_rules_at(by.person, place):
        raise Missing(at="place")
    product = next((one for one in reference.products(session) if one.code == wanted.product), None)
    if product is None:
        raise Missing(at="product")
    policy = needs.policy_at(session, place, product, by.settings, now=by.now)
    return written_policy(policy) | {"place": place.code, "product": product.code, "said_for": said_for(policy)}


@api.post("/reorder-rules")
@may("set reorder rules")
@takes(schemas.RuleIn)
@once
@gives(schemas.RuleOut, 201)
def say_reorder_rule(session: Session, new: NewRule) -> RuleRead:
    """Say how an area orders: all of it, of one subject; saying nothing takes back what was said."""
    by = acting()
    return queries.get_rule(session, policies.say(session, new, by=by.person, now=by.now, settings=by.settings).id)
