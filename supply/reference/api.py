"""The lists of reference data as JSON, each row with its source."""

from sqlalchemy.orm import Session

from supply import clock
from supply.openapi import JsonBlueprint
from supply.reference import lists, schemas
from supply.reference.lists import Wanted
from supply.web import Page, gives, may, reads, takes

api = JsonBlueprint("reference", __name__, url_prefix="/api/v1", description="Places, products, municipalities and figures, with sources.")


@api.get("/places")
@may("see reference")
@takes(schemas.PlaceArgs, "query")
@reads
@gives(schemas.PlaceOut, many=True)
def list_places(session: Session, wanted: Wanted) -> Page:
    """List the places where stock can be."""
    return _page(lists.places(session, wanted))


@api.get("/products")
@may("see reference")
@takes(schemas.ProductArgs, "query")
@reads
@gives(schemas.ProductOut, many=True)
def list_products(session: Session, wanted: Wanted) -> Page:
    """List the products."""
    return _page(lists.products(session, wanted))


@api.get("/packs")
@may("see reference")
@takes(schemas.PackArgs, "query")
@reads
@gives(schemas.PackOut, many=True)
def list_packs(session: Session, wanted: Wanted) -> Page:
    """List the packs with their GTINs."""
    return _page(lists.packs(session, wanted))


@api.get("/kits")
@may("see reference")
@takes(schemas.KitArgs, "query")
@reads
@gives(schemas.KitOut, many=True)
def list_kits(session: Session, wanted: Wanted) -> Page:
    """List the parts of kits, by version."""
    return _page(lists.kits(session, wanted))


@api.get("/municipalities")
@may("see reference")
@takes(schemas.MunicipalityArgs, "query")
@reads
@gives(schemas.MunicipalityOut, many=True)
def list_municipalities(session: Session, wanted: Wanted) -> Page:
    """List the municipalities of a day (today if none is named), with their programmes."""
    return _page(lists.municipalities(session, wanted, day=wanted.on or clock.today()))


@api.get("/estimates")
@may("see reference")
@takes(schemas.EstimateArgs, "query")
@reads
@gives(schemas.EstimateOut, many=True)
def list_estimates(session: Session, wanted: Wanted) -> Page:
    """List the estimates of how many people inject, as published."""
    return _page(lists.estimates(session, wanted))


@api.get("/indicators")
@may("see reference")
@takes(schemas.IndicatorArgs, "query")
@reads
@gives(schemas.IndicatorOut, many=True)
def list_indicators(session: Session, wanted: Wanted) -> Page:
    """List the thresholds of the indicators."""
    return _page(lists.indicators(session, wanted))


def _page(part: lists.Part) -> Page:
    rows, after = part
    return Page(items=rows, next_after=after)
