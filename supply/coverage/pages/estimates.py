"""The estimates there are, side by side; and the form by which an administrator enters one."""

from flask import Response, make_response, request, url_for
from sqlalchemy.orm import Session

from supply import clock
from supply.acting import Deed, enter, sent_form
from supply.asking import current_person
from supply.coverage import service
from supply.coverage.pages.frame import asked_for, pages, show
from supply.coverage.rules.asked import NewEstimate
from supply.coverage.rules.estimates import NATION
from supply.coverage.schemas import EstimateIn
from supply.forms import Form
from supply.pages import retold
from supply.web import may


@pages.get("/coverage/estimates")
@may("see coverage")
def estimates() -> Response:
    """Show every estimate of how many inject, as published or entered, and the one that counts."""
    return _page(Form())


@pages.post("/coverage/estimates")
@may("enter estimates")
def enter_estimate() -> Response:
    """Enter an estimate with its method and source."""

    def work(session: Session, new: NewEstimate) -> dict[str, object]:
        estimate = service.enter_estimate(session, new, by=current_person(), now=clock.now())
        return {"area": estimate.area}

    deed = Deed(name="page of coverage: estimate", about=[], tell=lambda problem: retold(problem, lambda _name, value: value))
    outcome = enter(deed, sent_form(), EstimateIn, work, lead=lambda facts, _again: url_for("covering.estimates", saved=facts["area"]))
    return _page(outcome) if isinstance(outcome, Form) else outcome


def _page(form: Form) -> Response:
    edition = asked_for()
    background = edition.background
    newest_first = sorted(background.estimates, key=lambda one: (one.area, -one.year, one.source))
    national, local = ([one for one in newest_first if (one.area == NATION) is wanted] for wanted in (True, False))
    names = {**background.counties} | {one.area: background.municipalities.get(str(background.body(one.area)), "") for one in local if len(one.area) == 4}
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    counts = edition.denominators.national
    return make_response(show("estimates.html", edition, form=form, national=national, local=local, names=names, counts=counts, saved=request.args.get("saved")), status)
