"""Which file fills which table: headers, how each is read, what tells rows apart, and what they point at."""

from dataclasses import dataclass, field, replace

from sqlalchemy import Table

from supply.db import Base
from supply.reference import models
from supply.reference.rules import Column, count, day, decimal, gtin, one_of, other_than, text, whole, yes_or_no


@dataclass(frozen=True, kw_only=True)
class File:
    """A reference file: its table, its columns, its key; `refers` maps a column to the table whose code it holds."""

    name: str
    model: type[Base]
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    refers: dict[str, type[Base]] = field(default_factory=dict)
    keeps_gone: bool = False
    may_be_entered: bool = False
    """Whether people enter rows by hand as well, which the file leaves alone (`entered_by`)."""

    @property
    def table(self) -> Table:
        """Give the table it fills."""
        return self.model.metadata.tables[self.model.__tablename__]

    @property
    def bounded_columns(self) -> tuple[Column, ...]:
        """Give the columns with the lengths the table gives them."""
        return tuple(replace(column, length_max=getattr(getattr(self.model, column.name).type, "length", None)) for column in self.columns)


def _c(header: str, read: object = text, name: str = "", *, required: bool = True) -> Column:
    return Column(header=header, name=name or header, read=read, required=required)  # type: ignore[arg-type]  # readers differ in what they give


def _may(header: str, read: object = text, name: str = "") -> Column:
    return _c(header, read, name, required=False)


def _new(header: str, read: object = text, *, empty: object = None) -> Column:
    """Give a column that files written before it do not have."""
    return replace(_may(header, read), empty=empty, may_lack=True)


_SOURCE = _c("source")

FILES = (
    File(name="counties.csv", model=models.County, key=("number", "valid_from"), columns=(_c("number"), _c("name"), _may("valid_from"), _may("valid_to", day), _SOURCE)),
    File(
        name="municipalities.csv",
        model=models.Municipality,
        key=("number", "valid_from"),
        columns=(_c("number"), _c("name"), _c("county"), _may("valid_from"), _may("valid_to", day), _SOURCE),
    ),
    File(
        name="municipality_changes.csv",
        model=models.MunicipalityChange,
        key=("changed_on", "old", "new"),
        columns=(_c("date", day, "changed_on"), _c("old"), _c("new"), _c("kind", one_of("rename", "renumber", "merge", "split")), _SOURCE),
    ),
    File(
        name="memberships.csv",
        model=models.Membership,
        key=("municipality", "programme", "starts_on"),
        columns=(_c("municipality"), _c("programme", one_of("naloxone", "equipment", "network")), _c("from", day, "starts_on"), _may("to", day, "ends_on"), _SOURCE, _may("confidence"), _may("note")),
    ),
    File(
        name="places.csv",
        model=models.Place,
        key=("code",),
        keeps_gone=True,
        refers={"served_by_id": models.Place},
        columns=(
            _c("code", other_than(models.VIRTUAL)),
            _c("name"),
            _c("kind", one_of(*models.PHYSICAL_KINDS)),
            _may("municipality"),
            _may("owner"),
            _may("served_by", name="served_by_id"),
            _may("email"),
            _may("opened_on", day),
            _may("closed_on", day),
            _c("example", yes_or_no),
            _SOURCE,
        ),
    ),
    File(
        name="products.csv",
        model=models.Product,
        key=("code",),
        keeps_gone=True,
        columns=(
            *(_c(header) for header in ("code", "name_nb", "name_nn", "name_en", "group", "unit_nb", "unit_nn", "unit_en")),
            _may("doses_per_unit", whole),
            _c("lot_required", yes_or_no),
            _c("expiry_required", yes_or_no),
            _may("shelf_life_days_min", whole),
            _may("note"),
            _SOURCE,
            _new("unit_price_ore", count),
            _new("price_source"),
            _new("witness_on_disposal", yes_or_no, empty=False),
        ),
    ),
    File(
        name="packs.csv",
        model=models.Pack,
        key=("gtin",),
        refers={"product_id": models.Product},
        columns=(_c("gtin", gtin), _c("product", name="product_id"), _c("units", count), _c("level"), _may("item_number"), _SOURCE),
    ),
    File(
        name="kits.csv",
        model=models.KitPart,
        key=("kit_id", "version", "part_id"),
        refers={"kit_id": models.Product, "part_id": models.Product},
        columns=(_c("kit", name="kit_id"), _c("version", whole), _c("part", name="part_id"), _c("units", count), _c("from", day, "starts_on"), _SOURCE),
    ),
    File(
        name="estimates.csv",
        model=models.Estimate,
        key=("area", "year", "kind", "source"),
        may_be_entered=True,
        columns=(
            _c("area"),
            _c("year", whole),
            _may("low", whole),
            _may("point", whole),
            _may("high", whole),
            _c("kind"),
            _may("method"),
            _SOURCE,
            _may("published_on", day),
            _may("confidence"),
            _may("rate_per_1000_15_64", decimal, "rate_per_1000"),
        ),
    ),
    File(
        name="deaths.csv",
        model=models.Deaths,
        key=("area", "year", "edition_order"),
        columns=(
            _c("area"),
            _c("year", whole),
            _c("deaths", whole),
            _may("opioid_share", decimal),
            _c("edition"),
            _c("edition_order", whole),
            _SOURCE,
            _may("confidence"),
            _may("note"),
        ),
    ),
    File(
        name="population.csv",
        model=models.Population,
        key=("area", "on", "ages"),
        columns=(_c("area"), _c("on", day), _c("ages"), _c("persons", whole), _SOURCE),
    ),
    File(
        name="reported.csv",
        model=models.Reported,
        key=("area", "starts_on", "ends_on", "group", "source"),
        columns=(
            _c("area"),
            _c("from", day, "starts_on"),
            _c("to", day, "ends_on"),
            _c("group"),
            _c("units", whole),
            _c("unit_as_reported"),
            _may("scope"),
            _SOURCE,
            _may("confidence"),
        ),
    ),
    File(
        name="indicators.csv",
        model=models.Indicator,
        key=("code", "label", "starts_on"),
        columns=(_c("code"), _c("unit"), _may("threshold", decimal), _c("label"), _c("from", name="starts_on"), _SOURCE),
    ),
    File(
        name="points.csv",
        model=models.Point,
        key=("number",),
        columns=(_c("number"), *(_c(header, decimal) for header in ("latitude", "longitude", "east_km", "north_km")), _SOURCE),
    ),
)
"""In the order in which they can be loaded."""
