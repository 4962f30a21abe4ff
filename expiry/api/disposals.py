"""The routes of disposals: everything expired at a place in one act, and who is the witness."""

from typing import Any

from sqlalchemy.orm import Session

from expiry.api.ground import acting, api
from expiry.queries import disposals as queries
from expiry.queries.disposals import RunRead
from expiry.rules.disposals import NewRun
from expiry.rules.wanted import RunsWanted
from expiry.schemas.disposals import DisposalRunActIn, DisposalRunIn, DisposalRunOut, DisposalRunsArgs
from expiry.service import disposals
from supply.asking import current_person
from supply.errors import Missing
from supply.web import Made, Page, gives, may, once, reads, takes


@api.get("/disposal-runs")
@may("see stock")
@takes(DisposalRunsArgs, "query")
@reads
@gives(DisposalRunOut, many=True)
def list_disposal_runs(session: Session, wanted: RunsWanted) -> Page:
    """List the disposals of what has expired, newest first."""
    found, after = queries.runs(session, wanted, by=current_person())
    return Page(items=found, next_after=after)


@api.get("/disposal-runs/<number>")
@may("see stock")
@reads
@gives(DisposalRunOut)
def get_disposal_run(session: Session, number: str) -> RunRead:
    """Give a disposal with its lines."""
    return _now(session, number)


@api.post("/disposal-runs")
@may("record stock")
@takes(DisposalRunIn)
@once
@gives(DisposalRunOut, 201)
def prepare_disposal_run(session: Session, asked: NewRun) -> Made:
    """Destroy everything expired at a place; where a product asks for a witness it waits for one."""
    number = disposals.prepare(session, asked, by=acting()).number
    return Made(what=_now(session, number), location=f"/api/v1/disposal-runs/{number}")


@api.post("/disposal-runs/<number>/confirm")
@may("record stock")
@takes(DisposalRunActIn)
@once
@gives(DisposalRunOut)
def confirm_disposal_run(session: Session, _nothing: dict[str, Any], number: str) -> RunRead:
    """Confirm as the witness that what was prepared is destroyed; somebody else prepared it."""
    disposals.confirm(session, number, by=acting())
    return _now(session, number)


@api.post("/disposal-runs/<number>/drop")
@may("record stock")
@takes(DisposalRunActIn)
@once
@gives(DisposalRunOut)
def drop_disposal_run(session: Session, _nothing: dict[str, Any], number: str) -> RunRead:
    """Drop a disposal that waits; nothing is destroyed."""
    disposals.drop(session, number, by=acting())
    return _now(session, number)


def _now(session: Session, number: str) -> RunRead:
    found = queries.find_run(session, number, by=current_person())
    if found is None:
        raise Missing
    return found
