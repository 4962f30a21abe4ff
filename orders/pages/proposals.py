"""What places should order: why so much, made into drafts in one tap, declined with a reason; and of what nothing is proposed, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session

from inventory.pages.frame import learn_places, own_place, place_here
from orders import schemas
from orders.api.ground import acting
from orders.pages import reasons
from orders.pages.acts import show
from orders.pages.frame import pages, said_of
from orders.queries import boards
from orders.queries import proposals as queries
from orders.queries.proposals import ProposalRead, Reckoned
from orders.queries.seen import own_places, sees_orders_at
from orders.rules.spoken import Accepted, Declined
from orders.rules.wanted import ProposalsWanted
from orders.service import proposals as service
from supply import acting as deeds
from supply.acting import Deed, sent_form
from supply.asking import current_person
from supply.db import reading
from supply.errors import Missing
from supply.forms import DIGITS_MAX, Form
from supply.reference.models import Place
from supply.web import may

PART = 100
"""So many proposals stand on a page of all places, and become drafts in one tap."""


@pages.get("/places/<place>/proposals")
@may("see orders")
def place_proposals(place: str) -> Response:
    """Show what a place should order now, and of what nothing is proposed."""
    return _of_place(ordering_place(place), Form())


@pages.post("/places/<place>/proposals")
@may("order stock")
def decide_proposals(place: str) -> Response:
    """Make a draft of what is ticked, decline one, or reckon again."""
    here, form = own_place(place), sent_form()
    if form.value("do") == "reckon":
        outcome = deeds.enter(_deed("reckon", here.code), Form(key=form.key), schemas.NothingIn, lambda session, _: _reckoned(session, here), lead=lambda _facts, _again: _home(here, "reckon"))
    else:
        outcome = _decided(form, here.code, lambda: _home(here, "decline"))
    return _of_place(place_here(place), outcome) if isinstance(outcome, Form) else outcome


@pages.get("/proposals")
@may("see orders")
def proposals() -> Response:
    """Show what should be ordered at all places somebody orders for, the emptiest shelf first."""
    return _of_all(Form())


@pages.post("/proposals")
@may("order stock")
def decide_all() -> Response:
    """Make drafts of what is ticked, one for each place, or decline one."""
    form = sent_form()
    outcome = _decided(form, "all", lambda: url_for("ordering.proposals", said="decline"))
    return _of_all(outcome) if isinstance(outcome, Form) else outcome


@dataclass(frozen=True, kw_only=True)
class Changed:
    """What would be proposed now and is not, is and would not be, or would be of another number of units."""

    new: int
    over: int
    other: int

    @property
    def anything(self) -> bool:
        """Whether anything has changed since it was reckoned."""
        return bool(self.new or self.over or self.other)


def ordering_place(code: str) -> Place:
    """Give the place a page is about; refuses one whose orders are not the reader's to see."""
    here = place_here(code)
    if not sees_orders_at(current_person(), here):
        raise Missing
    return here


@pages.app_template_global()
def proposal_sentence(facts: Mapping[str, Any], product: str) -> str:
    """Tell a proposal in one sentence."""
    return reasons.sentence(facts, product)


@pages.app_template_global()
def why_nothing(row: Reckoned) -> str:
    """Tell why nothing is proposed."""
    return reasons.why_nothing(row.because or "", row.need.written(row.proposal), row.quiet_until)


@pages.app_template_global()
def why_none(facts: Mapping[str, Any]) -> str:
    """Tell why nothing would be proposed."""
    return reasons.why_nothing(facts["because"] or "", facts, None)


@pages.app_template_global()
def use_rate(daily: Any) -> str:
    """Tell how much is used."""
    return reasons.rate(Fraction(daily))


def _decided(form: Form, about: str, declined_home: Any) -> Response | Form:
    one = _number(form.value("decline"))
    if one is not None:
        sent = Form(key=form.key, values={"reason": form.value(f"reason-{one}")})
        outcome = deeds.enter(_deed("decline", one), sent, schemas.DeclineIn, lambda session, said: _declined(session, one, said), lead=lambda _facts, _again: declined_home())
        wrong = {f"reason-{one}" if name == "reason" else "": messages for name, messages in outcome.wrong.items()} if isinstance(outcome, Form) else {}
    else:
        ticked = [number for name in form.values if name.startswith("tick-") and (number := _number(name.removeprefix("tick-"))) is not None]
        if not ticked:
            return form.refused({"": [gettext("Tick at least one product.")]})
        outcome = deeds.enter(_deed("accept", about, ticked), Form(key=form.key), schemas.AcceptIn, _accepted, lead=_to_drafts)
        wrong = {"": [message for messages in outcome.wrong.values() for message in messages]} if isinstance(outcome, Form) else {}
    return replace(outcome, values=form.values, wrong=wrong) if isinstance(outcome, Form) else outcome


def _deed(what: str, about: Any, ticked: Sequence[int] | None = None) -> Deed:
    return Deed(name=f"page of proposals: {what}", about=[about], tell=said_of, fixed={"proposals": list(ticked)} if ticked is not None else None)


def _accepted(session: Session, accepted: Accepted) -> dict[str, Any]:
    return {"numbers": [order.number for order in service.accept(session, accepted, by=acting())]}


def _declined(session: Session, number: int, declined: Declined) -> dict[str, Any]:
    return {"proposal": service.decline(session, number, declined, by=acting()).id}


def _reckoned(session: Session, here: Place) -> dict[str, Any]:
    return {"new": service.reckon_at(session, here.code, by=acting()).new}


def _to_drafts(facts: Mapping[str, Any], again: bool) -> str:  # noqa: FBT001  as every lead is called
    numbers = facts["numbers"]
    if len(numbers) == 1:
        return url_for("ordering.amend", number=numbers[0], said="accept")
    return url_for("ordering.proposals", said="again" if again else "accept")


def _home(here: Place, said: str) -> str:
    return url_for("ordering.place_proposals", place=here.code, said=said)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX and 0 < int(text) < 2**31 else None


def _of_place(here: Place, form: Form) -> Response:
    by, session = acting(), reading()
    kept, live = queries.open_at(session, here), queries.reckoned(session, here, by.settings, now=by.now)
    return show(
        "orders/proposals.html",
        form,
        place=here,
        proposals=kept,
        nothing=[row for row in live if row.because and row.open is None],
        changed=_changed(kept, live),
        reckoned_at=max((one.reckoned_at for one in kept), default=None),
        today=by.today,
        said=request.args.get("said", ""),
    )


def _changed(kept: Sequence[ProposalRead], live: Sequence[Reckoned]) -> Changed:
    units, now = {one.id: one.units for one in kept}, {row.open: row for row in live if row.open is not None}
    return Changed(
        new=sum(row.because is None and row.open is None for row in live),
        over=sum(number not in now or now[number].because is not None for number in units),
        other=sum(number in now and now[number].because is None and now[number].proposal.units != one for number, one in units.items()),
    )


def _of_all(form: Form) -> Response:
    by, session = acting(), reading()
    own = by.person.may("order stock")
    found, after = queries.kept(session, ProposalsWanted(limit=PART, after=request.args.get("after")), by=by.person, own=own)
    learn_places({one.place for one in found})
    drafts = boards.drafts_at(session, own_places(by.person), after=request.args.get("drafts")) if own else None
    return show("orders/all_proposals.html", form, proposals=found, after=after, own=own, drafts=drafts, today=by.today, said=request.args.get("said", ""))
