"""How places order: what holds and for whom it was said, what was said when and by whom, and a form to say something."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from babel.dates import get_day_names, get_month_names
from flask import Response, g, request, url_for
from flask_babel import format_decimal, get_locale, gettext
from sqlalchemy.orm import Session

from inventory.pages.frame import place_name, product_name, products, remembered_place
from inventory.pages.people import people_behind
from inventory.words import label
from orders import schemas
from orders.api.ground import acting
from orders.pages import words
from orders.pages.acts import show
from orders.pages.frame import pages, said_of
from orders.queries import policies as queries
from orders.queries import reorder as needs
from orders.rules.policies import Method
from orders.rules.spoken import NewRule
from orders.rules.wanted import RulesWanted
from orders.schemas.reorder import said_for
from orders.service import policies
from supply import acting as deeds
from supply.acting import Deed, sent_form
from supply.asking import current_person
from supply.db import reading
from supply.errors import Missing
from supply.forms import Form, sent_by
from supply.reference import queries as reference
from supply.reference.scopes import ALL, GROUP, NATION
from supply.web import may

PART = 50
IN_PARTS = ("order_weekdays", "season")
"""Fields that a form has several boxes for."""


@pages.get("/reorder-rules")
@may("see reorder rules")
def reorder_rules() -> Response:
    """Show how a place orders a product, what was said, and a form to say something of an area."""
    area, about = request.args.get("area", ""), request.args.get("about", "")
    standing = queries.standing(reading(), area, about) if area and about and area.isprintable() and about.isprintable() else None
    return _rules(Form(values=_fields_of(standing.said) if standing else {}), area, about)


@pages.post("/reorder-rules")
@may("set reorder rules")
def say_rule() -> Response:
    """Say how an area orders, or look how many places that reaches."""
    form = sent_form()
    area, about = form.value("area"), form.value("about")
    if form.value("do") == "look":
        return _rules(form, area, about, reach=queries.places_reached(reading(), area, today=acting().today))
    deed = Deed(name="page of rules: say", about=[], tell=said_of, fixed={"area": area, "about": about, "said": _said(form)})
    sent = Form(key=form.key, values={"reason": form.value("reason")})
    outcome = deeds.enter(deed, sent, schemas.RuleIn, _say, lead=lambda _facts, _again: url_for("ordering.reorder_rules", area=area, about=about, said="say"))
    return _rules(replace(outcome, values=form.values), area, about) if isinstance(outcome, Form) else outcome


@pages.app_template_filter()
def rule_value(value: Any, name: str) -> str:
    """Write the value of a field of a rule as people read it."""
    if value is None or value in ((), [], {}):
        return "–"
    if name == "method":
        return words.said(str(value), "method")
    if name == "service_level":
        return str(gettext("%(percent)s %%", percent=format_decimal(round(100 * float(value), 1))))
    if name == "order_weekdays":
        return ", ".join(weekdays()[day] for day in value)
    if name == "season":
        return ", ".join(f"{months()[int(month)]} × {format_decimal(float(factor))}" for month, factor in sorted(value.items(), key=lambda item: int(item[0])))
    return str(format_decimal(round(float(value), 2)))


@pages.app_template_filter()
def about_name(about: str) -> str:
    """Give what something is said of as people read it."""
    if about == ALL:
        return str(gettext("all products"))
    return label(about.removeprefix(GROUP), "group") if about.startswith(GROUP) else product_name(about)


@pages.app_template_filter()
def area_name(area: str) -> str:
    """Give for whom something is said as people read it."""
    if area == NATION:
        return str(gettext("the nation"))
    names: dict[str, str] = g.setdefault("municipality_names", {})
    if not names:
        names |= queries.municipality_names(reading())
    return f"{names[area]} ({area})" if area in names else place_name(area)


@pages.app_template_global()
def weekdays() -> dict[int, str]:
    """Give the days of the week in the reader's language, 0 is Monday."""
    return {day: str(name) for day, name in sorted(get_day_names("wide", locale=get_locale()).items())}


@pages.app_template_global()
def months() -> dict[int, str]:
    """Give the months in the reader's language."""
    return {month: str(name) for month, name in get_month_names("wide", locale=get_locale()).items()}


def _rules(form: Form, area: str, about: str, *, reach: int | None = None) -> Response:
    by, session = acting(), reading()
    found, after = queries.rules_said(session, RulesWanted(limit=PART, after=request.args.get("after")), by=by.person, today=by.today)
    sets = by.person.may("set reorder rules")
    return show(
        "orders/rules.html",
        form,
        holds=_holds(),
        rules=found,
        after=after,
        names=people_behind([rule.said_by for rule in found]) if g.get("place") else {},
        products=products(),
        sets=sets,
        everywhere=any(grant.everywhere for grant in by.person.granting("set reorder rules")),
        areas=queries.areas_of(session, by.person, today=by.today) if sets else [],
        area=area,
        about=about,
        fields=[name for name in words.RULE_FIELDS if name not in IN_PARTS],
        methods=[method.value for method in Method],
        reach=reach,
        said=request.args.get("said", ""),
    )


def _holds() -> dict[str, Any] | None:
    """Give how the place asked about, or looked at last, orders a product; None where no place is."""
    by, session = acting(), reading()
    here = remembered_place()["here"]
    code = request.args.get("place", "") or (here.code if here is not None else "")
    place = reference.find_place(session, code) if code and code.isprintable() else None
    if place is None or not queries.reads_rules_at(current_person(), place):
        if request.args.get("place"):
            raise Missing
        return None
    goods = reference.products(session)
    product = next((one for one in goods if one.code == request.args.get("product")), next(iter(sorted(goods, key=lambda one: [*products()].index(one.code)))))
    policy = needs.policy_at(session, place, product, by.settings, now=by.now)
    told = said_for(policy)
    return {"place": place, "product": product.code, "policy": policy, "fields": [(name, getattr(policy, name), told.get(name)) for name in words.RULE_FIELDS]}


def _said(form: Form) -> dict[str, Any]:
    """Give what the form says, field by field; what is left empty is not said."""
    prefix = "said-"
    said, _ = sent_by({name.removeprefix(prefix): text for name, text in form.values.items() if name.startswith(prefix)}, schemas.SaidIn(exclude=IN_PARTS))
    days = [day for day in range(7) if form.value(f"{prefix}weekday-{day}")]
    season, _ = sent_by({f"{month}": form.value(f"{prefix}season-{month}") for month in range(1, 13)}, schemas.SeasonIn())
    return said | ({"order_weekdays": days} if days else {}) | ({"season": season} if season else {})


def _fields_of(said: Mapping[str, Any]) -> dict[str, str]:
    values = {f"said-{name}": str(value) for name, value in said.items() if name not in IN_PARTS}
    values |= {f"said-weekday-{day}": "true" for day in said.get("order_weekdays", ())}
    return values | {f"said-season-{month}": str(factor) for month, factor in said.get("season", {}).items()}


def _say(session: Session, new: NewRule) -> dict[str, Any]:
    by = acting()
    return {"rule": policies.say(session, new, by=by.person, now=by.now, settings=by.settings).id}
