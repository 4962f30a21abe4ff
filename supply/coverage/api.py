"""Coverage as JSON: low, point, high, how far it is reported, from what sources, as of when. And the route by which an estimate is entered."""

from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from supply import clock
from supply.asking import current_person
from supply.coverage import schemas, service
from supply.coverage.queries.edition import Edition, edition
from supply.coverage.rules.asked import NewEstimate, Wanted
from supply.db import in_one_snapshot
from supply.openapi import JsonBlueprint
from supply.reference.models import Estimate
from supply.web import gives, may, once, reads, takes

api = JsonBlueprint("coverage", __name__, url_prefix="/api/v1", description="Whether what is handed out reaches those who inject.")


@api.get("/coverage")
@may("see coverage")
@takes(schemas.CoverageArgs, "query")
@reads
@gives(schemas.CoverageOut)
def get_coverage(_session: Session, wanted: Wanted) -> dict[str, Any]:
    """Give the figures of an area: of the country, the last twelve months, all indicators where nothing else is asked for."""
    return schemas.written(edition_asked(wanted))


@api.post("/estimates")
@may("enter estimates")
@takes(schemas.EstimateIn)
@once
@gives(schemas.EstimateEnteredOut, 201)
def enter_estimate(session: Session, new: NewEstimate) -> Estimate:
    """Enter an estimate of how many inject in an area, with its method and source."""
    return service.enter_estimate(session, new, by=current_person(), now=clock.now())


def edition_asked(wanted: Wanted) -> Edition:
    """Give the edition that somebody asks for, read in one snapshot."""
    person, today = current_person(), clock.today()
    asked = wanted.asked(today)
    return in_one_snapshot(lambda session: edition(session, asked, by=person, ledger=current_app.extensions["coverage_ledger"], today=today))
