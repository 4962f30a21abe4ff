"""Routes for what happens to lots: quarantine, release, another expiry."""

from typing import Any

from flask import g
from sqlalchemy.orm import Session

from inventory import schemas
from inventory.api.ground import api
from inventory.queries import lots
from inventory.rules.lots import Redated, Redating
from inventory.service import lots as lot_events
from supply import clock
from supply.asking import current_person
from supply.errors import Missing
from supply.web import gives, may, once, reads, takes


@api.post("/lots/<product>/<lot:number>/quarantine")
@may("change lots")
@takes(schemas.QuarantineIn)
@once
@gives(schemas.LotEventsOut)
def quarantine(session: Session, said: dict[str, Any], product: str, number: str) -> dict[str, Any]:
    """Let nothing of a lot leave, at a place or anywhere."""
    return {"events": lot_events.quarantine(session, schemas.lot_act(product, number, said), person=current_person(), now=clock.now(), key=g.key)}


@api.post("/lots/<product>/<lot:number>/release")
@may("change lots")
@takes(schemas.ReleaseIn)
@once
@gives(schemas.LotEventsOut)
def release(session: Session, said: dict[str, Any], product: str, number: str) -> dict[str, Any]:
    """Let a lot leave again."""
    return {"events": lot_events.release(session, schemas.lot_act(product, number, said), person=current_person(), now=clock.now(), key=g.key)}


@api.post("/lots/<product>/<lot:number>/redate")
@may("change lots")
@takes(schemas.RedateIn)
@once
@gives(schemas.LotEventsOut)
def redate(session: Session, said: dict[str, Any], product: str, number: str) -> dict[str, Any]:
    """Give a lot another expiry, as an authority's document says."""
    redating = Redating(document=said["document"], authority=said["authority"], lots=(Redated(product=product, lot=number, expires_on=said["expires_on"]),))
    return {"events": lot_events.redate(session, redating, person=current_person(), now=clock.now(), key=g.key)}


@api.post("/lots/redatings")
@may("change lots")
@takes(schemas.RedatingIn)
@once
@gives(schemas.LotEventsOut)
def redate_many(session: Session, redating: Redating) -> dict[str, Any]:
    """Give many lots another expiry at once, all or none."""
    return {"events": lot_events.redate(session, redating, person=current_person(), now=clock.now(), key=g.key)}


@api.get("/lots/<product>/<lot:number>/events")
@may("see stock")
@reads
@gives(schemas.LotEventsOut)
def list_lot_events(session: Session, product: str, number: str) -> dict[str, Any]:
    """List what happened to a lot, in order."""
    found = lots.find_lot(session, product, number)
    if found is None:
        raise Missing
    return {"events": lots.events_seen(session, found.id, by=current_person())}
