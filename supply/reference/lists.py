"""The lists of reference data, part by part; never writes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from supply.paging import mark, read_mark
from supply.reference import queries, rules
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
    columns += [Product.lot_required, Product.expiry_required, Product.shelf_life_days_min, Product.note, Product.source, Product.unit_price_ore, Product.price_source, Product.witness_on_disposal]
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
    programmes = _programmes(session, day)
    if wanted.programme is not None:
        query = query.where(Municipality.number.in_([number for number, those in programmes.items() if wanted.programme in those]))
    rows, after = _part(session, _narrowed(query, wanted, county=Municipality.county), wanted, Municipality.number)
    found = {number: [{"programme": programme, "confidence": confidence} for programme, confidence in those.items()] for number, those in programmes.items()}
    return [row | {"programmes": found.get(row["number"], [])} for row in rows], after


def estimates(session: Session, wanted: Wanted) -> Part:
    """Give estimates of how many people inject, as published."""
    columns = [getattr(Estimate, name) for name in ("area", "year", "low", "point", "high", "kind", "method", "source", "published_on", "confidence", "rate_per_1000")]
    return _part(session, _narrowed(select(*columns), wanted, area=Estimate.area, year=Estimate.year), wanted, Estimate.area, Estimate.year, Estimate.id)


def indicators(session: Session, wanted: Wanted) -> Part:
    """Give thresholds with their sources."""
    query = select(Indicator.code, Indicator.label, Indicator.starts_on.label("from_"), Indicator.unit, Indicator.threshold, Indicator.source)
    return _part(session, _narrowed(query, wanted, code=Indicator.code), wanted, Indicator.code, Indicator.label, Indicator.starts_on)


def _programmes(session: Session, day: date) -> dict[str, dict[str, str | None]]:
    """Give by municipality of a day the programmes it is in, with how sure that is; a membership stands under the number of its own day."""
    changes = queries.changes(session)
    became = rules.what_became(changes, today=day)
    members = session.execute(select(Membership.municipality, Membership.programme, Membership.confidence).where(_member_on(day)).order_by(Membership.programme, Membership.starts_on))
    found: dict[str, dict[str, str | None]] = {}
    for number, programme, confidence in members:
        if (current := became.get(number, number)) is not None:
            found.setdefault(current, {}).setdefault(programme, confidence)
    return found


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
