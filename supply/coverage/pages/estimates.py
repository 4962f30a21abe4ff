"""The estimates there are, side by side; and the form by which an administrator enters one."""

from flask import Response, make_response, request, url_for
from sqlalchemy.orm import Session

from supply import clock
from supply.acting import Deed, enter, sent_form
from supply.coverage import service
from supply.coverage.pages.frame import asked_for, pages, show
from supply.coverage.rules.asked import NewEstimate
from supply.coverage.schemas import EstimateIn
from supply.forms import Form
from supply.pages import retold
from supply.web import current_person, may


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
    by_area: dict[str, list[object]] = {}
    for one in edition.background.estimates:
        by_area.setdefault(one.area, []).append(one)
    status = int(form.problem.get("status", 422)) if form.problem else 422 if form.wrong else 200
    names = {code: edition.background.municipalities.get(str(edition.background.body(code)), "") for code in by_area if len(code) == 4}
    shown = show("estimates.html", edition, form=form, by_area=by_area, names=names, counts=edition.denominators.national, saved=request.args.get("saved"), today=clock.today())
    return make_response(shown, status)
