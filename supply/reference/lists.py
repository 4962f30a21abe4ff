"""The lists of reference data, part by part; never writes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from supply.paging import mark, read_mark
from supply.reference.models import Estimate, Indicator, KitPart, Membership, Municipality, Pack, Place, Product


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which part of a list, and what it is narrowed to."""

    limit: int = 100
    after: str | None = None
    municipality: str | None = None
    kind: str | None = None
    product: str | None = None
    group: str | None = None
    kit: str | None = None
    area: str | None = None
    year: int | None = None
    code: str | None = None
    county: str | None = None
    programme: str | None = None
    on: date | None = None


Part = tuple[list[dict[str, Any]], str | None]


def places(session: Session, wanted: Wanted) -> Part:
    """Give places where stock can be, with the depot that serves each."""
    depot = aliased(Place)
    query = select(Place.code, Place.name, Place.kind, Place.municipality, Place.owner, depot.code.label("served_by"), Place.opened_on, Place.closed_on, Place.example, Place.source).outerjoin(
        depot, depot.id == Place.served_by_id
    )
    return _part(session, _narrowed(query.where(Place.kind != "virtual"), wanted, municipality=Place.municipality, kind=Place.kind), wanted, Place.code)


def products(session: Session, wanted: Wanted) -> Part:
    """Give products with their names and units in three languages."""
    columns = [getattr(Product, name) for name in ("code", "name_nb", "name_nn", "name_en", "group", "unit_nb", "unit_nn", "unit_en", "doses_per_unit")]
    columns += [Product.lot_required, Product.expiry_required, Product.shelf_life_days_min, Product.note, Product.source]
    return _part(session, _narrowed(select(*columns), wanted, group=Product.group), wanted, Product.code)


def packs(session: Session, wanted: Wanted) -> Part:
    """Give packs with their GTINs and units."""
    query = select(Pack.gtin, Product.code.label("product"), Pack.units, Pack.level, Pack.item_number, Pack.source).join(Product, Product.id == Pack.product_id)
    return _part(session, _narrowed(query, wanted, product=Product.code), wanted, Pack.gtin)


def kits(session: Session, wanted: Wanted) -> Part:
    """Give the parts of kits, by version."""
    kit, part = aliased(Product), aliased(Product)
    query = (
        select(kit.code.label("kit"), KitPart.version, part.code.label("part"), KitPart.units, KitPart.starts_on.label("from_"), KitPart.source)
        .join(kit, kit.id == KitPart.kit_id)
        .join(part, part.id == KitPart.part_id)
    )
    return _part(session, _narrowed(query, wanted, kit=kit.code), wanted, kit.code, KitPart.version, part.code)


def municipalities(session: Session, wanted: Wanted, *, day: date) -> Part:
    """Give the municipalities of a day, each with the programmes it is in on that day."""
    query = select(Municipality.number, Municipality.name, Municipality.county, Municipality.valid_from, Municipality.valid_to, Municipality.source)
    query = query.where(Municipality.valid_from <= day.isoformat(), Municipality.valid_to.is_(None) | (Municipality.valid_to > day))
    if wanted.programme is not None:
        query = query.where(Municipality.number.in_(select(Membership.municipality).where(_member_on(day), Membership.programme == wanted.programme)))
    rows, after = _part(session, _narrowed(query, wanted, county=Municipality.county), wanted, Municipality.number)
    members = session.execute(select(Membership.municipality, Membership.programme, Membership.confidence).where(_member_on(day)))
    programmes: dict[str, list[dict[str, Any]]] = {}
    for number, programme, confidence in members:
        programmes.setdefault(number, []).append({"programme": programme, "confidence": confidence})
    return [row | {"programmes": programmes.get(row["number"], [])} for row in rows], after


def estimates(session: Session, wanted: Wanted) -> Part:
    """Give estimates of how many people inject, as published."""
    columns = [getattr(Estimate, name) for name in ("area", "year", "low", "point", "high", "kind", "method", "source", "published_on", "confidence", "rate_per_1000")]
    return _part(session, _narrowed(select(*columns), wanted, area=Estimate.area, year=Estimate.year), wanted, Estimate.area, Estimate.year, Estimate.id)


def indicators(session: Session, wanted: Wanted) -> Part:
    """Give thresholds with their sources."""
    query = select(Indicator.code, Indicator.label, Indicator.starts_on.label("from_"), Indicator.unit, Indicator.threshold, Indicator.source)
    return _part(session, _narrowed(query, wanted, code=Indicator.code), wanted, Indicator.code, Indicator.label, Indicator.starts_on)


def _member_on(day: date) -> Any:
    return (Membership.starts_on <= day) & (Membership.ends_on.is_(None) | (Membership.ends_on > day))


def _narrowed(query: Select[*tuple[Any, ...]], wanted: Wanted, **columns: InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    for name, column in columns.items():
        if (value := getattr(wanted, name)) is not None:
            query = query.where(column == value)
    return query


def _part(session: Session, query: Select[*tuple[Any, ...]], wanted: Wanted, *keys: InstrumentedAttribute[Any]) -> Part:
    """Give a part in the order of its keys, and the mark of the next."""
    keyed = query.add_columns(*(key.label(f"key_{nth}") for nth, key in enumerate(keys)))
    if (start := read_mark(wanted.after, *(key.type.python_type for key in keys))) is not None:
        keyed = keyed.where(tuple_(*keys) > start)
    rows = session.execute(keyed.order_by(*keys).limit(wanted.limit + 1)).mappings().all()
    part = rows[: wanted.limit]
    found = [{name: value for name, value in row.items() if not name.startswith("key_")} for row in part]
    return found, mark(*(part[-1][f"key_{nth}"] for nth in range(len(keys)))) if len(rows) > wanted.limit else None
