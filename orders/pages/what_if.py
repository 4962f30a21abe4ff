"""What would be proposed with another lead time, cover or service level, beside what is; and all that it is reckoned from."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, make_response, render_template, request

from orders import schemas
from orders.api.ground import acting
from orders.pages.frame import pages
from orders.pages.proposals import ordering_place
from orders.pages.words import RULE_FIELDS
from orders.queries import proposals as queries
from orders.queries.reorder import Need, forecast_at
from orders.rules import reorder as rules
from orders.rules.spoken import WhatIf
from orders.rules.wanted import ReckoningWanted
from orders.schemas.reorder import said_for
from supply.db import reading
from supply.errors import Missing
from supply.reference import queries as reference
from supply.schemas import messages_of
from supply.web import may

TRIED = ("lead_days", "cover_days", "service_level")


@dataclass(frozen=True, kw_only=True)
class Slider:
    """A number that can be tried out: what it is now, and between which it moves."""

    name: str
    value: float
    low: float
    high: float
    step: float
    wrong: tuple[str, ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether it is told in per cent."""
        return self.name == "service_level"


@pages.get("/places/<place>/proposals/<product>")
@may("see orders")
def what_if(place: str, product: str) -> Response:
    """Show what would be proposed of a product with other numbers, and what is reckoned from."""
    here, session, by = ordering_place(place), reading(), acting()
    found = next((one for one in reference.products(session) if one.code == product), None)
    if found is None:
        raise Missing
    tried, wrong = _tried(place, product)
    (row,) = queries.reckoned(session, here, by.settings, now=by.now, products=[found.id], every=True)
    need, holds = row.need, row.proposal
    other = need.proposal(today=by.today, tried=tried) if tried != WhatIf() else None
    shown = other or holds
    return make_response(
        render_template(
            "orders/what_if.html",
            place=here,
            product=product,
            row=row,
            need=need,
            holds=holds,
            other=other,
            sliders=_sliders(need, tried, wrong),
            facts=need.written(holds),
            other_facts=need.written(other) if other else None,
            lots=rules.what_counts(shown),
            shown=shown,
            fields=_fields(need),
            forecast=forecast_at(session, here.id, found.id),
            today=by.today,
        ),
        422 if wrong else 200,
    )


def _tried(place: str, product: str) -> tuple[WhatIf, dict[str, Any]]:
    given = {name: request.args[name].replace(",", ".") for name in TRIED if request.args.get(name)}
    try:
        wanted: ReckoningWanted = schemas.ReckoningArgs().load({**given, "place": place, "product": product})
    except ma.ValidationError as error:
        return WhatIf(), messages_of(error)
    return wanted.tried, {}


def _sliders(need: Need, tried: WhatIf, wrong: dict[str, Any]) -> list[Slider]:
    policy = tried.on(need.policy)
    days = {name: Slider(name=name, value=getattr(policy, name), low=0, high=max(90, getattr(policy, name)), step=1, wrong=tuple(wrong.get(name, ()))) for name in TRIED[:2]}
    return [*days.values(), Slider(name="service_level", value=policy.service_level, low=0.5, high=0.999, step=0.001, wrong=tuple(wrong.get("service_level", ())))]


def _fields(need: Need) -> list[tuple[str, Any, dict[str, str] | None]]:
    """Give each field of what holds with its value, and for whom and of what it was said."""
    told = said_for(need.policy)
    return [(name, getattr(need.policy, name), told.get(name)) for name in RULE_FIELDS]
